/* Pinned customers beside the one in the form: where they differ, what the models say of each, and
 * whether that is more than the models' own uncertainty. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/screens/whatif_parts.h"
#include "tui/widgets/chart.h"

enum { TITLE_WIDTH = 14, COLUMN_MAX = 22, INTERVAL_WIDTH = 10 };

struct side {
    int count, width;
};

static void draw_cell(struct pane pane, int row, int at, const struct side *columns,
                      enum style style, const char *text) {
    draw_field(pane, row, TITLE_WIDTH + at * columns->width, columns->width - 1, style, text);
}

static int draw_names(const struct whatif *state, struct pane pane, const struct side *columns,
                      int row) {
    for (int i = 0; i < columns->count; i++) {
        char name[16];
        snprintf(name, sizeof name, i == state->pinned ? "%c (now)" : "%c", 'A' + i);
        draw_cell(pane, row, i, columns, STYLE_HEADING, name);
    }
    return row + 1;
}

/* The fields that are not the same for all. */
static int draw_fields(const struct whatif *state, struct pane pane, const struct side *columns,
                       int row) {
    bool any = false;
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (!state->scenarios.differs[field])
            continue;
        any = true;
        draw_field(pane, row, 0, TITLE_WIDTH - 1, STYLE_TEXT, field_title((enum field)field));
        for (int i = 0; i < columns->count; i++) {
            char text[DIMENSION_LABEL_SIZE];
            customer_say(&state->compared[i], (enum field)field, text);
            draw_cell(pane, row, i, columns, STYLE_TEXT, text);
        }
        row++;
    }
    if (!any)
        draw_text(pane, row++, 0, STYLE_DIM, "All of them are the same customer.");
    return row;
}

/* An interval on one row, or its ends on two where the columns are narrow. */
static int draw_interval(const struct scenarios *scenarios, struct pane pane,
                         const struct side *columns, int row, enum outcome outcome,
                         bool difference) {
    bool wide = columns->width > (difference ? INTERVAL_WIDTH + 4 : INTERVAL_WIDTH);
    draw_text(pane, row, 0, STYLE_DIM, wide ? "  95%" : "  from");
    if (!wide)
        draw_text(pane, row + 1, 0, STYLE_DIM, "  to");
    for (int i = difference ? 1 : 0; i < columns->count; i++) {
        const struct scenario_answer *answer = &scenarios->answers[i][outcome];
        const struct interval *own = difference ? &answer->difference : &answer->probability;
        char text[64];
        if (wide) {
            snprintf(text, sizeof text, difference ? "%+.1f to %+.1f" : "%.1f–%.1f", 100 * own->low,
                     100 * own->high);
            draw_cell(pane, row, i, columns, STYLE_DIM, text);
            continue;
        }
        snprintf(text, sizeof text, difference ? "%+.1f" : "%.1f%%", 100 * own->low);
        draw_cell(pane, row, i, columns, STYLE_DIM, text);
        snprintf(text, sizeof text, difference ? "%+.1f" : "%.1f%%", 100 * own->high);
        draw_cell(pane, row + 1, i, columns, STYLE_DIM, text);
    }
    return row + (wide ? 1 : 2);
}

static int draw_answers(const struct whatif *state, const struct app *app, struct pane pane,
                        const struct side *columns, int row, enum outcome outcome) {
    const struct scenarios *scenarios = &state->scenarios;
    char text[1024];
    if (!scenarios->models[outcome].available) {
        draw_text(pane, row, 0, STYLE_STRONG, outcome_title(outcome));
        return whatif_draw_missing(state, app, pane, row + 1, outcome);
    }
    draw_field(pane, row, 0, TITLE_WIDTH - 1, STYLE_STRONG, outcome_title(outcome));
    for (int i = 0; i < columns->count; i++) {
        snprintf(text, sizeof text, "%.1f%%",
                 100 * scenarios->answers[i][outcome].probability.estimate);
        draw_cell(pane, row, i, columns, STYLE_STRONG, text);
    }
    row = draw_interval(scenarios, pane, columns, row + 1, outcome, false);
    if (columns->count < 2)
        return row;
    draw_text(pane, row, 0, STYLE_TEXT, " points to A");
    for (int i = 1; i < columns->count; i++) {
        snprintf(text, sizeof text, "%+.1f",
                 100 * scenarios->answers[i][outcome].difference.estimate);
        draw_cell(pane, row, i, columns, STYLE_TEXT, text);
    }
    row = draw_interval(scenarios, pane, columns, row + 1, outcome, true);
    scenarios_sentence(scenarios, outcome, text, sizeof text);
    return draw_paragraph(pane, row, 0,
                          scenarios->models[outcome].skill ? STYLE_TEXT : STYLE_WARNING, text);
}

void whatif_draw_scenarios(const struct whatif *state, const struct app *app, struct pane pane) {
    struct side columns = {state->pinned + 1, 0};
    if (state->problem[0]) {
        draw_paragraph(pane, 0, 0, STYLE_PROBLEM, state->problem);
        return;
    }
    columns.width = (pane.width - TITLE_WIDTH) / columns.count;
    if (columns.width > COLUMN_MAX)
        columns.width = COLUMN_MAX;
    int row = 0;
    if (state->pinned == 0) {
        row = draw_paragraph(pane, row, 0, STYLE_TEXT,
                             "Press p to pin this customer, then change the form: the two stand "
                             "side by side. Up to three can be pinned; P takes the last back.");
        row++;
    }
    row = draw_names(state, pane, &columns, row);
    if (state->pinned > 0)
        row = draw_fields(state, pane, &columns, row);
    row = draw_answers(state, app, pane, &columns, row, state->outcome);
    enum { ANSWER_ROWS = 8 };
    for (int i = 0; i < OUTCOME_COUNT; i++) /* the other ones, where there is room */
        if (i != (int)state->outcome && row + ANSWER_ROWS <= pane.height)
            row = draw_answers(state, app, pane, &columns, row + 1, (enum outcome)i);
}
