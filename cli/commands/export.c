/* `retail-pulse export`: the slice's sales as CSV under the headers that `import` reads. */
#include "report/export.h"

#include <stdio.h>

#include "base/file.h"
#include "cli/interrupt.h"
#include "cli/session.h"

struct options {
    struct texts where;
    const char *output;
    bool force;
};

static const struct option_spec specs[] = {
    {"output", OPTION_TEXT, offsetof(struct options, output), "FILE",
     "write there instead of to standard output", 0, 0, NULL},
    {"force", OPTION_FLAG, offsetof(struct options, force), NULL,
     "with --output: replace a file that exists", 0, 0, NULL},
    OPTION_WHERE(struct options),
};

struct target {
    const struct reading *reading;
    const char *path;
};

static enum err write_rows(void *context, FILE *stream, struct error *error) {
    const struct target *target = context;
    return report_export(target->reading, stream, target->path, interrupt_came, error);
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (invocation->settings.format == FORMAT_JSON) {
        error_set(error, ERR_USAGE, "export writes CSV only");
        return error_hint(error, "retail-pulse sales --limit 0 --format json gives JSON.");
    }
    struct session session;
    enum err code = session_open(&session, invocation, &options->where, error);
    struct reading reading = session_reading(&session);
    struct target target = {&reading, options->output};
    if (code == ERR_OK && options->output != NULL) {
        interrupt_catch(); /* the other name must not stay behind */
        code = file_write(options->output, options->force, write_rows, &target, error);
        if (code == ERR_INPUT && !options->force)
            error_hint(error, "--force replaces it.");
    } else if (code == ERR_OK) {
        code = report_export(&reading, stdout, "standard output", interrupt_came, error);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_export = {
    .about = "Dates are written yyyy-mm-dd, unknown fields are left empty. Text that a spreadsheet "
             "would run as a formula (it starts with = + - @) gets an apostrophe before it; "
             "numbers stay as they are.\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
