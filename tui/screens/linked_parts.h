/* The screen of linked lists: its state, between linked.c (figures, keys) and linked_draw.c. */
#ifndef TUI_SCREENS_LINKED_PARTS_H
#define TUI_SCREENS_LINKED_PARTS_H

#include "engine/analysis/measure.h"
#include "engine/slice/linked.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

struct linked_state {
    struct linked linked;
    enum dimension shown[DIMENSION_COUNT]; /* in the order of the lists on the screen */
    int shown_count;                       /* 0 before the first load */
    int focus;                             /* among those shown */
    struct table tables[DIMENSION_COUNT];  /* cursors, by dimension */
    enum measure measure;
    bool marking; /* one end of a range is marked … */
    enum dimension marked;
    int marked_code; /* … at this value */
};

/* How the lists stand: columns × rows of them, each `height` lines with its title. */
struct linked_grid {
    int columns, rows, height;
};
struct linked_grid linked_grid(const struct linked_state *state, int height, int width);

struct interval linked_value(const struct cell *cell, enum measure measure);
void linked_draw(const void *state, const struct app *app, struct pane body);

#endif
