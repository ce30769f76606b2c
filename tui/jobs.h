/* Long work beside the interface: one worker process at a time, its progress line, its end as a
 * notice. A second one is refused in words: two writers would only wait for each other, and a queue
 * would run what nobody remembers asking for. */
#ifndef TUI_JOBS_H
#define TUI_JOBS_H

#include <stdbool.h>

#include "base/worker.h"
#include "tui/pace.h"

/* X(symbol, what it is called, the sentence at its end; NULL: its own last note says it) */
#define JOB_LIST(X)                                                     \
    X(TRAIN, "Training", "Trained: the figures are on screens 2, 4, 5") \
    X(TUNE, "Tuning", "Tuned and trained: the search is on screen 4")   \
    X(IMPORT, "Importing", NULL)                                        \
    X(SCORE, "Scoring", NULL)                                           \
    X(UNDO, "Taking an import back", NULL)                              \
    X(BACKUP, "Backing up", NULL)                                       \
    X(CHECK, "Checking", NULL)

enum job_kind {
#define X(symbol, ...) JOB_##symbol,
    JOB_LIST(X)
#undef X
};

struct job {
    bool running;
    enum job_kind kind;
    struct worker worker;
    struct pace pace;
};

struct app;

/* Starts `arguments` (a subcommand, its options, NULL) on the app's database, or says why not.
 * What each returns is a reaction. */
unsigned jobs_start(struct app *app, enum job_kind kind, const char *const *arguments);

/* Whether work may be started now; a notice says why not. */
bool jobs_may_start(struct app *app, enum job_kind kind);

unsigned jobs_tick(struct app *app);
void jobs_cancel(struct app *app);
bool jobs_is_waiting(const struct app *app);     /* for another program that writes */
bool jobs_ends_by_escape(const struct app *app); /* it waits, or it only reads */
const char *jobs_name(const struct app *app);    /* "Training", of what runs */

/* One line about the running work: phase, share, done, rate, time left. Where they are wider than
 * `width` columns, what is done goes first, then the phase, then the rate: the time left stays. */
void jobs_line(const struct app *app, int width, char *text, size_t size);

#endif
