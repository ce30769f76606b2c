/* The description as tidy tables, a row a thing: for CSV and JSON. */
#include <math.h>

#include "base/money.h"
#include "report/describe.h"

static struct table *tidy(struct document *document, const char *key, const struct column *columns,
                          size_t count) {
    struct table *table = document_table(document, key, NULL, columns, count);
    table->hidden = NOT_IN_TEXT;
    return table;
}

#define TIDY(document, key, columns) \
    tidy(document, key, columns, sizeof(columns) / sizeof *(columns))

static void columns_add(const struct description *description, struct document *document) {
    static const struct column columns[] = {
        {.key = "column"},
        {.key = "n", .kind = KIND_COUNT},
        {.key = "missing", .kind = KIND_COUNT},
        {.key = "mean", .kind = KIND_REAL},
        {.key = "sd", .kind = KIND_REAL},
        {.key = "min", .kind = KIND_REAL},
#define X(symbol, percent, name) {.key = (name), .kind = KIND_REAL},
        QUANTILE_LIST(X)
#undef X
            {.key = "max", .kind = KIND_REAL},
        {.key = "skewness", .kind = KIND_REAL},
        {.key = "skewness_corrected", .kind = KIND_REAL},
        {.key = "excess_kurtosis", .kind = KIND_REAL},
        {.key = "excess_kurtosis_corrected", .kind = KIND_REAL},
        {.key = "fence_low", .kind = KIND_REAL},
        {.key = "fence_high", .kind = KIND_REAL},
        {.key = "whisker_low", .kind = KIND_REAL},
        {.key = "whisker_high", .kind = KIND_REAL},
        {.key = "below", .kind = KIND_COUNT},
        {.key = "above", .kind = KIND_COUNT},
        {.key = "share_beyond",
         .kind = KIND_SHARE,
         .low = "share_beyond_low",
         .high = "share_beyond_high"},
        {.key = "revenue_below", .kind = KIND_MONEY},
        {.key = "revenue_above", .kind = KIND_MONEY},
        {.key = "revenue_share_beyond", .kind = KIND_SHARE},
        {.key = "log_skewness", .kind = KIND_REAL},
        {.key = "box_cox_lambda",
         .kind = KIND_REAL,
         .low = "box_cox_lambda_low",
         .high = "box_cox_lambda_high"},
        {.key = "box_cox_skewness", .kind = KIND_REAL},
        {.key = "transform_problem"},
        {.key = "bins", .kind = KIND_COUNT},
        {.key = "bin_width", .kind = KIND_REAL},
        {.key = "bin_log", .kind = KIND_FLAG},
        {.key = "freedman_diaconis_width", .kind = KIND_REAL},
        {.key = "freedman_diaconis_bins", .kind = KIND_COUNT},
        {.key = "bin_rule"},
    };
    struct table *table = TIDY(document, "columns", columns);
    for (int i = 0; i < description->number_count; i++) {
        const struct distribution *of = &description->numbers[i].distribution;
        const struct transforms *transforms = &description->numbers[i].transforms;
        const struct histogram *histogram = &description->numbers[i].histogram;
        table_text(table, numeric_name(of->numeric));
        table_integer(table, of->n);
        table_integer(table, of->missing);
        table_real(table, of->mean);
        table_real(table, of->sd);
        table_real(table, of->min);
        for (int quantile = 0; quantile < QUANTILE_COUNT; quantile++)
            table_real(table, of->quantiles[quantile]);
        table_real(table, of->max);
        table_real(table, of->skewness);
        table_real(table, of->skewness_corrected);
        table_real(table, of->kurtosis);
        table_real(table, of->kurtosis_corrected);
        table_real(table, of->box.fence_low);
        table_real(table, of->box.fence_high);
        table_real(table, of->box.whisker_low);
        table_real(table, of->box.whisker_high);
        table_integer(table, of->box.below);
        table_integer(table, of->box.above);
        table_interval(table, of->share_beyond);
        table_integer(table, of->revenue_below_minor);
        table_integer(table, of->revenue_above_minor);
        table_real(table, of->revenue_share_beyond);
        table_real(table, transforms->log_skewness);
        table_interval(table, (struct interval){transforms->lambda, transforms->lambda_low,
                                                transforms->lambda_high});
        table_real(table, transforms->box_cox_skewness);
        table_text(table, transforms->problem);
        table_integer(table, histogram->count);
        table_real(table, histogram->width);
        table_flag(table, histogram->log);
        table_real(table, histogram->fd_width);
        table_integer(table, histogram->fd_count);
        table_text(table, histogram->rule);
    }
}

static void transforms_add(const struct description *description, struct document *document) {
    static const struct column columns[] = {
        {.key = "column"},
        {.key = "n", .kind = KIND_COUNT},
        {.key = "skewness", .kind = KIND_REAL},
        {.key = "log_skewness", .kind = KIND_REAL},
        {.key = "box_cox_lambda",
         .kind = KIND_REAL,
         .low = "box_cox_lambda_low",
         .high = "box_cox_lambda_high"},
        {.key = "box_cox_skewness", .kind = KIND_REAL},
        {.key = "transform_problem"},
    };
    struct table *table = TIDY(document, "transforms", columns);
    for (int i = 0; i < description->number_count; i++) {
        const struct distribution *of = &description->numbers[i].distribution;
        const struct transforms *transforms = &description->numbers[i].transforms;
        table_text(table, numeric_name(of->numeric));
        table_integer(table, of->n);
        table_real(table, of->skewness);
        table_real(table, transforms->log_skewness);
        table_interval(table, (struct interval){transforms->lambda, transforms->lambda_low,
                                                transforms->lambda_high});
        table_real(table, transforms->box_cox_skewness);
        table_text(table, transforms->problem);
    }
}

static void bins_add(const struct description *description, struct document *document) {
    static const struct column columns[] = {
        {.key = "column"},
        {.key = "low", .kind = KIND_REAL},
        {.key = "high", .kind = KIND_REAL},
        {.key = "closed", .kind = KIND_FLAG},
        {.key = "tail", .kind = KIND_FLAG},
        {.key = "narrow", .kind = KIND_FLAG},
        {.key = "sales", .kind = KIND_COUNT},
        {.key = "share", .kind = KIND_SHARE, .low = "share_low", .high = "share_high"},
    };
    struct table *table = TIDY(document, "histogram", columns);
    for (int i = 0; i < description->number_count; i++) {
        const struct histogram *histogram = &description->numbers[i].histogram;
        for (int bin = 0; bin < histogram->count; bin++) {
            const struct histogram_bin *at = &histogram->bins[bin];
            table_text(table, numeric_name(histogram->numeric));
            table_real(table, at->low);
            table_real(table, at->high);
            table_flag(table, at->closed);
            table_flag(table, at->tail);
            table_flag(table, at->narrow);
            table_integer(table, at->count);
            table_interval(table, share_wilson(at->count, histogram->n));
        }
    }
}

static void boxes_add(const struct description *description, struct document *document) {
    static const struct column columns[] = {
        {.key = "column"},
        {.key = "by"},
        {.key = "value"},
        {.key = "n", .kind = KIND_COUNT},
        {.key = "missing", .kind = KIND_COUNT},
        {.key = "mean", .kind = KIND_REAL},
        {.key = "min", .kind = KIND_REAL},
        {.key = "whisker_low", .kind = KIND_REAL},
        {.key = "q1", .kind = KIND_REAL},
        {.key = "median", .kind = KIND_REAL},
        {.key = "q3", .kind = KIND_REAL},
        {.key = "whisker_high", .kind = KIND_REAL},
        {.key = "max", .kind = KIND_REAL},
        {.key = "below", .kind = KIND_COUNT},
        {.key = "above", .kind = KIND_COUNT},
    };
    struct table *table = TIDY(document, "boxes", columns);
    for (int i = 0; i < description->number_count; i++) {
        const struct boxes *boxes = &description->numbers[i].boxes;
        for (int row = 0; row < boxes->count; row++) {
            const struct box *box = &boxes->rows[row].box;
            table_text(table, numeric_name(boxes->numeric));
            table_text(table, dimension_name(boxes->dimension));
            table_text(table, boxes->rows[row].label);
            table_integer(table, box->n);
            table_integer(table, boxes->rows[row].missing);
            table_real(table, box->mean);
            table_real(table, box->min);
            table_real(table, box->whisker_low);
            table_real(table, box->q1);
            table_real(table, box->median);
            table_real(table, box->q3);
            table_real(table, box->whisker_high);
            table_real(table, box->max);
            table_integer(table, box->below);
            table_integer(table, box->above);
        }
    }
}

static void categories_add(const struct description *description, struct document *document) {
    static const struct column dimensions[] = {
        {.key = "dimension"},
        {.key = "values", .kind = KIND_COUNT},
        {.key = "sales", .kind = KIND_COUNT},
        {.key = "unknown", .kind = KIND_COUNT},
        {.key = "commonest"},
        {.key = "entropy", .kind = KIND_REAL},
    };
    static const struct column values[] = {
        {.key = "dimension"},
        {.key = "value"},
        {.key = "sales", .kind = KIND_COUNT},
        {.key = "revenue", .kind = KIND_MONEY},
        {.key = "share", .kind = KIND_SHARE, .low = "share_low", .high = "share_high"},
        {.key = "partial", .kind = KIND_FLAG},
    };
    struct table *table = TIDY(document, "dimensions", dimensions);
    for (int i = 0; i < description->category_count; i++) {
        const struct categories *of = &description->categories[i];
        table_text(table, dimension_name(of->dimension));
        table_integer(table, of->values);
        table_integer(table, of->sales);
        table_integer(table, of->unknown);
        table_text(table, of->commonest >= 0 ? of->rows[of->commonest].label : NULL);
        table_real(table, of->entropy);
    }
    table = TIDY(document, "categories", values);
    for (int i = 0; i < description->category_count; i++) {
        const struct categories *of = &description->categories[i];
        for (int row = 0; row < of->count; row++) {
            table_text(table, dimension_name(of->dimension));
            table_text(table, of->rows[row].label);
            table_integer(table, of->rows[row].sales);
            table_integer(table, of->rows[row].revenue_minor);
            table_interval(table, of->rows[row].share);
            table_flag(table, of->rows[row].partial);
        }
    }
}

static void associations_add(const struct description *description, struct document *document) {
    static const char *const kinds[] = {"numeric", "binary", "category"};
    static const struct column columns[] = {
        {.key = "outcome"},
        {.key = "feature"},
        {.key = "kind"},
        {.key = "n", .kind = KIND_COUNT},
        {.key = "levels", .kind = KIND_COUNT},
        {.key = "level"},
        {.key = "correlation",
         .kind = KIND_REAL,
         .low = "correlation_low",
         .high = "correlation_high"},
        {.key = "correlation_p", .kind = KIND_P},
        {.key = "cramers_v", .kind = KIND_REAL},
        {.key = "mutual_information", .kind = KIND_REAL},
        {.key = "mutual_information_by_chance", .kind = KIND_REAL},
        {.key = "mutual_information_corrected", .kind = KIND_REAL},
        {.key = "share_of_entropy", .kind = KIND_SHARE},
        {.key = "share_of_entropy_corrected", .kind = KIND_SHARE},
        {.key = "g", .kind = KIND_REAL},
        {.key = "df", .kind = KIND_NUMBER},
        {.key = "p", .kind = KIND_P},
        {.key = "p_adjusted", .kind = KIND_P},
        {.key = "verdict"},
    };
    struct table *table = TIDY(document, "associations", columns);
    for (int i = 0; i < description->association_count; i++) {
        const struct associations *of = &description->associations[i];
        for (int row = 0; row < of->count; row++) {
            const struct association *at = &of->rows[row];
            table_text(table, outcome_name(of->outcome));
            table_text(table, at->name);
            table_text(table, kinds[at->kind]);
            table_integer(table, at->n);
            table_integer(table, at->levels);
            table_text(table, at->level);
            table_interval(table, at->correlation);
            table_real(table, at->correlation_p);
            table_real(table, at->cramers_v);
            table_real(table, at->information);
            table_real(table, at->information_by_chance);
            table_real(table, at->information_corrected);
            table_real(table, at->share_of_entropy);
            table_real(table, at->share_corrected);
            table_real(table, at->g);
            table_integer(table, at->df);
            table_real(table, at->p);
            table_real(table, at->p_adjusted);
            table_text(table, association_verdict(at));
        }
    }
}

void describe_for_programs(const struct description *description, struct document *document) {
    bool boxes = false;
    for (int i = 0; i < description->number_count; i++)
        boxes = boxes || description->numbers[i].boxes.count != 0;
    if (description->only == DESCRIBE_TRANSFORMS)
        transforms_add(description, document);
    if (description->number_count != 0 && description->only == DESCRIBE_ALL) {
        columns_add(description, document);
        bins_add(description, document);
    }
    if (boxes)
        boxes_add(description, document);
    if (description->category_count != 0)
        categories_add(description, document);
    if (description->association_count != 0)
        associations_add(description, document);
}
