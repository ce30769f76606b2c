/* One line on standard error that tells how far long work is; without a terminal only
 * for whom one waits. */
#ifndef CLI_PROGRESS_LINE_H
#define CLI_PROGRESS_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/progress.h"

struct progress_line {
    bool shown; /* standard error is a terminal, and the user did not ask for quiet */
    bool told_waiting; /* no terminal, but not quiet: for whom one waits is told, once each */
    bool drawn;
    char phase[160];
    int64_t phase_started_ms, drawn_ms;
};

/* The sink draws and, once an interrupt came, cancels. `line` must outlive it. */
struct progress_sink progress_line_open(struct progress_line *line, bool quiet);
void progress_line_erase(struct progress_line *line); /* before anything else is printed */

/* "reading sales.csv  45%  12,000 rows, 240,000 rows/s, 3 s left", at most `columns` wide; the
 * caller frees. */
char *progress_text(const struct progress *progress, int64_t elapsed_ms, int columns);

#endif
