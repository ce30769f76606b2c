#include "tests/cli/run_program.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"

static char folder[64];
static struct buffer output;

void program_begin(void) {
    snprintf(folder, sizeof folder, "/tmp/retail-pulse-test.XXXXXX");
    if (mkdtemp(folder) == NULL)
        abort();
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("RETAIL_PULSE_NOW", "2026-01-15T12:00:00", 1);
}

const char *program_folder(void) {
    return folder;
}

void program_end(void) {
    char *command = xasprintf("rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "could not remove %s\n", folder);
    free(command);
    buffer_free(&output);
}

const char *program_output(const char *arguments, int *exit_code) {
    const char *program = getenv("PROGRAM");
    char *command = xasprintf("'%s' --db '%s/shop.db' %s </dev/null",
                              program != NULL ? program : "build/retail-pulse", folder, arguments);
    FILE *pipe = popen(command, "r");
    if (pipe == NULL)
        abort();
    buffer_clear(&output);
    char chunk[4096];
    for (size_t length; (length = fread(chunk, 1, sizeof chunk, pipe)) != 0;)
        buffer_append(&output, chunk, length);
    int status = pclose(pipe);
    if (exit_code != NULL)
        *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    free(command);
    return output.data != NULL ? output.data : "";
}

json_t *program_json(const char *arguments) {
    int exit_code;
    const char *text = program_output(arguments, &exit_code);
    json_error_t problem;
    json_t *root = json_loads(text, 0, &problem);
    if (root == NULL || exit_code != 0)
        fail_msg("%s: exit code %d, %s\n%.2000s", arguments, exit_code,
                 root == NULL ? problem.text : "JSON", text);
    return root;
}

/* The element of an array that "[3]" or "[name=text]" means. */
static json_t *element(json_t *array, const char *selector) {
    const char *equals = strchr(selector, '=');
    if (equals == NULL)
        return json_array_get(array, (size_t)atoi(selector));
    char *key = xstrndup(selector, (size_t)(equals - selector));
    json_t *found = NULL;
    size_t i;
    json_t *each;
    json_array_foreach(array, i, each) {
        const char *text = json_string_value(json_object_get(each, key));
        if (found == NULL && text != NULL && strcmp(text, equals + 1) == 0)
            found = each;
    }
    free(key);
    return found;
}

json_t *json_at(json_t *root, const char *path) {
    char *copy = xstrdup(path), *rest = copy;
    json_t *at = root;
    for (char *step; at != NULL && (step = strsep(&rest, ".")) != NULL;) {
        char *bracket = strchr(step, '[');
        if (bracket != NULL)
            *bracket = '\0';
        at = json_object_get(at, step);
        if (bracket != NULL) {
            bracket[strlen(bracket + 1)] = '\0'; /* the closing one */
            at = element(at, bracket + 1);
        }
    }
    free(copy);
    return at;
}

static bool has(json_t *at, const char *path) {
    if (path == NULL || *path == '\0')
        return true;
    char *copy = xstrdup(path), *rest = copy;
    char *step = strsep(&rest, ".");
    char *bracket = strstr(step, "[]");
    if (bracket != NULL)
        *bracket = '\0';
    json_t *next = json_object_get(at, step);
    bool good = next != NULL;
    if (good && bracket != NULL) {
        good = json_array_size(next) > 0;
        for (size_t i = 0; good && i < json_array_size(next); i++)
            good = has(json_array_get(next, i), rest);
    } else if (good) {
        good = has(next, rest);
    }
    free(copy);
    return good;
}

void assert_json_has(json_t *root, const char *paths) {
    char *copy = xstrdup(paths), *rest = copy;
    for (char *path; (path = strsep(&rest, " ")) != NULL;) {
        if (*path != '\0' && !has(root, path))
            fail_msg("no %s in the JSON", path);
    }
    free(copy);
}

double json_number_at(json_t *root, const char *path) {
    json_t *value = json_at(root, path);
    if (!json_is_number(value))
        fail_msg("%s is no number", path);
    return json_number_value(value);
}

void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}
