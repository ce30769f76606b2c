/* What a screen's load leaves out because it takes a pass over millions of sales: computed on a
 * thread with a connection of its own while keys are answered, and taken over in one piece.
 *
 * One at a time, for the topmost screen. The facts and the selection are lent to the thread;
 * whoever changes them stops it first (app_reselect does). */
#ifndef TUI_LATE_H
#define TUI_LATE_H

#include "base/errand.h"
#include "engine/slice/cube.h"
#include "engine/slice/slice.h"

struct app;
struct view;

/* What there is to compute from: valid until the work returns. */
struct late_source {
    const struct facts *facts;
    const struct selection *selection;
    const struct slice *slice;
};

struct late {
    struct errand *errand; /* NULL: nothing runs */
    struct view *view;
    void *result;
    struct facts facts;
    struct cube cube;
    struct slice slice;
    const struct selection *selection;
    char *path;
};

/* Whether the topmost screen has something left out that is not being computed. */
bool late_is_wanted(const struct app *app);

/* Begins it beside the interface, or does it at once where nothing is done beside. Reactions. */
unsigned late_start(struct app *app);
unsigned late_tick(struct app *app); /* takes over what has been computed */
int late_fd(const struct app *app);  /* −1: nothing runs */

/* Ends what runs within about a millisecond; what it has found is lost, and begun again where it is
 * still wanted. */
void late_stop(struct app *app);

#endif
