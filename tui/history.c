#include "tui/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tui/app_state.h"

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

struct moment moment_now(const struct app *app) {
    struct moment moment = {.slice = slice_copy(&app->slice),
                            .screen = app->current,
                            .choices = view_choices(&app->numbered[app->current]),
                            .depth = app->depth};
    while (moment.depth > 0 && app->drills[moment.depth - 1].view.ops->passing)
        moment.depth--;
    for (int i = 0; i < moment.depth; i++) {
        moment.layers[i].ops = app->drills[i].view.ops;
        moment.layers[i].choices = view_choices(&app->drills[i].view);
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

static bool same_choices(const struct moment *a, const struct moment *b) {
    if (strcmp(a->choices, b->choices) != 0)
        return false;
    for (int i = 0; i < a->depth; i++) {
        if (strcmp(a->layers[i].choices, b->layers[i].choices) != 0)
            return false;
    }
    return true;
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
    view_choose(&app->numbered[app->current], moment->choices);
    for (int i = 0; i < moment->depth; i++) {
        struct drill *layer = &app->drills[i];
        if (i >= standing)
            view_open(&layer->view, moment->layers[i].ops);
        else
            slice_free(&layer->before);
        layer->before = slice_copy(&moment->layers[i].before);
        view_choose(&layer->view, moment->layers[i].choices);
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
    bool place = !same_place(&before, &now), choices = place || !same_choices(&before, &now);
    moment_free(&now);
    if (history->travelled || !choices) {
        history->choosing = history->choosing && !history->travelled;
        history->travelled = false;
        moment_free(&before);
        return;
    }
    clear(history->future, &history->future_count);
    if (!place && history->choosing)
        moment_free(&before); /* the moment before the run of choices stands for it */
    else
        push(history->past, &history->past_count, before);
    history->choosing = !place;
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
