/* `retail-pulse doctor`: whether the database is whole, and what to do where it is not. */
#include "report/doctor.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/worker.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "engine/doctor/diagnosis.h"
#include "engine/doctor/repair.h"
#include "report/finding.h"

static enum err told(const struct diagnosis *diagnosis, struct error *error) {
    if (diagnosis_worst(diagnosis) != GRADE_BROKEN)
        return ERR_OK;
    error_set(error, ERR_DAMAGED, "%s is not whole", diagnosis->path);
    return error_hint(error, diagnosis_needs(diagnosis, REMEDY_SALVAGE)
                                 ? "retail-pulse doctor --repair saves what can be read into a "
                                   "new file; this one stays as it is"
                                 : "what is marked broken says what to do");
}

struct options {
    bool repair;
    const char *into;    /* NULL: beside the database */
    int64_t progress_fd; /* where the dashboard listens; −1: nobody does */
};

static void init(void *options) {
    *(struct options *)options = (struct options){.progress_fd = -1};
}

static enum err check_usage(const struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->into != NULL && !options->repair)
        return error_set(error, ERR_USAGE, "--into needs --repair");
    if (options->repair && invocation->settings.read_only) {
        error_set(error, ERR_READ_ONLY, "--repair would write, which --read-only refuses");
        return error_hint(error, "Leave --read-only out.");
    }
    return ERR_OK;
}

static enum err salvage(struct invocation *invocation, const struct progress_sink *sink,
                        const char *path, struct document **document, struct error *error) {
    const struct options *options = invocation->options;
    char *into = options->into != NULL ? file_expand(options->into) : xasprintf("%s.saved", path);
    struct salvaged salvaged = {0};
    enum err err = file_check_place(into, error);
    if (err == ERR_OK)
        err = repair_salvage(path, into, sink, &salvaged, error);
    if (err == ERR_OK)
        *document = report_salvaged(&salvaged, into);
    salvaged_free(&salvaged);
    free(into);
    return err;
}

/* What was done; a document only where something was. */
static enum err repair(struct invocation *invocation, const struct diagnosis *diagnosis,
                       struct error *error) {
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct document *document = NULL;
    struct rebuilt rebuilt;
    enum err err = ERR_OK;
    if (diagnosis_needs(diagnosis, REMEDY_SALVAGE)) {
        err = salvage(invocation, &sink, diagnosis->path, &document, error);
    } else if (diagnosis_needs(diagnosis, REMEDY_REBUILD)) {
        err = repair_rebuild(diagnosis->path, &sink, &rebuilt, error);
        document = err == ERR_OK ? document_new() : NULL;
        if (document != NULL)
            document_sentence(document, "Columns and sums were made anew from the sales.");
    }
    progress_line_erase(&line);
    if (err == ERR_OK && document != NULL)
        return invocation_print(invocation, document, error);
    if (err == ERR_OK) /* there is nothing that a repair could do */
        err = invocation_print(invocation, report_diagnosis(diagnosis), error);
    return err == ERR_OK ? told(diagnosis, error) : err;
}

/* Beside the dashboard: a note for each finding, then one that says what they come to. */
static enum err run_beside(const struct invocation *invocation, struct error *error) {
    static const char *const sums[] = {"Checked: the database is whole",
                                       "Checked: nothing is broken; something deserves a look",
                                       "Checked: something is broken; screen 7 says what to do"};
    struct worker_report report = {(int)((const struct options *)invocation->options)->progress_fd};
    struct progress_sink told = worker_report_sink(&report), sink = interrupt_sink(&told);
    struct diagnosis diagnosis;
    interrupt_catch();
    enum err err = diagnose(invocation->db_path, &sink, &diagnosis, error);
    for (size_t i = 0; err == ERR_OK && i < diagnosis.count; i++) {
        char *line = finding_line(&diagnosis.findings[i]);
        worker_report_note(&report, line);
        free(line);
    }
    if (err == ERR_OK) {
        worker_report_note(&report, sums[diagnosis_worst(&diagnosis)]);
        diagnosis_free(&diagnosis);
    }
    worker_report_end(&report, err, error);
    return err;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (check_usage(invocation, error) != ERR_OK)
        return error->code;
    if (options->progress_fd >= 0)
        return run_beside(invocation, error);
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct diagnosis diagnosis;
    interrupt_catch();
    enum err err = diagnose(invocation->db_path, &sink, &diagnosis, error);
    progress_line_erase(&line);
    if (err != ERR_OK)
        return err;
    if (options->repair)
        err = repair(invocation, &diagnosis, error);
    else
        err = invocation_print(invocation, report_diagnosis(&diagnosis), error);
    if (err == ERR_OK && !options->repair)
        err = told(&diagnosis, error);
    diagnosis_free(&diagnosis);
    return err;
}

static const struct option_spec specs[] = {
    {"repair", OPTION_FLAG, offsetof(struct options, repair), NULL,
     "make anew what is derived; save what can be read of a damaged file into a new one", 0, 0,
     NULL},
    {"into", OPTION_TEXT, offsetof(struct options, into), "FILE",
     "with --repair: the new file (the database's name with .saved)", 0, 0, NULL},
    {"progress-fd", OPTION_INTEGER, offsetof(struct options, progress_fd), "FD", NULL, 0, INT32_MAX,
     NULL},
};

const struct subcommand subcommand_doctor = {
    .about =
        "Looks at everything and changes nothing: the file, who may read and write it, room, log "
        "and lock; every page, table and reference; the imports against their sales; columns and "
        "sums against the sales, to the last digit; models by their checksums and by predictions "
        "that were stored with them. Each finding is fine, worth a look, or broken, with what to "
        "do. Exit code 0 where nothing is broken, 1 where something is.\n",
    .more =
        "--repair makes columns and sums anew where only these are broken. Where the file itself "
        "is, it reads every page that is whole, whether a table still leads to it or not, compares "
        "the sales with the columns, whose checksums tell which of the two is right, and writes "
        "what there is into a new file. The damaged one is never changed. What was lost is said in "
        "numbers, by import.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
