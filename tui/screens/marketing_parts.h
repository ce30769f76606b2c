/* The inside of the Marketing screen, for its files alone: what load computed, and who draws it. */
#ifndef TUI_SCREENS_MARKETING_PARTS_H
#define TUI_SCREENS_MARKETING_PARTS_H

#include "engine/analysis/impact.h"
#include "engine/analysis/reach.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

/* X(symbol, title, function that draws it) */
#define MARKETING_PAGE_LIST(X)                 \
    X(DIFFERENCES, "Differences", differences) \
    X(HEAT, "Heat map", heat)                  \
    X(TESTS, "Tests", tests)                   \
    X(ADJUSTED, "Adjusted", adjusted)          \
    X(REACH, "Reach", reach)                   \
    X(TREND, "Trend", trend)                   \
    X(PRICE, "Price", price)                   \
    X(POWER, "Power", power)

enum marketing_page {
#define X(symbol, ...) PAGE_##symbol,
    MARKETING_PAGE_LIST(X)
#undef X
        PAGE_COUNT
};

enum { MARKETING_TREND_CHART_WIDTH = 150 }; /* from here on months stand side by side */

struct marketing {
    bool loaded;
    bool counting; /* the figures are not there, or of another slice */
    int64_t sales; /* of the slice */
    struct impact impacts[OUTCOME_COUNT];
    char heat_sentence[IMPACT_SENTENCE_SIZE]; /* what goes together most */
    struct reach reach;
    struct impact_options chosen; /* outcome, strata and asked difference */
    int page;
    int series; /* of the trend: 0 the share, else 1 + index of a difference */
    struct table tables[PAGE_COUNT];
};

const struct impact *marketing_impact(const struct marketing *state); /* of the chosen outcome */

/* Each draws its table, which starts in the pane's first row, and what else finds room below. */
#define X(symbol, title, name) \
    void marketing_draw_##name(const struct marketing *state, struct pane pane, bool focused);
MARKETING_PAGE_LIST(X)
#undef X

enum style marketing_verdict_style(enum verdict verdict);

/* The heat map's rows: every factor that is tested for either outcome. */
enum { MARKETING_HEAT_ROWS = IMPACT_TESTS_MAX };
int marketing_heat_factors(const struct marketing *state,
                           enum dimension factors[MARKETING_HEAT_ROWS]);
void marketing_heat_say(struct marketing *state); /* fills heat_sentence */

void marketing_p_text(double p, char *text, size_t size); /* "0.415", "<0.001", "–" */

#endif
