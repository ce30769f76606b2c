/* Which screen is seen: the numbered ones, what was drilled into on top of them, and the ways back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/learn/customer.h"
#include "tui/app_state.h"

static const struct screen_ops *const screens[] = {
#define X(symbol, ops) &(ops),
    SCREEN_LIST(X)
#undef X
};

void view_open(struct view *view, const struct screen_ops *ops) {
    *view = (struct view){.ops = ops};
    view->state = xcalloc(1, view->ops->state_size);
}

void app_open_screens(struct app *app) {
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        view_open(&app->numbered[i], screens[i]);
}

static void view_close(struct app *app, struct view *view) {
    if (view->state == NULL)
        return;
    if (app->late.view == view)
        late_stop(app);
    if (view->ops->release != NULL)
        view->ops->release(view->state);
    free(view->state);
    view->state = NULL;
}

struct view *app_top(const struct app *app) {
    struct app *own = (struct app *)app;
    return own->depth > 0 ? &own->drills[own->depth - 1].view : &own->numbered[own->current];
}

bool app_is_reading(const struct app *app) {
    return app_facts(app)->summary != NULL;
}

bool app_is_waiting(const struct app *app) {
    return app_is_reading(app) || late_is_deriving(app);
}

bool app_must_wait(const struct app *app, const struct view *view) {
    if (late_is_deriving(app))
        return !(view->ops->by_sales && shop_would_sieve(app->shop, &app->slice));
    return app_is_reading(app) && shop_problem(app->shop) == NULL &&
           !(view->ops->by_summary && app->slice.count == 0);
}

static enum err load(struct app *app, struct view *view) {
    const struct error *problem = shop_problem(app->shop);
    if (problem != NULL && !(view->ops->by_summary && app->slice.count == 0)) {
        view->problem = *problem;
        return problem->code;
    }
    return view->ops->load(view->state, app, &view->problem);
}

void app_load_if_stale(struct app *app, struct view *view) {
    if (view->fresh || app_must_wait(app, view))
        return;
    if (app->late.view == view)
        late_stop(app);
    view->fresh = true;
    view->complete = false;
    view->code = ERR_OK;
    if (app_facts(app)->count == 0 && !view->ops->works_empty)
        return;
    view->code = load(app, view);
}

void app_prepare(struct app *app) {
    app_load_if_stale(app, app_top(app));
}

/* ----------------------------------------------------------------------- layers */

/* Lays a screen on top; what it filters is undone by Backspace. False where no more fit. */
static bool descend(struct app *app, enum screen_id screen) {
    if (app->depth == DRILL_MAX) {
        app_notice(app, STYLE_DIM, "No deeper; Backspace goes back");
        return false;
    }
    struct drill *drill = &app->drills[app->depth++];
    drill->before = slice_copy(&app->slice);
    view_open(&drill->view, screens[screen]);
    return true;
}

unsigned app_drill(struct app *app, enum dimension dimension, const char *label,
                   enum dimension by) {
    if (!descend(app, SCREEN_EXPLORE))
        return REACT_DRAW;
    app->explore_by[0] = label != NULL ? by : dimension;
    app->explore_count = 1;
    return label != NULL ? app_filter(app, dimension, FILTER_IS, label) : REACT_DRAW;
}

void app_close_layers(struct app *app, int depth) {
    while (app->depth > depth) {
        struct drill *drill = &app->drills[--app->depth];
        view_close(app, &drill->view);
        slice_free(&drill->before);
    }
}

void app_close_screens(struct app *app) {
    app_close_layers(app, 0);
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        view_close(app, &app->numbered[i]);
}

/* A layer that no value was drilled into: on top, or back to where it is already. */
unsigned app_show_layer(struct app *app, enum screen_id screen) {
    for (int i = 0; i < app->depth; i++) {
        if (app->drills[i].view.ops == screens[screen]) {
            app_close_layers(app, i + 1);
            return REACT_DRAW;
        }
    }
    descend(app, screen);
    return REACT_DRAW;
}

/* What was filtered by drilling goes; but a filter that was dropped meanwhile does not come back.
 */
unsigned app_leave(struct app *app) {
    if (app->depth == 0)
        return REACT_NONE;
    struct drill *drill = &app->drills[--app->depth];
    bool keeps = drill->view.ops->keeps_filters || !slice_contains(&app->slice, &drill->before);
    view_close(app, &drill->view);
    if (!keeps)
        return app_change_slice(app, drill->before);
    slice_free(&drill->before);
    return REACT_DRAW;
}

int app_explore_by(const struct app *app, enum dimension out[2]) {
    memcpy(out, app->explore_by, sizeof app->explore_by);
    return app->explore_count;
}

static unsigned explore_by(void *state, struct app *app, const char *text) {
    enum dimension by[2];
    (void)state;
    int count = app_read_by(app, text, by);
    if (count == 0 || !descend(app, SCREEN_EXPLORE))
        return REACT_DRAW;
    memcpy(app->explore_by, by, sizeof app->explore_by);
    app->explore_count = count;
    return REACT_DRAW;
}

unsigned app_explore_by_asked(struct app *app) {
    return app_ask_by(app, explore_by, NULL);
}

/* ------------------------------------------------------------- numbered screens */

unsigned app_show_screen(struct app *app, int screen) {
    app_close_layers(app, 0);
    app->current = screen;
    return REACT_DRAW;
}

unsigned app_show(struct app *app, enum screen_id screen, struct slice *slice) {
    struct slice next = *slice;
    *slice = (struct slice){0};
    return app_show_screen(app, (int)screen) | app_change_slice(app, next);
}

unsigned app_what_if(struct app *app, const struct customer *customer) {
    free(app->offered);
    app->offered = xcalloc(1, sizeof *app->offered);
    *app->offered = *customer;
    app->numbered[SCREEN_WHATIF].fresh = false;
    return app_show_screen(app, SCREEN_WHATIF);
}

bool app_take_customer(struct app *app, struct customer *customer) {
    if (app->offered == NULL)
        return false;
    *customer = *app->offered;
    free(app->offered);
    app->offered = NULL;
    return true;
}
