/* The inside of the Explore screen, for its files alone: what load computed, and who draws it. */
#ifndef TUI_SCREENS_EXPLORE_PARTS_H
#define TUI_SCREENS_EXPLORE_PARTS_H

#include "engine/analysis/best.h"
#include "engine/analysis/cross.h"
#include "engine/analysis/measure.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

enum explore_order {
    ORDER_OWN,
    ORDER_SALES,
    ORDER_REVENUE,
    ORDER_MEAN,
    ORDER_MEASURE,
    ORDER_COUNT
};

enum explore_page { PAGE_TABLE, PAGE_HEAT, PAGE_COUNT };

struct explore_state {
    struct cross cross; /* with one dimension only its cells are filled */
    struct differences differences;
    struct best best; /* by revenue where that is the order or the measure, else by sales */
    enum dimension dimensions[2];
    int dimension_count; /* 0 before the first load */
    enum measure measure;
    int *sequence; /* rows of the cells in the order shown */
    enum explore_order order;
    bool inverted;
    int page; /* enum explore_page; heat needs two dimensions */
    struct table table;
    int heat_row, heat_column;
    int64_t to_read; /* sales that the rows or their medians are yet to be counted from; 0: none */
    struct error problem; /* why there are no medians; no code: there are */
};

/* "Returning": the measure as a short heading. */
const char *explore_heading(enum measure measure);

/* "24.7% [23.8–25.6]", "741.3k", "8,871"; a dash where there is none. */
void explore_value_text(struct interval value, enum measure measure, char *text, size_t size);

void explore_table_draw(const struct explore_state *state, struct pane pane, bool focused);

/* Moves the cell under the cursor; false for any other action. */
bool explore_heat_act(struct explore_state *state, enum action action, int page);
void explore_heat_draw(const struct explore_state *state, struct pane pane, bool focused);

#endif
