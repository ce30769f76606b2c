/* What a key does: the topmost layer takes it, else the screen, else it means the same everywhere.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/app_state.h"
#include "tui/mouse.h"
#include "tui/terminal.h"

static unsigned end_work(void *state, struct app *app, const char *text) {
    (void)state;
    if (text_same(text, "y") || text_same(text, "yes"))
        return REACT_QUIT;
    app_notice(app, STYLE_DIM, "%s goes on", jobs_name(app));
    return REACT_DRAW;
}

static unsigned quit(struct app *app) {
    if (app->depth > 0)
        return app_leave(app);
    if (!app->job.running)
        return REACT_QUIT;
    app_prompt(app, "Stop it and quit? y/n:", "", end_work, NULL);
    snprintf(app->prompt.remark, sizeof app->prompt.remark,
             " %s is running; what it has not finished would be lost.", jobs_name(app));
    return REACT_DRAW;
}

/* One rule: a key that closed a layer does not quit for a quarter of a second, and pressed again
 * within it not for another: neither a held nor a doubled q leaves the program. */
static unsigned guard_quit(struct app *app, bool closed, unsigned reaction) {
    enum { AGAIN_MS = 250 };
    int64_t now_ms = clock_elapsed_ms();
    bool held = (reaction & REACT_QUIT) && now_ms < app->quit_again_ms;
    if (closed || held)
        app->quit_again_ms = now_ms + AGAIN_MS;
    return held ? REACT_DRAW : reaction;
}

/* Back to what was there before the filters that take long to look through the sales for. */
static unsigned give_up(struct app *app) {
    return app->history.past_count > 0 ? history_undo(app) : app_drop_filter(app, true);
}

static unsigned cancel(struct app *app) {
    if (late_is_deriving(app))
        return give_up(app);
    if (app->job.running)
        jobs_cancel(app);
    else
        app_notice(app, STYLE_DIM, "Nothing is running; q quits");
    return REACT_DRAW;
}

static unsigned go_back(struct app *app) {
    if (late_is_deriving(app))
        return give_up(app);
    if (app->depth == 0 && jobs_ends_by_escape(app)) {
        jobs_cancel(app);
        return REACT_DRAW;
    }
    return app_leave(app);
}

unsigned app_train(struct app *app) {
    if (jobs_may_start(app, JOB_TRAIN))
        job_menu_open(&app->job_menu);
    return REACT_DRAW;
}

/* Documents are made anew from the sales. */
static bool may_share(struct app *app) {
    if (app_is_waiting(app))
        app_notice(app, STYLE_DIM, "The sales are still being read");
    return !app_is_waiting(app);
}

static bool is_ready(const struct app *app, const struct view *view) {
    return view->fresh && view->code == ERR_OK &&
           (app_facts(app)->count != 0 || view->ops->works_empty);
}

/* Data has the page that its findings come to. */
static unsigned check(struct app *app) {
    unsigned reaction = app_show_screen(app, ACTION_DATA - ACTION_OVERVIEW);
    app_prepare(app);
    const struct view *view = app_top(app);
    return reaction | (is_ready(app, view) ? view->ops->act(view->state, app, ACTION_CHECK)
                                           : keeping_check(app));
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
        return app_show_screen(app, (int)(action - ACTION_OVERVIEW));
    case ACTION_BACK:
        return go_back(app);
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
        return app_show_layer(app, SCREEN_DISTRIBUTION);
    case ACTION_BY:
        return app_explore_by_asked(app);
    case ACTION_COMPARE:
        return app_show_layer(app, SCREEN_COMPARE);
    case ACTION_SLICES:
        return app_show_layer(app, SCREEN_SLICES);
    case ACTION_LINKED:
        return app_show_layer(app, SCREEN_LINKED);
    case ACTION_NEWS:
        return app_show_layer(app, SCREEN_NEWS);
    case ACTION_TRAIN:
        return app_train(app);
    case ACTION_IMPORT:
        return picker_open(&app->picker, app);
    case ACTION_BACKUP:
        return keeping_ask_backup(app);
    case ACTION_CHECK:
        return check(app);
    case ACTION_EXPORT:
        return may_share(app) ? share_export(app) : REACT_DRAW;
    case ACTION_COPY:
        return may_share(app) ? share_copy(app) : REACT_DRAW;
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
        return app_prompt_key(app, key);
    if (app->share.open)
        return share_key(app, key);
    if (app->job_menu.open)
        return job_menu_key(&app->job_menu, app, key);
    if (app->picker.step != PICKER_CLOSED)
        return picker_key(&app->picker, app, key);
    *taken = false;
    return REACT_NONE;
}

static unsigned screen_acts(struct app *app, const struct key *key, enum action *acted) {
    struct view *view = app_top(app);
    unsigned reaction = REACT_NONE;
    if (is_ready(app, view) && view->ops->type != NULL &&
        view->ops->type(view->state, app, key, &reaction))
        return reaction;
    *acted = key->kind == KEY_KIND_ESCAPE ? ACTION_BACK : action_of_key(key);
    return perform(app, *acted);
}

static bool is_layer_open(const struct app *app) {
    return app->palette.mode != PALETTE_CLOSED || app->prompting || app->job_menu.open ||
           app->share.open || app->picker.step != PICKER_CLOSED;
}

/* As many keys as a person would have pressed. */
static unsigned follow_mouse(struct app *app, const struct key *event) {
    struct mouse_meaning meaning = mouse_meaning(event, clock_elapsed_ms());
    unsigned reaction = REACT_NONE;
    if (meaning.screen >= 0 && !is_layer_open(app)) {
        struct moment before = moment_now(app);
        reaction = app_show_screen(app, meaning.screen);
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

/* Whoever asked, a screen or what its prompt was accepted by. */
static unsigned conclude(struct app *app, struct moment before, unsigned reaction) {
    if (reaction & REACT_RELOAD)
        app_top(app)->fresh = false;
    history_note(app, before);
    return reaction;
}

unsigned app_key(struct app *app, const struct key *key) {
    if (key->kind == KEY_KIND_MOUSE)
        return follow_mouse(app, key);
    if (key->kind == KEY_KIND_RESIZE)
        return REACT_DRAW;
    if (key->kind == KEY_KIND_CONTROL && key->character == 'z') {
        if (app->options.stays || !terminal_suspend())
            app_notice(app, STYLE_DIM, "There is no shell to go to; q quits");
        return REACT_DRAW;
    }
    if (app->notice[0] != '\0')
        app->notice_until_ms = 0; /* a key press answers a notice */
    struct moment before = moment_now(app);
    bool was_open = is_layer_open(app) && !app->prompting, taken;
    enum action acted = ACTION_NONE;
    unsigned reaction = layer_takes(app, key, &taken);
    if (!taken)
        reaction = screen_acts(app, key, &acted);
    else if (was_open && !is_layer_open(app))
        acted = action_of_key(key);
    if (acted == ACTION_QUIT)
        reaction = guard_quit(app, !(reaction & REACT_QUIT) && !app->prompting, reaction);
    return conclude(app, before, reaction);
}

unsigned app_act(struct app *app, enum action action) {
    struct moment before = moment_now(app);
    app_prepare(app);
    return conclude(app, before, perform(app, action));
}

unsigned app_answer(struct app *app, const char *text) {
    struct moment before = moment_now(app);
    return conclude(app, before, app_prompt_accept(app, text));
}

unsigned app_add_filters(struct app *app, const char *text) {
    struct moment before = moment_now(app);
    return conclude(app, before, app_filter_text(app, text));
}
