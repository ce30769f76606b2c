/* The blocks of `retail-pulse impact` about reach, months and power. */
#include <math.h>

#include "report/impact_tables.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static json_t *real_json(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

/* ---------------------------------------------------------------------- reach */

static void reach_figures(struct document *document, const struct reach *reach) {
    json_t *channels = json_array();
    for (int i = 0; i < REACH_CHANNELS; i++)
        json_array_append_new(channels, json_pack("{s:s, s:o, s:o, s:o, s:I}", "channel",
                                                  reach_channel_title(i), "share",
                                                  real_json(reach->channels[i].estimate),
                                                  "share_low", real_json(reach->channels[i].low),
                                                  "share_high", real_json(reach->channels[i].high),
                                                  "unknown", (json_int_t)reach->unknown[i]));
    document_json(document, "reach",
                  json_pack("{s:I, s:I, s:I, s:o, s:o}", "sales", (json_int_t)reach->sales, "known",
                            (json_int_t)reach->known, "unknown",
                            (json_int_t)(reach->sales - reach->known), "channels", channels,
                            "sentence", json_text(reach->sentence)));
}

void reach_add(struct document *document, const struct reach *reach) {
    static const struct column columns[] = {
        {.key = "channels", .title = "Reached by"},
        {.key = "facebook", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},
        {.key = "follows", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},
        {.key = "heard", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "share",
         .title = "Share",
         .kind = KIND_SHARE,
         .low = "share_low",
         .high = "share_high"},
        {.key = "share_returning",
         .title = "Returning",
         .kind = KIND_SHARE,
         .low = "share_returning_low",
         .high = "share_returning_high"},
        {.key = "mean_price", .title = "Mean", .kind = KIND_MONEY},
    };
    static const struct column pairs[] = {
        {.key = "a", .title = "Channel"},
        {.key = "b", .title = "and"},
        {.key = "both", .title = "Both", .kind = KIND_COUNT},
        {.key = "either", .title = "Either", .kind = KIND_COUNT},
        {.key = "known", .kind = KIND_COUNT, .hidden = NOT_IN_TEXT},
        {.key = "jaccard", .title = "Shared", .kind = KIND_REAL, .decimals = 3},
        {.key = "phi", .title = "Tie", .kind = KIND_CHANGE, .decimals = 3},
        {.key = "p", .title = "p", .kind = KIND_P},
        {.key = "p_adjusted", .title = "p adjusted", .kind = KIND_P},
        {.key = "verdict", .title = "Verdict"},
    };
    reach_figures(document, reach);
    struct table *table = document_table(document, "reach.rows", "Reach, all eight combinations",
                                         columns, COUNT_OF(columns));
    for (int i = 0; i < REACH_COMBINATIONS; i++) {
        const struct reach_row *row = &reach->rows[i];
        char label[64];
        reach_label(row->channels, label, sizeof label);
        table_text(table, label);
        for (int channel = 0; channel < REACH_CHANNELS; channel++)
            table_flag(table, (row->channels >> channel & 1) != 0);
        table_integer(table, row->sales);
        table_interval(table, row->share);
        table_interval(table, row->returning);
        table_real(table, row->mean_price_minor);
    }
    table =
        document_table(document, "reach.pairs", "How two of them overlap", pairs, COUNT_OF(pairs));
    for (int i = 0; i < REACH_PAIRS; i++) {
        const struct reach_pair *pair = &reach->pairs[i];
        table_text(table, reach_channel_title(pair->a));
        table_text(table, reach_channel_title(pair->b));
        table_integer(table, pair->both);
        table_integer(table, pair->either);
        table_integer(table, pair->known);
        table_real(table, pair->jaccard);
        table_real(table, pair->phi);
        table_real(table, pair->p);
        table_real(table, pair->p_adjusted);
        table_text(table, reach_verdict_name(pair->verdict));
    }
    document_sentence(document, "%s", reach->sentence);
    if (reach->known != reach->sales)
        document_sentence(document, "%lld of %lld sales do not know all three and are left out.",
                          (long long)(reach->sales - reach->known), (long long)reach->sales);
}

/* ---------------------------------------------------------------------- trend */

static json_t *month_differences(const struct impact *impact, const struct impact_month *month) {
    json_t *differences = json_array();
    for (int i = 0; i < impact->difference_count; i++)
        json_array_append_new(differences,
                              json_pack("{s:s, s:I, s:I, s:o, s:o, s:o}", "factor",
                                        dimension_name(impact->differences[i].factor), "yes_n",
                                        (json_int_t)month->differences[i].yes_n, "no_n",
                                        (json_int_t)month->differences[i].no_n, "difference",
                                        real_json(month->differences[i].difference.estimate), "low",
                                        real_json(month->differences[i].difference.low), "high",
                                        real_json(month->differences[i].difference.high)));
    return differences;
}

void trend_add(struct document *document, const struct impact *impact) {
    static const struct column shares[] = {
        {.key = "month", .title = "Month"},
        {.key = "partial", .title = "Partial", .kind = KIND_FLAG, .minor = true},
        {.key = "known", .title = "Sales", .kind = KIND_COUNT},
        {.key = "share", .title = "Share", .kind = KIND_SHARE, .low = "low", .high = "high"},
        {.key = "differences", .kind = KIND_JSON, .hidden = NOT_IN_TEXT | NOT_IN_CSV},
    };
    const struct impact_trend *trend = &impact->trend;
    document_json(document, "trend",
                  json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "z", real_json(trend->test.z),
                            "p", real_json(trend->test.p), "slope",
                            real_json(trend->test.slope.estimate), "slope_low",
                            real_json(trend->test.slope.low), "slope_high",
                            real_json(trend->test.slope.high), "verdict",
                            verdict_name(trend->verdict), "sentence", json_text(trend->sentence)));
    struct table *table =
        document_table(document, "trend.months", "By month", shares, COUNT_OF(shares));
    for (int i = 0; i < trend->count; i++) {
        const struct impact_month *month = &trend->months[i];
        char text[MONTH_ISO_SIZE];
        date_month_iso(month->month_index, text);
        table_text(table, text);
        table_flag(table, month->partial);
        table_integer(table, month->known);
        table_interval(table, month->share);
        table_json(table, month_differences(impact, month));
    }
    document_sentence(document, "%s", trend->sentence);
}

/* ---------------------------------------------------------------------- power */

void power_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        {.key = "factor", .title = "Factor", .hidden = NOT_IN_TEXT},
        {.key = "title", .title = "Factor", .hidden = NOT_IN_CSV | NOT_IN_JSON},
        {.key = "detectable_difference", .title = "Detectable", .kind = KIND_SHARE},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "needed_yes", .title = "needed yes", .kind = KIND_COUNT, .minor = true},
        {.key = "needed_no", .title = "needed no", .kind = KIND_COUNT, .minor = true},
        {.key = "needed", .title = "needed", .kind = KIND_COUNT},
        {.key = "more", .title = "more", .kind = KIND_COUNT},
        {.key = "days", .title = "days", .kind = KIND_COUNT},
    };
    const struct impact_power *power = &impact->power;
    document_json(document, "power",
                  json_pack("{s:o, s:f, s:o}", "detectable_difference",
                            real_json(power->detectable_difference), "difference",
                            power->difference, "sentence", json_text(power->sentence)));
    struct table *table = document_table(document, "power.per_factor", "What a difference needs",
                                         columns, COUNT_OF(columns));
    for (int i = 0; i < power->count; i++) {
        const struct impact_needed *row = &power->factors[i];
        table_text(table, dimension_name(row->factor));
        table_text(table, dimension_title(row->factor));
        table_real(table, row->detectable);
        table_integer(table, row->have);
        const int64_t needs[] = {row->yes, row->no, row->total, row->more, row->days};
        for (size_t at = 0; at < COUNT_OF(needs); at++) {
            if (row->possible && needs[at] >= 0)
                table_integer(table, needs[at]);
            else
                table_unknown(table);
        }
    }
    document_sentence(document, "%s", power->sentence);
}
