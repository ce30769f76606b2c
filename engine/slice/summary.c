#include "engine/slice/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"
#include "engine/slice/cube_month.h"

enum { LEB_MORE = 0x80, LEB_BITS = 7 };

void summary_free(struct summary *summary) {
    for (int axis = 0; summary != NULL && axis < SUMMARY_AXES; axis++)
        free(summary->cells[axis]);
    if (summary != NULL)
        free(summary->rows);
    free(summary);
}

/* ------------------------------------------------------------------------------- a month's cells
 */

/* By code of an axis and answers, so that what was asked comes out of one count. */
struct sums {
    size_t codes;
    int64_t *sales;
    int64_t *revenue;
    uint128 *squares;
};

static size_t code_of_cell(const struct cube_cells *cells, enum summary_axis axis, size_t i) {
    switch (axis) {
    case SUMMARY_LOCATION:
        return cells->location[i];
    case SUMMARY_HANDSET:
        return cells->handset[i];
    case SUMMARY_GENDER:
        return cells->gender[i];
    case SUMMARY_AGE_BAND:
        return cells->age_band[i];
    case SUMMARY_PRICE_BAND:
        return cells->price_band[i];
    default:
        return cells->answers[i];
    }
}

static void sums_open(struct sums *sums, const struct cube_cells *cells, enum summary_axis axis) {
    size_t codes = 0;
    for (size_t i = 0; i < cells->count; i++) {
        size_t code = code_of_cell(cells, axis, i);
        codes = code >= codes ? code + 1 : codes;
    }
    *sums = (struct sums){.codes = codes,
                          .sales = xcalloc(codes * ANSWER_CODES + 1, sizeof *sums->sales),
                          .revenue = xcalloc(codes + 1, sizeof *sums->revenue),
                          .squares = xcalloc(codes + 1, sizeof *sums->squares)};
    for (size_t i = 0; i < cells->count; i++) {
        size_t code = code_of_cell(cells, axis, i);
        int64_t *revenue = &sums->revenue[code];
        sums->sales[code * ANSWER_CODES + cells->answers[i] % ANSWER_CODES] += cells->sales[i];
        if (__builtin_add_overflow(*revenue, cells->revenue_minor[i], revenue))
            *revenue = INT64_MAX;
        sums->squares[code] = uint128_add(
            sums->squares[code], (uint128)cells->squares_high[i] << 64 | cells->squares_low[i]);
    }
}

static void sums_close(struct sums *sums) {
    free(sums->sales);
    free(sums->revenue);
    free(sums->squares);
}

static struct cell cell_of_sums(const struct sums *sums, size_t code) {
    struct cell cell = {.revenue_minor = sums->revenue[code], .price_squares = sums->squares[code]};
    for (int answers = 0; answers < ANSWER_CODES; answers++) {
        int64_t sales = sums->sales[code * ANSWER_CODES + (size_t)answers];
        int rest = answers;
        cell.sales += sales;
        for (int answer = 0; answer < ANSWER_COUNT; answer++, rest /= 3) {
            cell.yes[answer] += rest % 3 == 2 ? sales : 0;
            cell.known[answer] += rest % 3 != 0 ? sales : 0;
        }
    }
    return cell;
}

static void put(struct buffer *out, uint64_t value) {
    unsigned char bytes[10];
    size_t length = 0;
    do {
        bytes[length++] =
            (unsigned char)((value & (LEB_MORE - 1)) | (value >= LEB_MORE ? LEB_MORE : 0));
        value >>= LEB_BITS;
    } while (value != 0);
    buffer_append(out, bytes, length);
}

static void put_cell(struct buffer *out, const struct cell *cell, bool answers) {
    put(out, (uint64_t)cell->sales);
    put(out, (uint64_t)cell->revenue_minor);
    put(out, (uint64_t)cell->price_squares);
    put(out, (uint64_t)(cell->price_squares >> 64));
    for (int answer = 0; !answers && answer < ANSWER_COUNT; answer++) {
        put(out, (uint64_t)cell->known[answer]);
        put(out, (uint64_t)cell->yes[answer]);
    }
}

void summary_encode(const struct cube_cells *cells, struct buffer *out) {
    buffer_clear(out);
    for (int axis = 0; axis < SUMMARY_AXES; axis++) {
        struct sums sums;
        size_t occur = 0, before = 0;
        sums_open(&sums, cells, (enum summary_axis)axis);
        struct cell *sum = xcalloc(sums.codes + 1, sizeof *sum);
        for (size_t code = 0; code < sums.codes; code++) {
            sum[code] = cell_of_sums(&sums, code);
            occur += sum[code].sales != 0;
        }
        put(out, occur);
        for (size_t code = 0; code < sums.codes; code++) {
            if (sum[code].sales == 0)
                continue;
            put(out, code - before);
            put_cell(out, &sum[code], axis == SUMMARY_ANSWERS);
            before = code;
        }
        free(sum);
        sums_close(&sums);
    }
}

enum err summary_write_missing(struct db *db, struct error *error) {
    struct cube_month_list months;
    struct buffer bytes = {0};
    enum err err = db_summaries_missing(db, &months, error);
    for (int i = 0; err == ERR_OK && i < months.count; i++) {
        struct cube_cells cells;
        bool kept;
        err = cube_month_read(db, months.months[i].shop, months.months[i].month, &cells, &kept,
                              error);
        if (err == ERR_OK) {
            summary_encode(&cells, &bytes);
            err = db_summary_write(db, &months.months[i], &bytes, error);
        } else if (err == ERR_DAMAGED) {
            err = ERR_OK;
        }
        cube_cells_free(&cells);
    }
    if (err == ERR_OK)
        err = db_summaries_drop_orphaned(db, error);
    cube_month_list_free(&months);
    buffer_free(&bytes);
    return err;
}

/* --------------------------------------------------------------------------------- reading */

struct bytes {
    const unsigned char *at, *end;
    bool sound;
};

static uint64_t take(struct bytes *bytes) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && bytes->at < bytes->end; shift += LEB_BITS) {
        unsigned char byte = *bytes->at++;
        value |= (uint64_t)(byte & (LEB_MORE - 1)) << shift;
        if ((byte & LEB_MORE) == 0)
            return value;
    }
    bytes->sound = false;
    return 0;
}

static int64_t take_count(struct bytes *bytes) {
    uint64_t value = take(bytes);
    bytes->sound = bytes->sound && value <= INT64_MAX;
    return bytes->sound ? (int64_t)value : 0;
}

static void take_cell(struct bytes *bytes, size_t code, bool answers, struct cell *cell) {
    *cell = (struct cell){.sales = take_count(bytes), .revenue_minor = take_count(bytes)};
    cell->price_squares = take(bytes);
    cell->price_squares |= (uint128)take(bytes) << 64;
    for (int answer = 0; answer < ANSWER_COUNT; answer++, code /= 3) {
        cell->known[answer] = answers ? (code % 3 != 0 ? cell->sales : 0) : take_count(bytes);
        cell->yes[answer] = answers ? (code % 3 == 2 ? cell->sales : 0) : take_count(bytes);
        bytes->sound = bytes->sound && cell->known[answer] <= cell->sales &&
                       cell->yes[answer] <= cell->known[answer];
    }
}

struct reading {
    const struct cube_month_list *months;
    int next;
    struct facts *facts;
    bool sound;
};

static void reserve_rows(struct facts *facts, size_t count) {
#define MAKE(column) facts->column = xcalloc(count + 1, sizeof *facts->column)
    MAKE(price_minor);
    MAKE(day);
    MAKE(location);
    MAKE(handset);
    MAKE(age);
    MAKE(gender);
    MAKE(answers);
    MAKE(sales);
    MAKE(price_squares);
    MAKE(price_squares_high);
    MAKE(price_band);
    if (facts->shops.count > 1)
        MAKE(shop);
#undef MAKE
    facts->summary->rows = xcalloc(count + 1, sizeof *facts->summary->rows);
}

/* Of what else a row is made the summary alone knows. */
static void add_row(struct facts *facts, day_number day, int shop, const struct cell *cell) {
    size_t row = facts->count++;
    facts->day[row] = day;
    if (facts->shop != NULL)
        facts->shop[row] = (uint16_t)shop;
    facts->sales[row] = (uint32_t)cell->sales;
    facts->price_minor[row] = cell->revenue_minor;
    facts->price_squares[row] = (uint64_t)cell->price_squares;
    facts->price_squares_high[row] = (uint64_t)(cell->price_squares >> 64);
    facts->price_band[row] = 1;
    facts->summary->rows[row] = *cell;
}

static void add_tail(struct facts *facts, const struct facts *tail) {
    for (size_t row = 0; row < tail->count; row++) {
        struct cell cell = cell_of_row(tail, row);
        const size_t codes[SUMMARY_AXES] = {
            [SUMMARY_LOCATION] = tail->location[row],
            [SUMMARY_HANDSET] = tail->handset[row],
            [SUMMARY_GENDER] = tail->gender[row],
            [SUMMARY_AGE_BAND] = (size_t)dimension_age_band_code(tail->age[row]),
            [SUMMARY_PRICE_BAND] = (size_t)dimension_price_band_code(tail->price_minor[row]),
            [SUMMARY_ANSWERS] = tail->answers[row],
        };
        for (int axis = 0; axis < SUMMARY_AXES; axis++)
            cell_add(&facts->summary->cells[axis][codes[axis]], &cell);
        add_row(facts, tail->day[row], facts_shop(tail, row), &cell);
    }
}

/* Every axis has the same sales: a summary of which that is not so is not one. */
static bool take_summary(struct reading *reading, const struct cube_month *month,
                         struct bytes *bytes) {
    struct cell totals[SUMMARY_AXES] = {0};
    for (int axis = 0; axis < SUMMARY_AXES && bytes->sound; axis++) {
        uint64_t occur = take(bytes), code = 0;
        for (uint64_t i = 0; i < occur && bytes->sound; i++) {
            struct cell cell;
            uint64_t step = take(bytes);
            code += step;
            bytes->sound = bytes->sound && step <= UINT16_MAX && (i == 0 || step > 0) &&
                           code < reading->facts->summary->codes[axis];
            take_cell(bytes, (size_t)code, axis == SUMMARY_ANSWERS, &cell);
            if (!bytes->sound)
                break;
            cell_add(&reading->facts->summary->cells[axis][code], &cell);
            cell_add(&totals[axis], &cell);
        }
        bytes->sound = bytes->sound && totals[axis].sales == totals[0].sales;
    }
    if (!bytes->sound || bytes->at != bytes->end || totals[0].sales > UINT32_MAX ||
        (totals[0].sales > 0) != (month->cells > 0))
        return false;
    if (totals[0].sales > 0)
        add_row(reading->facts, date_month_start(month->month), month->shop,
                &totals[SUMMARY_ANSWERS]);
    return true;
}

static bool is_before(const struct cube_month *a, const struct cube_month *b) {
    return a->month != b->month ? a->month < b->month : a->shop < b->shop;
}

/* Months and summaries ascend alike; summaries of months that are gone are passed over. */
static bool read_one(void *context, const struct cube_month *month, const void *bytes,
                     size_t length) {
    struct reading *reading = context;
    if (reading->next == reading->months->count)
        return false;
    const struct cube_month *next = &reading->months->months[reading->next];
    if (is_before(month, next))
        return true;
    struct bytes stored = {.at = bytes, .sound = bytes != NULL};
    reading->sound =
        stored.sound && !is_before(next, month) && month->generation == next->generation &&
        month->shop > 0 &&
        month->shop <= (reading->facts->shops.count != 0 ? reading->facts->shops.count : SHOP_OWN);
    stored.end = stored.at != NULL ? stored.at + length : NULL;
    reading->sound = reading->sound && take_summary(reading, next, &stored);
    reading->next++;
    return reading->sound;
}

static size_t codes_of(enum dimension dimension, const struct facts *facts) {
    struct dimension_view view;
    dimension_open(&view, facts, dimension);
    size_t codes = (size_t)view.codes;
    dimension_close(&view);
    return codes;
}

static struct summary *summary_new(const struct facts *facts) {
    struct summary *summary = xcalloc(1, sizeof *summary);
    const size_t codes[SUMMARY_AXES] = {
        [SUMMARY_LOCATION] = (size_t)facts->locations.count + 1,
        [SUMMARY_HANDSET] = (size_t)facts->handsets.count + 1,
        [SUMMARY_GENDER] = 1 + GENDER_COUNT,
        [SUMMARY_AGE_BAND] = codes_of(DIMENSION_AGE_BAND, facts),
        [SUMMARY_PRICE_BAND] = codes_of(DIMENSION_PRICE_BAND, facts),
        [SUMMARY_ANSWERS] = ANSWER_CODES,
    };
    for (int axis = 0; axis < SUMMARY_AXES; axis++) {
        summary->codes[axis] = codes[axis];
        summary->cells[axis] = xcalloc(codes[axis], sizeof *summary->cells[axis]);
    }
    return summary;
}

static void release(struct facts *facts) {
    free(facts->price_minor);
    free(facts->day);
    free(facts->location);
    free(facts->handset);
    free(facts->age);
    free(facts->gender);
    free(facts->answers);
    free(facts->sales);
    free(facts->price_squares);
    free(facts->price_squares_high);
    free(facts->price_band);
    free(facts->shop);
    summary_free(facts->summary);
}

bool summary_read(struct db *db, const struct cube_month_list *months, const struct facts *tail,
                  struct facts *facts) {
    struct facts before = *facts;
    facts->summary = summary_new(facts);
    reserve_rows(facts, (size_t)months->count + tail->count);
    struct reading reading = {.months = months, .facts = facts, .sound = true};
    enum err err = db_summaries_read(db, read_one, &reading, NULL);
    if (err == ERR_OK && reading.sound && reading.next == months->count) {
        add_tail(facts, tail);
        return true;
    }
    release(facts);
    *facts = before;
    return false;
}

/* ---------------------------------------------------------------------------------- asking */

/* What the dimension is made from, and whether its codes are the column's own. */
static enum summary_axis axis_of(enum dimension dimension, bool *own) {
    *own = dimension == DIMENSION_AGE_BAND || dimension == DIMENSION_PRICE_BAND;
    switch (dimension) {
    case DIMENSION_LOCATION:
    case DIMENSION_LOCAL:
        return SUMMARY_LOCATION;
    case DIMENSION_HANDSET:
    case DIMENSION_BRAND:
        return SUMMARY_HANDSET;
    case DIMENSION_GENDER:
        return SUMMARY_GENDER;
    case DIMENSION_AGE_BAND:
        return SUMMARY_AGE_BAND;
    case DIMENSION_PRICE_BAND:
        return SUMMARY_PRICE_BAND;
    case DIMENSION_FACEBOOK:
    case DIMENSION_FOLLOWS:
    case DIMENSION_RETURNING:
    case DIMENSION_HEARD:
    case DIMENSION_ENGAGEMENT:
        return SUMMARY_ANSWERS;
    default:
        return SUMMARY_AXES;
    }
}

/* Of months and shops, which the rows are. */
static bool cells_of_rows(const struct facts *facts, const struct dimension_view *view,
                          struct cell *cells) {
    bool shops = view->dimension == DIMENSION_SHOP;
    if (!shops &&
        (!calendar_is_period(view->dimension) || !dimension_is_known(facts, view->dimension)))
        return false;
    const struct summary *summary = facts->summary;
    for (size_t row = 0; row < facts->count; row++) {
        int code = shops ? view->lookup[facts_shop(facts, row)]
                         : dimension_code_of_day(view, facts->day[row]);
        cell_add(&cells[code], &summary->rows[row]);
    }
    return true;
}

bool summary_cells(const struct facts *facts, const struct dimension_view *views, int count,
                   struct cell *cells) {
    const struct summary *summary = facts->summary;
    bool own[2] = {false, false};
    enum summary_axis axis = axis_of(views[0].dimension, &own[0]);
    if (axis == SUMMARY_AXES)
        return count == 1 && cells_of_rows(facts, &views[0], cells);
    if (count == 2 &&
        (axis != SUMMARY_ANSWERS || axis_of(views[1].dimension, &own[1]) != SUMMARY_ANSWERS))
        return false;
    for (size_t code = 0; code < summary->codes[axis]; code++) {
        int at = own[0] ? (int)code : views[0].lookup[code];
        if (count == 2)
            at = at * views[1].codes + views[1].lookup[code];
        cell_add(&cells[at], &summary->cells[axis][code]);
    }
    return true;
}
