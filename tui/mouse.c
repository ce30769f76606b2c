#include "tui/mouse.h"

#include <stddef.h>

enum { REGIONS_MAX = 512, WHEEL_ROWS = 3, DOUBLE_MS = 400, CELL_BITS = 14, CELL_MASK = 0x3FFF };

struct region {
    int row, column, width;
    enum mouse_target target;
    long steps;
};

static struct {
    struct region regions[REGIONS_MAX];
    int count;
    uint32_t clicked; /* the last click, for the second one at the same cell */
    int64_t clicked_ms;
} mouse;

struct key mouse_key(enum mouse_button button, int row, int column) {
    uint32_t cell = ((uint32_t)row & CELL_MASK) << CELL_BITS | ((uint32_t)column & CELL_MASK);
    return (struct key){KEY_KIND_MOUSE, (uint32_t)button << (2 * CELL_BITS) | cell};
}

void mouse_forget(void) {
    mouse.count = 0;
}

void mouse_region(struct pane pane, int row, int column, int width, enum mouse_target target,
                  long steps) {
    if (mouse.count < REGIONS_MAX)
        mouse.regions[mouse.count++] =
            (struct region){pane.row + row, pane.column + column, width, target, steps};
}

/* What was drawn last lies on top. */
static const struct region *region_at(int row, int column) {
    for (int i = mouse.count - 1; i >= 0; i--) {
        const struct region *region = &mouse.regions[i];
        if (region->row == row && column >= region->column &&
            column < region->column + region->width)
            return region;
    }
    return NULL;
}

static bool is_second_click(uint32_t cell, int64_t now_ms) {
    bool second =
        mouse.clicked_ms != 0 && mouse.clicked == cell && now_ms - mouse.clicked_ms <= DOUBLE_MS;
    mouse.clicked = cell;
    mouse.clicked_ms = second ? 0 : now_ms; /* a third click begins anew */
    return second;
}

static struct mouse_meaning click(uint32_t cell, int64_t now_ms) {
    struct mouse_meaning meaning = {.screen = -1};
    const struct region *region =
        region_at((int)(cell >> CELL_BITS & CELL_MASK), (int)(cell & CELL_MASK));
    bool second = is_second_click(cell, now_ms);
    if (region == NULL)
        return meaning;
    if (region->target == MOUSE_SCREEN) {
        meaning.screen = (int)region->steps;
        return meaning;
    }
    bool page = region->target == MOUSE_PAGE, back = region->steps < 0;
    meaning.key.kind = page   ? back ? KEY_KIND_BACKTAB : KEY_KIND_TAB
                       : back ? KEY_KIND_UP
                              : KEY_KIND_DOWN;
    meaning.count = back ? -region->steps : region->steps;
    meaning.enter = second && !page && meaning.count == 0;
    return meaning;
}

struct mouse_meaning mouse_meaning(const struct key *event, int64_t now_ms) {
    enum mouse_button button = (enum mouse_button)(event->character >> (2 * CELL_BITS));
    if (button == MOUSE_CLICK)
        return click(event->character, now_ms);
    enum key_kind kind = button == MOUSE_WHEEL_UP ? KEY_KIND_UP : KEY_KIND_DOWN;
    return (struct mouse_meaning){.key = {kind, 0}, .count = WHEEL_ROWS, .screen = -1};
}
