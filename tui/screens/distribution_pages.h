/* The state of the Distribution screen and the pictures of its pages, for distribution.c alone. */
#ifndef TUI_SCREENS_DISTRIBUTION_PAGES_H
#define TUI_SCREENS_DISTRIBUTION_PAGES_H

#include "engine/analysis/association.h"
#include "engine/analysis/boxcox.h"
#include "engine/analysis/categories.h"
#include "engine/analysis/distribution.h"
#include "engine/analysis/histogram.h"
#include "tui/widgets/table.h"

/* X(symbol, title) */
#define DISTRIBUTION_PAGE_LIST(X) \
    X(VALUES, "Values")           \
    X(BOXES, "Box plots")         \
    X(TRANSFORMS, "Transforms")   \
    X(CATEGORIES, "Categories")   \
    X(ASSOCIATIONS, "Associations")

enum distribution_page {
#define X(symbol, title) PAGE_##symbol,
    DISTRIBUTION_PAGE_LIST(X)
#undef X
        PAGE_COUNT
};

enum { SMALL_BINS = 48 };

struct distribution_state {
    bool opened;
    int page;
    enum numeric numeric;
    enum dimension by;       /* of the box plots */
    enum dimension category; /* of the categories */
    enum outcome outcome;
    bool log;  /* bins and boxes on the logarithm */
    int lines; /* for bins, at the last load */
    struct table tables[PAGE_COUNT];

    bool ready[PAGE_COUNT]; /* computed for the current slice */
    int64_t to_read;        /* sales that the page is yet to be counted from; 0: none */
    struct error problem;   /* why that failed; no code: it did not */
    struct distribution distribution;
    struct histogram histogram;
    struct boxes boxes;
    struct transforms transforms;
    double small[3][SMALL_BINS]; /* counts: as they are, logarithm, Box-Cox */
    struct categories categories;
    struct associations associations;
};

/* Rows of a page's table; 0 where it has none. */
long distribution_rows(const struct distribution_state *state, int page);

/* Whether the pages stand side by side. */
bool distribution_is_wide(int height, int width);

void distribution_draw(const struct distribution_state *state, struct pane body);

#endif
