/* The child's side of a worker: tells its parent how it goes. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/worker.h"
#include "base/worker_lines.h"

enum { REPORT_EVERY_MS = 100 };

/* A tab and the text; control characters become spaces, so that the line stays one line. */
static void add_field(struct buffer *line, const char *text) {
    buffer_text(line, "\t");
    size_t start = line->length;
    buffer_text(line, text);
    for (size_t i = start; i < line->length; i++)
        if ((unsigned char)line->data[i] < ' ')
            line->data[i] = ' ';
}

/* False where nobody reads any more. */
static bool send_line(int fd, struct buffer *line) {
    buffer_text(line, "\n");
    size_t sent = 0;
    while (sent < line->length) {
        ssize_t wrote = write(fd, line->data + sent, line->length - sent);
        if (wrote < 0 && errno != EINTR)
            break;
        sent += wrote > 0 ? (size_t)wrote : 0;
    }
    bool all = sent == line->length;
    buffer_free(line);
    return all;
}

/* When progress was last written; a process is one worker. */
static int64_t reported_ms = -REPORT_EVERY_MS;

static bool report(void *context, const struct progress *progress) {
    struct worker_report *report = context;
    struct pollfd reader = {.fd = report->fd};
    if (poll(&reader, 1, 0) > 0 && (reader.revents & (POLLERR | POLLNVAL)) != 0)
        return false;
    int64_t now = clock_elapsed_ms();
    if (now - reported_ms < REPORT_EVERY_MS)
        return true;
    reported_ms = now;
    struct buffer line = {0};
    buffer_printf(&line, LINE_PROGRESS "\t%llu\t%llu", (unsigned long long)progress->done,
                  (unsigned long long)progress->total);
    add_field(&line, progress->unit);
    add_field(&line, progress->phase);
    return send_line(report->fd, &line);
}

struct progress_sink worker_report_sink(struct worker_report *worker_report) {
    signal(SIGPIPE, SIG_IGN); /* a write to a parent that is gone fails, and that cancels */
    return (struct progress_sink){report, worker_report};
}

void worker_report_note(struct worker_report *report, const char *text) {
    struct buffer line = {0};
    buffer_text(&line, LINE_NOTE);
    add_field(&line, text);
    send_line(report->fd, &line);
}

void worker_report_end(struct worker_report *report, enum err code, const struct error *error) {
    struct buffer line = {0};
    buffer_text(&line, LINE_END);
    add_field(&line, error_name(code));
    add_field(&line, code != ERR_OK && error ? error->message : "");
    add_field(&line, code != ERR_OK && error ? error->hint : "");
    send_line(report->fd, &line);
}
