/* Threads that work through a row of numbered jobs.
 *
 * Nothing depends on how many threads there are: jobs are begun in order, and what they found is
 * settled in order, on the caller's thread. XGBoost trains many small models faster so, one a
 * thread, than each on all threads; sums over millions of sales are halves added up. */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct crew;

/* `idle` is called on the caller's thread ten times a second while it waits, to tell progress;
 * anything but ERR_OK from it (or from `settle`) ends the run. It may be NULL. */
struct crew *crew_open(int threads, enum err (*idle)(void *context, struct error *error),
                       void *context);
void crew_close(struct crew *crew);

struct crew_jobs {
    /* On any thread; jobs of one run at the same time. */
    enum err (*work)(void *context, size_t index, struct error *error);
    /* On the caller's thread, by rising index, once `work` has succeeded; `enough` stops the run:
     * later jobs are not begun, or what they found is not settled. May be NULL. */
    enum err (*settle)(void *context, size_t index, bool *enough, struct error *error);
    void *context;
};

/* Returns when no job runs any more. The failure of the lowest index is the one that is told. */
enum err crew_run(struct crew *crew, size_t count, const struct crew_jobs *jobs,
                  struct error *error);

#endif
