/* `retail-pulse import`: files into the database, each in one transaction. */
#include "engine/intake/import.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "base/worker.h"
#include "cli/command.h"
#include "cli/files_progress.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "cli/undo.h"

struct options {
    bool strict, dry_run;
    struct texts map;
    const char *date_format, *shop;
    int64_t undo;        /* which import to take back; 0: none */
    int64_t progress_fd; /* where the dashboard listens; −1: nobody does */
};

static void init(void *options) {
    *(struct options *)options = (struct options){.progress_fd = -1};
}

enum { REJECTS_TOLD = 5 };

static const struct option_spec specs[] = {
    {"strict", OPTION_FLAG, offsetof(struct options, strict), NULL,
     "refuse a file of which any row would be set aside", 0, 0, NULL},
    {"dry-run", OPTION_FLAG, offsetof(struct options, dry_run), NULL,
     "check everything, keep nothing", 0, 0, NULL},
    {"map", OPTION_TEXTS, offsetof(struct options, map), "FIELD=HEADER",
     "the file's own name of a column; FIELD= says that it has none", 0, 0, NULL},
    {"date-format", OPTION_TEXT, offsetof(struct options, date_format), "FORMAT",
     "how the file writes dates, where it cannot be told from them", 0, 0, NULL},
    {"shop", OPTION_TEXT, offsetof(struct options, shop), "NAME",
     "whose sales they are, where they are another shop's", 0, 0, NULL},
    {"undo", OPTION_INTEGER, offsetof(struct options, undo), "ID",
     "take an import back: its sales and what it set aside", 1, INT64_MAX, NULL},
    {"progress-fd", OPTION_INTEGER, offsetof(struct options, progress_fd), "FD", NULL, 0, INT32_MAX,
     NULL},
};

/* The answer for one or several files. */
struct tally {
    const struct invocation *invocation;
    struct document *document;
    struct table *files, *rejects;
    struct import_run sum; /* counts over all files */
    int count;             /* of them */
    double seconds;
    const char *only_file; /* NULL where there are several */
};

static void tally_open(struct tally *tally, const struct invocation *invocation) {
    static const struct column files[] = {
        {.key = "file", .title = "File"},
        {.key = "rows", .title = "Rows", .kind = KIND_COUNT},
        {.key = "imported", .title = "Imported", .kind = KIND_COUNT},
        {.key = "duplicates", .title = "Present", .kind = KIND_COUNT},
        {.key = "rejected", .title = "Set aside", .kind = KIND_COUNT},
        {.key = "date_format", .title = "Dates"},
        {.key = "seconds", .title = "Seconds", .kind = KIND_REAL, .decimals = 1},
    };
    static const struct column rejects[] = {
        {.key = "file", .title = "File"},
        {.key = "line", .title = "Line", .kind = KIND_NUMBER},
        {.key = "field", .title = "Field"},
        {.key = "reason", .title = "Reason"},
    };
    *tally = (struct tally){.invocation = invocation, .document = document_new()};
    tally->files = document_table(tally->document, "files", NULL, files, 7);
    tally->rejects = document_table(tally->document, "rejects", NULL, rejects, 4);
    tally->document->csv = tally->files;
    if (invocation->operand_count == 1)
        tally->only_file = invocation->operands[0];
}

static const char *counted(int64_t value, char text[NUMBER_TEXT_SIZE]) {
    number_grouped(value, text, NUMBER_TEXT_SIZE);
    return text;
}

/* "sales.csv: 8,871 imported, 0 already present, 0 set aside (dates read as dd-mm-yyyy), 0.1 s" */
static void result_print(const char *file, const struct import_result *result, bool dry_run) {
    const struct import_run *run = &result->run;
    char imported[NUMBER_TEXT_SIZE], present[NUMBER_TEXT_SIZE], aside[NUMBER_TEXT_SIZE];
    char *name = text_printable(file, strlen(file));
    printf("%s: %s %s, %s already present, %s set aside",
           strcmp(name, "-") == 0 ? "standard input" : name, counted(run->imported, imported),
           dry_run ? "would be imported" : "imported", counted(run->duplicates, present),
           counted(run->rejected, aside));
    if (run->date_format != NULL)
        printf(" (dates read as %s)", run->date_format);
    printf(", %.1f s\n", result->seconds);
    int told = result->reject_count < REJECTS_TOLD ? result->reject_count : REJECTS_TOLD;
    for (int i = 0; i < told; i++) {
        char *reason = text_printable(result->rejects[i].reason, strlen(result->rejects[i].reason));
        printf("  line %lld, %s: %s\n", (long long)result->rejects[i].line,
               result->rejects[i].field, reason);
        free(reason);
    }
    if (run->rejected > told)
        printf("  and %s more\n", counted(run->rejected - told, aside));
    if (run->rejected > 0 && !dry_run)
        puts("  all of them: retail-pulse imports --rejects");
    free(name);
}

static void tally_add(struct tally *tally, const char *file, const struct import_result *result) {
    const struct import_run *run = &result->run;
    table_text(tally->files, file);
    table_integer(tally->files, run->rows);
    table_integer(tally->files, run->imported);
    table_integer(tally->files, run->duplicates);
    table_integer(tally->files, run->rejected);
    table_text(tally->files, run->date_format);
    table_real(tally->files, result->seconds);
    for (int i = 0; i < result->reject_count; i++) {
        table_text(tally->rejects, file);
        table_integer(tally->rejects, result->rejects[i].line);
        table_text(tally->rejects, result->rejects[i].field);
        table_text(tally->rejects, result->rejects[i].reason);
    }
    tally->count++;
    tally->sum.rows += run->rows;
    tally->sum.imported += run->imported;
    tally->sum.duplicates += run->duplicates;
    tally->sum.rejected += run->rejected;
    tally->seconds += result->seconds;
}

/* "3 files: 26,613 rows, 8,871 imported, 17,742 already present, 0 set aside, 0.3 s" */
static void sum_print(const struct tally *tally, bool dry_run) {
    const struct import_run *sum = &tally->sum;
    char rows[NUMBER_TEXT_SIZE], imported[NUMBER_TEXT_SIZE], present[NUMBER_TEXT_SIZE],
        aside[NUMBER_TEXT_SIZE];
    int all = tally->invocation->operand_count;
    printf("%d ", tally->count);
    if (tally->count < all)
        printf("of %d ", all);
    printf("files: %s rows, %s %s, %s already present, %s set aside, %.1f s\n",
           counted(sum->rows, rows), counted(sum->imported, imported),
           dry_run ? "would be imported" : "imported", counted(sum->duplicates, present),
           counted(sum->rejected, aside), tally->seconds);
}

static enum err tally_close(struct tally *tally, struct error *error) {
    enum err code = ERR_OK;
    struct look look = invocation_look(tally->invocation);
    if (look.format == FORMAT_JSON) {
        struct document *document = tally->document;
        document_json(document, "file",
                      tally->only_file != NULL ? json_text(tally->only_file) : json_null());
        document_json(document, "rows", json_integer(tally->sum.rows));
        document_json(document, "imported", json_integer(tally->sum.imported));
        document_json(document, "duplicates", json_integer(tally->sum.duplicates));
        document_json(document, "rejected", json_integer(tally->sum.rejected));
        document_json(document, "seconds", json_real(tally->seconds));
    }
    if (look.format != FORMAT_TEXT)
        code = document_print(tally->document, &look, stdout, error);
    else
        code = stream_check(stdout, "standard output", error);
    document_free(tally->document);
    return code;
}

static enum err options_convert(const struct options *options, struct import_options *out,
                                struct error *error) {
    *out = (struct import_options){
        .strict = options->strict, .dry_run = options->dry_run, .shop = options->shop};
    for (int i = 0; i < options->map.count; i++) {
        if (column_map_add(&out->map, options->map.items[i], error) != ERR_OK)
            return ERR_USAGE;
    }
    out->has_date_format = options->date_format != NULL;
    if (out->has_date_format && !date_format_by_name(options->date_format, &out->date_format)) {
        struct buffer names = {0};
        for (int i = 0; i < DATE_FORMAT_COUNT; i++)
            buffer_printf(&names, "%s%s", i != 0 ? ", " : "",
                          date_format_name((enum date_format)i));
        error_set(error, ERR_USAGE, "--date-format cannot be '%s'", options->date_format);
        error_hint(error, "It is one of: %s.", names.data);
        buffer_free(&names);
        return ERR_USAGE;
    }
    return ERR_OK;
}

/* A dry run leaves no database behind where there was none: it works on one that goes away. */
struct target {
    char *path;
    char folder[32]; /* "" where the database is the real one */
};

static enum err target_choose(struct target *target, const char *path, bool dry_run,
                              struct error *error) {
    *target = (struct target){0};
    if (dry_run && access(path, F_OK) != 0) {
        snprintf(target->folder, sizeof target->folder, "/tmp/retail-pulse.XXXXXX");
        if (mkdtemp(target->folder) == NULL) {
            target->folder[0] = '\0';
            return error_set(error, ERR_IO, "cannot make a folder in /tmp for the dry run");
        }
        target->path = xasprintf("%s/dry-run.db", target->folder);
    } else {
        target->path = xstrdup(path);
    }
    return ERR_OK;
}

static void target_leave(struct target *target) {
    static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; target->folder[0] != '\0' && i < sizeof endings / sizeof *endings; i++) {
        char *name = xasprintf("%s%s", target->path, endings[i]);
        unlink(name);
        free(name);
    }
    if (target->folder[0] != '\0')
        rmdir(target->folder);
    free(target->path);
}

/* "3,412 imported, 12 already present, 3 set aside: screen 7 lists them" */
static void note_result(struct worker_report *report, const struct import_result *result) {
    const struct import_run *run = &result->run;
    char imported[NUMBER_TEXT_SIZE], present[NUMBER_TEXT_SIZE], aside[NUMBER_TEXT_SIZE];
    struct buffer note = {0};
    if (result->nothing_new)
        buffer_text(&note, "This very file is in already; nothing was changed");
    else
        buffer_printf(&note, "%s imported, %s already present, %s set aside%s%s",
                      counted(run->imported, imported), counted(run->duplicates, present),
                      counted(run->rejected, aside),
                      run->rejected > 0 ? ": screen 7 lists them" : "",
                      result->mixed ? "; real and synthetic sales now stand side by side" : "");
    worker_report_note(report, note.data);
    buffer_free(&note);
}

/* Beside the dashboard: how it goes and how it ended, over the pipe. A signal may end it at any
 * moment: what was not committed is not there. */
static enum err run_beside(const struct invocation *invocation, const struct options *options,
                           struct error *error) {
    struct worker_report report = {(int)options->progress_fd};
    struct progress_sink sink = worker_report_sink(&report);
    struct import_options import;
    struct import_result result = {0};
    struct db *db = NULL;
    enum err code = options_convert(options, &import, error);
    if (code == ERR_OK)
        code = db_open_writer(invocation->db_path, &sink, &db, error);
    if (code == ERR_OK)
        code = import_file(db, invocation->operands[0], &import, &sink, &result, error);
    if (code == ERR_OK)
        note_result(&report, &result);
    db_close(db);
    worker_report_end(&report, code, error);
    import_result_free(&result);
    column_map_free(&import.map);
    return code;
}

/* Nothing but --dry-run goes with --undo: a file in the same breath could only be a mistake. */
static enum err undo_check(const struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (invocation->operand_count == 0 && !options->strict && options->map.count == 0 &&
        options->date_format == NULL && options->shop == NULL)
        return ERR_OK;
    error_set(error, ERR_USAGE, "--undo takes one import back and nothing in");
    return error_hint(error, "For example: retail-pulse import --undo 3 --dry-run.");
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->undo != 0) {
        const struct undo_options undo = {options->undo, options->dry_run,
                                          (int)options->progress_fd};
        enum err checked = undo_check(invocation, error);
        return checked == ERR_OK ? undo_run(invocation, &undo, error) : checked;
    }
    if (invocation->operand_count == 0) {
        error_set(error, ERR_USAGE, "import needs a file");
        return error_hint(error,
                          "For example: retail-pulse import sales.csv; - is standard input.");
    }
    if (options->progress_fd >= 0)
        return run_beside(invocation, options, error);
    struct import_options import;
    struct target target = {0};
    struct db *db = NULL;
    struct tally tally = {0};
    bool quiet = invocation->settings.quiet, text = invocation->settings.format == FORMAT_TEXT;
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, quiet);
    signal(SIGPIPE, SIG_IGN); /* the files go in even where nobody reads about it */
    interrupt_catch();
    enum err code = options_convert(options, &import, error);
    if (code == ERR_OK)
        code = target_choose(&target, invocation->db_path, options->dry_run, error);
    if (code == ERR_OK)
        code = db_open_writer(target.path, &sink, &db, error);
    if (code != ERR_OK)
        goto cleanup;
    tally_open(&tally, invocation);
    bool mixed = false;
    struct files_progress files;
    sink = files_progress_open(&files, sink, invocation->operands, invocation->operand_count);
    for (int i = 0; i < invocation->operand_count && code == ERR_OK; i++) {
        struct import_result result = {0};
        files_progress_next(&files, invocation->operands[i]);
        code = import_file(db, invocation->operands[i], &import, &sink, &result, error);
        progress_line_erase(&line);
        if (code == ERR_OK) {
            tally_add(&tally, invocation->operands[i], &result);
            if (text)
                result_print(invocation->operands[i], &result, options->dry_run);
            fflush(stdout);
            mixed = mixed || result.mixed;
        }
        import_result_free(&result);
    }
    if (text && invocation->operand_count > 1)
        sum_print(&tally, options->dry_run);
    if (mixed && !quiet)
        fputs("retail-pulse: synthetic and real sales now stand side by side in this database\n",
              stderr);
    invocation->set_aside = tally.sum.rejected > 0;
    struct error printing = {0};
    enum err printed = tally_close(&tally, &printing);
    if (code == ERR_OK && printed != ERR_OK) {
        code = printed;
        *error = printing;
    }
cleanup:
    progress_line_erase(&line);
    db_close(db);
    target_leave(&target);
    column_map_free(&import.map);
    return code;
}

const struct subcommand subcommand_import = {
    .operands = "FILE...",
    .about =
        "A FILE of - is standard input; one packed by gzip or zstd is unpacked. Every file goes in "
        "whole or not at all. What is already "
        "present is skipped, so the same file twice, or one that overlaps, does no harm. Rows that "
        "cannot be read are set aside (exit code 3); retail-pulse imports --rejects lists them. "
        "--undo takes an import back: retail-pulse imports lists their numbers.\n",
    .more = "Fields for --map: id, date, location, age, gender, handset, price, facebook, follows, "
            "returning, heard. Formats for --date-format: dd-mm-yyyy, dd/mm/yyyy, yyyy-mm-dd, "
            "mm/dd/yyyy, mm-dd-yyyy; one format holds for the whole file.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
