#include "engine/slice/slice_sql.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "engine/slice/filter.h"

static void text_append(struct buffer *out, const char *text) {
    buffer_text(out, "'");
    for (; *text != '\0'; text++)
        buffer_text(out, *text == '\'' ? "''" : (char[]){*text, '\0'});
    buffer_text(out, "'");
}

/* Days of the week and what they are called; day 0 was a Thursday. */
static void by_weekday(struct buffer *out, const struct dimension_view *view) {
    buffer_text(out, "CASE (day + 3) % 7");
    for (day_number day = 4; day < 11; day++) {
        char label[DIMENSION_LABEL_SIZE];
        dimension_label(view, dimension_code_of_day(view, day), label);
        buffer_printf(out, " WHEN %d THEN ", (day + 3) % 7);
        text_append(out, label);
    }
    buffer_text(out, " END");
}

/* Bands from the top down, each from its lowest value. */
static void by_band(struct buffer *out, const struct dimension_view *view) {
    bool price = view->dimension == DIMENSION_PRICE_BAND;
    buffer_text(out, "CASE");
    for (int code = view->codes - 1; code > 0; code--) {
        char label[DIMENSION_LABEL_SIZE];
        int64_t from = 0, below = 0;
        if (price)
            dimension_price_band(code, &from, &below);
        while (!price && from <= AGE_MAX && view->lookup[from] != code)
            from++;
        dimension_label(view, code, label);
        buffer_printf(out, " WHEN %s >= %" PRId64 " THEN ", price ? "price_minor" : "age_years",
                      from);
        text_append(out, label);
    }
    buffer_text(out, " END");
}

static const char quarter[] = "strftime('%Y', day * 86400, 'unixepoch') || '-Q' || "
                              "((strftime('%m', day * 86400, 'unixepoch') + 2) / 3)";

static const char shop[] = "(SELECT shop.name FROM import_run JOIN shop ON shop.id = shop_id"
                           " WHERE import_run.id = run_id)";

/* of the week's Thursday, which says whose year it is (ISO 8601) */
static const char week[] =
    "printf('%s-W%02d', strftime('%Y', (day - (day + 3) % 7 + 3) * 86400, 'unixepoch'), "
    "(strftime('%j', (day - (day + 3) % 7 + 3) * 86400, 'unixepoch') + 6) / 7)";

/* The dimension's label of a sale; NULL is unknown. */
static void label_append(struct buffer *out, const struct facts *facts, enum dimension dimension) {
    static const char *const expressions[DIMENSION_COUNT] = {
        [DIMENSION_MONTH] = "strftime('%Y-%m', day * 86400, 'unixepoch')",
        [DIMENSION_QUARTER] = quarter,
        [DIMENSION_YEAR] = "strftime('%Y', day * 86400, 'unixepoch')",
        [DIMENSION_WEEK] = week,
        [DIMENSION_DAY] = "date(day * 86400, 'unixepoch')",
        [DIMENSION_LOCATION] = "location.name",
        [DIMENSION_LOCAL] = "CASE location.local WHEN 1 THEN 'local' WHEN 0 THEN 'outside' END",
        [DIMENSION_GENDER] = "CASE gender WHEN 0 THEN 'F' WHEN 1 THEN 'M' WHEN 2 THEN 'other' END",
        [DIMENSION_BRAND] = "handset.brand",
        [DIMENSION_HANDSET] = "handset.name",
        [DIMENSION_FACEBOOK] = "CASE facebook WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END",
        [DIMENSION_FOLLOWS] = "CASE follows WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END",
        [DIMENSION_RETURNING] = "CASE bought_before WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END",
        [DIMENSION_HEARD] = "CASE heard WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END",
        [DIMENSION_ENGAGEMENT] = "CAST(facebook + follows + heard AS TEXT)",
        [DIMENSION_SEGMENT] = "said.segment",
        [DIMENSION_SHOP] = shop,
    };
    if (expressions[dimension] != NULL) {
        buffer_text(out, expressions[dimension]);
        return;
    }
    struct dimension_view view;
    dimension_open(&view, facts, dimension);
    if (dimension == DIMENSION_WEEKDAY || dimension == DIMENSION_WEEKEND)
        by_weekday(out, &view);
    else
        by_band(out, &view);
    dimension_close(&view);
}

/* "coalesce(label, 'unknown') IN ('…', '…')": every value for which the filter holds. */
static void dimension_holds(struct buffer *out, const struct facts *facts, enum dimension dimension,
                            const struct filter_test *test) {
    struct dimension_view view;
    const char *comma = "";
    dimension_open(&view, facts, dimension);
    bool negative = test->op == FILTER_IS_NOT;
    buffer_text(out, "coalesce(");
    label_append(out, facts, dimension);
    buffer_text(out, negative ? ", 'unknown') NOT IN (" : ", 'unknown') IN (");
    for (int code = 0; code < view.codes; code++) {
        char label[DIMENSION_LABEL_SIZE];
        if (filter_test_holds(test, code, code != 0) == negative)
            continue;
        dimension_label(&view, code, label);
        buffer_text(out, comma);
        text_append(out, label);
        comma = ", ";
    }
    buffer_text(out, ")");
    dimension_close(&view);
}

static void number_append(struct buffer *out, int field, int64_t value) {
    char date[DATE_ISO_SIZE];
    if (field != FIELD_DATE) {
        buffer_printf(out, "%" PRId64, value);
        return;
    }
    date_iso((day_number)value, date);
    buffer_printf(out, "unixepoch('%s') / 86400", date);
}

static void number_holds(struct buffer *out, int field, const struct filter_test *test) {
    const char *column = field == FIELD_DATE  ? "day"
                         : field == FIELD_AGE ? "age_years"
                                              : "price_minor";
    static const char *const signs[] = {[FILTER_LESS] = "<",
                                        [FILTER_AT_MOST] = "<=",
                                        [FILTER_MORE] = ">",
                                        [FILTER_AT_LEAST] = ">="};
    if (test->op != FILTER_IS && test->op != FILTER_IS_NOT) {
        bool low = test->op == FILTER_LESS || test->op == FILTER_AT_LEAST;
        buffer_printf(out, "%s %s ", column, signs[test->op]);
        number_append(out, field, low ? test->ranges[0].low : test->ranges[0].high);
        return;
    }
    /* NULL is neither within nor beyond, but "not 30" holds for who has no age */
    buffer_text(out, test->op == FILTER_IS_NOT ? "NOT (" : "(");
    const char * or = "";
    if (test->unknown) {
        buffer_printf(out, "%s IS NULL", column);
        or = " OR ";
    }
    for (size_t i = 0; i < test->count; i++) {
        buffer_printf(out, "%scoalesce(%s, -1) BETWEEN ", or, column);
        number_append(out, field, test->ranges[i].low);
        buffer_text(out, " AND ");
        number_append(out, field, test->ranges[i].high);
        or = " OR ";
    }
    buffer_text(out, ")");
}

static bool filter_append(struct buffer *out, const struct filter *filter,
                          const struct facts *facts) {
    int field;
    struct filter_test test = {0};
    const char *at = filter->value;
    if (!filter_field_by_name(filter->field, &field))
        return false;
    bool read =
        filter_read_value(facts, field, filter->operator, & at, true, NULL, &test, NULL) == ERR_OK;
    if (read && field_is_of_days(field)) /* months and the like are asked for by their days */
        number_holds(out, FIELD_DATE, &test);
    else if (read && field < DIMENSION_COUNT)
        dimension_holds(out, facts, (enum dimension)field, &test);
    else if (read)
        number_holds(out, field, &test);
    filter_test_free(&test);
    return read;
}

static bool is_of_segments(const struct slice *slice, const enum dimension *by, int by_count) {
    bool is = false;
    for (size_t i = 0; i < slice->count; i++)
        is = is || strcmp(slice->filters[i].field, dimension_name(DIMENSION_SEGMENT)) == 0;
    for (int i = 0; i < by_count; i++)
        is = is || by[i] == DIMENSION_SEGMENT;
    return is;
}

char *slice_sql(const struct slice *slice, const struct facts *facts, const enum dimension *by,
                int by_count) {
    struct buffer out = {0};
    buffer_text(&out, "SELECT ");
    for (int i = 0; i < by_count; i++) {
        buffer_text(&out, "coalesce(");
        label_append(&out, facts, by[i]);
        buffer_printf(&out, ", 'unknown') AS \"%s\",\n  ", dimension_name(by[i]));
    }
    buffer_text(&out, "count(*) AS sales, sum(price_minor) / 100.0 AS revenue,\n"
                      "  avg(price_minor) / 100.0 AS mean_price,\n"
                      "  avg(bought_before) AS share_returning, avg(facebook) AS share_facebook\n"
                      "FROM sale JOIN handset ON handset.id = handset_id\n"
                      "  LEFT JOIN location ON location.id = location_id");
    if (is_of_segments(slice, by, by_count))
        buffer_text(&out, "\n  JOIN score('returning') AS said ON said.sale_id = sale.id");
    for (size_t i = 0; i < slice->count; i++) {
        buffer_text(&out, i == 0 ? "\nWHERE " : "\n  AND ");
        if (!filter_append(&out, &slice->filters[i], facts))
            buffer_text(&out, "0"); /* a value that these sales no longer have */
    }
    if (by_count > 0)
        buffer_printf(&out, "\nGROUP BY %s ORDER BY %s", by_count == 2 ? "1, 2" : "1",
                      by_count == 2 ? "1, 2" : "1");
    buffer_text(&out, "\n");
    return buffer_take(&out);
}
