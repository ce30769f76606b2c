/* State and keys of the dashboard: which screen, which slice, what lies on top. */
#include "tui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/number.h"
#include "engine/learn/customer.h"
#include "tui/app_state.h"
#include "tui/frame.h"
#include "tui/mouse.h"
#include "tui/named.h"
#include "tui/share.h"
#include "tui/terminal.h"

static const struct screen_ops *const screens[] = {
#define X(symbol, ops) &(ops),
    SCREEN_LIST(X)
#undef X
};

/* ------------------------------------------------------------------------------------------ views
 */

void view_open(struct view *view, const struct screen_ops *ops) {
    *view = (struct view){.ops = ops};
    view->state = xcalloc(1, view->ops->state_size);
}

static void view_close(struct view *view) {
    if (view->state == NULL)
        return;
    if (view->ops->release != NULL)
        view->ops->release(view->state);
    free(view->state);
    view->state = NULL;
}

struct view *app_top(const struct app *app) {
    struct app *own = (struct app *)app;
    return own->depth > 0 ? &own->drills[own->depth - 1].view : &own->numbered[own->current];
}

void app_load_if_stale(struct app *app, struct view *view) {
    if (view->fresh)
        return;
    view->fresh = true;
    view->code = ERR_OK;
    if (app_facts(app)->count == 0 && !view->ops->works_empty)
        return;
    view->code = view->ops->load(view->state, app, &view->problem);
}

void app_prepare(struct app *app) {
    app_load_if_stale(app, app_top(app));
}

/* ------------------------------------------------------------------------------------------ drill
 */

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
        view_close(&drill->view);
        slice_free(&drill->before);
    }
}

/* A layer that no value was drilled into: on top, or back to where it is already. */
static unsigned show_layer(struct app *app, enum screen_id screen) {
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
static unsigned drill_out(struct app *app) {
    if (app->depth == 0)
        return REACT_NONE;
    struct drill *drill = &app->drills[--app->depth];
    bool keeps = drill->view.ops->keeps_filters || !slice_contains(&app->slice, &drill->before);
    view_close(&drill->view);
    if (!keeps)
        return app_change_slice(app, drill->before);
    slice_free(&drill->before);
    return REACT_DRAW;
}

int app_explore_by(const struct app *app, enum dimension out[2]) {
    memcpy(out, app->explore_by, sizeof app->explore_by);
    return app->explore_count;
}

void app_keep_pair(struct app *app, const enum dimension pair[2]) {
    memcpy(app->pair, pair, sizeof app->pair);
}

/* By two dimensions at once: those of the last time, at first where customers live by whether they
 * came from the page. */
static unsigned explore_pair(struct app *app) {
    if (!descend(app, SCREEN_EXPLORE))
        return REACT_DRAW;
    memcpy(app->explore_by, app->pair, sizeof app->explore_by);
    app->explore_count = 2;
    return REACT_DRAW;
}

unsigned app_leave(struct app *app) {
    return drill_out(app);
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

/* ----------------------------------------------------------------------------------- what screens
 * ask */

struct shop *app_shop(const struct app *app) {
    return app->shop;
}

const struct facts *app_facts(const struct app *app) {
    return shop_facts(app->shop);
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

/* ---------------------------------------------------------------------------------------- prompts
 */

unsigned app_prompt(struct app *app, const char *label, const char *initial, prompt_accept *accept,
                    void *state) {
    prompt_open(&app->prompt, label, initial);
    app->prompting = true;
    app->prompt_filters = false;
    app->prompt_accept = accept;
    app->prompt_state = state;
    return REACT_DRAW;
}

static unsigned prompt_takes(struct app *app, const struct key *key) {
    switch (prompt_key(&app->prompt, key)) {
    case PROMPT_CLOSED:
        app->prompting = false;
        return REACT_DRAW;
    case PROMPT_ACCEPTED: {
        char text[PROMPT_TEXT_MAX];
        snprintf(text, sizeof text, "%s", app->prompt.text);
        app->prompting = false;
        return app->prompt_accept(app->prompt_state, app, text) | REACT_DRAW;
    }
    case PROMPT_COMPLETE:
        if (app->prompt_filters)
            filters_complete(app);
        return REACT_DRAW;
    case PROMPT_CHANGED:
        break;
    case PROMPT_UNCHANGED:
        return REACT_NONE;
    }
    if (app->prompt_filters)
        filters_preview(app);
    return REACT_DRAW;
}

/* ------------------------------------------------------------------------------------------- keys
 */

static unsigned show_screen(struct app *app, int screen) {
    app_close_layers(app, 0);
    app->current = screen;
    return REACT_DRAW;
}

unsigned app_show(struct app *app, enum screen_id screen, struct slice *slice) {
    struct slice next = *slice;
    *slice = (struct slice){0};
    return show_screen(app, (int)screen) | app_change_slice(app, next);
}

unsigned app_what_if(struct app *app, const struct customer *customer) {
    free(app->offered);
    app->offered = xcalloc(1, sizeof *app->offered);
    *app->offered = *customer;
    app->numbered[SCREEN_WHATIF].fresh = false;
    return show_screen(app, SCREEN_WHATIF);
}

bool app_take_customer(struct app *app, struct customer *customer) {
    if (app->offered == NULL)
        return false;
    *customer = *app->offered;
    free(app->offered);
    app->offered = NULL;
    return true;
}

static unsigned quit(struct app *app) {
    if (app->depth > 0)
        return drill_out(app);
    if (app->job.running) {
        app_notice(app, STYLE_WARNING, "%s is running: Ctrl-C cancels it, then q quits",
                   jobs_name(app));
        return REACT_DRAW;
    }
    return REACT_QUIT;
}

static unsigned cancel(struct app *app) {
    if (app->job.running)
        jobs_cancel(app);
    else
        app_notice(app, STYLE_DIM, "Nothing is running; q quits");
    return REACT_DRAW;
}

unsigned app_train(struct app *app) {
    if (jobs_may_start(app, JOB_TRAIN))
        job_menu_open(&app->job_menu);
    return REACT_DRAW;
}

static unsigned act_globally(struct app *app, enum action action) {
    switch (action) {
    case ACTION_OVERVIEW:
    case ACTION_SEGMENTS:
    case ACTION_MARKETING:
    case ACTION_MODELS:
    case ACTION_WHATIF:
    case ACTION_SALES:
    case ACTION_DATA:
        return show_screen(app, (int)(action - ACTION_OVERVIEW));
    case ACTION_BACK:
        return drill_out(app);
    case ACTION_FILTER:
        return filters_ask(app);
    case ACTION_DROP:
        return app_drop_filter(app, false);
    case ACTION_CLEAR:
        return app_drop_filter(app, true);
    case ACTION_UNDO:
        return history_undo(app);
    case ACTION_REDO:
        return history_redo(app);
    case ACTION_DISTRIBUTION:
        return show_layer(app, SCREEN_DISTRIBUTION);
    case ACTION_BY:
        return explore_pair(app);
    case ACTION_COMPARE:
        return show_layer(app, SCREEN_COMPARE);
    case ACTION_SLICES:
        return show_layer(app, SCREEN_SLICES);
    case ACTION_LINKED:
        return show_layer(app, SCREEN_LINKED);
    case ACTION_NEWS:
        return show_layer(app, SCREEN_NEWS);
    case ACTION_TRAIN:
        return app_train(app);
    case ACTION_IMPORT:
        return picker_open(&app->picker, app);
    case ACTION_EXPORT:
        return share_export(app);
    case ACTION_COPY:
        return share_copy(app);
    case ACTION_SOURCE:
        return share_source(app);
    case ACTION_HELP:
        palette_open(&app->palette, PALETTE_HELP, app_top(app)->ops);
        return REACT_DRAW;
    case ACTION_PALETTE:
        palette_open(&app->palette, PALETTE_SEARCH, app_top(app)->ops);
        return REACT_DRAW;
    case ACTION_REDRAW:
        terminal_redraw();
        return REACT_DRAW;
    case ACTION_CANCEL:
        return cancel(app);
    case ACTION_QUIT:
        return quit(app);
    default:
        return REACT_NONE;
    }
}

static bool is_ready(const struct app *app, const struct view *view) {
    return view->fresh && view->code == ERR_OK &&
           (app_facts(app)->count != 0 || view->ops->works_empty);
}

/* The screen answers first; what means nothing to it means something to all. */
static unsigned perform(struct app *app, enum action action) {
    struct view *view = app_top(app);
    unsigned reaction = REACT_NONE;
    if (action == ACTION_NONE)
        return REACT_NONE;
    if (is_ready(app, view))
        reaction = view->ops->act(view->state, app, action);
    return reaction != REACT_NONE ? reaction : act_globally(app, action);
}

static unsigned palette_takes(struct app *app, const struct key *key) {
    enum action action = palette_key(&app->palette, key, app_body_height(app) - 4);
    return REACT_DRAW | perform(app, action);
}

/* The topmost layer that is open. */
static unsigned layer_takes(struct app *app, const struct key *key, bool *taken) {
    *taken = true;
    if (app->palette.mode != PALETTE_CLOSED)
        return palette_takes(app, key);
    if (app->prompting)
        return prompt_takes(app, key);
    if (app->share.open)
        return share_key(app, key);
    if (app->job_menu.open)
        return job_menu_key(&app->job_menu, app, key);
    if (app->picker.step != PICKER_CLOSED)
        return picker_key(&app->picker, app, key);
    *taken = false;
    return REACT_NONE;
}

static unsigned screen_acts(struct app *app, const struct key *key) {
    struct view *view = app_top(app);
    unsigned reaction = REACT_NONE;
    if (is_ready(app, view) && view->ops->type != NULL &&
        view->ops->type(view->state, app, key, &reaction))
        return reaction;
    return perform(app, key->kind == KEY_KIND_ESCAPE ? ACTION_BACK : action_of_key(key));
}

static bool is_layer_open(const struct app *app) {
    return app->palette.mode != PALETTE_CLOSED || app->prompting || app->job_menu.open ||
           app->picker.step != PICKER_CLOSED;
}

/* As many keys as a person would have pressed. */
static unsigned follow_mouse(struct app *app, const struct key *event) {
    struct mouse_meaning meaning = mouse_meaning(event, clock_elapsed_ms());
    unsigned reaction = REACT_NONE;
    if (meaning.screen >= 0 && !is_layer_open(app)) {
        struct moment before = moment_now(app);
        reaction = show_screen(app, meaning.screen);
        history_note(app, before);
    }
    for (long i = 0; i < meaning.count; i++) {
        app_prepare(app);
        reaction |= app_key(app, &meaning.key);
    }
    if (meaning.enter)
        reaction |= app_key(app, &(struct key){KEY_KIND_ENTER, 0});
    return reaction;
}

unsigned app_key(struct app *app, const struct key *key) {
    if (key->kind == KEY_KIND_MOUSE)
        return follow_mouse(app, key);
    if (key->kind == KEY_KIND_RESIZE)
        return REACT_DRAW;
    if (key->kind == KEY_KIND_CONTROL && key->character == 'z') {
        terminal_suspend();
        return REACT_DRAW;
    }
    if (app->notice[0] != '\0')
        app->notice_until_ms = 0; /* a key press answers a notice */
    struct moment before = moment_now(app);
    bool taken;
    unsigned reaction = layer_takes(app, key, &taken);
    if (!taken)
        reaction = screen_acts(app, key);
    if (reaction & REACT_RELOAD) /* whoever asked, a screen or what its prompt was accepted by */
        app_top(app)->fresh = false;
    history_note(app, before);
    return reaction;
}

/* ------------------------------------------------------------------------------------------- time
 */

unsigned app_tick(struct app *app) {
    unsigned reaction = REACT_NONE;
    if (app->notice[0] != '\0' && clock_elapsed_ms() >= app->notice_until_ms) {
        app->notice[0] = '\0';
        reaction |= REACT_DRAW;
    }
    reaction |= jobs_tick(app);
    bool changed = false;
    struct error error;
    if (shop_refresh(app->shop, &changed, &error) != ERR_OK) {
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        return reaction | REACT_DRAW;
    }
    return changed ? reaction | app_reselect(app) : reaction;
}

int app_worker_fd(const struct app *app) {
    return app->job.running ? app->job.worker.fd : -1;
}

/* --------------------------------------------------------------------------------- open and close
 */

/* "choices.overview": what recall calls the choices of a numbered screen. */
static const char *choices_name(int screen, char *name, size_t size) {
    snprintf(name, size, "choices.%s", action_name((enum action)((int)ACTION_OVERVIEW + screen)));
    return name;
}

static void return_to_last_visit(struct app *app) {
    const char *filters = app->recall != NULL ? recall_get(app->recall, "slice") : NULL;
    app_open_with(app, filters != NULL ? filters : app->options.slice);
    if (app->slice.count > 0 && filters != NULL)
        app_notice(app, STYLE_WARNING, "Filters kept from the last visit; %s drops them all",
                   action_keys(ACTION_CLEAR));
    int64_t screen = app->recall != NULL ? recall_number(app->recall, "screen", 0) : 0;
    if (screen > 0 && screen < NUMBERED_SCREENS)
        app->current = (int)screen;
    for (int i = 0; i < NUMBERED_SCREENS && app->recall != NULL; i++) {
        char name[64];
        const char *choices = recall_get(app->recall, choices_name(i, name, sizeof name));
        if (choices != NULL)
            view_choose(&app->numbered[i], choices);
    }
}

static void remember_what_was_seen(struct app *app) {
    const struct facts *facts = app_facts(app);
    char now[CLOCK_STAMP_SIZE];
    clock_stamp(now);
    recall_set(app->recall, "seen-at", now);
    recall_set_number(app->recall, "seen-sale",
                      facts->count != 0 ? facts->id[facts->count - 1] : 0);
}

static void remember_visit(struct app *app) {
    if (app->recall == NULL || app->selection.rows == NULL)
        return;
    char *filters = slice_text(&app->slice);
    recall_set(app->recall, "slice", filters);
    recall_set_number(app->recall, "screen", app->current);
    remember_what_was_seen(app);
    free(filters);
    for (int i = 0; i < NUMBERED_SCREENS; i++) {
        char name[64];
        char *choices = view_choices(&app->numbered[i]);
        recall_set(app->recall, choices_name(i, name, sizeof name),
                   choices[0] != '\0' ? choices : NULL);
        free(choices);
    }
    recall_save(app->recall);
}

enum err app_open(const struct tui_options *options, struct app **out, struct error *error) {
    struct app *app = xcalloc(1, sizeof *app);
    app->options = *options;
    app->db_path = xstrdup(options->db_path);
    app->pair[0] = DIMENSION_LOCATION;
    app->pair[1] = DIMENSION_FACEBOOK;
    enum err code = shop_open(app->db_path, &app->shop, error);
    if (code == ERR_OK) {
        shop_set_weekend(app->shop, options->weekend);
        code = slice_select(&app->slice, app_facts(app), &app->selection, error);
    }
    if (code != ERR_OK) {
        app_close(app);
        return code;
    }
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        view_open(&app->numbered[i], screens[i]);
    app->recall = options->remember ? recall_open(app->db_path) : NULL;
    app->names = app->recall != NULL ? app->recall : recall_new();
    return_to_last_visit(app);
    *out = app;
    return ERR_OK;
}

void app_close(struct app *app) {
    if (app == NULL)
        return;
    if (app->job.running)
        worker_close(&app->job.worker);
    remember_visit(app);
    picker_close(&app->picker);
    share_close(&app->share);
    if (app->names != app->recall)
        recall_close(app->names);
    recall_close(app->recall);
    app_close_layers(app, 0);
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        view_close(&app->numbered[i]);
    free(app->offered);
    history_forget(&app->history);
    selection_free(&app->selection);
    slice_free(&app->slice);
    shop_close(app->shop);
    free(app->db_path);
    free(app);
}
