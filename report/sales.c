#include "report/sales.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "db/sales.h"
#include "engine/learn/scoring.h"
#include "engine/slice/finder.h"
#include "engine/slice/pages.h"
#include "report/document.h"

static const char *segment_name(const struct facts *facts, uint32_t row) {
    int segment = facts->segment[row];
    return segment == 0 || segment > facts->segment_count ? NULL
                                                          : facts->segment_names[segment - 1];
}

static void answer_add(struct table *table, int answer) {
    if (answer == UNKNOWN)
        table_unknown(table);
    else
        table_flag(table, answer != 0);
}

/* Not known where the sale was not scored yet; SQLite's failures look the same here. */
static void scores_add(struct table *table, struct db *db, int64_t sale_id) {
    struct sale_score score;
    bool found;
    if (scoring_sale(db, sale_id, &score, &found, NULL) != ERR_OK || !found) {
        table_unknown(table);
        table_unknown(table);
        return;
    }
    table_real(table, score.returning_probability);
    table_real(table, score.facebook_probability);
}

/* Whether the scores are there, and whose they are. */
static enum err scores_tell(struct document *document, struct db *db, struct error *error) {
    struct scoring_state state;
    enum err err = scoring_state(db, &state, error);
    if (err != ERR_OK)
        return err;
    if (!state.scored)
        document_sentence(document, "No sale is scored yet; run: retail-pulse score");
    else if (!state.current)
        document_sentence(document,
                          "The scores of %s are of an earlier training; run: retail-pulse score",
                          state.scored_at);
    document_json(document, "scored_at", state.scored ? json_string(state.scored_at) : json_null());
    document_json(document, "scores_current", json_boolean(state.current));
    return ERR_OK;
}

static void row_add(struct table *table, struct db *db, const struct facts *facts, uint32_t row) {
    static const char *const genders[] = {"F", "M", "other"};
    char *reference = db_sale_reference(db, facts->id[row]);
    table_integer(table, facts->id[row]);
    table_text(table, reference);
    table_day(table, facts->day[row]);
    table_text(table, facts->location[row] != 0 ? facts_location(facts, row) : NULL);
    if (facts->age[row] != 0)
        table_integer(table, facts->age[row]);
    else
        table_unknown(table);
    table_text(table, facts->gender[row] != 0 ? genders[facts->gender[row] - 1] : NULL);
    table_text(table, facts_handset(facts, row));
    table_integer(table, facts->price_minor[row]);
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        answer_add(table, facts_answer(facts, row, (enum answer)answer));
    table_text(table, segment_name(facts, row));
    free(reference);
}

static struct table *table_add(struct document *document, const struct sales_request *request) {
    static const struct column columns[] = {
        {.key = "id", .title = "Sale", .kind = KIND_NUMBER},
        {.key = "reference", .minor = true, .title = "Reference"},
        {.key = "date", .title = "Date"},
        {.key = "location", .title = "Location"},
        {.key = "age", .title = "Age", .kind = KIND_NUMBER},
        {.key = "gender", .minor = true, .title = "Sex"},
        {.key = "handset", .title = "Handset"},
        {.key = "price", .title = "Price", .kind = KIND_MONEY},
        {.key = "facebook", .minor = true, .title = "Facebook", .kind = KIND_FLAG},
        {.key = "follows", .minor = true, .title = "Follows", .kind = KIND_FLAG},
        {.key = "returning", .title = "Returning", .kind = KIND_FLAG},
        {.key = "heard", .minor = true, .title = "Heard", .kind = KIND_FLAG},
        {.key = "segment", .minor = true, .title = "Segment"},
        {.key = "returning_probability", .title = "P returning", .kind = KIND_SHARE},
        {.key = "facebook_probability", .title = "P Facebook", .kind = KIND_SHARE},
    };
    enum { SCORE_COLUMNS = 2 };
    struct table *table =
        document_table(document, "sales", NULL, columns,
                       sizeof columns / sizeof *columns - (request->scores ? 0 : SCORE_COLUMNS));
    document->csv = table;
    return table;
}

static void row_and_scores_add(struct table *table, const struct reading *reading,
                               const struct facts *facts, uint32_t row, bool scores) {
    row_add(table, shop_db(reading->shop), facts, row);
    if (scores)
        scores_add(table, shop_db(reading->shop), facts->id[row]);
}

/* Which of `count` the request asks for. */
static void span_of(const struct sales_request *request, size_t count, size_t *first, size_t *end) {
    *first = request->offset < count ? request->offset : count;
    *end = request->limit != 0 && request->limit < count - *first ? *first + request->limit : count;
}

/* Of some shops there may be no sales to list. */
static void missing_tell(struct document *document, const struct facts *facts) {
    char *shops = facts_sums_only(facts);
    if (shops != NULL)
        document_sentence(document, "Of %s only sums by month are here: no sales to list.", shops);
    free(shops);
}

static void span_tell(struct document *document, size_t first, size_t end, size_t count) {
    if (first == end) {
        document_sentence(document, "No sales here.");
    } else {
        char from[NUMBER_TEXT_SIZE], to[NUMBER_TEXT_SIZE], of[NUMBER_TEXT_SIZE];
        number_grouped((int64_t)first + 1, from, sizeof from);
        number_grouped((int64_t)end, to, sizeof to);
        number_grouped((int64_t)count, of, sizeof of);
        document_sentence(document, "Sales %s–%s of %s.", from, to, of);
    }
    document_json(document, "total", json_integer((json_int_t)count));
    document_json(document, "offset", json_integer((json_int_t)first));
}

/* Where a page by ids ends: what to ask for the next one with. */
static void next_tell(struct document *document, const struct table *table,
                      const struct sales_request *request, bool more) {
    if (!request->keyset)
        return;
    size_t rows = table_rows(table);
    int64_t next = more && rows > 0 ? table_value(table, rows - 1, 0)->integer : 0;
    document_json(document, "next", next != 0 ? json_integer((json_int_t)next) : json_null());
    if (request->next != NULL)
        *request->next = next;
}

static void rows_add(struct document *document, const struct reading *reading, const uint32_t *rows,
                     size_t count, const struct sales_request *request) {
    struct table *table = table_add(document, request);
    struct sales_request wanted = *request;
    size_t first, end;
    while (request->keyset && wanted.offset < count &&
           reading->facts->id[rows[wanted.offset]] <= request->after_id)
        wanted.offset++;
    span_of(&wanted, count, &first, &end);
    for (size_t i = first; i < end; i++)
        row_and_scores_add(table, reading, reading->facts, rows[i], request->scores);
    span_tell(document, first, end, count);
    next_tell(document, table, request, end < count);
    missing_tell(document, reading->facts);
}

/* ------------------------------------------------------------- more than can be held */

/* A document holds its rows: half a gigabyte of them. */
enum { ROWS_MAX = 500000, ROWS_AT_ONCE = 1000 };

static enum err pages_add(struct table *table, const struct reading *reading, struct pages *pages,
                          size_t first, size_t end, bool scores, struct error *error) {
    struct facts window = pages_window(reading->facts, ROWS_AT_ONCE);
    const char *problem;
    const struct segmentation *segmentation = shop_segmentation(reading->shop, &problem);
    enum err err = ERR_OK;
    for (size_t at = first; at < end && err == ERR_OK; at += ROWS_AT_ONCE) {
        size_t count = end - at < ROWS_AT_ONCE ? end - at : ROWS_AT_ONCE;
        err = pages_read(pages, (int64_t)at, count, &window, error);
        if (err == ERR_OK && segmentation != NULL && window.count > 0)
            segmentation_assign(segmentation, &window);
        for (size_t i = 0; err == ERR_OK && i < window.count; i++)
            row_and_scores_add(table, reading, &window, (uint32_t)i, scores);
    }
    pages_window_free(&window);
    return err;
}

/* Goes through all matches: how many there are is part of the answer. */
static enum err matches_add(struct document *document, struct table *table,
                            const struct reading *reading, struct pages *pages,
                            const struct sales_request *request, struct error *error) {
    struct finder finder;
    enum err err = finder_open(&finder, reading->facts, shop_db(reading->shop), request->search,
                               NULL, NULL, error);
    size_t first = request->offset, count = 0;
    size_t limit = request->limit != 0 ? request->limit : ROWS_MAX;
    if (err == ERR_OK)
        pages_search(pages, &finder, reading->selection);
    for (int64_t at = -1, found; err == ERR_OK; at = found, count++) {
        err = pages_find(pages, at, 1, &found, error);
        if (err != ERR_OK || found < 0 || found <= at)
            break;
        if (count >= first && count - first < limit)
            err = pages_add(table, reading, pages, (size_t)found, (size_t)found + 1,
                            request->scores, error);
    }
    finder_close(&finder);
    if (err != ERR_OK)
        return err;
    first = first < count ? first : count;
    span_tell(document, first, count - first < limit ? count : first + limit, count);
    missing_tell(document, reading->facts);
    return ERR_OK;
}

/* The place behind the sale that was seen last. */
static enum err go_on_after(struct pages *pages, struct sales_request *wanted,
                            struct error *error) {
    int64_t position = 0;
    bool found = false;
    if (!wanted->keyset || wanted->after_id == 0)
        return ERR_OK;
    enum err err = pages_locate(pages, wanted->after_id, &position, &found, error);
    wanted->offset = (size_t)position + found;
    return err;
}

static enum err paged(struct document *document, const struct reading *reading,
                      const struct sales_request *request, struct error *error) {
    struct sales_request wanted = *request;
    struct pages_request of = {.facts = reading->facts,
                               .slice = reading->slice,
                               .selection = reading->selection,
                               .by = request->sort,
                               .descending = request->descending};
    struct pages *pages = NULL;
    enum err err = pages_open(&of, &pages, error);
    if (err == ERR_OK)
        err = go_on_after(pages, &wanted, error);
    if (err != ERR_OK) {
        pages_close(pages);
        return err;
    }
    size_t first, end, count = (size_t)pages_count(pages);
    span_of(&wanted, count, &first, &end);
    if ((request->search == NULL && end - first > ROWS_MAX) || request->limit > ROWS_MAX) {
        error_set(error, ERR_INPUT, "more than %d sales at once are too many for a table",
                  ROWS_MAX);
        err = error_hint(error, "`export` writes any number as CSV; --limit and --offset show a "
                                "part");
    } else if (request->search != NULL) {
        err = matches_add(document, table_add(document, request), reading, pages, request, error);
    } else {
        struct table *table = table_add(document, request);
        err = pages_add(table, reading, pages, first, end, request->scores, error);
        span_tell(document, first, end, count);
        next_tell(document, table, request, end < count);
        missing_tell(document, reading->facts);
    }
    pages_close(pages);
    return err;
}

/* ------------------------------------------------------------------- those that are held */

/* Keeps of the rows what the search finds. */
static enum err search(const struct reading *reading, const char *text, uint32_t *rows,
                       size_t *count, struct error *error) {
    struct finder finder;
    size_t kept = 0;
    enum err err =
        finder_open(&finder, reading->facts, shop_db(reading->shop), text, NULL, NULL, error);
    for (size_t i = 0; err == ERR_OK && i < *count; i++) {
        if (finder_matches(&finder, reading->facts, rows[i]))
            rows[kept++] = rows[i];
    }
    finder_close(&finder);
    *count = kept;
    return err;
}

static enum err sort(const struct reading *reading, const struct sales_request *request,
                     uint32_t *rows, size_t count, struct error *error) {
    double *scores = NULL;
    enum err err = ERR_OK;
    if (request->sort == ORDER_SCORE_RETURNING || request->sort == ORDER_SCORE_FACEBOOK)
        err = scoring_column(shop_db(reading->shop), reading->facts,
                             request->sort == ORDER_SCORE_RETURNING ? OUTCOME_RETURNING
                                                                    : OUTCOME_FACEBOOK,
                             &scores, error);
    if (err == ERR_OK)
        order_rows(reading->facts, request->sort, request->descending, scores, rows, count);
    free(scores);
    return err;
}

static enum err held(struct document *document, const struct reading *reading,
                     const struct sales_request *request, struct error *error) {
    enum err code = ERR_OK;
    size_t count = reading->selection->count;
    uint32_t *rows = xcalloc(count + 1, sizeof *rows);
    if (count != 0)
        memcpy(rows, reading->selection->rows, count * sizeof *rows);
    if (request->search != NULL)
        code = search(reading, request->search, rows, &count, error);
    if (code == ERR_OK)
        code = sort(reading, request, rows, count, error);
    if (code == ERR_OK)
        rows_add(document, reading, rows, count, request);
    free(rows);
    return code;
}

enum err report_sales(const struct reading *reading, const struct sales_request *request,
                      struct document **out, struct error *error) {
    *out = document_new();
    report_head(*out, reading, "Sales");
    enum err code = reading->facts->cube != NULL ? paged(*out, reading, request, error)
                                                 : held(*out, reading, request, error);
    if (code == ERR_OK && request->scores)
        code = scores_tell(*out, shop_db(reading->shop), error);
    if (code != ERR_OK) {
        document_free(*out);
        *out = NULL;
    }
    return code;
}
