/* The description as a page of text: figures, histograms, box plots, shares, associations. */
#include <math.h>
#include <stdio.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "report/describe.h"
#include "report/plot.h"

enum { PLOT_LEAST = 16, PLOT_MOST = 60, PLOT_UNLIMITED = 40 };

static const unsigned page_only = NOT_IN_CSV | NOT_IN_JSON;

static struct table *page_table(struct document *document, const char *title,
                                const struct column *columns, size_t count) {
    struct table *table = document_table(document, "", title, columns, count);
    table->hidden = page_only;
    return table;
}

#define PAGE_TABLE(document, title, columns) \
    page_table(document, title, columns, sizeof(columns) / sizeof *(columns))

/* What is left of the line beside `used` columns. */
static int plot_width(int terminal, int used) {
    int width = terminal > 0 ? terminal - used : PLOT_UNLIMITED;
    return width < PLOT_LEAST ? PLOT_LEAST : width > PLOT_MOST ? PLOT_MOST : width;
}

static void table_bar(struct table *table, double fraction, int width) {
    struct buffer bar = {0};
    plot_bar(&bar, fraction, width);
    table_text(table, bar.data != NULL ? bar.data : "");
    buffer_free(&bar);
}

static void table_amount(struct table *table, enum numeric numeric, double value) {
    char text[NUMERIC_TEXT_SIZE];
    numeric_text(numeric, value, text);
    table_text(table, text);
}

/* ------------------------------------------------------------------------- a number */

static void figure(struct table *figures, const char *title, const char *text) {
    struct column column = {.key = title, .title = title, .kind = KIND_TEXT};
    table_column(figures, &column);
    table_text(figures, text);
}

static void figure_amount(struct table *figures, const char *title, enum numeric numeric,
                          double value) {
    char text[NUMERIC_TEXT_SIZE];
    numeric_text(numeric, value, text);
    figure(figures, title, text);
}

static void figure_shape(struct table *figures, const char *title, double value, double corrected) {
    char text[80] = "–";
    if (isfinite(corrected))
        snprintf(text, sizeof text, "%.4f (%.4f corrected for bias)", value, corrected);
    else if (isfinite(value))
        snprintf(text, sizeof text, "%.4f", value);
    figure(figures, title, text);
}

/* "0 below, 919 above: 10.4% [9.7–11.0] of the sales, 25.3% of the revenue" */
static void figure_beyond(struct table *figures, const struct distribution *of) {
    char text[160], below[NUMBER_TEXT_SIZE], above[NUMBER_TEXT_SIZE];
    number_grouped(of->box.below, below, sizeof below);
    number_grouped(of->box.above, above, sizeof above);
    if (of->box.below + of->box.above == 0)
        snprintf(text, sizeof text, "none");
    else
        snprintf(text, sizeof text,
                 "%s below, %s above: %.1f%% [%.1f–%.1f] of them, with %.1f%% of the revenue",
                 below, above, 100 * of->share_beyond.estimate, 100 * of->share_beyond.low,
                 100 * of->share_beyond.high, 100 * of->revenue_share_beyond);
    figure(figures, "Beyond them", text);
}

static void figures_transforms(struct table *figures, const struct transforms *transforms) {
    char text[160];
    if (isfinite(transforms->log_skewness)) {
        snprintf(text, sizeof text, "%.4f", transforms->log_skewness);
        figure(figures, "Skewness of the log", text);
    }
    if (isfinite(transforms->lambda)) {
        snprintf(text, sizeof text, "lambda %.6f [%.4f to %.4f], skewness after it %.6f",
                 transforms->lambda, transforms->lambda_low, transforms->lambda_high,
                 transforms->box_cox_skewness);
        figure(figures, "Box-Cox", text);
    } else {
        figure(figures, "Box-Cox", transforms->problem);
    }
}

static void number_figures(struct document *document, const struct described_number *number) {
    const struct distribution *of = &number->distribution;
    struct table *figures = document_figures(document);
    figures->hidden = page_only;
    char text[3 * NUMERIC_TEXT_SIZE], low[NUMERIC_TEXT_SIZE], high[NUMERIC_TEXT_SIZE];
    number_grouped(of->n, text, sizeof text);
    figure(figures, "Known", text);
    number_grouped(of->missing, text, sizeof text);
    figure(figures, "Missing", text);
    if (of->n == 0)
        return;
    figure_amount(figures, "Mean", of->numeric, of->mean);
    figure_amount(figures, "Standard deviation", of->numeric, of->sd);
    figure_amount(figures, "Smallest", of->numeric, of->min);
    static const char *const titles[] = {
#define X(symbol, percent, key) #percent " %",
        QUANTILE_LIST(X)
#undef X
    };
    for (int i = 0; i < QUANTILE_COUNT; i++)
        figure_amount(figures, i == QUANTILE_P50 ? "50 % (median)" : titles[i], of->numeric,
                      of->quantiles[i]);
    figure_amount(figures, "Largest", of->numeric, of->max);
    figure_shape(figures, "Lopsided (skewness)", of->skewness, of->skewness_corrected);
    figure_shape(figures, "Tails (excess kurtosis)", of->kurtosis, of->kurtosis_corrected);
    numeric_text(of->numeric, of->box.fence_low, low);
    numeric_text(of->numeric, of->box.fence_high, high);
    snprintf(text, sizeof text, "%s to %s", low, high);
    figure(figures, "Usual (within 1.5 IQR)", text);
    figure_beyond(figures, of);
    figures_transforms(figures, &number->transforms);
}

static void number_transforms(struct document *document, const struct described_number *number) {
    const struct distribution *of = &number->distribution;
    struct table *figures = document_figures(document);
    char text[NUMBER_TEXT_SIZE];
    figures->hidden = page_only;
    number_grouped(of->n, text, sizeof text);
    figure(figures, "Known", text);
    if (of->n == 0)
        return;
    figure_shape(figures, "Skewness", of->skewness, of->skewness_corrected);
    figures_transforms(figures, &number->transforms);
}

static void number_histogram(struct document *document, const struct histogram *histogram,
                             int terminal) {
    char title[96];
    snprintf(title, sizeof title, "%s: histogram%s", numeric_title(histogram->numeric),
             histogram->log ? " on the logarithm" : "");
    const struct column columns[] = {
        {.key = "bin", .title = numeric_title(histogram->numeric), .kind = KIND_FIGURE},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "share",
         .title = "Share",
         .kind = KIND_SHARE,
         .low = "share_low",
         .high = "share_high"},
        {.key = "bar", .title = "", .hidden = NOT_IN_LINEAR},
    };
    struct table *table = PAGE_TABLE(document, title, columns);
    int64_t most = 1;
    int label_width = 0;
    char label[HISTOGRAM_LABEL_SIZE];
    for (int i = 0; i < histogram->count; i++) {
        histogram_label(histogram, i, label);
        label_width = text_width(label) > label_width ? text_width(label) : label_width;
        if (!histogram->bins[i].tail && histogram->bins[i].count > most)
            most = histogram->bins[i].count;
    }
    int width = plot_width(terminal, label_width + 33);
    for (int i = 0; i < histogram->count; i++) {
        const struct histogram_bin *bin = &histogram->bins[i];
        histogram_label(histogram, i, label);
        table_text(table, label);
        table_integer(table, bin->count);
        table_interval(table, share_wilson(bin->count, histogram->n));
        if (bin->tail) /* as long a bar as its width makes it would say nothing */
            table_text(table, "(wider: no bar)");
        else
            table_bar(table, (double)bin->count / (double)most, width);
    }
    document_sentence(document, "%s.", histogram->rule);
}

static void number_boxes(struct document *document, const struct boxes *boxes, bool use_log,
                         int terminal) {
    enum numeric numeric = boxes->numeric;
    bool positive = true;
    int label_width = text_width(dimension_title(boxes->dimension));
    for (int i = 0; i < boxes->count; i++) {
        const struct box_row *row = &boxes->rows[i];
        positive = positive && (row->box.n == 0 || row->box.min > 0);
        label_width = text_width(row->label) > label_width ? text_width(row->label) : label_width;
    }
    use_log = use_log && positive;
    struct box_axis axis = use_log ? box_axis_log(boxes) : box_axis_clipped(boxes);
    char title[320], low[NUMERIC_TEXT_SIZE], high[NUMERIC_TEXT_SIZE];
    numeric_text(numeric, axis.low, low);
    numeric_text(numeric, axis.high, high);
    snprintf(title, sizeof title, "%s by %s: box plots from %s to %s%s", numeric_title(numeric),
             dimension_name(boxes->dimension), low, high,
             use_log ? " on a logarithmic axis" : "; an arrow where values lie beyond");
    const struct column columns[] = {
        {.key = "value", .title = dimension_title(boxes->dimension)},
        {.key = "n", .title = "n", .kind = KIND_COUNT},
        {.key = "q1", .title = "25 %", .kind = KIND_FIGURE, .minor = true},
        {.key = "median", .title = "Median", .kind = KIND_FIGURE},
        {.key = "q3", .title = "75 %", .kind = KIND_FIGURE, .minor = true},
        {.key = "beyond", .title = "Outliers", .kind = KIND_COUNT},
        {.key = "box", .title = "", .hidden = NOT_IN_LINEAR},
    };
    struct table *table = PAGE_TABLE(document, title, columns);
    int width = plot_width(terminal, label_width + 53);
    for (int i = 0; i < boxes->count; i++) {
        const struct box *box = &boxes->rows[i].box;
        struct buffer plot = {0};
        table_text(table, boxes->rows[i].label);
        table_integer(table, box->n);
        table_amount(table, numeric, box->q1);
        table_amount(table, numeric, box->median);
        table_amount(table, numeric, box->q3);
        table_integer(table, box->below + box->above);
        plot_box(&plot, box, axis, width);
        table_text(table, plot.data != NULL ? plot.data : "");
        buffer_free(&plot);
    }
}

static void numbers_summary(const struct description *description, struct document *document) {
    static const struct column columns[] = {
        {.key = "column", .title = "Number"},
        {.key = "n", .title = "Known", .kind = KIND_COUNT},
        {.key = "missing", .title = "Missing", .kind = KIND_COUNT},
        {.key = "mean", .title = "Mean", .kind = KIND_FIGURE},
        {.key = "sd", .title = "SD", .kind = KIND_FIGURE, .minor = true},
        {.key = "min", .title = "Smallest", .kind = KIND_FIGURE},
        {.key = "median", .title = "Median", .kind = KIND_FIGURE},
        {.key = "max", .title = "Largest", .kind = KIND_FIGURE},
        {.key = "skewness", .title = "Skewness", .kind = KIND_REAL, .decimals = 3, .minor = true},
        {.key = "beyond",
         .title = "Unusual",
         .kind = KIND_SHARE,
         .low = "beyond_low",
         .high = "beyond_high",
         .minor = true},
    };
    struct table *table = PAGE_TABLE(document, "Numbers", columns);
    for (int i = 0; i < description->number_count; i++) {
        const struct distribution *of = &description->numbers[i].distribution;
        table_text(table, numeric_title(of->numeric));
        table_integer(table, of->n);
        table_integer(table, of->missing);
        table_amount(table, of->numeric, of->mean);
        table_amount(table, of->numeric, of->sd);
        table_amount(table, of->numeric, of->min);
        table_amount(table, of->numeric, of->quantiles[QUANTILE_P50]);
        table_amount(table, of->numeric, of->max);
        table_real(table, of->skewness);
        table_interval(table, of->share_beyond);
    }
}

/* ----------------------------------------------------------------------- categories */

static void category_values(struct document *document, const struct categories *of, int terminal) {
    const struct column columns[] = {
        {.key = "value", .title = dimension_title(of->dimension)},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "share",
         .title = "Share",
         .kind = KIND_SHARE,
         .low = "share_low",
         .high = "share_high"},
        {.key = "bar", .title = "", .hidden = NOT_IN_LINEAR},
    };
    char title[96];
    snprintf(title, sizeof title, "%s: counts and shares", dimension_title(of->dimension));
    struct table *table = PAGE_TABLE(document, title, columns);
    int label_width = text_width(dimension_title(of->dimension));
    int64_t most = 1;
    char label[CATEGORY_LABEL_SIZE];
    for (int i = 0; i < of->count; i++) {
        category_label(&of->rows[i], label);
        label_width = text_width(label) > label_width ? text_width(label) : label_width;
        most = of->rows[i].sales > most ? of->rows[i].sales : most;
    }
    for (int i = 0; i < of->count; i++) {
        category_label(&of->rows[i], label);
        table_text(table, label);
        table_integer(table, of->rows[i].sales);
        table_interval(table, of->rows[i].share);
        table_bar(table, (double)of->rows[i].sales / (double)most,
                  plot_width(terminal, label_width + 33));
    }
    if (of->partial)
        document_sentence(document, "* partial: cut by the data or the filters.");
}

static void categories_summary(const struct description *description, struct document *document) {
    static const struct column columns[] = {
        {.key = "dimension", .title = "Dimension"},
        {.key = "values", .title = "Values", .kind = KIND_COUNT},
        {.key = "unknown", .title = "Unknown", .kind = KIND_COUNT},
        {.key = "commonest", .title = "Commonest"},
        {.key = "share",
         .title = "Share",
         .kind = KIND_SHARE,
         .low = "share_low",
         .high = "share_high"},
    };
    struct table *table = PAGE_TABLE(document, "Categories", columns);
    for (int i = 0; i < description->category_count; i++) {
        const struct categories *of = &description->categories[i];
        table_text(table, dimension_name(of->dimension));
        table_integer(table, of->values);
        table_integer(table, of->unknown);
        if (of->commonest < 0) {
            table_unknown(table);
            table_unknown(table);
        } else {
            table_text(table, of->rows[of->commonest].label);
            table_interval(table, of->rows[of->commonest].share);
        }
    }
}

/* --------------------------------------------------------------------- associations */

static void associations_page(struct document *document, const struct associations *of) {
    static const struct column columns[] = {
        {.key = "feature", .title = "Feature"},
        {.key = "correlation",
         .title = "Correlation",
         .kind = KIND_CHANGE,
         .decimals = 3,
         .low = "correlation_low",
         .high = "correlation_high"},
        {.key = "cramers_v", .title = "V", .kind = KIND_REAL, .decimals = 3, .minor = true},
        {.key = "information", .title = "Nats", .kind = KIND_REAL, .decimals = 5},
        {.key = "chance", .title = "By chance", .kind = KIND_REAL, .decimals = 5},
        {.key = "share", .title = "Told", .kind = KIND_FIGURE},
        {.key = "p", .title = "p", .kind = KIND_P, .minor = true},
        {.key = "verdict", .title = "Verdict"},
    };
    char title[160];
    int length = snprintf(title, sizeof title, "What goes with %s", outcome_name(of->outcome));
    if (isfinite(of->entropy))
        snprintf(title + length, sizeof title - (size_t)length, " (entropy %.5f nats)",
                 of->entropy);
    struct table *table = PAGE_TABLE(document, title, columns);
    for (int i = 0; i < of->count; i++) {
        const struct association *at = &of->rows[i];
        char told[32] = "–";
        if (isfinite(at->share_corrected))
            snprintf(told, sizeof told, "%.2f%%", 100 * at->share_corrected);
        table_text(table, at->name);
        table_interval(table, at->correlation);
        table_real(table, at->cramers_v);
        table_real(table, at->information);
        table_real(table, at->information_by_chance);
        table_text(table, told);
        table_real(table, at->p);
        table_text(table, association_verdict(at));
    }
    document_sentence(document, "%s", of->sentence);
}

void describe_for_people(const struct description *description, struct document *document,
                         int columns) {
    if (description->summary)
        numbers_summary(description, document);
    for (int i = 0; i < description->number_count; i++) {
        const struct described_number *number = &description->numbers[i];
        if (!description->summary)
            document_sentence(document, "%s", numeric_title(number->distribution.numeric));
        if (description->only == DESCRIBE_TRANSFORMS)
            number_transforms(document, number);
        if (!description->summary && description->only == DESCRIBE_ALL) {
            number_figures(document, number);
            number_histogram(document, &number->histogram, columns);
        }
        if (number->boxes.count != 0)
            number_boxes(document, &number->boxes, description->log, columns);
    }
    if (description->summary)
        categories_summary(description, document);
    for (int i = 0; i < description->category_count && !description->summary; i++)
        category_values(document, &description->categories[i], columns);
    for (int i = 0; i < description->association_count; i++)
        associations_page(document, &description->associations[i]);
    if (description->association_count != 0)
        document_sentence(
            document, "Told: how much of the outcome's uncertainty (entropy) the feature takes "
                      "away, less what chance alone would; p by the G test, the verdict at 5 %% "
                      "after Benjamini-Hochberg. Numbers are cut at their deciles for it.");
}
