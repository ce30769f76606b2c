/* Marketing, the heat map: how strongly each factor goes with each outcome, the figure over its
 * shade and the verdict in words beside it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/screens/marketing_parts.h"
#include "tui/widgets/canvas.h"

/* Shades grow with the root, so that the weak associations of a shop are told apart too; V of 0.3,
 * a medium association (Cohen 1988, §7.2), is full. */
static const double full_shade = 0.3;

int marketing_heat_factors(const struct marketing *state,
                           enum dimension factors[MARKETING_HEAT_ROWS]) {
    static const enum dimension order[] = {
        DIMENSION_FACEBOOK, DIMENSION_FOLLOWS, DIMENSION_HEARD,    DIMENSION_RETURNING,
        DIMENSION_AGE_BAND, DIMENSION_GENDER,  DIMENSION_LOCATION, DIMENSION_PRICE_BAND,
        DIMENSION_BRAND,    DIMENSION_HANDSET, DIMENSION_WEEKDAY,
    };
    _Static_assert(sizeof order / sizeof *order <= MARKETING_HEAT_ROWS, "a row for each");
    (void)state;
    memcpy(factors, order, sizeof order);
    return (int)(sizeof order / sizeof *order);
}

/* NULL where the factor is the outcome itself. */
static const struct impact_test *test_of(const struct marketing *state, enum outcome outcome,
                                         enum dimension factor) {
    const struct impact *impact = &state->impacts[outcome];
    for (int i = 0; i < impact->test_count; i++) {
        if (impact->tests[i].factor == factor)
            return &impact->tests[i];
    }
    return NULL;
}

void marketing_heat_say(struct marketing *state) {
    const struct impact_test *strongest = NULL;
    enum outcome of = OUTCOME_RETURNING;
    int differ = 0, tested = 0;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        const struct impact *impact = &state->impacts[outcome];
        for (int i = 0; i < impact->test_count; i++) {
            const struct impact_test *test = &impact->tests[i];
            if (test->chi_square.df == 0)
                continue;
            tested++;
            differ += test->differs;
            /* What is clear comes before what is strong by chance. */
            if (strongest == NULL || test->differs > strongest->differs ||
                (test->differs == strongest->differs &&
                 test->chi_square.cramers_v > strongest->chi_square.cramers_v)) {
                strongest = test;
                of = (enum outcome)outcome;
            }
        }
    }
    if (marketing_impact(state)->pending)
        snprintf(state->heat_sentence, sizeof state->heat_sentence,
                 "The other outcome and weekdays are still being counted.");
    else if (strongest == NULL)
        snprintf(state->heat_sentence, sizeof state->heat_sentence,
                 "Nothing to compare: no factor has two levels with known answers.");
    else if (differ == 0)
        snprintf(state->heat_sentence, sizeof state->heat_sentence,
                 "Nothing goes with either outcome beyond chance; the darkest is %s with %s, %.3f.",
                 dimension_title(strongest->factor), outcome_title(of),
                 strongest->chi_square.cramers_v);
    else
        snprintf(state->heat_sentence, sizeof state->heat_sentence,
                 "%d of %d go together beyond chance, the strongest %s with %s, %.3f.", differ,
                 tested, dimension_title(strongest->factor), outcome_title(of),
                 strongest->chi_square.cramers_v);
}

struct heat {
    const struct marketing *state;
    enum dimension factors[MARKETING_HEAT_ROWS];
};

static void paint_shade(const struct impact_test *test, struct pane cell) {
    char text[16] = "itself";
    double shade = NAN;
    if (test != NULL && test->chi_square.df > 0) {
        snprintf(text, sizeof text, " %.3f ", test->chi_square.cramers_v);
        shade = sqrt(test->chi_square.cramers_v / full_shade);
    } else if (test != NULL) {
        snprintf(text, sizeof text, "–");
    }
    canvas_shade(cell, 0, 0, cell.width, shade, text);
}

/* The questions in one word where two do not fit. */
static const char *factor_title(enum dimension factor, int width) {
    if (text_width(dimension_title(factor)) <= width)
        return dimension_title(factor);
    return factor == DIMENSION_FACEBOOK  ? "Facebook"
           : factor == DIMENSION_FOLLOWS ? "Follows"
           : factor == DIMENSION_HEARD   ? "Heard"
                                         : dimension_title(factor);
}

enum { OF_FACTOR, OF_SHADE, OF_P, OF_VERDICT, OF_EACH = 3 };

static void paint_heat(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct heat *heat = context;
    if (column == OF_FACTOR) {
        snprintf(text, size, "%s", factor_title(heat->factors[row], cell.width));
        return;
    }
    enum outcome outcome = (enum outcome)((column - 1) / OF_EACH);
    const struct impact_test *test = test_of(heat->state, outcome, heat->factors[row]);
    switch ((column - 1) % OF_EACH + 1) {
    case OF_SHADE:
        paint_shade(test, cell);
        break;
    case OF_P:
        if (test != NULL)
            marketing_p_text(test->p_adjusted, text, size);
        break;
    default:
        if (test == NULL)
            break;
        snprintf(text, size, "%s",
                 test->chi_square.df == 0 ? "no data"
                 : test->differs          ? "differs"
                                          : "unclear");
        *style = test->differs ? STYLE_STRONG : STYLE_UNCLEAR;
    }
}

void marketing_draw_heat(const struct marketing *state, struct pane pane, bool focused) {
    enum { POINTER = 1, FACTOR = 10, P = 6, VERDICT = 7, GAPS = 6, SHADE_MAX = 24 };
    struct heat heat = {.state = state};
    int rows = marketing_heat_factors(state, heat.factors);
    int factor = pane.width >= 76 ? FACTOR + 4 : FACTOR;
    int shades = pane.width - POINTER - factor - GAPS - 2 * (P + VERDICT);
    shades = shades < 16 ? 16 : shades > 2 * SHADE_MAX ? 2 * SHADE_MAX : shades;
    int shade = shades / 2;
    const struct table_column columns[] = {
        {.title = "Goes with", .width = factor},
        {.title = outcome_title(OUTCOME_RETURNING), .width = shades - shade},
        {.title = "adj. p", .width = P, .right = true, .priority = 1},
        {.title = "verdict", .width = VERDICT},
        {.title = shade >= 13 ? outcome_title(OUTCOME_FACEBOOK) : "Facebook", .width = shade},
        {.title = "adj. p", .width = P, .right = true, .priority = 1},
        {.title = "verdict", .width = VERDICT},
    };
    table_draw(&state->tables[PAGE_HEAT], pane, columns, sizeof columns / sizeof *columns, rows,
               focused, paint_heat, &heat);
    if (pane.height >= rows + 4)
        draw_paragraph(pane_below(pane, rows + 1), 0, 1, STYLE_DIM,
                       "0: nothing to do with each other, 1: the one tells the other (Cramér's V); "
                       "the darker, the stronger, full from 0.3. adj. p: how often chance shows as "
                       "much, adjusted for being one of many.");
}
