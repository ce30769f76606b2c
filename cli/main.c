/* The program's start: locale, command line, environment of XGBoost; its end: errors and exit code.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/upgrade.h"
#include "cli/versions.h"
#include "db/db.h"
#include "engine/slice/calendar.h"
#include "tui/linear.h"
#include "tui/tui.h"

/* GOMP reads its variables before main, and its defaults let idle threads spin: on a server that
 * others use too, trainings took a hundred times as long. So they are set once and the program is
 * started again in its own place. */
static void restart_with_quiet_threads(char **argv) {
    if (getenv("OMP_WAIT_POLICY") != NULL)
        return;
    setenv("OMP_WAIT_POLICY", "passive", 1);
    setenv("OMP_NUM_THREADS", "1", 0);
    execv("/proc/self/exe", argv); /* where that fails, slow is better than not at all */
}

static void text_error(const struct error *error) {
    char *message = text_printable(error->message, strlen(error->message));
    char *hint = text_printable(error->hint, strlen(error->hint));
    fprintf(stderr, "retail-pulse: %s\n", message);
    if (hint[0] != '\0')
        fprintf(stderr, "  %s\n", hint);
    free(message);
    free(hint);
}

static void json_error(const struct error *error) {
    char *message = text_printable(error->message, strlen(error->message));
    char *hint = text_printable(error->hint, strlen(error->hint));
    json_t *root = json_pack("{s:{s:s, s:s, s:s}}", "error", "code", error_name(error->code),
                             "message", message, "hint", hint);
    char *text = json_dumps(root, JSON_COMPACT);
    fprintf(stderr, "%s\n", text != NULL ? text : "{}");
    free(text);
    json_decref(root);
    free(message);
    free(hint);
}

/* --format json wherever it stands: the command line may be wrong before it. */
static bool asks_for_json(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--format=json") == 0 ||
            (strcmp(argv[i], "--format") == 0 && i + 1 < argc && strcmp(argv[i + 1], "json") == 0))
            return true;
    }
    return false;
}

static enum err dashboard(struct invocation *invocation, struct error *error) {
    const struct settings *settings = &invocation->settings;
    const char *no_color = getenv("NO_COLOR");
    struct tui_options options = {.db_path = invocation->db_path,
                                  .weekend = invocation->weekend,
                                  .ascii = invocation_look(invocation).ascii,
                                  .no_color = settings->no_color ||
                                              (no_color != NULL && no_color[0] != '\0'),
                                  .mouse = invocation->preferences.mouse,
                                  .theme = invocation->preferences.theme,
                                  .slice = invocation->preferences.slice,
                                  .stays = invocation->preferences.stays,
                                  .remember = !invocation->preferences.forgets,
                                  .read_only = settings->read_only};
    return settings->linear ? linear_run(&options, error) : tui_run(&options, error);
}

/* Nothing can be read until then, and there is nothing to be read. Ctrl-C ends the waiting. */
static void wait_for_first_import(const struct invocation *invocation) {
    const struct timespec pause = {.tv_nsec = 200000000L};
    char who[256];
    for (bool told = false; db_first_import_runs(invocation->db_path, who, sizeof who);
         told = true) {
        if (!told && !invocation->settings.quiet)
            fprintf(stderr, "retail-pulse: waiting for the database's first import to end: %s\n",
                    who);
        nanosleep(&pause, NULL);
    }
}

/* A command, as though it had been asked for by name. */
static enum err instead(struct invocation *invocation, const char *name, struct error *error) {
    invocation->command = command_find(name);
    const struct subcommand *subcommand = invocation->command->subcommand;
    invocation->options = xcalloc(1, subcommand->options_size + 1);
    if (subcommand->init != NULL)
        subcommand->init(invocation->options);
    return subcommand->run(invocation, error);
}

static enum err print_help(const struct invocation *invocation, struct error *error) {
    struct buffer out = {0};
    if (invocation->command != NULL)
        help_command(&out, invocation->command);
    else
        help_program(&out);
    fputs(out.data, stdout);
    buffer_free(&out);
    return stream_check(stdout, "standard output", error);
}

static enum err print_versions(struct error *error) {
    struct buffer out = {0};
    versions_print(&out);
    fputs(out.data, stdout);
    buffer_free(&out);
    return stream_check(stdout, "standard output", error);
}

/* What may be written, where, and who may read it; before anything is. */
static enum err restrict_files(const struct invocation *invocation, struct error *error) {
    const struct preferences *preferences = &invocation->preferences;
    const char *given = invocation->settings.mode;
    unsigned mode = preferences->mode;
    if (given != NULL && !file_mode_read(given, &mode))
        return error_set(error, ERR_USAGE, "--mode is 0600, 0640 or 0660, not '%s'", given);
    if (preferences->mode_is_held)
        mode = preferences->mode;
    if (mode != 0)
        file_set_mode(mode);
    if (invocation->settings.read_only)
        db_forbid_writing();
    if (preferences->stays)
        signal(SIGTSTP, SIG_IGN); /* where the dashboard is told line by line */
    return preferences->export_folder != NULL ? file_stay_in(preferences->export_folder, error)
                                              : ERR_OK;
}

/* `doctor` looks at whatever there is, without changing it. */
static bool opens_database(const struct command *command) {
    static const char *const others[] = {"help", "sample", "doctor"};
    bool opens = true;
    for (size_t i = 0; command != NULL && i < sizeof others / sizeof *others; i++)
        opens = opens && strcmp(command->name, others[i]) != 0;
    return opens;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct settings *settings = &invocation->settings;
    if (settings->version)
        return print_versions(error);
    if (settings->help)
        return print_help(invocation, error);
    enum err code = preferences_load(&invocation->preferences, settings->restrictions, error);
    invocation->settings.read_only |= invocation->preferences.read_only;
    if (code == ERR_OK)
        code = restrict_files(invocation, error);
    if (code != ERR_OK)
        return code;
    invocation->weekend = invocation->preferences.weekend;
    invocation->settings.ascii |= invocation->preferences.ascii;
    if (settings->weekend != NULL &&
        calendar_read_weekend(settings->weekend, &invocation->weekend, error) != ERR_OK) {
        error->code = ERR_USAGE; /* what was typed is wrong, no file is */
        return ERR_USAGE;
    }
    invocation->db_path = db_default_path(settings->db);
    const struct command *command = invocation->command;
    bool linear = settings->linear && settings->format == FORMAT_TEXT;
    if (command == NULL && linear && !linear_possible())
        return instead(invocation, "report", error);
    if (command == NULL && !linear && (settings->format != FORMAT_TEXT || !tui_possible()))
        return instead(invocation, "overview", error);
    if (command == NULL || command->uses_xgboost)
        restart_with_quiet_threads(invocation->argv);
    if (opens_database(command))
        wait_for_first_import(invocation);
    if (settings->read_only && command != NULL && command->access == WRITES) {
        bool held = invocation->preferences.read_only;
        error_set(error, ERR_READ_ONLY, "%s would change the database, which %s refuses",
                  command->name, held ? "read-only in the settings" : "--read-only");
        return held ? ERR_READ_ONLY : error_hint(error, "Leave --read-only out.");
    }
    code = opens_database(command) ? upgrade_first(invocation, error) : ERR_OK;
    if (code != ERR_OK)
        return code;
    return command == NULL ? dashboard(invocation, error)
                           : command->subcommand->run(invocation, error);
}

/* A core would have the sales in it, and so has the memory that a debugger of the same user could
 * read. Where a debugger is wanted (no optimisation) or a sanitizer looks, nothing is hidden. */
static void hide_memory(void) {
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

int main(int argc, char **argv) {
    hide_memory();
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_DFL); /* a reader that has seen enough ends the program quietly */
    struct invocation invocation;
    struct error error = {0};
    bool json = asks_for_json(argc, argv);
    char **arguments = xcalloc((size_t)argc + 1, sizeof *arguments); /* getopt reorders its own */
    memcpy(arguments, argv, (size_t)argc * sizeof *argv);
    enum err code = options_read(&invocation, argc, arguments, &error);
    invocation.argv = argv;
    if (code == ERR_OK)
        code = run(&invocation, &error);
    if (code != ERR_OK && interrupt_came()) {
        code = ERR_CANCELLED;
        error_set(&error, code, "cancelled; nothing was half-written");
    }
    int exit_code = code == ERR_OK && invocation.set_aside ? 3 : error_exit_code(code);
    if (code != ERR_OK) {
        error.code = code;
        fflush(stdout);
        if (json)
            json_error(&error);
        else
            text_error(&error);
    }
    invocation_free(&invocation);
    free(arguments);
    return exit_code;
}
