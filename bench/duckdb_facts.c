#include "bench/duckdb_facts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/money.h"
#include "engine/intake/record.h"

static void label_append(struct buffer *out, const struct dimension_view *view, int code) {
    char label[DIMENSION_LABEL_SIZE];
    dimension_label(view, code, label);
    char *quoted = sql_quoted(label);
    buffer_text(out, quoted);
    free(quoted);
}

static void header_append(struct buffer *out, enum field field) {
    buffer_printf(out, "\"%s\"", field_header(field));
}

/* ------------------------------------------------------- a dimension's value */

static void by_day(struct buffer *out, const char *format) {
    buffer_text(out, "strftime(strptime(");
    header_append(out, FIELD_DATE);
    buffer_printf(out, ", '%%d-%%m-%%Y'), '%s')", format);
}

static void by_weekend(struct buffer *out, const struct dimension_view *view) {
    buffer_text(out, "CASE ");
    by_day(out, "%a");
    for (day_number day = 4; day < 11; day++) { /* 5 January 1970 was a Monday */
        buffer_printf(out, " WHEN '%s' THEN ", date_weekday_name(date_weekday(day)));
        label_append(out, view, dimension_code_of_day(view, day));
    }
    buffer_text(out, " END");
}

/* A name's place or brand. */
static void by_name(struct buffer *out, const struct dimension_view *view, enum field field,
                    const struct dictionary *names) {
    buffer_text(out, "CASE ");
    header_append(out, field);
    for (int id = 1; id <= names->count; id++) {
        char *name = sql_quoted(names->entries[id - 1].name);
        buffer_printf(out, " WHEN %s THEN ", name);
        label_append(out, view, view->lookup[id]);
        free(name);
    }
    buffer_text(out, " END");
}

static void by_band(struct buffer *out, const struct dimension_view *view, enum field field) {
    buffer_text(out, "CASE");
    for (int code = view->codes - 1; code > 0; code--) {
        int64_t from_minor, below_minor;
        int from_years, below_years;
        dimension_price_band(code, &from_minor, &below_minor);
        buffer_text(out, " WHEN ");
        header_append(out, field);
        if (field == FIELD_PRICE) {
            buffer_printf(out, "::BIGINT >= %" PRId64 " THEN ", from_minor / MONEY_MINOR);
        } else {
            dimension_age_band(code, &from_years, &below_years);
            buffer_printf(out, "::INTEGER >= %d THEN ", from_years);
        }
        label_append(out, view, code);
    }
    buffer_text(out, " END");
}

static void by_answers(struct buffer *out) {
    static const enum field asked[] = {FIELD_FACEBOOK, FIELD_FOLLOWS, FIELD_HEARD};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        buffer_text(out, i == 0 ? "((" : " + (");
        header_append(out, asked[i]);
        buffer_text(out, " = 'Yes')::INTEGER");
    }
    buffer_text(out, ")::VARCHAR");
}

static void by_answer(struct buffer *out, enum field field) {
    buffer_text(out, "lower(");
    header_append(out, field);
    buffer_text(out, ")");
}

static void value_append(struct buffer *out, const struct dimension_view *view) {
    switch (view->dimension) {
    case DIMENSION_MONTH:
        by_day(out, "%Y-%m");
        break;
    case DIMENSION_QUARTER:
        buffer_text(out, "strftime(strptime(\"Date\", '%d-%m-%Y'), '%Y-Q') || "
                         "quarter(strptime(\"Date\", '%d-%m-%Y'))");
        break;
    case DIMENSION_YEAR:
        by_day(out, "%Y");
        break;
    case DIMENSION_WEEK:
        by_day(out, "%G-W%V");
        break;
    case DIMENSION_DAY:
        by_day(out, "%Y-%m-%d");
        break;
    case DIMENSION_WEEKDAY:
        by_day(out, "%a");
        break;
    case DIMENSION_WEEKEND:
        by_weekend(out, view);
        break;
    case DIMENSION_LOCATION:
        header_append(out, FIELD_LOCATION);
        break;
    case DIMENSION_LOCAL:
        by_name(out, view, FIELD_LOCATION, &view->facts->locations);
        break;
    case DIMENSION_GENDER:
        header_append(out, FIELD_GENDER);
        break;
    case DIMENSION_AGE_BAND:
        by_band(out, view, FIELD_AGE);
        break;
    case DIMENSION_BRAND:
        by_name(out, view, FIELD_HANDSET, &view->facts->handsets);
        break;
    case DIMENSION_HANDSET:
        header_append(out, FIELD_HANDSET);
        break;
    case DIMENSION_PRICE_BAND:
        by_band(out, view, FIELD_PRICE);
        break;
    case DIMENSION_FACEBOOK:
        by_answer(out, FIELD_FACEBOOK);
        break;
    case DIMENSION_FOLLOWS:
        by_answer(out, FIELD_FOLLOWS);
        break;
    case DIMENSION_RETURNING:
        by_answer(out, FIELD_RETURNING);
        break;
    case DIMENSION_HEARD:
        by_answer(out, FIELD_HEARD);
        break;
    case DIMENSION_ENGAGEMENT:
        by_answers(out);
        break;
    case DIMENSION_SEGMENT:
    case DIMENSION_SHOP:
    case DIMENSION_COUNT:
        break;
    }
}

/* ---------------------------------------------------------------- the table */

static void make_type(struct duckdb_session *session, const struct dimension_view *view) {
    struct buffer sql = {0};
    buffer_printf(&sql, "CREATE TYPE \"%s_value\" AS ENUM (", dimension_name(view->dimension));
    for (int code = 0; code < view->codes; code++) {
        buffer_text(&sql, code == 0 ? "" : ", ");
        label_append(&sql, view, code);
    }
    buffer_text(&sql, ")");
    free(duckdb_ask(session, sql.data, NULL));
    buffer_free(&sql);
}

void duckdb_facts_make(struct duckdb_session *session, const struct facts *facts, const char *csv) {
    struct buffer sql = {0};
    buffer_text(&sql, "CREATE TABLE fact AS SELECT ");
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        struct dimension_view view;
        if (i == DIMENSION_SEGMENT || i == DIMENSION_SHOP)
            continue;
        dimension_open(&view, facts, (enum dimension)i);
        make_type(session, &view);
        buffer_text(&sql, "(");
        value_append(&sql, &view);
        buffer_printf(&sql, ")::\"%s_value\" AS \"%s\", ", dimension_name(view.dimension),
                      dimension_name(view.dimension));
        dimension_close(&view);
    }
    header_append(&sql, FIELD_AGE);
    buffer_text(&sql, "::UTINYINT AS age_years, (");
    header_append(&sql, FIELD_PRICE);
    buffer_printf(&sql, "::BIGINT * %d)::INTEGER AS price_minor", MONEY_MINOR);
    buffer_printf(&sql, " FROM read_csv('%s', all_varchar = true)", csv);
    free(duckdb_ask(session, sql.data, NULL));
    buffer_free(&sql);
}

double duckdb_facts_lists(struct duckdb_session *session, const struct random_slice *random,
                          struct buffer *answers) {
    double sum = 0, seconds;
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        struct buffer sql = {0};
        if (i == DIMENSION_SEGMENT || i == DIMENSION_SHOP)
            continue;
        char *where = random_slice_where(random, (enum dimension)i);
        buffer_printf(&sql,
                      "SELECT count(*) || ' ' || sum(sales) || ' ' || sum(sales * sales) || ' ' || "
                      "sum(revenue) || ' ' || sum(yes) || ' ' || sum(facebook_yes) FROM "
                      "(SELECT \"%s\", count(*) AS sales, sum(price_minor) AS revenue, "
                      "count(*) FILTER (\"returning\" = 'yes') AS yes, "
                      "count(*) FILTER (\"facebook\" = 'yes') AS facebook_yes "
                      "FROM fact %s GROUP BY 1)",
                      dimension_name((enum dimension)i), where);
        char *answer = duckdb_ask(session, sql.data, &seconds);
        buffer_printf(answers, "%s\n", answer);
        sum += seconds;
        free(answer);
        free(where);
        buffer_free(&sql);
    }
    return sum;
}
