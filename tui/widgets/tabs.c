/* Pages of a screen. */
#include "tui/widgets/tabs.h"

#include "base/text.h"
#include "tui/mouse.h"

enum { GAP = 2 };

static int width_of(const char *title) {
    return text_width(title) + 1; /* the pointer before it */
}

void tabs_draw(struct pane pane, const char *const *titles, int count, int current) {
    int first = current, last = current, used = width_of(titles[current]);
    for (bool grown = true; grown;) {
        grown = false;
        if (last + 1 < count && used + GAP + width_of(titles[last + 1]) <= pane.width - 4) {
            used += GAP + width_of(titles[++last]);
            grown = true;
        }
        if (first > 0 && used + GAP + width_of(titles[first - 1]) <= pane.width - 4) {
            used += GAP + width_of(titles[--first]);
            grown = true;
        }
    }
    int column = 0;
    if (first > 0)
        column = draw_text(pane, 0, column, STYLE_DIM, "… ");
    for (int i = first; i <= last; i++) {
        if (i == current)
            draw_repeat(pane, 0, column, 1, STYLE_TITLE, GLYPH_POINTER);
        mouse_region(pane, 0, column, width_of(titles[i]), MOUSE_PAGE, i - current);
        column = draw_text(pane, 0, column + 1, i == current ? STYLE_TITLE : STYLE_DIM, titles[i]);
        column += GAP;
    }
    if (last + 1 < count)
        draw_text(pane, 0, column, STYLE_DIM, "…");
}

bool tabs_act(int *current, int count, enum action action) {
    if (action != ACTION_NEXT && action != ACTION_PREVIOUS)
        return false;
    *current = (*current + (action == ACTION_NEXT ? 1 : count - 1)) % count;
    return true;
}
