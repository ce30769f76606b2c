/* `retail-pulse imports`: what was imported, and which rows were set aside. */
#include "report/imports.h"

#include "cli/command.h"

struct options {
    bool rejects;
    int64_t run, limit, offset;
};

static const struct option_spec specs[] = {
    {"rejects", OPTION_FLAG, offsetof(struct options, rejects), NULL,
     "the rows that were set aside, with line, field and reason", 0, 0, NULL},
    {"run", OPTION_INTEGER, offsetof(struct options, run), "ID", "with --rejects: of one import", 1,
     INT64_MAX, NULL},
    {"limit", OPTION_INTEGER, offsetof(struct options, limit), "N",
     "with --rejects: how many at most (100; 0: all of them)", 0, INT64_MAX, NULL},
    {"offset", OPTION_INTEGER, offsetof(struct options, offset), "N",
     "with --rejects: leave out the first N", 0, INT64_MAX, NULL},
};

static void init(void *options) {
    ((struct options *)options)->limit = 100;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct db *db = NULL;
    enum err code = db_open_reader(invocation->db_path, &db, error);
    struct document *document = NULL;
    struct rejects_request request = {options->run, options->limit, options->offset};
    if (code == ERR_OK)
        code = options->rejects ? report_rejects(db, &request, &document, error)
                                : report_imports(db, &document, error);
    if (code == ERR_OK)
        code = invocation_print(invocation, document, error);
    db_close(db);
    return code;
}

const struct subcommand subcommand_imports = {
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
