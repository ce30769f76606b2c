/* Distribution, the pages of categories and of what goes with an outcome. */
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/screens/distribution_parts.h"
#include "tui/widgets/chart.h"

struct painting {
    const struct distribution_state *state;
    int64_t most;
};

/* ------------------------------------------------------------------------- categories */

static void paint_category(const void *context, long row, int column, struct pane cell, char *text,
                           size_t size, enum style *style) {
    const struct painting *painting = context;
    const struct category *category = &painting->state->categories.rows[row];
    char label[CATEGORY_LABEL_SIZE];
    switch (column) {
    case 0:
        category_label(category, label);
        snprintf(text, size, "%s", label);
        if (category->code == 0)
            *style = STYLE_DIM;
        break;
    case 1:
        number_grouped(category->sales, text, size);
        break;
    case 2:
        chart_share_text(category->share, text, size);
        break;
    default:
        chart_bar(cell, 0, 0, cell.width, (double)category->sales / (double)painting->most,
                  category->code == 0 ? STYLE_DIM : STYLE_BAR);
    }
}

void distribution_draw_categories(const struct distribution_state *state, struct pane pane,
                                  bool focused) {
    const struct categories *categories = &state->categories;
    struct painting painting = {.state = state, .most = 1};
    int label_width = text_width(dimension_title(categories->dimension)), widest = pane.width / 3;
    for (int i = 0; i < categories->count; i++) {
        const struct category *row = &categories->rows[i];
        int width = text_width(row->label) + row->partial;
        label_width = width > label_width ? width : label_width;
        painting.most = row->sales > painting.most ? row->sales : painting.most;
    }
    const struct table_column columns[] = {{.title = dimension_title(categories->dimension),
                                            .width = label_width > widest ? widest : label_width},
                                           {.title = "Sales", .width = 9, .right = true},
                                           {.title = "Share, 95 %", .width = 18, .right = true},
                                           {.title = "", .width = 0, .priority = 1}};
    char words[DISTRIBUTION_LINE];
    snprintf(words, sizeof words, "%d %s%s%s", categories->values,
             categories->values == 1 ? "value" : "values",
             categories->unknown == 0 ? ", none unknown." : "; unknown is a share of its own.",
             categories->partial ? " * partial: cut by the data or the filters." : "");
    pane = distribution_draw_foot(pane, STYLE_DIM, words);
    table_draw(&state->tables[PAGE_CATEGORIES], pane, columns, 4, categories->count, focused,
               paint_category, &painting);
}

/* ----------------------------------------------------------------------- associations */

static void paint_real(double value, int decimals, bool sign, char *text, size_t size) {
    if (!isfinite(value))
        snprintf(text, size, "–");
    else
        snprintf(text, size, sign ? "%+.*f" : "%.*f", decimals, value);
}

static void paint_association(const void *context, long row, int column, struct pane cell,
                              char *text, size_t size, enum style *style) {
    const struct painting *painting = context;
    const struct association *at = &painting->state->associations.rows[row];
    (void)cell;
    switch (column) {
    case 0:
        snprintf(text, size, "%s", at->title);
        break;
    case 1:
        paint_real(at->correlation.estimate, 3, true, text, size);
        break;
    case 2:
        paint_real(at->cramers_v, 3, false, text, size);
        break;
    case 3:
        paint_real(at->information, 5, false, text, size);
        break;
    case 4:
        paint_real(at->information_by_chance, 5, false, text, size);
        break;
    case 5:
        paint_real(at->share_corrected * 100, 2, false, text, size);
        break;
    case 6:
        if (at->p_adjusted < 0.001)
            snprintf(text, size, "<0.001");
        else
            paint_real(at->p_adjusted, 3, false, text, size);
        break;
    default:
        snprintf(text, size, "%s", association_verdict(at));
        *style = at->related ? STYLE_HIGHER : STYLE_UNCLEAR;
    }
}

void distribution_draw_associations(const struct distribution_state *state, struct pane pane,
                                    bool focused) {
    static const struct table_column columns[] = {
        {.title = "Feature", .width = 13},
        {.title = "r", .width = 6, .right = true, .priority = 2},
        {.title = "V", .width = 5, .right = true, .priority = 4},
        {.title = "tells", .width = 7, .right = true, .priority = 1},
        {.title = "chance", .width = 7, .right = true, .priority = 1},
        {.title = "told %", .width = 6, .right = true, .priority = 3},
        {.title = "p adj", .width = 6, .right = true},
        {.title = "Verdict", .width = 19}};
    struct painting painting = {.state = state};
    if (pane.height >= state->associations.count + 6)
        pane = distribution_draw_foot(
            pane, STYLE_DIM,
            "Strength, 0 to 1: r along a line, V of kinds (Cramér's). Tells: what is known of the "
            "outcome once this is known, in nats, and what chance alone would tell.");
    pane = distribution_draw_foot(pane, STYLE_TEXT, state->associations.sentence);
    table_draw(&state->tables[PAGE_ASSOCIATIONS], pane, columns, 8, state->associations.count,
               focused, paint_association, &painting);
}
