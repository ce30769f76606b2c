/* State and keys of the dashboard: which screen, which slice, what lies on top. */
#include "tui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/number.h"
#include "tui/app_state.h"
#include "tui/frame.h"
#include "tui/terminal.h"

static const struct screen_ops *const screens[] = {
#define X(symbol, ops) &(ops),
    SCREEN_LIST(X)
#undef X
};

/* ------------------------------------------------------------------------------------------ views
 */

static void view_open(struct view *view, enum screen_id screen) {
    *view = (struct view){.ops = screens[screen]};
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

static void stale(struct app *app) {
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        app->numbered[i].fresh = false;
    for (int i = 0; i < app->depth; i++)
        app->drills[i].view.fresh = false;
}

/* ------------------------------------------------------------------------------------------ slice
 */

static unsigned reselect(struct app *app) {
    struct selection selection;
    struct error error;
    if (slice_select(&app->slice, app_facts(app), &selection, &error) != ERR_OK) {
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        slice_clear(&app->slice);
        if (slice_select(&app->slice, app_facts(app), &selection, &error) != ERR_OK)
            return REACT_QUIT;
    }
    selection_free(&app->selection);
    app->selection = selection;
    stale(app);
    return REACT_DRAW;
}

static void history_push(struct slice *stack, int *count, struct slice slice) {
    if (*count == HISTORY_MAX) {
        slice_free(&stack[0]);
        memmove(stack, stack + 1, (HISTORY_MAX - 1) * sizeof *stack);
        (*count)--;
    }
    stack[(*count)++] = slice;
}

static void history_clear(struct slice *stack, int *count) {
    while (*count > 0)
        slice_free(&stack[--*count]);
}

/* Takes over `next`; the slice before it can be undone to. */
static unsigned change_slice(struct app *app, struct slice next) {
    if (slice_equal(&next, &app->slice)) {
        slice_free(&next);
        return REACT_DRAW;
    }
    history_push(app->past, &app->past_count, app->slice);
    history_clear(app->future, &app->future_count);
    app->slice = next;
    return reselect(app);
}

static unsigned travel(struct app *app, struct slice *from, int *from_count, struct slice *to,
                       int *to_count, const char *nothing) {
    if (*from_count == 0) {
        app_notice(app, STYLE_DIM, "%s", nothing);
        return REACT_DRAW;
    }
    history_push(to, to_count, app->slice);
    app->slice = from[--*from_count];
    return reselect(app);
}

unsigned app_filter(struct app *app, enum dimension dimension, enum filter_operator op,
                    const char *label) {
    struct slice next = slice_copy(&app->slice);
    slice_add(&next, dimension, op, label);
    return change_slice(app, next);
}

unsigned app_drill(struct app *app, enum dimension dimension, const char *label,
                   enum dimension by) {
    if (app->depth == DRILL_MAX) {
        app_notice(app, STYLE_DIM, "No deeper; Backspace goes back");
        return REACT_DRAW;
    }
    struct drill *drill = &app->drills[app->depth++];
    drill->before = slice_copy(&app->slice);
    view_open(&drill->view, SCREEN_EXPLORE);
    app->explore_by = label != NULL ? by : dimension;
    return label != NULL ? app_filter(app, dimension, FILTER_IS, label) : REACT_DRAW;
}

static unsigned drill_out(struct app *app, bool restore) {
    if (app->depth == 0)
        return REACT_NONE;
    struct drill *drill = &app->drills[--app->depth];
    view_close(&drill->view);
    if (restore)
        return change_slice(app, drill->before);
    slice_free(&drill->before);
    return REACT_DRAW;
}

enum dimension app_explore_by(const struct app *app) {
    return app->explore_by;
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

bool app_read_only(const struct app *app) {
    return app->options.read_only;
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

/* The filters as they would be, and how many sales they leave. */
static void preview_filters(struct app *app) {
    struct slice slice = {0};
    struct error error;
    struct selection selection;
    struct prompt *prompt = &app->prompt;
    prompt->remark_is_problem = false;
    if (slice_parse(&slice, app_facts(app), prompt->text, &error) != ERR_OK) {
        snprintf(prompt->remark, sizeof prompt->remark, " %.250s", error.message);
    } else if (slice_select(&slice, app_facts(app), &selection, &error) == ERR_OK) {
        char count[NUMBER_TEXT_SIZE];
        number_grouped((int64_t)selection.count, count, sizeof count);
        snprintf(prompt->remark, sizeof prompt->remark,
                 " %s sales.  Tab completes, Enter applies, Esc leaves.", count);
        selection_free(&selection);
    }
    slice_free(&slice);
}

static unsigned accept_filters(void *state, struct app *app, const char *text) {
    (void)state;
    struct slice slice = {0};
    struct error error;
    if (slice_parse(&slice, app_facts(app), text, &error) != ERR_OK) {
        app_prompt(app, "Filter:", text, accept_filters, NULL);
        app->prompt_filters = true;
        app->prompt.remark_is_problem = true;
        snprintf(app->prompt.remark, sizeof app->prompt.remark, " %.250s", error.message);
        return REACT_DRAW;
    }
    return change_slice(app, slice);
}

static unsigned prompt_for_filters(struct app *app) {
    char *text = slice_text(&app->slice);
    char *initial = text[0] != '\0' ? xasprintf("%s ", text) : xstrdup("");
    app_prompt(app, "Filter:", initial, accept_filters, NULL);
    app->prompt_filters = true;
    preview_filters(app);
    free(initial);
    free(text);
    return REACT_DRAW;
}

struct completion {
    char text[PROMPT_TEXT_MAX]; /* what all completions so far begin with */
    int count;
};

static void narrow(void *context, const char *completed) {
    struct completion *completion = context;
    if (completion->count++ == 0) {
        snprintf(completion->text, sizeof completion->text, "%s", completed);
        return;
    }
    size_t same = 0;
    while (completion->text[same] != '\0' && completion->text[same] == completed[same])
        same++;
    while (same > 0 && ((unsigned char)completion->text[same] & 0xC0) == 0x80)
        same--;
    completion->text[same] = '\0';
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
        if (app->prompt_filters) {
            struct completion completion = {.count = 0};
            slice_complete(app_facts(app), app->prompt.text, narrow, &completion);
            if (completion.count > 0 && strlen(completion.text) >= strlen(app->prompt.text))
                prompt_set(&app->prompt, completion.text);
        }
        break;
    case PROMPT_CHANGED:
        break;
    case PROMPT_UNCHANGED:
        return REACT_NONE;
    }
    if (app->prompt_filters)
        preview_filters(app);
    return REACT_DRAW;
}

/* ------------------------------------------------------------------------------------------- keys
 */

static unsigned show_screen(struct app *app, int screen) {
    while (app->depth > 0)
        drill_out(app, false);
    app->current = screen;
    return REACT_DRAW;
}

static unsigned drop_filter(struct app *app, bool all) {
    if (app->slice.count == 0) {
        app_notice(app, STYLE_DIM, "No filter to drop");
        return REACT_DRAW;
    }
    struct slice next = slice_copy(&app->slice);
    if (all)
        slice_clear(&next);
    else
        slice_pop(&next);
    return change_slice(app, next);
}

static unsigned quit(struct app *app) {
    if (app->depth > 0)
        return drill_out(app, true);
    if (app->working) {
        app_notice(app, STYLE_WARNING, "Training is running: Ctrl-C cancels it, then q quits");
        return REACT_DRAW;
    }
    return REACT_QUIT;
}

static unsigned cancel(struct app *app) {
    if (app->working)
        training_cancel(app);
    else
        app_notice(app, STYLE_DIM, "Nothing is running; q quits");
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
        return drill_out(app, true);
    case ACTION_FILTER:
        return prompt_for_filters(app);
    case ACTION_DROP:
        return drop_filter(app, false);
    case ACTION_CLEAR:
        return drop_filter(app, true);
    case ACTION_UNDO:
        return travel(app, app->past, &app->past_count, app->future, &app->future_count,
                      "Nothing to undo");
    case ACTION_REDO:
        return travel(app, app->future, &app->future_count, app->past, &app->past_count,
                      "Nothing to redo");
    case ACTION_TRAIN:
        return app_train(app);
    case ACTION_HELP:
        app->helping = true;
        app->help_top = 0;
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

static unsigned help_takes(struct app *app, const struct key *key) {
    int page = app_body_height(app) - 2;
    switch (action_of_key(key)) {
    case ACTION_DOWN:
        app->help_top++;
        return REACT_DRAW;
    case ACTION_UP:
        app->help_top -= app->help_top > 0;
        return REACT_DRAW;
    case ACTION_PAGE_DOWN:
        app->help_top += page;
        return REACT_DRAW;
    case ACTION_PAGE_UP:
        app->help_top = app->help_top > page ? app->help_top - page : 0;
        return REACT_DRAW;
    default:
        app->helping = false;
        return REACT_DRAW;
    }
}

static unsigned screen_acts(struct app *app, const struct key *key) {
    struct view *view = app_top(app);
    unsigned reaction = REACT_NONE;
    bool ready = view->fresh && view->code == ERR_OK &&
                 (app_facts(app)->count != 0 || view->ops->works_empty);
    if (ready && view->ops->type != NULL && view->ops->type(view->state, app, key, &reaction))
        return reaction;
    enum action action = action_of_key(key);
    if (key->kind == KEY_KIND_ESCAPE)
        action = ACTION_BACK;
    if (action == ACTION_NONE)
        return REACT_NONE;
    if (ready)
        reaction = view->ops->act(view->state, app, action);
    if (reaction == REACT_NONE)
        return act_globally(app, action);
    return reaction;
}

unsigned app_key(struct app *app, const struct key *key) {
    if (key->kind == KEY_KIND_RESIZE)
        return REACT_DRAW;
    if (key->kind == KEY_KIND_CONTROL && key->character == 'z') {
        terminal_suspend();
        return REACT_DRAW;
    }
    if (app->notice[0] != '\0')
        app->notice_until_ms = 0; /* a key press answers a notice */
    if (app->helping)
        return help_takes(app, key);
    unsigned reaction = app->prompting ? prompt_takes(app, key) : screen_acts(app, key);
    if (reaction & REACT_RELOAD) /* whoever asked, a screen or what its prompt was accepted by */
        app_top(app)->fresh = false;
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
    training_tick(app, &reaction);
    bool changed = false;
    struct error error;
    if (shop_refresh(app->shop, &changed, &error) != ERR_OK) {
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        return reaction | REACT_DRAW;
    }
    return changed ? reaction | reselect(app) : reaction;
}

int app_worker_fd(const struct app *app) {
    return app->working ? app->worker.fd : -1;
}

/* --------------------------------------------------------------------------------- open and close
 */

/* Filters that these sales cannot have are told, not obeyed: the shop may have lost a place. */
static void open_with_slice(struct app *app, const char *text) {
    struct error error;
    if (text == NULL || app_facts(app)->count == 0)
        return;
    if (slice_parse(&app->slice, app_facts(app), text, &error) != ERR_OK)
        app_notice(app, STYLE_WARNING, "The filters to open with: %s", error.message);
    else
        reselect(app);
}

enum err app_open(const struct tui_options *options, struct app **out, struct error *error) {
    struct app *app = xcalloc(1, sizeof *app);
    app->options = *options;
    app->db_path = xstrdup(options->db_path);
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
        view_open(&app->numbered[i], (enum screen_id)i);
    open_with_slice(app, options->slice);
    *out = app;
    return ERR_OK;
}

void app_close(struct app *app) {
    if (app == NULL)
        return;
    if (app->working)
        worker_close(&app->worker);
    while (app->depth > 0)
        drill_out(app, false);
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        view_close(&app->numbered[i]);
    history_clear(app->past, &app->past_count);
    history_clear(app->future, &app->future_count);
    selection_free(&app->selection);
    slice_free(&app->slice);
    shop_close(app->shop);
    free(app->db_path);
    free(app);
}
