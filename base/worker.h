/* Work in a process of its own, so that it freezes nothing and its failures stay away from the
 * terminal and the database.
 *
 * The parent starts the program itself with a hidden subcommand; the child tells progress, notes
 * and its end over a pipe, a line each. Killing the child at any moment leaves nothing
 * half-written. */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/progress.h"

struct worker {
    pid_t pid;
    int fd; /* readable when there is news; non-blocking */
    char pending[4096];
    size_t pending_length;
    char phase[160]; /* newest progress … */
    char unit[32];
    uint64_t done, total;
    char note[2048];     /* … newest note, "" before the first */
    int notes;           /* how many came so far */
    bool ended;          /* the child has told its result … */
    bool finished;       /* … and is gone */
    struct error result; /* once finished; code ERR_OK where all went well */
};

/* Runs /proc/self/exe with `arguments` (NULL-terminated, without the program's name) and
 * `--progress-fd N` after them. Standard output and error of the child go nowhere, and it dies
 * with the thread that started it. */
enum err worker_start(struct worker *worker, const char *const *arguments, struct error *error);

/* Takes what has arrived without blocking. True where anything changed. A child that dies without a
 * word finishes with ERR_FAILED and the signal's name. */
bool worker_poll(struct worker *worker);
/* The same; every note is heard, not only the newest. */
bool worker_poll_notes(struct worker *worker, void (*note)(void *context, const char *text),
                       void *context);

void worker_cancel(struct worker *worker); /* the child ends; poll until finished */
void worker_end(struct worker *worker);    /* cancels and lets it clear up for seconds, then … */
void worker_close(struct worker *worker);  /* reaps; kills where it still runs */

/* Blocks until the worker has finished, passing progress on; false from the sink cancels it. */
enum err worker_wait(struct worker *worker, const struct progress_sink *progress,
                     void (*note)(void *context, const char *text), void *context,
                     struct error *error);

/* The child's side. */
struct worker_report {
    int fd;
};
/* Writes a few times a second at most; a closed pipe cancels. Ignores SIGPIPE from here on. */
struct progress_sink worker_report_sink(struct worker_report *report);
void worker_report_note(struct worker_report *report, const char *text);
void worker_report_end(struct worker_report *report, enum err code, const struct error *error);

#endif
