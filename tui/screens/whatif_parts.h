/* The inside of the What-if screen, for its files alone: what load computed, and who draws it. */
#ifndef TUI_SCREENS_WHATIF_PARTS_H
#define TUI_SCREENS_WHATIF_PARTS_H

#include "engine/learn/predict.h"
#include "engine/learn/scenarios.h"
#include "engine/learn/sweep.h"
#include "tui/screen.h"
#include "tui/screens/whatif_form.h"

/* X(symbol, title) */
#define WHATIF_PAGE_LIST(X)   \
    X(ANSWER, "Answer")       \
    X(WHY, "Why")             \
    X(SWEEP, "Sweep")         \
    X(SCENARIOS, "Scenarios") \
    X(SIMILAR, "Similar sales")

enum whatif_page {
#define X(symbol, title) PAGE_##symbol,
    WHATIF_PAGE_LIST(X)
#undef X
        PAGE_COUNT
};

enum { PINNED_MAX = 3, SIMILAR_MAX = 200 };

struct whatif {
    struct whatif_form form;
    enum whatif_page page;
    enum outcome outcome;    /* the one explained and swept */
    char problem[256];       /* why nothing could be predicted at all */
    bool waiting;            /* for all sales to be looked through: … */
    const struct facts *all; /* … the shop's, and its segments */
    const struct segmentation *segmentation;

    struct prediction prediction;
    struct interval past[OUTCOME_COUNT];      /* the share of all past sales */
    struct sweep sweep;                       /* of the field under the cursor */
    struct customer compared[PINNED_MAX + 1]; /* what is pinned, then the form's customer */
    int pinned;
    struct scenarios scenarios;
    struct facts similar; /* the latest of them, by date; of similar_latest */
    bool similar_due;     /* they are read after the picture */
    size_t similar_top;
};

/* Each draws one page into the pane, from its first row. */
int whatif_draw_outcomes(const struct whatif *state, const struct app *app, struct pane pane,
                         bool compact); /* returns the row after them */
int whatif_draw_outcome(const struct whatif *state, const struct app *app, struct pane pane,
                        int row, enum outcome which, bool compact); /* one of them */
void whatif_draw_why(const struct whatif *state, struct pane pane, int row);
void whatif_draw_sweep(const struct whatif *state, const struct app *app, struct pane pane);
void whatif_draw_scenarios(const struct whatif *state, const struct app *app, struct pane pane);
void whatif_draw_similar(const struct whatif *state, struct pane pane);

/* What is odd about this customer, the segment, and how alike ones answered; returns the row after
 * it. */
int whatif_draw_company(const struct whatif *state, struct pane pane, int row);

/* What to do where an outcome has no model; returns the row after it. */
int whatif_draw_missing(const struct whatif *state, const struct app *app, struct pane pane,
                        int row, enum outcome outcome);

#endif
