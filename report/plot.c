/* Bars and box plots in block and line characters. */
#include "report/plot.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

void plot_bar(struct buffer *out, double fraction, int width) {
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (!(fraction > 0)) /* NaN too */
        return;
    int filled = (int)lround(fmin(fraction, 1) * width * 8);
    if (filled == 0)
        filled = 1;
    for (int i = 0; i < filled / 8; i++)
        buffer_text(out, "█");
    buffer_text(out, eighths[filled % 8]);
}

void plot_box(struct buffer *out, const struct box *box, struct box_axis axis, int width) {
    static const char *const signs[] = {[BOX_NOTHING] = " ",  [BOX_WHISKER_END_LOW] = "┝",
                                        [BOX_WHISKER] = "─",  [BOX_FROM] = "[",
                                        [BOX_BODY] = "█",     [BOX_MEDIAN] = "│",
                                        [BOX_TO] = "]",       [BOX_WHISKER_END_HIGH] = "┥",
                                        [BOX_MORE_LOW] = "◂", [BOX_MORE_HIGH] = "▸",
                                        [BOX_OUTLIERS] = "·"};
    enum box_cell *cells = xcalloc((size_t)width + 1, sizeof *cells);
    box_cells(box, axis, cells, width);
    int last = width;
    while (last > 0 && cells[last - 1] == BOX_NOTHING)
        last--;
    for (int i = 0; i < last; i++)
        buffer_text(out, signs[cells[i]]);
    free(cells);
}
