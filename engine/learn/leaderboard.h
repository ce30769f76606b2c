/* Models and what needs no model, in one table: whoever reads of an accuracy sees in the next line
 * what it takes to reach it without having learnt anything. */
#ifndef ENGINE_LEARN_LEADERBOARD_H
#define ENGINE_LEARN_LEADERBOARD_H

#include "base/progress.h"
#include "engine/learn/models.h"

/* X(symbol, name, title) */
#define BASELINE_LIST(X)               \
    X(RATE, "always the base rate")    \
    X(MAJORITY, "always the majority") \
    X(ALWAYS_YES, "always yes")

enum baseline {
#define X(symbol, ...) BASELINE_##symbol,
    BASELINE_LIST(X)
#undef X
        BASELINE_COUNT
};

const char *baseline_title(enum baseline baseline);

/* A model, or a baseline beside it. NaN where a figure means nothing: who gives the same
 * probability to everybody answers nobody, who answers yes or no gives no probability. */
struct leader {
    enum outcome target;
    const struct model_summary *model; /* borrowed; NULL: a baseline */
    enum baseline baseline;
    struct interval auc;
    double p_permutation;
    double pr_auc;
    double log_loss, log_loss_skill;
    double brier, brier_skill;
    double accuracy, f1, precision, recall, mcc;
};

/* Of one target, lowest log loss first, so that models below "always the base rate" are worse than
 * nothing; then what has no log loss. Without a sound model there are no baselines either: they are
 * known from the model's folds. The caller frees the rows. */
int leaderboard_make(const struct model_summary *models, int count, enum outcome target,
                     struct leader **out);

void leader_title(const struct leader *leader, char *text, size_t size);
const char *leader_verdict(const struct leader *leader); /* "skill", "no skill", "baseline" … */

/* How many of the models are damaged. */
int leaderboard_damaged(const struct leader *rows, int count);

enum { LEADERBOARD_SENTENCE_SIZE = 400 };

/* What the reader must take away: "No skill: none of the 5 models does better than always answering
 * the base rate (24.7%)." and what is damaged, with what to do about it. Empty where there is no
 * model. */
void leaderboard_sentence(const struct leader *rows, int count, char *text, size_t size);

/* Lets another stored model predict; `title` receives what it is, "Returning: Boosted trees".
 * Takes the writer's lock for it; `waiting` as for db_open_writer. ERR_NOT_FOUND, ERR_DAMAGED. */
enum err models_use(const char *db_path, int64_t id, const struct progress_sink *waiting,
                    char *title, size_t size, struct error *error);

#endif
