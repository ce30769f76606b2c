/* One piece of work on a thread of its own, beside whoever started it and polls for its end.
 *
 * The two share nothing while it runs: what it needs is handed over before, what it found after. */
#ifndef BASE_ERRAND_H
#define BASE_ERRAND_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"

struct errand;

/* On the thread; ends soon, with ERR_CANCELLED, once `stop` is set. */
typedef enum err errand_work(void *context, const atomic_bool *stop, struct error *error);

/* NULL where the system refuses a thread. */
struct errand *errand_start(errand_work *work, void *context);

int errand_fd(const struct errand *errand); /* readable once the work has ended */
bool errand_is_done(const struct errand *errand);
void errand_stop(struct errand *errand); /* asks it to end */

/* Waits for the work's end, tells how it ended and releases the errand. */
enum err errand_end(struct errand *errand, struct error *error);

#endif
