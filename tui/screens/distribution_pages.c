/* The pages of the Distribution screen, one at a time or, where there is room, side by side. */
#include "tui/screens/distribution_pages.h"

#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/widgets/box.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/tabs.h"

enum { WIDE_HEIGHT = 44, WIDE_WIDTH = 150, FIGURES_WIDTH = 33, FIGURES_GAP = 2, LINE = 160 };

static const char *const page_titles[] = {
#define X(symbol, title) title,
    DISTRIBUTION_PAGE_LIST(X)
#undef X
};

bool distribution_is_wide(int height, int width) {
    return height >= WIDE_HEIGHT && width >= WIDE_WIDTH;
}

long distribution_rows(const struct distribution_state *state, int page) {
    if (!state->ready[page])
        return 0;
    switch (page) {
    case PAGE_VALUES:
        return state->histogram.count;
    case PAGE_BOXES:
        return state->boxes.count;
    case PAGE_CATEGORIES:
        return state->categories.count;
    case PAGE_ASSOCIATIONS:
        return state->associations.count;
    default:
        return 0;
    }
}

/* Words at the foot of a pane, broken into as many lines as they take; returns the pane above. */
static struct pane draw_foot(struct pane pane, enum style style, const char *words) {
    int lines = text_width(words) / (pane.width > 8 ? pane.width - 8 : 1) + 1;
    if (lines > pane.height / 3)
        return pane;
    draw_paragraph(pane_below(pane, pane.height - lines), 0, 0, style, words);
    return pane_top(pane, pane.height - lines);
}

/* ----------------------------------------------------------------------------- values */

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
    add_amount(figures, &count, "Std deviation", numeric, of->sd);
    add_real(figures, &count, "Skewness", of->skewness);
    add_real(figures, &count, "Excess kurtosis", of->kurtosis);
    add_amount(figures, &count, "Smallest", numeric, of->min);
    add_amount(figures, &count, "5 %", numeric, of->quantiles[QUANTILE_P5]);
    add_amount(figures, &count, "25 %", numeric, of->quantiles[QUANTILE_P25]);
    add_amount(figures, &count, "75 %", numeric, of->quantiles[QUANTILE_P75]);
    add_amount(figures, &count, "95 %", numeric, of->quantiles[QUANTILE_P95]);
    add_amount(figures, &count, "Largest", numeric, of->max);
    add_amount(figures, &count, "Lower fence", numeric, of->box.fence_low);
    add_amount(figures, &count, "Upper fence", numeric, of->box.fence_high);
    figures[count].title = "Beyond the fences";
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
    struct box_axis axis;
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

static void draw_values(const struct distribution_state *state, struct pane pane, bool focused) {
    const struct histogram *histogram = &state->histogram;
    char words[LINE * 2];
    snprintf(words, sizeof words, "%s.", histogram->rule);
    pane = draw_foot(pane, STYLE_DIM, words);
    struct pane bars = pane;
    if (pane.width >= 70) {
        bars = pane_left(pane, pane.width - FIGURES_WIDTH - FIGURES_GAP);
        draw_figures(state, pane_after(pane, pane.width - FIGURES_WIDTH));
    } else {
        bars = pane_below(pane, draw_figures_compact(state, pane));
    }
    int label_width = 5;
    char label[HISTOGRAM_LABEL_SIZE];
    for (int i = 0; i < histogram->count; i++) {
        histogram_label(histogram, i, label);
        label_width = text_width(label) > label_width ? text_width(label) : label_width;
    }
    const struct table_column columns[] = {
        {.title = numeric_title(histogram->numeric), .width = label_width, .right = true},
        {.title = "Sales", .width = 7, .right = true},
        {.title = histogram->log ? "(logarithmic)" : "", .width = 0, .priority = 1}};
    struct painting painting = {.state = state, .most = largest_bin(histogram)};
    table_draw(&state->tables[PAGE_VALUES], bars, columns, 3, histogram->count, focused, paint_bin,
               &painting);
}

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

static void draw_boxes(const struct distribution_state *state, struct pane pane, bool focused) {
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
    char low[NUMERIC_TEXT_SIZE], high[NUMERIC_TEXT_SIZE], axis[LINE], words[LINE];
    numeric_text(boxes->numeric, painting.axis.low, low);
    numeric_text(boxes->numeric, painting.axis.high, high);
    bool medians = pane.width >= 70;
    int room = pane.width - 2 - label_width - 1 - 8 - 9 - (medians ? 11 : 0);
    int gap = room - text_width(low);
    if (gap > (int)sizeof axis / 2)
        gap = (int)sizeof axis / 2;
    snprintf(axis, sizeof axis, "%s%*s", low, gap > 0 ? gap : 0, high);
    const struct table_column columns[] = {
        {.title = dimension_title(boxes->dimension), .width = label_width},
        {.title = "n", .width = 7, .right = true, .priority = 1},
        {.title = "Median", .width = 10, .right = true, .priority = medians ? 2 : 9},
        {.title = "Outliers", .width = 8, .right = true, .priority = 3},
        {.title = axis, .width = room > 12 ? room : 12}};
    snprintf(words, sizeof words, "%s",
             use_log ? "Logarithmic axis over all values; dots reach to the outermost ones."
                     : "The axis ends at the outermost whiskers; an arrow stands for what lies "
                       "beyond. L shows all.");
    pane = draw_foot(pane, STYLE_DIM, words);
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

static void draw_transforms(const struct distribution_state *state, struct pane pane) {
    const struct transforms *transforms = &state->transforms;
    char words[3 * LINE], titles[3][LINE];
    transforms_words(transforms, words, sizeof words);
    pane = draw_foot(pane, STYLE_TEXT, words);
    double skewness[] = {transforms->skewness, transforms->log_skewness,
                         transforms->box_cox_skewness};
    snprintf(titles[0], LINE, "As it is");
    snprintf(titles[1], LINE, "Logarithm");
    snprintf(titles[2], LINE, "Box-Cox, lambda %.6f", transforms->lambda);
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

static void draw_categories(const struct distribution_state *state, struct pane pane,
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
    char words[LINE];
    snprintf(words, sizeof words, "%d %s%s%s", categories->values,
             categories->values == 1 ? "value" : "values",
             categories->unknown == 0 ? ", none unknown." : "; unknown is a share of its own.",
             categories->partial ? " * partial: cut by the data or the filters." : "");
    pane = draw_foot(pane, STYLE_DIM, words);
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

static void draw_associations(const struct distribution_state *state, struct pane pane,
                              bool focused) {
    static const struct table_column columns[] = {
        {.title = "Feature", .width = 13},
        {.title = "r", .width = 6, .right = true, .priority = 2},
        {.title = "V", .width = 5, .right = true, .priority = 4},
        {.title = "nats", .width = 7, .right = true, .priority = 1},
        {.title = "chance", .width = 7, .right = true, .priority = 1},
        {.title = "told %", .width = 6, .right = true, .priority = 3},
        {.title = "p adj", .width = 6, .right = true},
        {.title = "Verdict", .width = 19}};
    struct painting painting = {.state = state};
    pane = draw_foot(pane, STYLE_TEXT, state->associations.sentence);
    table_draw(&state->tables[PAGE_ASSOCIATIONS], pane, columns, 8, state->associations.count,
               focused, paint_association, &painting);
}

/* ------------------------------------------------------------------------------- whole */

static void draw_page(const struct distribution_state *state, int page, struct pane pane,
                      bool focused) {
    if (!state->ready[page]) {
        draw_paragraph(pane, 0, 0, STYLE_DIM, "Tab comes here and computes this page.");
        return;
    }
    switch (page) {
    case PAGE_VALUES:
        draw_values(state, pane, focused);
        break;
    case PAGE_BOXES:
        draw_boxes(state, pane, focused);
        break;
    case PAGE_TRANSFORMS:
        draw_transforms(state, pane);
        break;
    case PAGE_CATEGORIES:
        draw_categories(state, pane, focused);
        break;
    default:
        draw_associations(state, pane, focused);
    }
}

/* "Price: 8,871 known, none missing" */
static void page_words(const struct distribution_state *state, int page, char *words, size_t size) {
    char known[NUMBER_TEXT_SIZE], missing[NUMBER_TEXT_SIZE];
    const char *number = numeric_title(state->numeric);
    words[0] = '\0';
    switch (page) {
    case PAGE_VALUES:
        number_grouped(state->distribution.n, known, sizeof known);
        number_grouped(state->distribution.missing, missing, sizeof missing);
        snprintf(words, size, "%s: %s known, %s missing", number, known,
                 state->distribution.missing == 0 ? "none" : missing);
        break;
    case PAGE_BOXES:
        snprintf(words, size, "%s by %s", number, dimension_title(state->by));
        break;
    case PAGE_TRANSFORMS:
        snprintf(words, size, "%s: what a transformation does to the skew", number);
        break;
    case PAGE_CATEGORIES:
        snprintf(words, size, "Sales by %s", dimension_title(state->category));
        break;
    default:
        snprintf(words, size, "%s: what goes with it (never: what causes it)",
                 outcome_title(state->outcome));
    }
}

static void draw_titled(const struct distribution_state *state, int page, struct pane pane) {
    char words[LINE];
    bool focused = page == state->page;
    page_words(state, page, words, sizeof words);
    draw_text(pane, 0, 0, focused ? STYLE_TITLE : STYLE_HEADING, words);
    draw_page(state, page, pane_below(pane, 1), focused);
}

/* Values and box plots above; transforms, categories and associations below. */
static void draw_wide(const struct distribution_state *state, struct pane pane) {
    enum { GAP = 3 };
    int top = pane.height / 2, half = pane.width / 2, narrow = SMALL_BINS + GAP, right = 80;
    struct pane above = pane_top(pane, top - 1), below = pane_below(pane, top);
    draw_titled(state, PAGE_VALUES, pane_left(above, half - GAP));
    draw_titled(state, PAGE_BOXES, pane_after(above, half));
    if (pane.width >= narrow + right + 50) {
        struct pane rest = pane_after(below, narrow);
        draw_titled(state, PAGE_TRANSFORMS, pane_left(below, narrow - GAP));
        draw_titled(state, PAGE_CATEGORIES, pane_left(rest, rest.width - right - GAP));
        draw_titled(state, PAGE_ASSOCIATIONS, pane_after(rest, rest.width - right));
        return;
    }
    int left = state->page == PAGE_TRANSFORMS ? PAGE_TRANSFORMS : PAGE_CATEGORIES;
    draw_titled(state, left, pane_left(below, pane.width - right - GAP));
    draw_titled(state, PAGE_ASSOCIATIONS, pane_after(below, pane.width - right));
}

void distribution_draw(const struct distribution_state *state, struct pane body) {
    tabs_draw(body, page_titles, PAGE_COUNT, state->page);
    struct pane rest = pane_below(body, 1);
    if (distribution_is_wide(body.height, body.width)) {
        draw_wide(state, pane_below(rest, 1));
        return;
    }
    draw_titled(state, state->page, rest);
}
