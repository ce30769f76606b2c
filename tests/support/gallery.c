#include "tests/support/gallery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

enum { PAGES_MAX = 32, SHOWN_LINES = 30 };

const struct gallery_look gallery_looks[] = {
    {"80x24", 24, 80, false},         {"80x24, ASCII", 24, 80, true}, {"160x50", 50, 160, false},
    {"160x50, ASCII", 50, 160, true}, {"60x20", 20, 60, false},       {NULL, 0, 0, false}};

static size_t line_length(const char *line) {
    return strcspn(line, "\n");
}

static const char *next_line(const char *line) {
    line += line_length(line);
    return *line == '\n' ? line + 1 : line;
}

static bool is_same_line(const char *one, const char *other) {
    size_t length = line_length(one);
    return length == line_length(other) && memcmp(one, other, length) == 0;
}

/* Whether two screens of the same height have most of their lines in common. */
static bool is_mostly(const char *now, const char *base) {
    int same = 0, lines = 0;
    for (; *now != '\0' && *base != '\0'; now = next_line(now), base = next_line(base)) {
        same += is_same_line(now, base);
        lines++;
    }
    return *now == '\0' && *base == '\0' && 2 * same > lines;
}

char *gallery_hang(struct buffer *wall, const char *title, const char *base) {
    char *now = dashboard_text();
    bool brief = base != NULL && is_mostly(now, base);
    buffer_printf(wall, "=== %s%s\n", title, brief ? ": the lines that differ" : "");
    int number = 1;
    for (const char *at = now; *at != '\0'; at = next_line(at), number++) {
        if (!brief)
            buffer_printf(wall, "%.*s\n", (int)line_length(at), at);
        else if (!is_same_line(at, base))
            buffer_printf(wall, "%2d:%.*s\n", number, (int)line_length(at), at);
        if (brief)
            base = next_line(base);
    }
    return now;
}

char *gallery_hang_pages(struct buffer *wall, const char *title, const char *base,
                         struct app *app) {
    char *first = gallery_hang(wall, title, base);
    char *before = xstrdup(first);
    for (int page = 2;; page++) {
        dashboard_type(app, "<Tab>");
        char *now = dashboard_text();
        bool round = strcmp(now, first) == 0;
        if (round || page > PAGES_MAX) {
            free(now);
            free(before);
            if (!round)
                fail_msg("%s: Tab never comes round", title);
            return first;
        }
        char *heading = xasprintf("%s, Tab %d", title, page - 1);
        free(gallery_hang(wall, heading, before));
        free(heading);
        free(before);
        before = now;
    }
}

static void say_where_they_part(const char *path, const char *now, const char *golden) {
    const char *heading = "";
    int heading_length = 0, number = 1;
    for (; *now != '\0' && *golden != '\0' && is_same_line(now, golden);
         now = next_line(now), golden = next_line(golden), number++) {
        if (strncmp(now, "=== ", 4) == 0) {
            heading = now;
            heading_length = (int)line_length(now);
        }
    }
    print_message("%s:%d differs, below %.*s\nit was\n", path, number, heading_length, heading);
    for (int i = 0; i < SHOWN_LINES && *golden != '\0'; i++, golden = next_line(golden))
        print_message("%.*s\n", (int)line_length(golden), golden);
    print_message("and now it is\n");
    for (int i = 0; i < SHOWN_LINES && *now != '\0'; i++, now = next_line(now))
        print_message("%.*s\n", (int)line_length(now), now);
}

void gallery_compare(const struct buffer *wall, const char *name) {
    char *path = xasprintf("tests/tui/golden/%s.txt", name);
    size_t length;
    if (getenv("UPDATE_GOLDEN") != NULL)
        scratch_write_text(path, wall->data);
    char *golden = scratch_read(path, &length);
    bool same = strcmp(golden, wall->data) == 0;
    if (!same)
        say_where_they_part(path, wall->data, golden);
    free(golden);
    free(path);
    assert_true(same);
}
