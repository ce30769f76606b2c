/* What takes a pass over millions of sales: what a screen's load leaves out, and the cells of a
 * slice that cuts cells. Computed on a thread with a connection of its own while keys are answered,
 * and taken over in one piece.
 *
 * One at a time. The facts and the selection are lent to the thread; whoever changes them stops it
 * first (app_reselect does). */
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
    const atomic_bool *stop; /* nobody wants it any more; NULL: cannot be */
};

struct late {
    struct errand *errand; /* NULL: nothing runs */
    struct view *view;     /* whose; NULL: the slice's */
    bool waits_for_keys;   /* the slice's cells, as soon as no key waits */
    void *result;
    struct facts derived; /* the slice's cells */
    atomic_size_t streamed;
    struct facts facts;
    struct cube cube;
    struct slice slice;
    const struct selection *selection;
    char *path;
};

/* Whether the topmost screen has something left out that is not being computed; whether that is a
 * little, done between keys (screen_ops.is_due). */
bool late_is_due(const struct app *app);
bool late_is_wanted(const struct app *app);

/* Begins it beside the interface, or does it at once where nothing is done beside. Reactions. */
unsigned late_start(struct app *app);
unsigned late_tick(struct app *app); /* takes over what has been computed */
int late_fd(const struct app *app);  /* −1: nothing runs */

/* Makes the cells of the app's slice, which shop_must_derive; false where the system refuses a
 * thread. Until they are there the facts are of no slice, and nothing is selected. */
bool late_derive(struct app *app);
/* The same once no key waits, since lists of the slice are shown first (screen_ops.by_sales). */
void late_derive_soon(struct app *app);
bool late_is_deriving(const struct app *app);
int late_percent(const struct app *app); /* of the sales that have been passed over */

/* Ends what runs within about a millisecond; what it has found is lost, and begun again where it is
 * still wanted. */
void late_stop(struct app *app);

#endif
