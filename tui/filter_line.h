/* The filters in force on one line: in full where they fit, else shorter and still readable. */
#ifndef TUI_FILTER_LINE_H
#define TUI_FILTER_LINE_H

#include <stdint.h>

#include "engine/slice/slice.h"

enum { FILTER_LINE_UNCOUNTED = -1 }; /* sales that have not been counted yet */

/* "Filter: location=Lakeside (812 sales; X drops all)"; with less room without the key, then
 * "Filter: 3 handsets, facebook=yes (812 sales; f shows all)", an ellipsis at the end of the
 * filters where even that is too wide. Where the screen makes no use of them, "(not used here: all
 * 8,871 sales)" of as many in all. The caller frees. */
char *filter_line(const struct slice *slice, int64_t sales, bool unused, int columns);

#endif
