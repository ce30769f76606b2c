/* Distribution, the pages of box plots and of transformations. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/screens/distribution_parts.h"
#include "tui/widgets/box.h"

struct painting {
    const struct distribution_state *state;
    struct box_axis axis;
};

/* -------------------------------------------------------------------------- box plots */

static void paint_box(const void *context, long row, int column, struct pane cell, char *text,
                      size_t size, enum style *style) {
    const struct painting *painting = context;
    const struct boxes *boxes = &painting->state->boxes;
    const struct box *box = &boxes->rows[row].box;
    char amount[NUMERIC_TEXT_SIZE];
    (void)style;
    switch (column) {
    case 0:
        snprintf(text, size, "%s", boxes->rows[row].label);
        break;
    case 1:
        number_grouped(box->n, text, size);
        break;
    case 2:
        numeric_text(boxes->numeric, box->median, amount);
        snprintf(text, size, "%s", amount);
        break;
    case 3:
        number_grouped(box->below + box->above, text, size);
        break;
    default:
        box_draw(cell, 0, 0, cell.width, box, painting->axis);
    }
}

static bool boxes_positive(const struct boxes *boxes) {
    for (int i = 0; i < boxes->count; i++) {
        if (boxes->rows[i].box.n != 0 && !(boxes->rows[i].box.min > 0))
            return false;
    }
    return true;
}

void distribution_draw_boxes(const struct distribution_state *state, struct pane pane,
                             bool focused) {
    const struct boxes *boxes = &state->boxes;
    bool use_log = state->log && boxes_positive(boxes);
    struct painting painting = {.state = state,
                                .axis = use_log ? box_axis_log(boxes) : box_axis_clipped(boxes)};
    int label_width = text_width(dimension_title(boxes->dimension)), widest = pane.width / 4;
    for (int i = 0; i < boxes->count; i++) {
        int width = text_width(boxes->rows[i].label);
        label_width = width > label_width ? width : label_width;
    }
    label_width = label_width > widest ? widest : label_width;
    char low[NUMERIC_TEXT_SIZE], high[NUMERIC_TEXT_SIZE], axis[DISTRIBUTION_LINE],
        words[2 * DISTRIBUTION_LINE];
    numeric_text(boxes->numeric, painting.axis.low, low);
    numeric_text(boxes->numeric, painting.axis.high, high);
    char heading[MONEY_HEADING_SIZE];
    const char *median = distribution_heading(boxes->numeric, "Median", heading);
    int median_width = text_width(median) > 10 ? text_width(median) : 10;
    bool medians = pane.width >= 70;
    int64_t most = 0;
    for (int i = 0; i < boxes->count; i++)
        most = boxes->rows[i].box.n > most ? boxes->rows[i].box.n : most;
    int count_width = number_width(most, 7);
    int room =
        pane.width - 2 - label_width - 1 - (count_width + 1) - 9 - (medians ? median_width + 1 : 0);
    int gap = room - text_width(low);
    if (gap > (int)sizeof axis / 2)
        gap = (int)sizeof axis / 2;
    snprintf(axis, sizeof axis, "%s%*s", low, gap > 0 ? gap : 0, high);
    const struct table_column columns[] = {
        {.title = dimension_title(boxes->dimension), .width = label_width},
        {.title = "n", .width = count_width, .right = true, .priority = 1},
        {.title = median, .width = median_width, .right = true, .priority = medians ? 2 : 9},
        {.title = "Outliers", .width = 8, .right = true, .priority = 3},
        {.title = axis, .width = room > 12 ? room : 12}};
    snprintf(words, sizeof words, "%s",
             use_log ? "Logarithmic axis over all values; dots reach to the outermost ones."
                     : "The axis ends at the outermost whiskers; an arrow stands for what lies "
                       "beyond. L shows all.");
    char within[NUMERIC_WITHIN_SIZE];
    size_t length = strlen(words);
    numeric_within_words(boxes->numeric, boxes->within, within);
    if (within[0] != '\0')
        snprintf(words + length, sizeof words - length, " In all, %s.", within);
    pane = distribution_draw_foot(pane, STYLE_DIM, words);
    table_draw(&state->tables[PAGE_BOXES], pane, columns, 5, boxes->count, focused, paint_box,
               &painting);
}

/* ------------------------------------------------------------------------- transforms */

static void transforms_words(const struct transforms *transforms, char *words, size_t size) {
    if (transforms->problem != NULL) {
        snprintf(words, size, "No transformation: %s.", transforms->problem);
        return;
    }
    double before = fabs(transforms->skewness), log_after = fabs(transforms->log_skewness),
           after = fabs(transforms->box_cox_skewness);
    bool log_fits = transforms->lambda_low <= 0 && transforms->lambda_high >= 0;
    bool needless = transforms->lambda_low <= 1 && transforms->lambda_high >= 1;
    snprintf(words, size,
             "The skew goes from %.2f to %.2f with the logarithm and to %.2f with Box-"
             "Cox (lambda %.2f [%.2f to %.2f]). %s",
             before, log_after, after, transforms->lambda, transforms->lambda_low,
             transforms->lambda_high,
             needless                 ? "One lies in the interval: no transformation is needed."
             : log_fits               ? "Zero lies in the interval: the logarithm is as good."
             : log_after > before     ? "The logarithm makes it worse."
             : transforms->lambda < 0 ? "Lambda lies below zero: the logarithm is not enough."
                                      : "Lambda lies above zero: the logarithm is too much.");
}

void distribution_draw_transforms(const struct distribution_state *state, struct pane pane) {
    const struct transforms *transforms = &state->transforms;
    char words[3 * DISTRIBUTION_LINE], titles[3][DISTRIBUTION_LINE];
    transforms_words(transforms, words, sizeof words);
    pane = distribution_draw_foot(pane, STYLE_TEXT, words);
    double skewness[] = {transforms->skewness, transforms->log_skewness,
                         transforms->box_cox_skewness};
    snprintf(titles[0], DISTRIBUTION_LINE, "As it is");
    snprintf(titles[1], DISTRIBUTION_LINE, "Logarithm");
    snprintf(titles[2], DISTRIBUTION_LINE, "Box-Cox, lambda %.6f", transforms->lambda);
    int each = pane.height / 3;
    for (int i = 0; i < 3 && each >= 2; i++) {
        struct pane part = pane_top(pane_below(pane, i * each), each);
        if (!isfinite(skewness[i])) {
            draw_format(part, 0, 0, STYLE_DIM, "%s: none", i == 2 ? "Box-Cox" : titles[i]);
            continue;
        }
        int column = draw_text(part, 0, 0, STYLE_HEADING, titles[i]);
        draw_format(part, 0, column + 2, STYLE_STRONG, "skewness %.6f", skewness[i]);
        struct pane bars = pane_below(part, 1);
        if (bars.height > 2)
            bars = pane_top(bars, bars.height - 1);
        columns_draw(bars, state->small[i], SMALL_BINS, i == 0 ? STYLE_BAR : STYLE_BAR_ALSO);
    }
}
