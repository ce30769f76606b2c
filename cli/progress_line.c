#include "cli/progress_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "db/lock.h"

enum { REDRAW_MS = 200, RATE_AFTER_MS = 500 };

static void amount(struct buffer *out, double value, const char *unit) {
    char text[NUMBER_TEXT_SIZE];
    if (strcmp(unit, "bytes") == 0) {
        buffer_printf(out, "%.1f MB", value / 1e6);
        return;
    }
    number_grouped((int64_t)value, text, sizeof text);
    buffer_printf(out, "%s %s", text, unit);
}

char *progress_text(const struct progress *progress, int64_t elapsed_ms, int columns) {
    const char *unit = progress->unit != NULL ? progress->unit : "";
    struct buffer out = {0};
    const char *name = progress->phase != NULL ? progress->phase : "working";
    char *phase = text_printable(name, strlen(name));
    buffer_text(&out, phase);
    free(phase);
    double done = (double)progress->done, total = (double)progress->total;
    if (total > 0)
        buffer_printf(&out, "  %.0f%%", done >= total ? 100 : 100 * done / total);
    if (done > 0) {
        buffer_text(&out, "  ");
        amount(&out, done, unit);
    }
    double rate = elapsed_ms >= RATE_AFTER_MS ? done * 1000 / (double)elapsed_ms : 0;
    if (rate >= 1) {
        buffer_text(&out, ", ");
        amount(&out, rate, unit);
        buffer_text(&out, "/s");
    }
    if (rate > 0 && total > done)
        buffer_printf(&out, ", %.0f s left", (total - done) / rate + 0.5);
    size_t fits = text_clip(out.data, columns, NULL);
    out.data[fits] = '\0';
    return buffer_take(&out);
}

static int terminal_columns(void) {
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10)
        return size.ws_col;
    return 80;
}

/* Without a terminal there is no line to draw on, but nobody should wonder why nothing happens. */
static void tell_waiting(const char *phase) {
    char *text = text_printable(phase, strlen(phase));
    fprintf(stderr, "retail-pulse: %s; Ctrl-C ends the waiting\n", text);
    free(text);
}

static bool report(void *context, const struct progress *progress) {
    struct progress_line *line = context;
    int64_t now = clock_elapsed_ms();
    const char *phase = progress->phase != NULL ? progress->phase : "";
    bool fresh = strncmp(line->phase, phase, sizeof line->phase - 1) != 0;
    if (fresh) {
        snprintf(line->phase, sizeof line->phase, "%s", phase);
        line->phase_started_ms = now;
        if (line->told_waiting && strncmp(phase, LOCK_WAITING, strlen(LOCK_WAITING)) == 0)
            tell_waiting(phase);
    }
    if (line->shown && (!line->drawn || fresh || now - line->drawn_ms >= REDRAW_MS)) {
        char *text = progress_text(progress, now - line->phase_started_ms, terminal_columns() - 1);
        fprintf(stderr, "\r\033[K%s", text);
        fflush(stderr);
        free(text);
        line->drawn = true;
        line->drawn_ms = now;
    }
    return !interrupt_came();
}

struct progress_sink progress_line_open(struct progress_line *line, bool quiet) {
    const char *term = getenv("TERM");
    bool able = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
    *line = (struct progress_line){.shown = able && !quiet,
                                   .told_waiting = !able && !quiet,
                                   .phase_started_ms = clock_elapsed_ms()};
    return (struct progress_sink){report, line};
}

void progress_line_erase(struct progress_line *line) {
    if (line->drawn) {
        fprintf(stderr, "\r\033[K");
        fflush(stderr);
    }
    line->drawn = false;
}
