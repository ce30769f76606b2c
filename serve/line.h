/* Requests that wait for another thread, first come, first served; as many as have a chance. */
#ifndef SERVE_LINE_H
#define SERVE_LINE_H

#include <pthread.h>
#include <stdbool.h>

#include "serve/request.h"

struct line {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct request *first, *last;
    int count, most;
    bool closed;
};

void line_init(struct line *line, int most);
void line_destroy(struct line *line);

/* False where it is full or closed. */
bool line_put(struct line *line, struct request *request);

/* Waits for the first of them; NULL once the line is closed and empty. */
struct request *line_take(struct line *line);

/* All that are there, `most` at most, as a list by `next`; waits up to `patience_ms` (below 0: for
 * ever) for the first. NULL: nobody came, or the line is closed and empty. */
struct request *line_take_all(struct line *line, int most, int patience_ms);

bool line_is_closed(struct line *line);

/* Nobody is let in any more; who is in still gets an answer. */
void line_close(struct line *line);

#endif
