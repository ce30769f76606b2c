/* The dashboard as a whole: opened and closed, what its screens may ask of it, and what time
 * brings. */
#include "tui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/learn/customer.h"
#include "engine/slice/cube.h"
#include "tui/app_state.h"
#include "tui/frame.h"
#include "tui/named.h"
#include "tui/share.h"

/* ----------------------------------------------------------------- what screens ask */

struct shop *app_shop(const struct app *app) {
    return app->shop;
}

const struct facts *app_facts(const struct app *app) {
    return shop_facts(app->shop);
}

const struct facts *app_list_facts(const struct app *app) {
    return shop_list_facts(app->shop);
}

const struct selection *app_selection(const struct app *app) {
    return &app->selection;
}

const struct slice *app_slice(const struct app *app) {
    return &app->slice;
}

struct reading app_reading(const struct app *app) {
    return (struct reading){.shop = app->shop,
                            .facts = app_facts(app),
                            .slice = &app->slice,
                            .selection = &app->selection};
}

bool app_read_only(const struct app *app) {
    return app->options.read_only;
}

bool app_defers(const struct app *app) {
    return app->options.beside;
}

const struct checkup *app_checkup(const struct app *app) {
    return &app->checkup;
}

bool app_is_linear(const struct app *app) {
    return app->options.linear;
}

const char *app_last_visit(const struct app *app, int64_t *sale_id) {
    if (app->recall == NULL)
        return NULL;
    *sale_id = recall_number(app->recall, "seen-sale", 0);
    return recall_get(app->recall, "seen-at");
}

const char *app_db_path(const struct app *app) {
    return app->db_path;
}

int app_body_height(const struct app *app) {
    return frame_body(app).height;
}

int app_body_width(const struct app *app) {
    return frame_body(app).width;
}

void app_notice(struct app *app, enum style style, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->notice, sizeof app->notice, format, arguments);
    va_end(arguments);
    app->notice_style = style;
    app->notice_until_ms = clock_elapsed_ms() + 6000;
}

const struct recall *app_names(const struct app *app) {
    return app->names;
}

bool app_save_name(struct app *app, const char *name, const char *filters) {
    bool kept = named_save(app->names, name, filters);
    recall_save(app->names);
    return kept;
}

void app_drop_name(struct app *app, int position) {
    named_drop(app->names, position);
    recall_save(app->names);
}

/* ------------------------------------------------------------------------ time */

unsigned app_tick(struct app *app) {
    unsigned reaction = REACT_NONE;
    if (app->notice[0] != '\0' && clock_elapsed_ms() >= app->notice_until_ms) {
        app->notice[0] = '\0';
        reaction |= REACT_DRAW;
    }
    reaction |= jobs_tick(app) | late_tick(app);
    bool changed = false, taken;
    int names = app_names_known(app);
    struct error error;
    bool deriving = late_is_deriving(app);
    bool outdated = shop_is_changed(app->shop);
    if (outdated)
        late_stop(app);
    if (shop_take(app->shop, &taken, &error) != ERR_OK)
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
    if (taken)
        return reaction | app_cells_came(app, names);
    /* What changes from here on waits for the next tick: work beside still reads these facts. */
    if (outdated && shop_refresh(app->shop, &changed, &error) != ERR_OK) {
        if (deriving)
            reaction |= app_reselect(app);
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        return reaction | REACT_DRAW;
    }
    struct view *top = app_top(app);
    if (!changed && top->fresh && top->code == ERR_OK && top->ops->is_outdated != NULL &&
        top->ops->is_outdated(top->state, app)) {
        top->fresh = false;
        reaction |= REACT_DRAW;
    }
    return changed ? reaction | app_reselect(app) : reaction;
}

int app_worker_fd(const struct app *app) {
    return app->job.running ? app->job.worker.fd : -1;
}

int app_names_known(const struct app *app) {
    return app_facts(app)->locations.count + app_facts(app)->handsets.count;
}

int app_late_fd(const struct app *app) {
    return late_fd(app);
}

bool app_is_due(const struct app *app) {
    return late_is_due(app);
}

bool app_is_idle(const struct app *app) {
    return !late_is_wanted(app);
}

unsigned app_begin_late(struct app *app) {
    return late_start(app);
}

int app_reading_fd(const struct app *app) {
    return shop_fd(app->shop);
}

/* -------------------------------------------------------------- open and close */

enum err app_open(const struct tui_options *options, struct app **out, struct error *error) {
    struct app *app = xcalloc(1, sizeof *app);
    app->options = *options;
    app->db_path = xstrdup(options->db_path);
    app->pair[0] = DIMENSION_LOCATION;
    app->pair[1] = DIMENSION_FACEBOOK;
    int64_t sales = options->sales_in_memory > 0 ? options->sales_in_memory : FACTS_IN_MEMORY;
    enum err code = (options->beside ? shop_open_beside : shop_open_up_to)(app->db_path, sales,
                                                                           &app->shop, error);
    if (code == ERR_OK) {
        shop_set_weekend(app->shop, options->weekend);
        code = app_select(app, error);
    }
    if (code != ERR_OK) {
        app_close(app);
        return code;
    }
    app_open_screens(app);
    app->recall = options->remember ? recall_open(app->db_path) : NULL;
    app->names = app->recall != NULL ? app->recall : recall_new();
    visit_return(app);
    *out = app;
    return ERR_OK;
}

void app_close(struct app *app) {
    if (app == NULL)
        return;
    if (app->job.running)
        worker_end(&app->job.worker);
    checkup_free(&app->checkup);
    free(app->backup_path);
    late_stop(app);
    visit_remember(app);
    picker_close(&app->picker);
    share_close(&app->share);
    if (app->names != app->recall)
        recall_close(app->names);
    recall_close(app->recall);
    app_close_screens(app);
    free(app->offered);
    history_forget(&app->history);
    selection_free(&app->selection);
    slice_free(&app->slice);
    shop_close(app->shop);
    free(app->db_path);
    free(app);
}
