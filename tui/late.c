#include "tui/late.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tui/app_state.h"

static bool is_shown(const struct app *app, const struct view *view) {
    return view->fresh && view->code == ERR_OK && app_facts(app)->count != 0 &&
           !app_is_waiting(app);
}

static bool is_due(const struct view *view) {
    return view->ops->is_due != NULL && view->ops->is_due(view->state);
}

bool late_is_due(const struct app *app) {
    return is_shown(app, app_top(app)) && is_due(app_top(app));
}

bool late_is_wanted(const struct app *app) {
    const struct view *view = app_top(app);
    if (app->late.waits_for_keys)
        return true;
    if (!is_shown(app, view))
        return false;
    return is_due(view) || (view->ops->late_work != NULL && !view->complete &&
                            view->ops->late_begin(view->state, NULL));
}

static void discard(const struct view *view, void *result) {
    view->ops->late_release(result);
    free(result);
}

static unsigned take_over(struct app *app, struct view *view, void *result) {
    view->ops->late_take(view->state, app, result);
    view->complete = !view->ops->late_in_steps;
    discard(view, result);
    return REACT_DRAW;
}

static void *new_result(const struct view *view) {
    void *result = xcalloc(1, view->ops->late_size);
    view->ops->late_begin(view->state, result);
    return result;
}

static void end(struct late *late) {
    slice_free(&late->slice);
    free(late->path);
    *late = (struct late){.errand = NULL};
}

/* ------------------------------------------------------------------------- on the thread */

static enum err make_cells(struct late *late, struct error *error) {
    struct slice fine;
    enum err err = cube_fine_filters(&late->facts, &late->slice, &fine, error);
    if (err == ERR_OK)
        err = cube_derive(&late->facts, &fine, &late->derived, error);
    free(fine.filters);
    return err;
}

static enum err work(void *context, const atomic_bool *stop, struct error *error) {
    struct late *late = context;
    const struct late_source source = {&late->facts, late->selection, &late->slice, stop};
    struct db *db;
    enum err err = db_open_reader(late->path, &db, error);
    if (err != ERR_OK)
        return err;
    late->cube.db = db;
    late->cube.stop = stop;
    late->cube.streamed = &late->streamed;
    err = late->view == NULL ? make_cells(late, error)
                             : late->view->ops->late_work(late->result, &source, error);
    if (late->view != NULL && err == ERR_OK && atomic_load(stop))
        err = ERR_CANCELLED; /* screens pass over what fails */
    db_close(db);
    memory_give_back();
    return err;
}

/* -------------------------------------------------------------------------- beside it */

static bool start(struct app *app, struct view *view, void *result) {
    struct late *late = &app->late;
    *late = (struct late){.view = view,
                          .result = result,
                          .facts = *app_facts(app),
                          .slice = slice_copy(app_slice(app)),
                          .selection = app_selection(app),
                          .path = xstrdup(app->db_path)};
    if (late->facts.cube != NULL) {
        late->cube = *late->facts.cube;
        late->facts.cube = &late->cube;
    }
    late->errand = errand_start(work, late);
    if (late->errand == NULL)
        end(late);
    return late->errand != NULL;
}

static unsigned work_at_once(struct app *app, struct view *view) {
    const struct late_source source = {app_facts(app), app_selection(app), app_slice(app), NULL};
    void *result = new_result(view);
    if (view->ops->late_work(result, &source, NULL) == ERR_OK)
        return take_over(app, view, result);
    discard(view, result);
    return REACT_NONE;
}

unsigned late_start(struct app *app) {
    struct view *view = app_top(app);
    if (app->late.waits_for_keys) {
        app->late.waits_for_keys = false;
        return start(app, NULL, NULL) ? REACT_NONE : app_choose(app);
    }
    if (is_due(view))
        return view->ops->complete(view->state, app) ? REACT_DRAW : REACT_NONE;
    late_stop(app);
    view->complete = true;
    void *result = app->options.beside ? new_result(view) : NULL;
    if (result != NULL && start(app, view, result))
        return REACT_NONE;
    if (result != NULL)
        discard(view, result);
    return work_at_once(app, view);
}

bool late_derive(struct app *app) {
    late_stop(app);
    return start(app, NULL, NULL);
}

void late_derive_soon(struct app *app) {
    late_stop(app);
    app->late.waits_for_keys = true;
}

bool late_is_deriving(const struct app *app) {
    return app->late.waits_for_keys || (app->late.errand != NULL && app->late.view == NULL);
}

int late_percent(const struct app *app) {
    size_t packs = app->late.cube.packs.count;
    return packs != 0 ? (int)(atomic_load(&app->late.streamed) * 100 / packs) : 0;
}

/* A slice that nothing can be made for goes; what has just changed is read again before that. */
static unsigned take_cells(struct app *app, enum err err, struct facts *cells,
                           const struct error *error) {
    struct error problem;
    if (err == ERR_BUSY && shop_is_changed(app->shop))
        return app_reselect(app);
    if (err == ERR_OK) {
        const struct view *top = app_top(app);
        bool stands = top->fresh && top->ops->by_sales; /* these lists, from the same sales */
        shop_take_derived(app->shop, cells);
        unsigned reaction = app_reselect(app);
        app_top(app)->fresh = stands && app->slice.count > 0;
        return reaction;
    }
    problem = *error;
    app_clear_slice(app);
    unsigned reaction = app_reselect(app);
    app_notice(app, STYLE_PROBLEM, "%s", problem.message);
    return reaction;
}

unsigned late_tick(struct app *app) {
    struct late *late = &app->late;
    if (late->errand == NULL || !errand_is_done(late->errand))
        return late_is_deriving(app) ? REACT_DRAW : REACT_NONE;
    struct view *view = late->view;
    struct error error;
    enum err err = errand_end(late->errand, &error);
    struct facts cells = late->derived;
    void *result = late->result;
    end(late);
    if (view == NULL)
        return take_cells(app, err, &cells, &error);
    if (err == ERR_OK)
        return take_over(app, view, result);
    discard(view, result);
    return REACT_NONE;
}

int late_fd(const struct app *app) {
    return app->late.errand != NULL ? errand_fd(app->late.errand) : -1;
}

void late_stop(struct app *app) {
    struct late *late = &app->late;
    late->waits_for_keys = false;
    if (late->errand == NULL)
        return;
    errand_stop(late->errand);
    bool made = errand_end(late->errand, NULL) == ERR_OK;
    if (late->view != NULL) {
        late->view->complete = false;
        discard(late->view, late->result);
    } else if (made) {
        cube_derived_free(&late->derived);
    }
    end(late);
}
