/* Distribution, the page of values: bins as bars, and the figures of the whole. */
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/screens/distribution_parts.h"
#include "tui/widgets/chart.h"

enum { FIGURES_WIDTH = 33, FIGURES_GAP = 2 };

struct figure {
    const char *title;
    char text[64];
};

enum { FIGURES_MAX = 20 };

static void add_amount(struct figure *figures, int *count, const char *title, enum numeric numeric,
                       double value) {
    char text[NUMERIC_TEXT_SIZE];
    numeric_text(numeric, value, text);
    figures[*count].title = title;
    snprintf(figures[(*count)++].text, sizeof figures->text, "%s", text);
}

static void add_real(struct figure *figures, int *count, const char *title, double value) {
    figures[*count].title = title;
    if (isfinite(value))
        snprintf(figures[*count].text, sizeof figures->text, "%.4f", value);
    else
        snprintf(figures[*count].text, sizeof figures->text, "–");
    (*count)++;
}

static void add_share(struct figure *figures, int *count, const char *title, double share) {
    figures[*count].title = title;
    if (isfinite(share))
        snprintf(figures[*count].text, sizeof figures->text, "%.1f%%", share * 100);
    else
        snprintf(figures[*count].text, sizeof figures->text, "–");
    (*count)++;
}

static int figures_of(const struct distribution *of, struct figure figures[FIGURES_MAX]) {
    int count = 0;
    enum numeric numeric = of->numeric;
    add_amount(figures, &count, "Median", numeric, of->quantiles[QUANTILE_P50]);
    add_amount(figures, &count, "Mean", numeric, of->mean);
    add_amount(figures, &count, "Spread (std deviation)", numeric, of->sd);
    add_real(figures, &count, "Lopsided (skewness)", of->skewness);
    add_real(figures, &count, "Tails (excess kurtosis)", of->kurtosis);
    add_amount(figures, &count, "Smallest", numeric, of->min);
    add_amount(figures, &count, "5 %", numeric, of->quantiles[QUANTILE_P5]);
    add_amount(figures, &count, "25 %", numeric, of->quantiles[QUANTILE_P25]);
    add_amount(figures, &count, "75 %", numeric, of->quantiles[QUANTILE_P75]);
    add_amount(figures, &count, "95 %", numeric, of->quantiles[QUANTILE_P95]);
    add_amount(figures, &count, "Largest", numeric, of->max);
    add_amount(figures, &count, "Usual from (fence)", numeric, of->box.fence_low);
    add_amount(figures, &count, "Usual up to (fence)", numeric, of->box.fence_high);
    figures[count].title = "Unusual sales";
    number_grouped(of->box.below + of->box.above, figures[count].text, sizeof figures->text);
    count++;
    figures[count].title = "  of the sales";
    chart_share_text(of->share_beyond, figures[count].text, sizeof figures->text);
    count++;
    add_share(figures, &count, "  of the revenue", of->revenue_share_beyond);
    return count;
}

static void draw_figures(const struct distribution_state *state, struct pane pane) {
    struct figure figures[FIGURES_MAX];
    int count = figures_of(&state->distribution, figures);
    for (int i = 0; i < count && i < pane.height; i++) {
        draw_text(pane, i, 0, STYLE_DIM, figures[i].title);
        draw_right(pane, i, pane.width, i == 0 ? STYLE_STRONG : STYLE_TEXT, figures[i].text);
    }
}

/* The same in two or three to a line, where there is no room beside the bars; returns the lines. */
static int draw_figures_compact(const struct distribution_state *state, struct pane pane) {
    static const int chosen[] = {0, 1, 3, 12, 13, 15};
    struct figure figures[FIGURES_MAX];
    figures_of(&state->distribution, figures);
    int column = 0, line = 0;
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
        const struct figure *figure = &figures[chosen[i]];
        const char *title = figure->title + (figure->title[0] == ' ' ? 2 : 0);
        int width = text_width(title) + 1 + text_width(figure->text);
        if (column > 0 && column + width > pane.width) {
            column = 0;
            line++;
        }
        column = draw_text(pane, line, column, STYLE_DIM, title) + 1;
        column = draw_text(pane, line, column, STYLE_TEXT, figure->text) + 2;
    }
    return line + 1;
}

static int64_t largest_bin(const struct histogram *histogram) {
    int64_t most = 1;
    for (int i = 0; i < histogram->count; i++) {
        if (!histogram->bins[i].tail && histogram->bins[i].count > most)
            most = histogram->bins[i].count;
    }
    return most;
}

struct painting {
    const struct distribution_state *state;
    int64_t most;
};

static void paint_bin(const void *context, long row, int column, struct pane cell, char *text,
                      size_t size, enum style *style) {
    const struct painting *painting = context;
    const struct histogram *histogram = &painting->state->histogram;
    const struct histogram_bin *bin = &histogram->bins[row];
    char label[HISTOGRAM_LABEL_SIZE];
    switch (column) {
    case 0:
        histogram_label(histogram, (int)row, label);
        snprintf(text, size, "%s", label);
        break;
    case 1:
        number_grouped(bin->count, text, size);
        break;
    default:
        if (bin->tail) { /* a bar of another width would mislead */
            snprintf(text, size, "wider: no bar");
            *style = STYLE_DIM;
        } else {
            chart_bar(cell, 0, 0, cell.width, (double)bin->count / (double)painting->most,
                      STYLE_BAR);
        }
    }
}

void distribution_draw_values(const struct distribution_state *state, struct pane pane,
                              bool focused) {
    const struct histogram *histogram = &state->histogram;
    char words[DISTRIBUTION_LINE * 3];
    char known[NUMBER_TEXT_SIZE], missing[NUMBER_TEXT_SIZE];
    number_grouped(state->distribution.n, known, sizeof known);
    number_grouped(state->distribution.missing, missing, sizeof missing);
    snprintf(words, sizeof words, "%s known, %s missing. %s.", known,
             state->distribution.missing == 0 ? "none" : missing, histogram->rule);
    pane = distribution_draw_foot(pane, STYLE_DIM, words);
    struct pane bars;
    if (pane.width >= 70) {
        bars = pane_left(pane, pane.width - FIGURES_WIDTH - FIGURES_GAP);
        draw_figures(state, pane_after(pane, pane.width - FIGURES_WIDTH));
    } else {
        bars = pane_below(pane, draw_figures_compact(state, pane));
    }
    char heading[MONEY_HEADING_SIZE];
    const char *title =
        distribution_heading(histogram->numeric, numeric_title(histogram->numeric), heading);
    int label_width = text_width(title);
    char label[HISTOGRAM_LABEL_SIZE];
    for (int i = 0; i < histogram->count; i++) {
        histogram_label(histogram, i, label);
        label_width = text_width(label) > label_width ? text_width(label) : label_width;
    }
    int64_t most = 0;
    for (int i = 0; i < histogram->count; i++)
        most = histogram->bins[i].count > most ? histogram->bins[i].count : most;
    const struct table_column columns[] = {
        {.title = title, .width = label_width, .right = true},
        {.title = "Sales", .width = number_width(most, 7), .right = true},
        {.title = histogram->log ? "(logarithmic)" : "", .width = 0, .priority = 1}};
    struct painting painting = {.state = state, .most = largest_bin(histogram)};
    table_draw(&state->tables[PAGE_VALUES], bars, columns, 3, histogram->count, focused, paint_bin,
               &painting);
}
