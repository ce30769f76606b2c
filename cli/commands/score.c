/* `retail-pulse score`: each sale's probabilities and segment, written into the database. */
#include <stdio.h>

#include "base/number.h"
#include "base/worker.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "engine/learn/scoring.h"

struct options {
    bool all;
    int64_t progress_fd; /* where the dashboard listens; −1: nobody does */
};

static void init(void *options) {
    *(struct options *)options = (struct options){.progress_fd = -1};
}

static const struct option_spec specs[] = {
    {"all", OPTION_FLAG, offsetof(struct options, all), NULL,
     "all sales anew, even where the models are the same", 0, 0, NULL},
    {"progress-fd", OPTION_INTEGER, offsetof(struct options, progress_fd), "FD", NULL, 0, INT32_MAX,
     NULL},
};

static void tell(struct document *document, const struct scoring *scoring) {
    static const struct column columns[] = {
        {.key = "scored", .title = "Scored now", .kind = KIND_COUNT},
        {.key = "sales", .title = "Sales with a score", .kind = KIND_COUNT},
        {.key = "anew", .title = "All anew", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},
        {.key = "returning", .title = "Returning", .kind = KIND_FLAG},
        {.key = "facebook", .title = "From Facebook", .kind = KIND_FLAG},
        {.key = "segments", .title = "Segments", .kind = KIND_FLAG},
    };
    struct table *figures = document_figures(document);
    const int64_t values[] = {scoring->scored,
                              scoring->sales,
                              scoring->anew,
                              scoring->outcomes[OUTCOME_RETURNING],
                              scoring->outcomes[OUTCOME_FACEBOOK],
                              scoring->segments};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        table_column(figures, &columns[i]);
        if (columns[i].kind == KIND_FLAG)
            table_flag(figures, values[i] != 0);
        else
            table_integer(figures, values[i]);
    }
    if (scoring->scored == 0)
        document_sentence(document, "Every sale had its score already.");
    else if (scoring->anew)
        document_sentence(document, "All sales were scored by the models that are active now.");
    else
        document_sentence(document, "Only the sales that are new were scored.");
    document_sentence(
        document, "A model was trained on these sales itself; what it said of sales that it had "
                  "not seen is in the table out_of_fold.");
}

/* Beside the dashboard: how it goes and how it ended, over the pipe. */
static enum err run_beside(const struct invocation *invocation, const struct options *options,
                           struct error *error) {
    struct worker_report report = {(int)options->progress_fd};
    struct progress_sink sink = worker_report_sink(&report);
    struct scoring scoring;
    char scored[NUMBER_TEXT_SIZE], sales[NUMBER_TEXT_SIZE], sentence[160];
    enum err err = scoring_run(invocation->db_path, options->all, &sink, &scoring, error);
    if (err == ERR_OK) {
        number_grouped(scoring.scored, scored, sizeof scored);
        number_grouped(scoring.sales, sales, sizeof sales);
        snprintf(sentence, sizeof sentence, "%s sales scored now, %s have a score", scored, sales);
        worker_report_note(&report,
                           scoring.scored == 0 ? "Every sale had its score already" : sentence);
    }
    worker_report_end(&report, err, error);
    return err;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->progress_fd >= 0)
        return run_beside(invocation, options, error);
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct scoring scoring;
    interrupt_catch();
    enum err err = scoring_run(invocation->db_path, options->all, &sink, &scoring, error);
    progress_line_erase(&line);
    if (err != ERR_OK)
        return err;
    struct document *document = document_new();
    tell(document, &scoring);
    struct look look = invocation_look(invocation);
    err = document_print(document, &look, stdout, error);
    document_free(document);
    return err;
}

const struct subcommand subcommand_score = {
    .about = "Writes into the table sale_score what the active models make of every sale, and its "
             "segment: only of new ones after an import, of all again after another training. "
             "Cancelled, it leaves the scores as they were.\n",
    .more = "Sales have been part of their model's training, so scores look better than\n"
            "the model is: models shows what it is worth, and the table out_of_fold has\n"
            "what it said of sales it had not seen.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
