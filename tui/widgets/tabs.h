/* The pages of a screen: one line that names them, with the current one marked. */
#ifndef TUI_WIDGETS_TABS_H
#define TUI_WIDGETS_TABS_H

#include <stdbool.h>

#include "tui/actions.h"
#include "tui/draw.h"

/* Draws the titles into the pane's first row. Where they do not all fit, those around the current
 * one are shown, with an ellipsis where some are left out. */
void tabs_draw(struct pane pane, const char *const *titles, int count, int current);

/* NEXT and PREVIOUS go round; false for any other action. */
bool tabs_act(int *current, int count, enum action action);

#endif
