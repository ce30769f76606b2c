/* Who draws which page of the Distribution screen, for its files alone. */
#ifndef TUI_SCREENS_DISTRIBUTION_PARTS_H
#define TUI_SCREENS_DISTRIBUTION_PARTS_H

#include "base/money.h"
#include "tui/draw.h"
#include "tui/screens/distribution_pages.h"

enum { DISTRIBUTION_LINE = 160 }; /* bytes of a line of words */

/* Words at the foot of a pane, broken into as many lines as they take; returns the pane above. */
struct pane distribution_draw_foot(struct pane pane, enum style style, const char *words);

/* A column's title, with the currency where its values are money. */
const char *distribution_heading(enum numeric numeric, const char *title,
                                 char text[MONEY_HEADING_SIZE]);

void distribution_draw_values(const struct distribution_state *state, struct pane pane,
                              bool focused);
void distribution_draw_boxes(const struct distribution_state *state, struct pane pane,
                             bool focused);
void distribution_draw_transforms(const struct distribution_state *state, struct pane pane);
void distribution_draw_categories(const struct distribution_state *state, struct pane pane,
                                  bool focused);
void distribution_draw_associations(const struct distribution_state *state, struct pane pane,
                                    bool focused);

#endif
