#include "tui/late.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tui/app_state.h"

bool late_is_wanted(const struct app *app) {
    const struct view *view = app_top(app);
    return view->ops->late_work != NULL && view->fresh && view->code == ERR_OK && !view->complete &&
           app_facts(app)->count != 0 && !app_is_reading(app) &&
           view->ops->late_begin(view->state, NULL);
}

static void discard(const struct view *view, void *result) {
    view->ops->late_release(result);
    free(result);
}

static unsigned take_over(struct app *app, struct view *view, void *result) {
    view->ops->late_take(view->state, app, result);
    discard(view, result);
    return REACT_DRAW;
}

static void *new_result(const struct view *view) {
    void *result = xcalloc(1, view->ops->late_size);
    view->ops->late_begin(view->state, result);
    return result;
}

static enum err work(void *context, const atomic_bool *stop, struct error *error) {
    struct late *late = context;
    struct db *db;
    enum err err = db_open_reader(late->path, &db, error);
    if (err != ERR_OK)
        return err;
    if (late->facts.cube != NULL) {
        late->cube.db = db;
        late->cube.stop = stop;
    }
    const struct late_source source = {&late->facts, late->selection, &late->slice};
    err = late->view->ops->late_work(late->result, &source, error);
    if (err == ERR_OK && atomic_load(stop)) /* screens pass over what fails */
        err = ERR_CANCELLED;
    db_close(db);
    return err;
}

static void end(struct late *late) {
    slice_free(&late->slice);
    free(late->path);
    *late = (struct late){.errand = NULL};
}

static unsigned work_at_once(struct app *app, struct view *view) {
    const struct late_source source = {app_facts(app), app_selection(app), app_slice(app)};
    void *result = new_result(view);
    if (view->ops->late_work(result, &source, NULL) == ERR_OK)
        return take_over(app, view, result);
    discard(view, result);
    return REACT_NONE;
}

unsigned late_start(struct app *app) {
    struct view *view = app_top(app);
    struct late *late = &app->late;
    late_stop(app);
    view->complete = true;
    if (view->ops->complete != NULL)
        return view->ops->complete(view->state, app) ? REACT_DRAW : REACT_NONE;
    if (!app->options.beside)
        return work_at_once(app, view);
    *late = (struct late){.view = view,
                          .result = new_result(view),
                          .facts = *app_facts(app),
                          .slice = slice_copy(app_slice(app)),
                          .selection = app_selection(app),
                          .path = xstrdup(app->db_path)};
    if (late->facts.cube != NULL) {
        late->cube = *late->facts.cube;
        late->facts.cube = &late->cube;
    }
    late->errand = errand_start(work, late);
    if (late->errand != NULL)
        return REACT_NONE;
    discard(view, late->result);
    end(late);
    return work_at_once(app, view);
}

unsigned late_tick(struct app *app) {
    struct late *late = &app->late;
    if (late->errand == NULL || !errand_is_done(late->errand))
        return REACT_NONE;
    unsigned reaction = REACT_NONE;
    if (errand_end(late->errand, NULL) == ERR_OK)
        reaction = take_over(app, late->view, late->result);
    else
        discard(late->view, late->result);
    end(late);
    return reaction;
}

int late_fd(const struct app *app) {
    return app->late.errand != NULL ? errand_fd(app->late.errand) : -1;
}

void late_stop(struct app *app) {
    struct late *late = &app->late;
    if (late->errand == NULL)
        return;
    errand_stop(late->errand);
    errand_end(late->errand, NULL);
    late->view->complete = false;
    discard(late->view, late->result);
    end(late);
}
