/* Undo and redo of what is seen: filters, screen, layers and what is chosen on them. A moment is
 * kept before every key that changes any of it; cursors are not part of it. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stdbool.h>

#include "engine/slice/slice.h"

enum { LAYERS_MAX = 16, HISTORY_MAX = 64 };

struct app;
struct screen_ops;

struct moment {
    struct slice slice;
    int screen;
    char *choices; /* on that screen: the choices in a line, then its settings; never NULL */
    int depth;
    struct {
        const struct screen_ops *ops;
        char *choices;
        struct slice before; /* what Backspace would bring back */
    } layers[LAYERS_MAX];
};

struct history {
    struct moment past[HISTORY_MAX], future[HISTORY_MAX];
    int past_count, future_count;
    int chosen_line; /* the last one kept is before a run of changes to this line of one screen's
                        choices and settings, which are one step; -1: it is not */
    bool travelled; /* this key was undo or redo itself */
};

struct moment moment_now(const struct app *app);
void moment_free(struct moment *moment);

/* After a key: keeps `before` (taken over) where anything changed since. */
void history_note(struct app *app, struct moment before);
unsigned history_undo(struct app *app); /* a reaction */
unsigned history_redo(struct app *app);
void history_forget(struct history *history);

#endif
