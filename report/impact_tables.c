/* The blocks of `retail-pulse impact` that compare: differences, tests, money, adjusted odds. */
#include "report/impact_tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define FACTOR_COLUMNS                                                        \
    {.key = "factor", .title = "Factor", .hidden = NOT_IN_TEXT}, {            \
        .key = "title", .title = "Factor", .hidden = NOT_IN_CSV | NOT_IN_JSON \
    }

static void factor_add(struct table *table, enum dimension factor) {
    table_text(table, dimension_name(factor));
    table_text(table, dimension_title(factor));
}

/* "Gender (F)": what counts as yes where that is not plain */
static void side_add(struct table *table, const struct impact_difference *row) {
    char title[64];
    bool plain = strcmp(row->yes_label, "yes") == 0 || row->factor == DIMENSION_LOCAL;
    snprintf(title, sizeof title, "%s%s%s%s", dimension_title(row->factor), plain ? "" : " (",
             plain ? "" : row->yes_label, plain ? "" : ")");
    table_text(table, dimension_name(row->factor));
    table_text(table, title);
}

/* Ratios may have an end without bound; text says so in its own words. */
static void ratio_text(struct table *table, struct interval ratio) {
    char text[64] = "not known", high[24] = "no end";
    if (isfinite(ratio.high))
        snprintf(high, sizeof high, "%.2f", ratio.high);
    if (!isnan(ratio.estimate) && isfinite(ratio.estimate))
        snprintf(text, sizeof text, "%.2f [%.2f to %s]", ratio.estimate, ratio.low, high);
    else if (isinf(ratio.estimate))
        snprintf(text, sizeof text, "no end [%.2f to %s]", ratio.low, high);
    table_text(table, text);
}

void differences_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "yes_label", .title = "Yes is", .hidden = NOT_IN_TEXT},
        {.key = "no_label", .title = "No is", .hidden = NOT_IN_TEXT},
        {.key = "yes_n", .title = "n yes", .kind = KIND_COUNT},
        {.key = "no_n", .title = "n no", .kind = KIND_COUNT},
        {.key = "yes_share", .title = "Yes", .kind = KIND_SHARE},
        {.key = "no_share", .title = "No", .kind = KIND_SHARE},
        {.key = "difference",
         .title = "Difference, points",
         .kind = KIND_POINTS,
         .low = "low",
         .high = "high"},
        {.key = "verdict", .title = "Verdict"},
        {.key = "detectable", .title = "Detectable", .kind = KIND_SHARE, .hidden = NOT_IN_TEXT},
        {.key = "risk_ratio",
         .kind = KIND_REAL,
         .low = "risk_ratio_low",
         .high = "risk_ratio_high",
         .decimals = 2,
         .hidden = NOT_IN_TEXT},
        {.key = "odds_ratio",
         .kind = KIND_REAL,
         .low = "odds_ratio_low",
         .high = "odds_ratio_high",
         .decimals = 2,
         .hidden = NOT_IN_TEXT},
    };
    static const struct column ratios[] = {FACTOR_COLUMNS,
                                           {.key = "risk_ratio", .title = "Risk ratio"},
                                           {.key = "odds_ratio", .title = "Odds ratio"}};
    struct table *table = document_table(document, "differences", "Share where yes, minus where no",
                                         columns, COUNT_OF(columns));
    for (int i = 0; i < impact->difference_count; i++) {
        const struct impact_difference *row = &impact->differences[i];
        side_add(table, row);
        table_text(table, row->yes_label);
        table_text(table, row->no_label);
        table_integer(table, row->yes_n);
        table_integer(table, row->no_n);
        table_real(table, (double)row->yes_yes / (double)row->yes_n); /* NaN where n is 0 */
        table_real(table, (double)row->no_yes / (double)row->no_n);
        table_interval(table, row->difference);
        table_text(table, verdict_name(row->verdict));
        table_real(table, row->detectable);
        table_interval(table, row->risk_ratio);
        table_interval(table, row->odds_ratio);
    }
    document_sentence(document, "%s", impact->sentence);
    struct table *told =
        document_table(document, "ratios", "The same as ratios", ratios, COUNT_OF(ratios));
    told->hidden = NOT_IN_JSON | NOT_IN_CSV;
    for (int i = 0; i < impact->difference_count; i++) {
        side_add(told, &impact->differences[i]);
        ratio_text(told, impact->differences[i].risk_ratio);
        ratio_text(told, impact->differences[i].odds_ratio);
    }
    document_json(document, "sentence", json_text(impact->sentence));
}

void tests_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "chi2", .title = "Chi-square", .kind = KIND_REAL, .decimals = 2},
        {.key = "df", .minor = true, .title = "df", .kind = KIND_NUMBER},
        {.key = "p", .title = "p", .kind = KIND_P},
        {.key = "p_pearson", .title = "p (Pearson)", .kind = KIND_P, .hidden = NOT_IN_TEXT},
        {.key = "p_yates", .minor = true, .title = "p (Yates)", .kind = KIND_P},
        {.key = "method", .minor = true, .title = "By"},
        {.key = "p_adjusted", .minor = true, .title = "p adjusted", .kind = KIND_P},
        {.key = "cramers_v",
         .minor = true,
         .title = "Cramer's V",
         .kind = KIND_REAL,
         .decimals = 3},
        {.key = "verdict", .title = "Verdict"},
    };
    struct table *table =
        document_table(document, "tests", "Does it vary at all?", columns, COUNT_OF(columns));
    for (int i = 0; i < impact->test_count; i++) {
        const struct impact_test *row = &impact->tests[i];
        factor_add(table, row->factor);
        table_real(table, row->chi_square.df > 0 ? row->chi_square.statistic : NAN);
        table_integer(table, row->chi_square.df);
        table_real(table, row->p);
        table_real(table, row->chi_square.p);
        table_real(table, row->chi_square.p_yates);
        table_text(table, row->chi_square.df > 0 ? impact_method_name(row->method) : NULL);
        table_real(table, row->p_adjusted);
        table_real(table, row->chi_square.cramers_v);
        table_text(table, row->differs ? "differs" : "unclear");
    }
    document_sentence(document, "%s", impact->tests_sentence);
    document_json(document, "tests_sentence", json_text(impact->tests_sentence));
}

/* Columns of a rank test: p, how often a random yes exceeds a random no, the shift. */
#define RANK_COLUMNS(title_)                                                              \
    {.key = "p_ranks", .title = "p ranks", .kind = KIND_P},                               \
        {.key = "ranks_exact", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},                 \
        {.key = "superiority", .minor = true, .title = "yes > no", .kind = KIND_SHARE}, { \
        .key = "shift", .title = (title_), .kind = KIND_MONEY_CHANGE, .low = "shift_low", \
        .high = "shift_high", .hidden = NOT_IN_TEXT                                       \
    }

static void ranks_add(struct table *table, const struct rank_test *ranks) {
    table_real(table, ranks->p);
    table_flag(table, ranks->exact);
    table_real(table, ranks->superiority);
    table_interval(table, ranks->shift);
}

static void price_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "yes_n", .kind = KIND_COUNT, .hidden = NOT_IN_TEXT},
        {.key = "no_n", .kind = KIND_COUNT, .hidden = NOT_IN_TEXT},
        {.key = "yes_mean", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "no_mean", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "difference",
         .title = "Mean price, yes minus no",
         .kind = KIND_MONEY_CHANGE,
         .low = "low",
         .high = "high"},
        {.key = "p", .title = "p", .kind = KIND_P},
        RANK_COLUMNS("Shift"),
        {.key = "verdict", .title = "Verdict"},
    };
    struct table *table =
        document_table(document, "price", "Price paid", columns, COUNT_OF(columns));
    for (int i = 0; i < impact->price_count; i++) {
        const struct impact_price *row = &impact->prices[i];
        factor_add(table, row->factor);
        table_integer(table, row->yes_n);
        table_integer(table, row->no_n);
        table_real(table, row->yes_mean_minor);
        table_real(table, row->no_mean_minor);
        table_interval(table, row->difference);
        table_real(table, row->p);
        ranks_add(table, &row->ranks);
        table_text(table, verdict_name(verdict_of(row->difference)));
    }
    document_sentence(document, "%s", impact->price_sentence);
    document_json(document, "price_sentence", json_text(impact->price_sentence));
}

static void revenue_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "yes_revenue", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "no_revenue", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "difference",
         .title = "A day, yes minus no",
         .kind = KIND_MONEY_CHANGE,
         .low = "low",
         .high = "high"},
        {.key = "p", .title = "p", .kind = KIND_P, .hidden = NOT_IN_TEXT},
        {.key = "p_ranks", .title = "p ranks", .kind = KIND_P, .hidden = NOT_IN_TEXT},
        {.key = "shift",
         .kind = KIND_MONEY_CHANGE,
         .low = "shift_low",
         .high = "shift_high",
         .hidden = NOT_IN_TEXT},
        {.key = "share",
         .title = "Revenue",
         .kind = KIND_SHARE,
         .low = "share_low",
         .high = "share_high"},
        {.key = "sales_share", .title = "Sales", .kind = KIND_SHARE},
        {.key = "verdict", .title = "Verdict"},
    };
    struct table *table =
        document_table(document, "revenue", "Revenue a day, and the share that yes brings", columns,
                       COUNT_OF(columns));
    for (int i = 0; i < impact->revenue_count; i++) {
        const struct impact_revenue *row = &impact->revenues[i];
        factor_add(table, row->factor);
        table_integer(table, row->yes_minor);
        table_integer(table, row->no_minor);
        table_interval(table, row->difference);
        table_real(table, row->p);
        table_real(table, row->ranks.p);
        table_interval(table, row->ranks.shift);
        table_interval(table, row->share);
        table_real(table, row->sales_share);
        table_text(table, verdict_name(verdict_of(row->difference)));
    }
    document_sentence(document, "%s", impact->revenue_sentence);
    document_json(document, "revenue_sentence", json_text(impact->revenue_sentence));
    document_json(document, "revenue_days", json_integer(impact->days));
}

void money_add(struct document *document, const struct impact *impact) {
    price_add(document, impact);
    revenue_add(document, impact);
}

void adjusted_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "odds_ratio",
         .title = "Odds ratio",
         .kind = KIND_REAL,
         .decimals = 2,
         .low = "low",
         .high = "high"},
        {.key = "cmh_chi2", .kind = KIND_REAL, .decimals = 2, .hidden = NOT_IN_TEXT},
        {.key = "p", .title = "p", .kind = KIND_P},
        {.key = "breslow_day", .kind = KIND_REAL, .decimals = 2, .hidden = NOT_IN_TEXT},
        {.key = "breslow_day_df", .kind = KIND_NUMBER, .hidden = NOT_IN_TEXT},
        {.key = "breslow_day_p", .title = "p same", .kind = KIND_P, .minor = true},
        {.key = "strata", .title = "Among customers alike in"},
        {.key = "strata_count", .title = "Tell", .kind = KIND_NUMBER, .minor = true},
        {.key = "strata_total", .title = "of", .kind = KIND_NUMBER, .minor = true},
        {.key = "homogeneous", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},
        {.key = "verdict", .title = "Verdict"},
    };
    struct table *table = document_table(document, "adjusted", "Adjusted (Mantel-Haenszel)",
                                         columns, COUNT_OF(columns));
    for (int i = 0; i < impact->adjusted_count; i++) {
        const struct impact_adjusted *row = &impact->adjusted[i];
        bool tested = row->tests.breslow_day_df > 0;
        factor_add(table, row->factor);
        table_interval(table, row->odds_ratio);
        table_real(table, row->tests.cmh);
        table_real(table, row->tests.p);
        table_real(table, row->tests.breslow_day);
        table_integer(table, row->tests.breslow_day_df);
        table_real(table, row->tests.breslow_day_p);
        table_text(table, row->held);
        table_integer(table, row->strata);
        table_integer(table, row->strata_total);
        if (tested)
            table_flag(table, row->homogeneous);
        else
            table_unknown(table);
        table_text(table, verdict_name(row->verdict));
    }
    document_sentence(document, "%s", impact->adjusted_sentence);
    document_json(document, "adjusted_sentence", json_text(impact->adjusted_sentence));
}
