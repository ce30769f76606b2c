/* Many pictures of the dashboard in one golden file: every size and tier, every page that Tab turns
 * to, each under a heading. */
#ifndef TESTS_SUPPORT_GALLERY_H
#define TESTS_SUPPORT_GALLERY_H

#include "base/buffer.h"
#include "tui/app.h"

struct gallery_look {
    const char *name; /* "80x24, ASCII" */
    int lines, columns;
    bool ascii;
};

/* 80 by 24 and 160 by 50, each as UTF-8 and ASCII, and 60 by 20; the name of the last is NULL. */
extern const struct gallery_look gallery_looks[];

/* The screen under "=== TITLE". Where `base` is given and most of its lines are still there, only
 * those that differ, with their numbers. The caller frees what comes back: the whole screen. */
char *gallery_hang(struct buffer *wall, const char *title, const char *base);

/* The screen and every page that Tab turns to until it comes round; each but the first as what it
 * changes. Fails where Tab never comes round. The caller frees what comes back: the first. */
char *gallery_hang_pages(struct buffer *wall, const char *title, const char *base, struct app *app);

/* Compares with tests/tui/golden/NAME.txt and says where they part; UPDATE_GOLDEN=1 writes anew. */
void gallery_compare(const struct buffer *wall, const char *name);

#endif
