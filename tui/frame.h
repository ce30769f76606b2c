/* What stands around every screen: title line, filters, footer, help, prompt. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "tui/app.h"
#include "tui/draw.h"

/* The rows between the heading and the footer. */
struct pane frame_body(const struct app *app);

/* Among many cells, filters that have just changed are shown at once, with their sales where these
 * are known, over the figures of before. */
void frame_announce_filters(const struct app *app);

#endif
