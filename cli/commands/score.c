/* `retail-pulse score`: each sale's probabilities and segment, written into the database. */
#include "base/number.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "engine/learn/scoring.h"

struct options {
    bool all;
};

static const struct option_spec specs[] = {
    {"all", OPTION_FLAG, offsetof(struct options, all), NULL,
     "all sales anew, even where the models are the same", 0, 0, NULL},
};

static void tell(struct document *document, const struct scoring *scoring) {
    static const struct column columns[] = {
        {.key = "scored", .title = "Scored now", .kind = KIND_COUNT},
        {.key = "sales", .title = "Sales with a score", .kind = KIND_COUNT},
        {.key = "anew", .title = "All anew", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},
        {.key = "returning", .title = "Bought before", .kind = KIND_FLAG},
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

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
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
    .run = run,
};
