#include "report/overview.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/money.h"
#include "engine/analysis/overview.h"
#include "report/document.h"

static void figures_fill(struct table *figures, const struct overview *overview) {
    static const struct column
        sales = {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        revenue = {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        mean = {.key = "mean_price", .title = "Mean price", .kind = KIND_MONEY},
        median = {.key = "median_price", .title = "Median price", .kind = KIND_MONEY},
        sd = {.key = "sd_price", .title = "Price deviation", .kind = KIND_MONEY},
        first = {.key = "first_date", .title = "First sale"},
        last = {.key = "last_date", .title = "Last sale"};
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
    table_column(figures, &sales);
    table_integer(figures, overview->total.sales);
    table_column(figures, &revenue);
    table_integer(figures, overview->total.revenue_minor);
    table_column(figures, &mean);
    table_real(figures, overview->mean_price_minor);
    table_column(figures, &median);
    table_real(figures, overview->median_price_minor);
    table_column(figures, &sd);
    table_real(figures, overview->sd_price_minor);
    for (int end = 0; end < 2; end++) {
        table_column(figures, end == 0 ? &first : &last);
        if (overview->total.sales == 0)
            table_unknown(figures);
        else
            table_day(figures, end == 0 ? overview->first_day : overview->last_day);
    }
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        table_column(figures, &shares[answer]);
        table_interval(figures, overview->shares[answer]);
    }
}

static void periods_add(struct document *document, const char *key, const char *column,
                        const char *title, const struct overview_period *periods, int count,
                        unsigned hidden) {
    const struct column columns[] = {
        {.key = column, .title = "Month"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        {.key = "days", .title = "Days", .kind = KIND_NUMBER},
        {.key = "partial", .title = "Partial", .kind = KIND_FLAG},
        {.key = "revenue_per_day", .title = "Revenue per day", .kind = KIND_MONEY},
    };
    struct table *table =
        document_table(document, key, title, columns, sizeof columns / sizeof *columns);
    table->hidden = hidden;
    for (int i = 0; i < count; i++) {
        const struct overview_period *period = &periods[i];
        table_text(table, period->label);
        table_integer(table, period->sales);
        table_integer(table, period->revenue_minor);
        table_integer(table, period->days);
        table_flag(table, period->partial);
        table_real(table, period->revenue_per_day_minor);
    }
}

/* Genders, age bands, weekdays: every value with its share of the sales. */
static void part_add(struct document *document, const char *key, const char *title,
                     const char *heading, const struct overview *overview,
                     enum overview_part part) {
    bool weekdays = part == OVERVIEW_WEEKDAY;
    unsigned hidden = weekdays ? 0 : NOT_IN_TEXT | NOT_IN_JSON | NOT_IN_CSV;
    const struct column columns[] = {
        {.key = "name", .title = heading},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "share",
         .title = "Share of sales",
         .kind = KIND_SHARE,
         .low = "share_low",
         .high = "share_high"},
        {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        {.key = "mean_price", .title = "Mean price", .kind = KIND_MONEY},
        {.key = "days", .title = "Days", .kind = KIND_NUMBER, .hidden = hidden},
        {.key = "revenue_per_day", .title = "Per day", .kind = KIND_MONEY, .hidden = hidden},
    };
    struct table *table =
        document_table(document, key, title, columns, sizeof columns / sizeof *columns);
    const struct explore *explore = &overview->parts[part];
    for (int i = 0; i < explore->grouping.count; i++) {
        const struct explore_row *row = &explore->rows[i];
        table_text(table, row->group->label[0]);
        table_integer(table, row->group->cell.sales);
        table_interval(table, overview_share(overview, row));
        table_integer(table, row->group->cell.revenue_minor);
        table_real(table, row->mean_price_minor);
        table_integer(table, row->days);
        table_real(table, row->revenue_per_day_minor);
    }
}

/* A figure's digits in its own unit: the columns of the table hold counts, money and shares. */
static void change_text(struct table *table, const struct recent_figure *figure, double value,
                        bool sign) {
    char text[64] = "-", money[MONEY_TEXT_SIZE];
    const char *plus = sign && value > 0 ? "+" : "";
    if (!isfinite(value))
        ;
    else if (measure_kind(figure->measure) == MEASURE_SHARE)
        snprintf(text, sizeof text, "%s%.1f%s", plus, value * 100, sign ? "" : "%");
    else if (measure_kind(figure->measure) == MEASURE_COUNT_OF)
        snprintf(text, sizeof text, "%s%.1f", plus, value);
    else {
        money_grouped((int64_t)llround(value), money);
        snprintf(text, sizeof text, "%s%s", plus, money);
    }
    table_text(table, text);
}

static const char *change_name(enum measure measure, bool key) {
    if (measure == MEASURE_SALES)
        return key ? "sales_per_day" : "Sales per day";
    return key ? measure_name(measure) : measure_title(measure);
}

static void changes_for_people(struct document *document, const struct recent *recent) {
    static const struct column columns[] = {
        {.key = "figure", .title = "Figure"},
        {.key = "recent", .title = "Last", .right = true},
        {.key = "before", .title = "Before", .right = true},
        {.key = "difference", .title = "Difference", .right = true},
        {.key = "low", .title = "from", .right = true},
        {.key = "high", .title = "to", .right = true},
        {.key = "verdict", .title = "Verdict"}};
    char from[DATE_ISO_SIZE], to[DATE_ISO_SIZE], title[128];
    date_iso(recent->from, from);
    date_iso(recent->to, to);
    snprintf(title, sizeof title, "The last %d days (%s to %s) against the %d before", recent->days,
             from, to, recent->days);
    struct table *table =
        document_table(document, "changes_text", title, columns, sizeof columns / sizeof *columns);
    table->hidden = NOT_IN_CSV | NOT_IN_JSON;
    for (int i = 0; i < RECENT_FIGURES; i++) {
        const struct recent_figure *figure = &recent->figures[i];
        table_text(table, change_name(figure->measure, false));
        change_text(table, figure, figure->recent, false);
        change_text(table, figure, figure->before, false);
        change_text(table, figure, figure->difference.estimate, true);
        change_text(table, figure, figure->difference.low, true);
        change_text(table, figure, figure->difference.high, true);
        table_text(table, verdict_name(figure->verdict));
    }
}

static json_t *change_number(const struct recent_figure *figure, double value) {
    bool money = measure_kind(figure->measure) == MEASURE_MONEY;
    return isfinite(value) ? json_real(money ? value / MONEY_MINOR : value) : json_null();
}

static json_t *day_json(day_number day) {
    char iso[DATE_ISO_SIZE];
    date_iso(day, iso);
    return json_string(iso);
}

static void changes_add(struct document *document, const struct recent *recent) {
    json_t *changes = json_array();
    for (int i = 0; i < RECENT_FIGURES && recent->days > 0; i++) {
        const struct recent_figure *figure = &recent->figures[i];
        json_array_append_new(changes,
                              json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:s}", "figure",
                                        change_name(figure->measure, true), "recent",
                                        change_number(figure, figure->recent), "before",
                                        change_number(figure, figure->before), "difference",
                                        change_number(figure, figure->difference.estimate), "low",
                                        change_number(figure, figure->difference.low), "high",
                                        change_number(figure, figure->difference.high), "verdict",
                                        verdict_name(figure->verdict)));
    }
    document_json(document, "changes", changes);
    if (recent->days == 0)
        return;
    document_json(document, "recent",
                  json_pack("{s:i, s:o, s:o, s:o, s:o}", "days", recent->days, "from",
                            day_json(recent->from), "to", day_json(recent->to), "before_from",
                            day_json(recent->before_from), "before_to",
                            day_json(recent->before_to)));
    changes_for_people(document, recent);
}

/* "2024-09", the lead and what is to be thought of it; nothing where no two months compare. */
static void leader_add(struct document *document, const struct overview *overview) {
    const struct leader *leader = &overview->leader;
    if (leader->month < 0 || isnan(leader->difference.low)) {
        document_json(document, "leader", json_null());
        return;
    }
    const struct overview_period *month = &overview->months[leader->month];
    document_sentence(document, "%s", leader->sentence);
    document_json(document, "leader",
                  json_pack("{s:s, s:b, s:i, s:f, s:f, s:f, s:f, s:f, s:s}", "month", month->label,
                            "partial", month->partial, "months_compared", leader->months,
                            "revenue_per_day", leader->per_day_minor / MONEY_MINOR,
                            "others_per_day", leader->others_per_day_minor / MONEY_MINOR,
                            "difference", leader->difference.estimate / MONEY_MINOR,
                            "difference_low", leader->difference.low / MONEY_MINOR,
                            "difference_high", leader->difference.high / MONEY_MINOR, "verdict",
                            verdict_name(leader->verdict)));
}

static void lines_add(struct document *document, const char *key, const char *title,
                      const char *heading, const struct overview_line *lines, int count,
                      bool branded) {
    const struct column columns[] = {
        {.key = "name", .title = heading},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        {.key = "mean_price", .title = "Mean price", .kind = KIND_MONEY},
        {.key = "share",
         .title = "Share of sales",
         .kind = KIND_SHARE,
         .low = "share_low",
         .high = "share_high"},
        {.key = "brand", .title = "Brand"},
    };
    struct table *table = document_table(document, key, title, columns, branded ? 6 : 5);
    for (int i = 0; i < count; i++) {
        table_text(table, lines[i].name);
        table_integer(table, lines[i].sales);
        table_integer(table, lines[i].revenue_minor);
        table_real(table, lines[i].mean_price_minor);
        table_interval(table, lines[i].share);
        if (branded)
            table_text(table, lines[i].brand);
    }
}

struct document *report_overview(const struct reading *reading) {
    struct overview overview;
    overview_compute(reading->facts, reading->selection, &overview);
    struct document *document = document_new();
    report_head(document, reading, "Overview");
    figures_fill(document_figures(document), &overview);
    changes_add(document, &overview.recent);
    leader_add(document, &overview);
    if (overview.best.first >= 0)
        document_sentence(document, "%s", overview.best.sentence);
    char *sums_only = facts_sums_only(reading->facts);
    if (sums_only != NULL)
        document_sentence(document,
                          "The median, days, weeks and what is compared by them are without %s, of "
                          "which only sums by month are here.",
                          sums_only);
    free(sums_only);
    periods_add(document, "months", "month", "Revenue by month", overview.months,
                overview.month_count, 0);
    periods_add(document, "weeks", "week", NULL, overview.weeks, overview.week_count,
                NOT_IN_TEXT | NOT_IN_CSV);
    lines_add(document, "locations", "Revenue by location", "Location", overview.locations,
              overview.location_count, false);
    part_add(document, "genders", "Sales by gender", "Gender", &overview, OVERVIEW_GENDER);
    part_add(document, "age_bands", "Sales by age", "Age band", &overview, OVERVIEW_AGE_BAND);
    part_add(document, "weekdays", "Sales by weekday", "Weekday", &overview, OVERVIEW_WEEKDAY);
    lines_add(document, "handsets", "Revenue by handset", "Handset", overview.handsets,
              overview.handset_count, true);
    lines_add(document, "brands", "Revenue by brand", "Brand", overview.brands,
              overview.brand_count, false);
    overview_free(&overview);
    return document;
}
