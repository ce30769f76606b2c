/* What stands around every screen: title line, filters, footer, help, prompt. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "tui/app.h"
#include "tui/draw.h"

/* The rows between the heading and the footer. */
struct pane frame_body(const struct app *app);

#endif
