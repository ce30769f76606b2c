/* A search for parameters as people read it: its candidates, each over all the folds in which it
 * has been tried so far. */
#ifndef ENGINE_LEARN_TUNING_HISTORY_H
#define ENGINE_LEARN_TUNING_HISTORY_H

#include "engine/learn/models.h"

struct tuning_candidate {
    int number;           /* 0 is the default recipe */
    int tried;            /* in how many folds of all repeats, and for the model on all sales */
    double log_loss, auc; /* means over those, on rows inside the training folds */
    double seconds;       /* in all */
    double best_so_far;   /* lowest log loss among the candidates up to this one */
    char *parameters;     /* JSON object; owned */
};

struct tuning_history {
    bool found; /* false: nothing was ever searched for this kind of model */
    bool finished;
    char started_at[CLOCK_STAMP_SIZE];
    int64_t trials;                      /* of all candidates in all folds */
    struct tuning_candidate *candidates; /* by number; owned */
    int count;
    int best; /* position of the lowest log loss; −1: no trial yet */
};

/* The newest search for models of this target, algorithm and treatment, running or not. The caller
 * frees with tuning_history_free. */
enum err tuning_history_load(struct db *db, const struct model_summary *model,
                             struct tuning_history *out, struct error *error);
void tuning_history_free(struct tuning_history *history);

/* In words: how far the search is and whether it found anything better than the default. */
void tuning_history_sentence(const struct tuning_history *history, char *text, size_t size);

/* "rounds 102, max_depth 4, eta 0.0236": what was searched for, without what every model of this
 * algorithm has. */
void tuning_parameters_text(const struct tuning_candidate *candidate, char *text, size_t size);

#endif
