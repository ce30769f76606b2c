/* cli/options: the command line into settings, subcommand, options, operands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "cli/help.h"
#include "cli/options.h"

enum { WORDS_MAX = 16 };

/* Reads a command line of words parted by spaces. */
struct line {
    char *text;
    char *words[WORDS_MAX];
    struct invocation invocation;
    struct error error;
    enum err code;
};

static void line_read(struct line *line, const char *text) {
    *line = (struct line){.text = xasprintf("retail-pulse %s", text)};
    int count = 0;
    char *rest = line->text;
    for (char *word; (word = strsep(&rest, " ")) != NULL && count < WORDS_MAX - 1;) {
        if (*word != '\0')
            line->words[count++] = word;
    }
    line->code = options_read(&line->invocation, count, line->words, &line->error);
}

static void line_free(struct line *line) {
    invocation_free(&line->invocation);
    free(line->text);
}

static void settings_stand_before_or_after_the_command(void **state) {
    (void)state;
    static const char *const lines[] = {"--db x.db --format json --quiet sales --limit 7",
                                        "sales --db x.db --limit 7 --format=json --quiet",
                                        "--quiet sales --format json --limit=7 --db=x.db"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct line line;
        line_read(&line, lines[i]);
        assert_int_equal(line.code, ERR_OK);
        assert_string_equal(line.invocation.command->name, "sales");
        assert_string_equal(line.invocation.settings.db, "x.db");
        assert_int_equal(line.invocation.settings.format, FORMAT_JSON);
        assert_true(line.invocation.settings.quiet);
        assert_false(line.invocation.settings.ascii);
        line_free(&line);
    }
}

static void operands_and_options_may_be_mixed(void **state) {
    (void)state;
    struct line line;
    line_read(&line, "import a.csv --strict - b.csv -- --odd.csv");
    assert_int_equal(line.code, ERR_OK);
    assert_int_equal(line.invocation.operand_count, 4);
    assert_string_equal(line.invocation.operands[0], "a.csv");
    assert_string_equal(line.invocation.operands[1], "-");
    assert_string_equal(line.invocation.operands[2], "b.csv");
    assert_string_equal(line.invocation.operands[3], "--odd.csv");
    line_free(&line);
}

static void a_command_line_without_a_command_is_fine(void **state) {
    (void)state;
    struct line line;
    line_read(&line, "--ascii");
    assert_int_equal(line.code, ERR_OK);
    assert_null(line.invocation.command);
    assert_true(line.invocation.settings.ascii);
    line_free(&line);
}

static void help_wins_over_what_else_is_wrong(void **state) {
    (void)state;
    static const char *const lines[] = {"sales --limit x --help", "--bogus sales -h",
                                        "overview too many --help", "import --help"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct line line;
        line_read(&line, lines[i]);
        assert_int_equal(line.code, ERR_OK);
        assert_true(line.invocation.settings.help);
        line_free(&line);
    }
}

static void what_is_wrong_is_named_with_a_suggestion(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        {"slaes", "there is no command 'slaes'", "Did you mean 'sales'?"},
        {"sales --limt 3", "there is no option --limt", "Did you mean --limit?"},
        {"sales --limt=3", "there is no option --limt", "Did you mean --limit?"},
        {"--fromat json sales", "there is no option --fromat", "Did you mean --format?"},
        {"impact --outcome retruning", "--outcome cannot be 'retruning'", "Did you mean returning?"},
        {"sales --limit -1", "--limit takes a whole number from 0 to", ""},
        {"sales --limit 99999999999999999999", "--limit takes a whole number from 0 to", ""},
        {"sales --limit", "--limit needs a value", ""},
        {"sales --desc=yes", "--desc takes no value", ""},
        {"sales -x", "there is no option -x", ""},
        {"train-workre", "there is no command 'train-workre'", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line line;
        line_read(&line, cases[i].text);
        assert_int_equal(line.code, ERR_USAGE);
        if (strncmp(line.error.message, cases[i].message, strlen(cases[i].message)) != 0 ||
            strncmp(line.error.hint, cases[i].hint, strlen(cases[i].hint)) != 0)
            fail_msg("%s: %s / %s", cases[i].text, line.error.message, line.error.hint);
        assert_null(strstr(line.error.hint, "worker"));
        line_free(&line);
    }
}

static void a_guess_is_near_or_not_made(void **state) {
    (void)state;
    static const char *const words[] = {"overview", "explore", "export", "sales", "sample"};
    assert_string_equal(near_miss("overveiw", words, 5), "overview");
    assert_string_equal(near_miss("exprot", words, 5), "export");
    assert_string_equal(near_miss("over", words, 5), "overview");
    assert_string_equal(near_miss("sale", words, 5), "sales");
    assert_null(near_miss("xyzzy", words, 5));
    assert_null(near_miss("", words, 5));
}

static void every_option_of_every_command_is_explained(void **state) {
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        struct buffer out = {0};
        help_command(&out, &commands[i]);
        const struct subcommand *subcommand = commands[i].subcommand;
        assert_non_null(strstr(out.data, commands[i].name));
        for (size_t o = 0; o < subcommand->option_count; o++) {
            char *name = xasprintf("\n  --%s", subcommand->options[o].name);
            bool told = subcommand->options[o].help != NULL; /* else of the program's own use */
            assert_int_equal(strstr(out.data, name) != NULL, told);
            assert_true(!told || strlen(subcommand->options[o].help) > 5);
            assert_true(subcommand->options[o].offset < subcommand->options_size);
            assert_int_equal(subcommand->options[o].kind == OPTION_FLAG,
                             subcommand->options[o].argument == NULL);
            free(name);
        }
        buffer_free(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_stand_before_or_after_the_command),
        cmocka_unit_test(operands_and_options_may_be_mixed),
        cmocka_unit_test(a_command_line_without_a_command_is_fine),
        cmocka_unit_test(help_wins_over_what_else_is_wrong),
        cmocka_unit_test(what_is_wrong_is_named_with_a_suggestion),
        cmocka_unit_test(a_guess_is_near_or_not_made),
        cmocka_unit_test(every_option_of_every_command_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
