/* The answer: probabilities beside the base rate, the model's verdict, and the bars that explain
 * it. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/screens/whatif_parts.h"
#include "tui/widgets/chart.h"

enum { AXIS_MAX = 80, NAME_MAX = 40, BAR_MAX = 60 };

/* Probability and base rate on an axis in whole tens of percent around them. */
static void draw_axis(struct pane pane, int row, const struct outcome_prediction *outcome) {
    struct interval probability = outcome->probability;
    double low = floor(10 * fmin(probability.low, outcome->base_rate)) / 10;
    double high = ceil(10 * fmax(probability.high, outcome->base_rate)) / 10;
    low = fmax(0, low);
    high = fmin(1, fmax(high, low + 0.1));
    int width = pane.width - 12 < AXIS_MAX ? pane.width - 12 : AXIS_MAX;
    if (width < 10)
        return;
    draw_format(pane, row, 0, STYLE_DIM, "%3.0f%%", 100 * low);
    chart_interval(pane, row, 5, width, low, high, probability, outcome->base_rate, STYLE_TEXT);
    draw_format(pane, row, 6 + width, STYLE_DIM, "%.0f%%", 100 * high);
}

int whatif_draw_missing(const struct whatif *state, const struct app *app, struct pane pane,
                        int row, enum outcome which) {
    char text[400], share[64], past[96] = "";
    const char *problem = state->prediction.outcomes[which].problem;
    chart_share_text(state->past[which], share, sizeof share);
    if (!isnan(state->past[which].estimate))
        snprintf(past, sizeof past, " Of all past sales: %s.", share);
    snprintf(text, sizeof text, "%c%s.%s%s", toupper((unsigned char)problem[0]),
             problem[0] != '\0' ? problem + 1 : "", app_read_only(app) ? "" : " Press T to train.",
             past);
    return draw_paragraph(pane, row, 0, STYLE_WARNING, text);
}

int whatif_draw_outcome(const struct whatif *state, const struct app *app, struct pane pane,
                        int row, enum outcome which, bool compact) {
    const struct outcome_prediction *outcome = &state->prediction.outcomes[which];
    char text[400];
    int at = draw_text(pane, row, 0, STYLE_STRONG, outcome_title(which));
    if (!outcome->available)
        return whatif_draw_missing(state, app, pane, row + 1, which);
    chart_share_text(outcome->probability, text, sizeof text);
    at = draw_text(pane, row, at + 1, STYLE_STRONG, text);
    draw_format(pane, row, at + 2, STYLE_DIM, "base %.1f%%", 100 * outcome->base_rate);
    if (!compact)
        draw_axis(pane, ++row, outcome);
    if (outcome->skill)
        snprintf(text, sizeof text, "Says %s (yes from %.1f%%). Skill: AUC %.3f [%.3f–%.3f].",
                 outcome->label ? "yes" : "no", 100 * outcome->threshold, outcome->auc,
                 outcome->auc_low, outcome->auc_high);
    else /* a yes or no would be taken at its word */
        snprintf(text, sizeof text,
                 "No skill, AUC %.3f [%.3f–%.3f]: it cannot tell; take the base rate.",
                 outcome->auc, outcome->auc_low, outcome->auc_high);
    return draw_paragraph(pane, row + 1, 0, outcome->skill ? STYLE_HIGHER : STYLE_WARNING, text);
}

int whatif_draw_outcomes(const struct whatif *state, const struct app *app, struct pane pane,
                         bool compact) {
    int row = 0;
    if (state->problem[0])
        return draw_paragraph(pane, row, 0, STYLE_PROBLEM, state->problem);
    int typical = form_typical(&state->form);
    if (typical > 0)
        draw_format(pane, row++, 0, STYLE_WARNING, "%d of %d fields (~) are only typical values",
                    typical, FORM_FIELDS - 1);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        row = whatif_draw_outcome(state, app, pane, row, (enum outcome)i, compact);
    return row;
}

static const char *feature_title(const char *feature) {
    enum field field;
    return field_by_name(feature, &field) ? field_title(field) : feature;
}

void whatif_draw_why(const struct whatif *state, struct pane pane, int row) {
    const struct outcome_prediction *outcome = &state->prediction.outcomes[state->outcome];
    if (!outcome->available || outcome->contribution_count == 0 || row + 1 >= pane.height)
        return;
    int name = pane.width / 2 < NAME_MAX ? pane.width / 2 : NAME_MAX, number = name + 8;
    int bar = pane.width - number - 1 < BAR_MAX ? pane.width - number - 1 : BAR_MAX;
    double largest = fabs(outcome->contributions[0].log_odds);
    draw_format(pane, row, 0, STYLE_HEADING, "Why “%s”", outcome_title(state->outcome));
    draw_right(pane, row++, number, STYLE_DIM, "log odds");
    for (int i = 0; i < outcome->contribution_count && row < pane.height; i++, row++) {
        const struct contribution *contribution = &outcome->contributions[i];
        char text[DIMENSION_LABEL_SIZE + 64];
        snprintf(text, sizeof text, "%s = %s", feature_title(contribution->feature),
                 contribution->value);
        draw_field(pane, row, 0, name, STYLE_TEXT, text);
        snprintf(text, sizeof text, "%+.3f", contribution->log_odds);
        draw_right(pane, row, number, STYLE_TEXT, text);
        if (bar >= 5 && largest > 0)
            chart_diverging(pane, row, number + 1, bar, contribution->log_odds / largest);
    }
    if (row < pane.height) /* what the bars add up to, where there is room to say it */
        draw_format(pane, row, 0, STYLE_DIM, "any customer %+.3f, this one %+.3f",
                    outcome->bias_log_odds, outcome->log_odds);
}

int whatif_draw_company(const struct whatif *state, struct pane pane, int row) {
    const struct prediction *prediction = &state->prediction;
    char text[320], share[64], sales[NUMBER_TEXT_SIZE];
    for (int i = 0; i < prediction->warning_count; i++) {
        snprintf(text, sizeof text, "! %s", prediction->warnings[i]);
        row = draw_paragraph(pane, row, 0, STYLE_WARNING, text);
    }
    if (prediction->segment) {
        snprintf(text, sizeof text, "Segment: %.120s (distance %.2f)", prediction->segment,
                 prediction->segment_distance);
        row = draw_paragraph(pane, row, 0, STYLE_TEXT, text);
    }
    number_grouped(prediction->similar.sales, sales, sizeof sales);
    snprintf(text, sizeof text, "%s similar sale%s (%s)", sales,
             prediction->similar.sales == 1 ? "" : "s", prediction->similar.rule);
    row = draw_paragraph(pane, row, 0, STYLE_TEXT, text);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (prediction->similar.known[i] == 0)
            continue;
        chart_share_text(share_wilson(prediction->similar.yes[i], prediction->similar.known[i]),
                         share, sizeof share);
        draw_format(pane, row++, 0, STYLE_TEXT, "%s %s", outcome_title((enum outcome)i), share);
    }
    return row;
}
