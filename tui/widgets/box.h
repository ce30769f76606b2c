/* Box plots and columns: the two charts of a distribution. */
#ifndef TUI_WIDGETS_BOX_H
#define TUI_WIDGETS_BOX_H

#include "engine/analysis/box.h"
#include "tui/draw.h"

/* ├─[█│█]─▸ on one line; |-[#|#]-> in ASCII. */
void box_draw(struct pane pane, int row, int column, int width, const struct box *box,
              struct box_axis axis);

/* A column a value over the pane's whole height, from 0 to the largest. */
void columns_draw(struct pane pane, const double *values, int count, enum style style);

#endif
