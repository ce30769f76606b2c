/* The inside of the Overview, for its files alone: what load computed, where its parts stand, and
 * who draws them. */
#ifndef TUI_SCREENS_OVERVIEW_PARTS_H
#define TUI_SCREENS_OVERVIEW_PARTS_H

#include "engine/analysis/overview.h"
#include "tui/news.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

enum part {
    PART_MONTHS,
    PART_LOCATIONS,
    PART_HANDSETS,
    PART_BRANDS,
    PART_WEEKDAYS,
    PART_AGE_BANDS,
    PART_GENDERS,
    PART_COUNT
};

struct overview_state {
    struct overview overview;
    struct news news;
    struct table tables[PART_COUNT];
    enum overview_trend trend;
    int focus;
};

/* The periods of the chosen trend, its heading ("Month") and dimension. */
const struct overview_period *overview_trend_periods(const struct overview_state *state,
                                                     int *count);
const char *overview_trend_heading(enum overview_trend trend);
enum dimension overview_trend_dimension(enum overview_trend trend);

int overview_rows(const struct overview_state *state, enum part part);
const char *overview_name(const struct overview_state *state, enum part part, long row);

/* Draws a part's title and table; nothing where its pane is lower than three rows. */
void overview_draw_part(const struct overview_state *state, enum part part, struct pane pane);

/* What the words leave of the body for the parts. */
struct pane overview_parts_room(const struct overview_state *state, struct pane body);

/* Key figures, comparison, news, the leading month and footnotes: all that are words. */
void overview_draw_words(const struct overview_state *state, struct pane body);

#endif
