#include "cli/undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"
#include "base/worker.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "engine/intake/undo.h"

static const char *counted(int64_t value, char text[NUMBER_TEXT_SIZE]) {
    number_grouped(value, text, NUMBER_TEXT_SIZE);
    return text;
}

/* "import 3, sales.csv, taken back: 8,871 sales and 2 rows set aside are gone; 10 months added up
 * anew, 0.1 s" */
static void undo_print(const struct undo_result *result, bool dry_run) {
    const struct import_run *run = &result->run;
    char first[NUMBER_TEXT_SIZE], second[NUMBER_TEXT_SIZE];
    char *name = text_printable(run->file, strlen(run->file));
    printf("import %lld, %s, %s: %s sales and %s rows set aside %s; %d months added up anew, "
           "%.1f s\n",
           (long long)run->id, strcmp(name, "-") == 0 ? "standard input" : name,
           dry_run ? "would be taken back" : "taken back", counted(result->sales, first),
           counted(result->rejects, second), dry_run ? "would go" : "are gone", result->months,
           result->seconds);
    if (result->places + result->handsets > 0)
        printf("  names that nothing else has %s with it: %d places, %d handsets\n",
               dry_run ? "would go" : "went", result->places, result->handsets);
    if (result->later > 0)
        printf("  later imports (%s) left out %s sales that were there already; those of them that "
               "import %lld had brought %s gone: import such a file again to bring them back\n",
               counted(result->later, first), counted(result->later_present, second),
               (long long)run->id, dry_run ? "would be" : "are");
    if (result->trained)
        puts("  models and segments may have learnt from these sales: retail-pulse train learns "
             "anew");
    free(name);
}

static enum err undo_told(const struct invocation *invocation, const struct undo_result *result,
                          bool dry_run, struct error *error) {
    static const struct column columns[] = {
        {.key = "import", .title = "Import", .kind = KIND_NUMBER},
        {.key = "file", .title = "File"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "rejects", .title = "Set aside", .kind = KIND_COUNT},
        {.key = "months", .title = "Months", .kind = KIND_COUNT},
        {.key = "places", .title = "Places", .kind = KIND_COUNT},
        {.key = "handsets", .title = "Handsets", .kind = KIND_COUNT},
        {.key = "later_imports", .title = "Later imports", .kind = KIND_COUNT},
        {.key = "later_duplicates", .title = "Present in them", .kind = KIND_COUNT},
        {.key = "seconds", .title = "Seconds", .kind = KIND_REAL, .decimals = 1},
    };
    struct look look = invocation_look(invocation);
    if (look.format == FORMAT_TEXT) {
        undo_print(result, dry_run);
        return stream_check(stdout, "standard output", error);
    }
    struct document *document = document_new();
    struct table *table =
        document_table(document, "undone", NULL, columns, sizeof columns / sizeof *columns);
    document->csv = table;
    table_integer(table, result->run.id);
    table_text(table, result->run.file);
    table_integer(table, result->sales);
    table_integer(table, result->rejects);
    table_integer(table, result->months);
    table_integer(table, result->places);
    table_integer(table, result->handsets);
    table_integer(table, result->later);
    table_integer(table, result->later_present);
    table_real(table, result->seconds);
    enum err code = document_print(document, &look, stdout, error);
    document_free(document);
    return code;
}

static void note_undone(struct worker_report *report, const struct undo_result *result) {
    char sales[NUMBER_TEXT_SIZE];
    struct buffer note = {0};
    buffer_printf(&note, "Import %lld taken back: %s sales are gone%s", (long long)result->run.id,
                  counted(result->sales, sales),
                  result->later > 0 ? "; a later file may bring some back: import it again" : "");
    worker_report_note(report, note.data);
    buffer_free(&note);
}

enum err undo_run(const struct invocation *invocation, const struct undo_options *options,
                  struct error *error) {
    struct worker_report report = {options->progress_fd};
    struct progress_line line;
    bool beside = options->progress_fd >= 0;
    struct progress_sink sink = beside ? worker_report_sink(&report)
                                       : progress_line_open(&line, invocation->settings.quiet);
    struct undo_result result = {0};
    struct db *db = NULL;
    if (!beside)
        interrupt_catch();
    enum err code = ERR_OK;
    if (access(invocation->db_path, F_OK) != 0)
        code = error_set(error, ERR_NOT_FOUND, "there is no database %s", invocation->db_path);
    if (code == ERR_OK)
        code = db_open_writer(invocation->db_path, &sink, &db, error);
    if (code == ERR_OK)
        code = import_undo(db, options->import, options->dry_run, &sink, &result, error);
    if (!beside)
        progress_line_erase(&line);
    if (code == ERR_OK && beside)
        note_undone(&report, &result);
    else if (code == ERR_OK)
        code = undo_told(invocation, &result, options->dry_run, error);
    db_close(db);
    if (beside)
        worker_report_end(&report, code, error);
    undo_result_free(&result);
    return code;
}
