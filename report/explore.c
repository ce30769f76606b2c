#include "report/explore.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/analysis/best.h"
#include "engine/analysis/explore.h"
#include "engine/analysis/numeric.h"
#include "engine/slice/calendar.h"
#include "report/cross_table.h"

static const char *const answer_names[] = {
#define X(symbol, name, heading) name,
    ANSWER_LIST(X)
#undef X
};

static json_t *test_json(struct chi_square test) {
    return json_pack("{s:f, s:i, s:o}", "chi2", test.df > 0 ? test.statistic : 0.0, "df", test.df,
                     "p", test.df > 0 ? json_real(test.p) : json_null());
}

static void tests_add(struct document *document, const struct explore *explore,
                      enum measure measure) {
    static const enum answer told[] = {ANSWER_RETURNING, ANSWER_FACEBOOK};
    json_t *tests = json_object();
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        json_object_set_new(tests, answer_names[answer], test_json(explore->test[answer]));
    document_json(document, "test", test_json(explore->test[ANSWER_RETURNING]));
    document_json(document, "tests", tests);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        struct chi_square test = explore->test[told[i]];
        const char *what = told[i] == ANSWER_RETURNING ? "returning" : "from Facebook";
        bool asked = measure == MEASURE_COUNT || measure == measure_of_answer(told[i]);
        if (!asked || explore_is_made_of(&explore->grouping, told[i]))
            continue;
        if (test.df == 0) {
            document_sentence(document, "Share %s: nothing to compare.", what);
            continue;
        }
        const char *verdict =
            test.p < 0.05 ? "the rows differ" : "unclear, chance would do as much";
        document_sentence(document, "Share %s: chi-square %.2f, df %d, p = %.3g: %s%s.", what,
                          test.statistic, test.df, test.p, verdict,
                          test.smallest_expected < 5 ? " (some rows are too small for this test)"
                                                     : "");
    }
}

/* The value of the first dimension with a star where its period is cut, for people only. */
static void label_add(struct table *table, const struct explore_row *row, int dimension) {
    struct buffer text = {0};
    buffer_printf(&text, "%s%s", row->group->label[dimension],
                  dimension == 0 && row->partial ? "*" : "");
    table_text(table, text.data);
    buffer_free(&text);
}

enum { COLUMNS_MAX = 32 };

static size_t columns_make(const struct explore *explore, enum measure measure, bool compared,
                           struct column columns[COLUMNS_MAX]) {
    const struct grouping *grouping = &explore->grouping;
    static const struct column shares[] = {
#define X(symbol, name, heading)                      \
    [ANSWER_##symbol] = {.key = "share_" name,        \
                         .title = (heading),          \
                         .kind = KIND_SHARE,          \
                         .low = "share_" name "_low", \
                         .high = "share_" name "_high"},
        ANSWER_LIST(X)
#undef X
    };
    static const struct column prices[] = {
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        {.key = "mean_price", .title = "Mean", .kind = KIND_MONEY},
        {.key = "mean_price_low", .title = "Mean from", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "mean_price_high", .title = "Mean to", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "median_price", .title = "Median", .kind = KIND_MONEY, .minor = true},
        {.key = "q1_price", .title = "Quartile 1", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "q3_price", .title = "Quartile 3", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "sd_price", .title = "Deviation", .kind = KIND_MONEY, .hidden = NOT_IN_TEXT},
        {.key = "days", .title = "Days", .kind = KIND_COUNT},
        {.key = "partial", .title = "Partial", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},
        {.key = "revenue_per_day", .title = "Per day", .kind = KIND_MONEY, .minor = true}};
    enum {
        PRICES = sizeof prices / sizeof *prices,
        DAYS = 9,
        PER_DAY = 11,
        REVENUE = 1,
        MEAN,
        MEDIAN = 5
    };
    size_t count = 0;
    bool of_day = false;
    for (int i = 0; i < grouping->dimension_count; i++) {
        enum dimension dimension = grouping->dimensions[i];
        of_day = of_day || calendar_is_of_day(dimension);
        columns[count++] = (struct column){.key = dimension_name(dimension),
                                           .title = dimension_title(dimension),
                                           .hidden = NOT_IN_JSON | NOT_IN_TEXT};
        columns[count++] = (struct column){.key = "label",
                                           .title = dimension_title(dimension),
                                           .hidden = NOT_IN_JSON | NOT_IN_CSV};
    }
    columns[count++] = (struct column){.key = "keys", .title = "", .kind = KIND_JSON};
    bool all = measure == MEASURE_COUNT;
    for (int i = 0; i < PRICES; i++) {
        columns[count] = prices[i];
        bool wanted = all || i == 0 || (i == REVENUE && measure == MEASURE_REVENUE) ||
                      (i == MEAN && measure == MEASURE_MEAN_PRICE) ||
                      (i == MEDIAN && measure == MEASURE_MEDIAN_PRICE) ||
                      (i == PER_DAY && measure == MEASURE_REVENUE_PER_DAY);
        bool per_day = i == DAYS || i == PER_DAY;
        if ((!wanted && i != DAYS) || (per_day && !of_day && measure != MEASURE_REVENUE_PER_DAY) ||
            (i == DAYS && !all && measure != MEASURE_REVENUE_PER_DAY))
            columns[count].hidden |= NOT_IN_TEXT;
        count++;
    }
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        bool told = all ? answer == ANSWER_RETURNING || answer == ANSWER_FACEBOOK
                        : measure == measure_of_answer((enum answer)answer);
        columns[count] = shares[answer];
        columns[count++].hidden =
            told && !explore_is_made_of(grouping, (enum answer)answer) ? 0 : NOT_IN_TEXT;
    }
    if (!all) {
        columns[count++] = (struct column){.key = "residual",
                                           .title = "Residual",
                                           .kind = KIND_CHANGE,
                                           .decimals = 2,
                                           .hidden = compared ? 0 : NOT_IN_TEXT};
        columns[count++] = (struct column){
            .key = "verdict", .title = "Against the rest", .hidden = compared ? 0 : NOT_IN_TEXT};
    }
    return count;
}

static void rows_add(struct document *document, const struct explore *explore, enum measure measure,
                     const struct differences *differences, bool cross) {
    const struct grouping *grouping = &explore->grouping;
    struct column columns[COLUMNS_MAX];
    size_t count = columns_make(explore, measure, differences->tested > 0, columns);
    struct table *table = document_table(document, "rows", NULL, columns, count);
    document->csv = table;
    table->hidden = cross ? NOT_IN_TEXT : 0;
    for (int i = 0; i < grouping->count; i++) {
        const struct explore_row *row = &explore->rows[i];
        json_t *keys = json_array();
        for (int d = 0; d < grouping->dimension_count; d++) {
            table_text(table, row->group->label[d]);
            label_add(table, row, d);
            json_array_append_new(keys, json_text(row->group->label[d]));
        }
        table_json(table, keys);
        table_integer(table, row->group->cell.sales);
        table_integer(table, row->group->cell.revenue_minor);
        table_real(table, row->mean_price_minor);
        table_real(table, row->mean_interval.low);
        table_real(table, row->mean_interval.high);
        table_real(table, row->median_price_minor);
        table_real(table, row->q1_price_minor);
        table_real(table, row->q3_price_minor);
        table_real(table, row->sd_price_minor);
        table_integer(table, row->days);
        table_flag(table, row->partial);
        table_real(table, row->revenue_per_day_minor);
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            table_interval(table, row->shares[answer]);
        if (measure == MEASURE_COUNT)
            continue;
        const struct row_difference *difference = &differences->rows[i];
        table_real(table, difference->residual);
        table_text(table, isnan(difference->residual) ? NULL : verdict_name(difference->verdict));
    }
}

static void notes_add(struct document *document, const struct explore *explore,
                      enum measure measure, const struct differences *differences) {
    bool partial = false, weekdays = false;
    for (int i = 0; i < explore->grouping.count; i++)
        partial = partial || explore->rows[i].partial;
    for (int d = 0; d < explore->grouping.dimension_count; d++)
        weekdays = weekdays || explore->grouping.dimensions[d] == DIMENSION_WEEKDAY ||
                   explore->grouping.dimensions[d] == DIMENSION_WEEKEND;
    char within[NUMERIC_WITHIN_SIZE];
    numeric_within_words(NUMERIC_PRICE, explore->within_minor / MONEY_MINOR, within);
    if (within[0] != '\0')
        document_sentence(document, "In medians and quartiles, %s.", within);
    document_json(document, "median_within", json_real(explore->within_minor / MONEY_MINOR));
    if (partial)
        document_sentence(document, "* partial: the data or the filters cut it; compare the "
                                    "revenue per day.");
    bool raw = measure == MEASURE_COUNT || measure == MEASURE_SALES || measure == MEASURE_REVENUE;
    if (weekdays && raw)
        document_sentence(document, "Some weekdays occur more often than others: compare the "
                                    "revenue per day.");
    if (measure == MEASURE_COUNT)
        return;
    if (measure_is_grouped(&explore->grouping, measure))
        document_sentence(document, "The rows are made of this very answer.");
    else if (differences->tested > 0)
        document_sentence(document,
                          "%d of %d differ from the rest beyond chance (^ higher, v lower; "
                          "Benjamini-Hochberg).",
                          differences->differing, differences->tested);
    char alone[512];
    differences_alone_words(explore, differences, alone, sizeof alone);
    if (alone[0] != '\0')
        document_sentence(document, "%s", alone);
    document_json(document, "measure", json_string(measure_name(measure)));
    document_json(document, "overall_p",
                  isnan(differences->overall_p) ? json_null() : json_real(differences->overall_p));
    document_json(document, "alone", json_integer(differences->alone));
    document_json(document, "tested", json_integer(differences->tested));
    document_json(document, "differing", json_integer(differences->differing));
}

/* What sells best: by sales, by revenue, or both where no measure chooses. */
static void best_add(struct document *document, const struct explore *explore,
                     enum measure measure) {
    static const char *const keys[] = {
        [BEST_BY_SALES] = "best_by_sales", [BEST_BY_REVENUE] = "best_by_revenue"};
    for (int by = BEST_BY_SALES; by <= (int)BEST_BY_REVENUE; by++) {
        const struct grouping *grouping = &explore->grouping;
        struct best best;
        best_find(grouping, (enum best_by)by, &best);
        bool told = measure == MEASURE_COUNT ||
                    measure == (by == BEST_BY_SALES ? MEASURE_SALES : MEASURE_REVENUE);
        if (best.first < 0) {
            document_json(document, keys[by], json_null());
            continue;
        }
        if (told)
            document_sentence(document, "%s", best.sentence);
        double unit = by == BEST_BY_SALES ? 1 : MONEY_MINOR;
        json_t *names[2] = {json_array(), json_array()};
        for (int d = 0; d < grouping->dimension_count; d++) {
            json_array_append_new(names[0], json_text(grouping->groups[best.first].label[d]));
            json_array_append_new(names[1], json_text(grouping->groups[best.next].label[d]));
        }
        document_json(document, keys[by],
                      json_pack("{s:o, s:f, s:o, s:f, s:f, s:o, s:s}", "keys", names[0], "value",
                                best.value / unit, "next_keys", names[1], "next_value",
                                best.next_value / unit, "lead",
                                (best.value - best.next_value) / unit, "p",
                                isnan(best.p) ? json_null() : json_real(best.p), "verdict",
                                verdict_name(best.verdict)));
    }
}

static void fill(struct document *document, const struct cross *cross,
                 const struct explore *explore, const struct explore_request *request,
                 const struct look *look) {
    enum measure measure = request->measure;
    struct differences differences = {0};
    json_t *by = json_array();
    for (int i = 0; i < explore->grouping.dimension_count; i++)
        json_array_append_new(by, json_string(dimension_name(explore->grouping.dimensions[i])));
    document_json(document, "by", by);
    if (measure != MEASURE_COUNT)
        measure_compare(explore, measure, &differences);
    rows_add(document, explore, measure, &differences, cross != NULL);
    if (cross != NULL)
        cross_table_add(document, cross, measure, &differences, look, request->heat, request->wide);
    best_add(document, explore, measure);
    notes_add(document, explore, measure, &differences);
    tests_add(document, explore, measure);
    differences_free(&differences);
}

struct document *report_explore(const struct reading *reading,
                                const struct explore_request *request, const struct look *look) {
    struct cross cross = {0};
    bool crossed = request->by_count == 2 && request->measure != MEASURE_COUNT;
    if (crossed)
        cross_compute(reading->facts, reading->selection, request->by, &cross);
    else
        explore_compute(reading->facts, reading->selection, request->by, request->by_count,
                        &cross.cells);
    struct error problem;
    enum err medians = cross_quantiles(reading->facts, reading->selection, &cross, &problem);
    struct document *document = document_new();
    report_head(document, reading, "Explore");
    if (medians != ERR_OK)
        document_sentence(document, "No medians: %s.", problem.message);
    fill(document, crossed ? &cross : NULL, &cross.cells, request, look);
    cross_free(&cross);
    return document;
}
