/* Small charts as text, a line each, for the cells of a table. ASCII is made of them where the
 * printer is asked for it. */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "base/buffer.h"
#include "engine/analysis/box.h"

/* A bar of fraction 0–1 of `width` columns, in eighths; a little is never nothing. */
void plot_bar(struct buffer *out, double fraction, int width);

/* ┝─[██│█]──▸ */
void plot_box(struct buffer *out, const struct box *box, struct box_axis axis, int width);

#endif
