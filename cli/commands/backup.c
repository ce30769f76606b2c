/* `retail-pulse backup`: a checked copy of the database, whoever reads or writes it meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "db/backup.h"

struct options {
    bool force;
};

static void tell(struct document *document, const struct backup *backup) {
    static const struct column file = {.key = "file", .title = "Backup", .kind = KIND_TEXT};
    static const struct column columns[] = {
        {.key = "bytes", .title = "Bytes", .kind = KIND_COUNT},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "imports", .title = "Imports", .kind = KIND_COUNT},
    };
    struct table *figures = document_figures(document);
    const int64_t values[] = {backup->bytes, backup->sales, backup->imports};
    table_column(figures, &file);
    table_text(figures, backup->path);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        table_column(figures, &columns[i]);
        table_integer(figures, values[i]);
    }
    document_sentence(document, "The copy was read back from the disk: its pages hold, and its "
                                "counts are the database's. It is a database like the other: "
                                "retail-pulse --db FILE opens it.");
}

/* Where nobody writes just now and it is allowed: the copy is made, whatever comes of this. */
static void say_on_record(const struct invocation *invocation, const struct backup *backup) {
    if (!invocation->settings.read_only)
        db_backup_record(invocation->db_path, backup);
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (invocation->operand_count != 1) {
        error_set(error, ERR_USAGE, "backup takes one file to write to");
        return error_hint(error, "retail-pulse backup shop-backup.db");
    }
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct backup backup = {0};
    struct db *db = NULL;
    interrupt_catch();
    char *path = file_expand(invocation->operands[0]);
    enum err err = file_check_place(path, error);
    if (err == ERR_OK)
        err = db_open_reader(invocation->db_path, &db, error);
    if (err == ERR_OK)
        err = db_backup(db, path, options->force, &sink, &backup, error);
    db_close(db);
    free(path);
    progress_line_erase(&line);
    if (err == ERR_OK) {
        say_on_record(invocation, &backup);
        struct document *document = document_new();
        tell(document, &backup);
        err = invocation_print(invocation, document, error);
    }
    backup_free(&backup);
    return err;
}

static const struct option_spec options[] = {
    {"force", OPTION_FLAG, offsetof(struct options, force), NULL,
     "replace an earlier backup of this name", 0, 0, NULL},
};

const struct subcommand subcommand_backup = {
    .operands = "FILE",
    .about =
        "Copies the database as it is at this moment, while others read it, import or train: what "
        "they commit meanwhile is not in it. FILE gets its name only after the copy has been read "
        "back from the disk and found whole; cancelled, or on a full disk, nothing is left of "
        "it.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .options_size = sizeof(struct options),
    .run = run,
};
