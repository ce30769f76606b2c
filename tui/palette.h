/* Every action by name: as the help of a screen (`?`), and as a list that is searched by typing
 * (`:`).
 */
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include "tui/screen.h"
#include "tui/widgets/table.h"

enum palette_mode { PALETTE_CLOSED, PALETTE_HELP, PALETTE_SEARCH };

struct palette {
    enum palette_mode mode;
    char query[64];
    struct table table;
    enum action found[ACTION_COUNT];
    int count;
    const struct screen_ops *ops; /* of the screen under it */
};

void palette_open(struct palette *palette, enum palette_mode mode, const struct screen_ops *ops);

/* What the key chose to run; ACTION_NONE while nothing is chosen. `page`: rows of the body. Closes
 * the palette where the key is not for it. */
enum action palette_key(struct palette *palette, const struct key *key, int page);

void palette_draw(const struct palette *palette, struct pane body);
/* Its own keys, in the screen\'s last row, in place of those that do not act now. */
void palette_draw_footer(const struct palette *palette, struct pane screen);

#endif
