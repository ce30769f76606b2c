/* `retail-pulse imports`: what was imported, and which rows were set aside. */
#include "db/imports.h"

#include <stdlib.h>

#include "base/text.h"
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

static bool import_add(void *context, const struct import_run *run) {
    struct table *table = context;
    table_integer(table, run->id);
    table_text(table, run->file);
    table_text(table, run->who);
    table_text(table, run->started_at);
    table_text(table, run->finished_at);
    table_integer(table, run->size_bytes);
    table_text(table, run->sha256);
    table_text(table, run->date_format);
    table_integer(table, run->rows);
    table_integer(table, run->imported);
    table_integer(table, run->duplicates);
    table_integer(table, run->rejected);
    table_flag(table, run->synthetic);
    return true;
}

static enum err imports_add(struct document *document, struct db *db, struct error *error) {
    static const struct column columns[] = {
        {.key = "id", .title = "Import", .kind = KIND_NUMBER},
        {.key = "file", .title = "File"},
        {.key = "who", .minor = true, .title = "Who"},
        {.key = "started_at", .title = "When"},
        {.key = "finished_at", .title = "Finished", .hidden = NOT_IN_TEXT},
        {.key = "size_bytes", .title = "Bytes", .kind = KIND_COUNT, .hidden = NOT_IN_TEXT},
        {.key = "sha256", .title = "SHA-256", .hidden = NOT_IN_TEXT},
        {.key = "date_format", .minor = true, .title = "Dates"},
        {.key = "rows", .title = "Rows", .kind = KIND_COUNT},
        {.key = "imported", .title = "Imported", .kind = KIND_COUNT},
        {.key = "duplicates", .minor = true, .title = "Present", .kind = KIND_COUNT},
        {.key = "rejected", .title = "Set aside", .kind = KIND_COUNT},
        {.key = "synthetic", .minor = true, .title = "Synthetic", .kind = KIND_FLAG},
    };
    struct table *table =
        document_table(document, "imports", NULL, columns, sizeof columns / sizeof *columns);
    return db_imports_list(db, import_add, table, error);
}

static bool reject_add(void *context, const struct import_reject *reject) {
    struct table *table = context;
    char *raw = text_printable(reject->raw, reject->raw_length);
    table_integer(table, reject->run_id);
    table_integer(table, reject->line);
    table_text(table, reject->field);
    table_text(table, reject->reason);
    table_text(table, raw);
    free(raw);
    return true;
}

static enum err rejects_add(struct document *document, struct db *db, const struct options *options,
                            struct error *error) {
    static const struct column columns[] = {
        {.key = "import", .title = "Import", .kind = KIND_NUMBER},
        {.key = "line", .title = "Line", .kind = KIND_NUMBER},
        {.key = "field", .title = "Field"},
        {.key = "reason", .title = "Reason"},
        {.key = "raw", .title = "The line as it stood"},
    };
    struct table *table =
        document_table(document, "rejects", NULL, columns, sizeof columns / sizeof *columns);
    int64_t limit = options->limit != 0 ? options->limit : INT64_MAX;
    return db_rejects_list(db, options->run, options->offset, limit, reject_add, table, error);
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct db *db = NULL;
    enum err code = db_open_reader(invocation->db_path, &db, error);
    if (code == ERR_OK) {
        struct document *document = document_new();
        document_sentence(document, options->rejects ? "Rows set aside" : "Imports");
        code = options->rejects ? rejects_add(document, db, options, error)
                                : imports_add(document, db, error);
        struct look look = invocation_look(invocation);
        if (code == ERR_OK)
            code = document_print(document, &look, stdout, error);
        document_free(document);
    }
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
