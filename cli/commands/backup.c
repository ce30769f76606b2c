/* `retail-pulse backup`: a checked copy of the database, whoever reads or writes it meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "base/worker.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "db/backup.h"

struct options {
    bool force;
    int64_t progress_fd; /* where the dashboard listens; −1: nobody does */
};

static void init(void *options) {
    *(struct options *)options = (struct options){.progress_fd = -1};
}

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

/* "Backed up 8,871 sales to /home/owner/shop-2026-01-15.db, read back and whole" */
static void note_done(struct worker_report *report, const struct backup *backup) {
    char sales[NUMBER_TEXT_SIZE];
    struct buffer note = {0};
    number_grouped(backup->sales, sales, sizeof sales);
    buffer_printf(&note, "%s sales backed up, read back and whole: %s", sales, backup->path);
    worker_report_note(report, note.data);
    buffer_free(&note);
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (invocation->operand_count != 1) {
        error_set(error, ERR_USAGE, "backup takes one file to write to");
        return error_hint(error, "retail-pulse backup shop-backup.db");
    }
    struct progress_line line;
    struct worker_report report = {(int)options->progress_fd};
    bool beside = options->progress_fd >= 0;
    struct progress_sink told = beside ? worker_report_sink(&report)
                                       : progress_line_open(&line, invocation->settings.quiet);
    struct progress_sink sink = interrupt_sink(&told);
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
    if (!beside)
        progress_line_erase(&line);
    if (err == ERR_OK)
        say_on_record(invocation, &backup);
    if (err == ERR_OK && beside)
        note_done(&report, &backup);
    else if (err == ERR_OK) {
        struct document *document = document_new();
        tell(document, &backup);
        err = invocation_print(invocation, document, error);
    }
    if (beside)
        worker_report_end(&report, err, error);
    backup_free(&backup);
    return err;
}

static const struct option_spec options[] = {
    {"force", OPTION_FLAG, offsetof(struct options, force), NULL,
     "replace an earlier backup of this name", 0, 0, NULL},
    {"progress-fd", OPTION_INTEGER, offsetof(struct options, progress_fd), "FD", NULL, 0, INT32_MAX,
     NULL},
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
    .init = init,
    .run = run,
};
