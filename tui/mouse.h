/* The mouse, for those who ask for it: what is under a click was told while it was drawn, and the
 * click becomes the keys that a person would have pressed to get there. */
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/draw.h"
#include "tui/keys.h"

enum mouse_button { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

/* A key that is a mouse event at a cell of the screen. */
struct key mouse_key(enum mouse_button button, int row, int column);

/* Told while drawing. What lies at `row` and from `column` on, `width` cells wide: a row that is
 * `steps` below the cursor of the table in focus, a page `steps` after the one shown, a screen by
 * its number from 0. Like the picture itself, this is the terminal's: there is one. */
enum mouse_target { MOUSE_ROW, MOUSE_PAGE, MOUSE_SCREEN };
void mouse_forget(void); /* a new picture begins */
void mouse_region(struct pane pane, int row, int column, int width, enum mouse_target target,
                  long steps);

/* What an event means: `count` times `key`, then Enter where `enter` says so; or the screen
 * `screen`, −1 for none. A second click on the same cell within 400 ms means Enter. */
struct mouse_meaning {
    struct key key;
    long count;
    bool enter;
    int screen;
};
struct mouse_meaning mouse_meaning(const struct key *event, int64_t now_ms);

#endif
