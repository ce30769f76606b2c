/* A search for parameters that outlives the process: every trial goes into the database as soon as
 * it is known, and the same search asked for again goes on from there. */
#ifndef ENGINE_LEARN_TUNING_H
#define ENGINE_LEARN_TUNING_H

#include "db/tuning.h"
#include "engine/learn/evaluate.h"

enum { TRIAL_FOR_ALL = -1 }; /* the fold of trials for the booster that is trained on everything */

struct tuning_options {
    const char *db_path;
    const struct progress_sink *progress; /* while another process writes */
    enum outcome target;
    int folds, repeats;
    struct evaluation_plan plan; /* algorithm and space are its candidates' */
    /* The best so far, once a fold's candidates have all been tried; may be NULL. */
    void (*tell)(void *context, const char *text);
    void *context;
};

/* Finds the search with this identity (SHA-256 of the data, the space, algorithm, treatment, folds,
 * repeats and seed; not of the number of trials, so that more can be asked for later) or begins it.
 */
enum err tuning_open(const struct tuning_options *options, const struct examples *examples,
                     struct tuning **out, struct error *error);
/* Writes what is pending, also after a failure; `finished`: the search is complete. */
enum err tuning_close(struct tuning *tuning, bool finished, struct error *error);

/* Fills log loss, AUC and seconds of a trial that is known already. */
bool tuning_known(const struct tuning *tuning, struct trial *trial);
/* Keeps a trial; it is in the database within half a second or so. The lock is held only for that
 * moment. */
enum err tuning_add(struct tuning *tuning, const struct trial *trial, const struct recipe *recipe,
                    struct error *error);
/* Trials in order, known ones included, for `tell`. */
void tuning_tell(struct tuning *tuning, const struct trial *trial, const struct recipe *recipe);

#endif
