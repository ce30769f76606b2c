#include "tui/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tui/app_state.h"
#include "tui/frame.h"

/* -------------------------------------------------------------------- moments */

char *view_choices(const struct view *view) {
    struct buffer choices = {0};
    if (view->ops->remember != NULL)
        view->ops->remember(view->state, &choices);
    return buffer_take(&choices);
}

void view_choose(struct view *view, const char *choices) {
    view->fresh = false;
    if (view->ops->restore != NULL)
        view->ops->restore(view->state, choices);
}

/* Its choices in a line, then the lines of its settings. */
static char *view_settings(const struct view *view) {
    struct buffer lines = {0};
    char *choices = view_choices(view);
    buffer_printf(&lines, "%s\n", choices);
    free(choices);
    if (view->ops->settings != NULL)
        view->ops->settings(view->state, &lines);
    return buffer_take(&lines);
}

static void view_set(struct view *view, const char *settings) {
    size_t line = strcspn(settings, "\n");
    char *choices = xstrndup(settings, line);
    view_choose(view, choices);
    free(choices);
    if (view->ops->set != NULL)
        view->ops->set(view->state, settings + line + 1);
}

struct moment moment_now(const struct app *app) {
    struct moment moment = {.slice = slice_copy(&app->slice),
                            .screen = app->current,
                            .choices = view_settings(&app->numbered[app->current]),
                            .depth = app->depth};
    while (moment.depth > 0 && app->drills[moment.depth - 1].view.ops->passing)
        moment.depth--;
    for (int i = 0; i < moment.depth; i++) {
        moment.layers[i].ops = app->drills[i].view.ops;
        moment.layers[i].choices = view_settings(&app->drills[i].view);
        moment.layers[i].before = slice_copy(&app->drills[i].before);
    }
    return moment;
}

void moment_free(struct moment *moment) {
    slice_free(&moment->slice);
    free(moment->choices);
    for (int i = 0; i < moment->depth; i++) {
        free(moment->layers[i].choices);
        slice_free(&moment->layers[i].before);
    }
    *moment = (struct moment){.depth = 0};
}

/* The same sales on the same screen under the same layers. */
static bool same_place(const struct moment *a, const struct moment *b) {
    if (!slice_equal(&a->slice, &b->slice) || a->screen != b->screen || a->depth != b->depth)
        return false;
    for (int i = 0; i < a->depth; i++) {
        if (a->layers[i].ops != b->layers[i].ops)
            return false;
    }
    return true;
}

enum { NO_LINE = -1 };

/* The first line in which two texts differ; NO_LINE where they don't. */
static int differing_line(const char *a, const char *b) {
    int line = 0;
    for (; *a == *b; a++, b++) {
        if (*a == '\0')
            return NO_LINE;
        line += *a == '\n';
    }
    return line;
}

/* The same for two moments of one place, in the topmost view where they do. */
static int changed_line(const struct moment *a, const struct moment *b) {
    int line = NO_LINE;
    for (int i = a->depth - 1; i >= 0 && line == NO_LINE; i--)
        line = differing_line(a->layers[i].choices, b->layers[i].choices);
    return line != NO_LINE ? line : differing_line(a->choices, b->choices);
}

/* Layers that stand already keep their state and with it their cursors. */
static void go_to(struct app *app, struct moment *moment) {
    int standing = 0;
    bool same_screen = app->current == moment->screen;
    while (same_screen && standing < app->depth && standing < moment->depth &&
           app->drills[standing].view.ops == moment->layers[standing].ops)
        standing++;
    app_close_layers(app, standing);
    app->current = moment->screen;
    view_set(&app->numbered[app->current], moment->choices);
    for (int i = 0; i < moment->depth; i++) {
        struct drill *layer = &app->drills[i];
        if (i >= standing)
            view_open(&layer->view, moment->layers[i].ops);
        else
            slice_free(&layer->before);
        layer->before = slice_copy(&moment->layers[i].before);
        view_set(&layer->view, moment->layers[i].choices);
    }
    app->depth = moment->depth;
    slice_free(&app->slice);
    app->slice = slice_copy(&moment->slice);
    moment_free(moment);
}

/* -------------------------------------------------------------------- history */

static void push(struct moment *stack, int *count, struct moment moment) {
    if (*count == HISTORY_MAX) {
        moment_free(&stack[0]);
        memmove(stack, stack + 1, (HISTORY_MAX - 1) * sizeof *stack);
        (*count)--;
    }
    stack[(*count)++] = moment;
}

static void clear(struct moment *stack, int *count) {
    while (*count > 0)
        moment_free(&stack[--*count]);
}

void history_note(struct app *app, struct moment before) {
    struct history *history = &app->history;
    struct moment now = moment_now(app);
    bool place = !same_place(&before, &now);
    int line = place ? NO_LINE : changed_line(&before, &now);
    moment_free(&now);
    if (history->travelled || (!place && line == NO_LINE)) {
        if (history->travelled)
            history->chosen_line = NO_LINE;
        history->travelled = false;
        moment_free(&before);
        return;
    }
    clear(history->future, &history->future_count);
    if (!place && history->past_count > 0 && line == history->chosen_line)
        moment_free(&before); /* the moment before the run of changes stands for it */
    else
        push(history->past, &history->past_count, before);
    history->chosen_line = line;
}

static unsigned travel(struct app *app, struct moment *from, int *from_count, struct moment *to,
                       int *to_count, const char *nothing) {
    if (*from_count == 0) {
        app_notice(app, STYLE_DIM, "%s", nothing);
        return REACT_DRAW;
    }
    push(to, to_count, moment_now(app));
    go_to(app, &from[--*from_count]);
    app->history.travelled = true;
    frame_announce_filters(app);
    return app_reselect(app);
}

unsigned history_undo(struct app *app) {
    struct history *history = &app->history;
    return travel(app, history->past, &history->past_count, history->future, &history->future_count,
                  "Nothing to undo");
}

unsigned history_redo(struct app *app) {
    struct history *history = &app->history;
    return travel(app, history->future, &history->future_count, history->past, &history->past_count,
                  "Nothing to redo");
}

void history_forget(struct history *history) {
    clear(history->past, &history->past_count);
    clear(history->future, &history->future_count);
}
