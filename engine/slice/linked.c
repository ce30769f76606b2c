/* The linked lists in one pass. What a sale's dimensions share (a day has a month, a week and a
 * weekday) is counted once, by the column they are made from, and handed on to the lists at the
 * end. */
#include "engine/slice/linked.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/slice/calendar.h"
#include "engine/slice/filter.h"

bool linked_owns(enum dimension dimension, const struct filter *filter) {
    int field;
    if (!filter_field_by_name(filter->field, &field))
        return false;
    switch (field) {
    case FIELD_DATE:
        return dimension == DIMENSION_DAY;
    case FIELD_AGE:
        return dimension == DIMENSION_AGE_BAND;
    case FIELD_PRICE:
        return dimension == DIMENSION_PRICE_BAND;
    default:
        return field == (int)dimension;
    }
}

/* ----------------------------------------------------------- what fails where */

/* For each sale the number of dimensions that it fails at, and the last of them. */
struct failures {
    uint8_t *count, *dimension;
};

static enum err mark_failures(const struct facts *facts, const struct slice *slice,
                              enum dimension dimension, struct failures *failures, bool *filtered,
                              struct error *error) {
    struct slice own = {xcalloc(slice->count + 1, sizeof *own.filters), 0};
    for (size_t i = 0; i < slice->count; i++) {
        if (linked_owns(dimension, &slice->filters[i]))
            own.filters[own.count++] = slice->filters[i]; /* lent */
    }
    struct selection selection = {0};
    enum err code = ERR_OK;
    *filtered = own.count != 0;
    if (*filtered)
        code = slice_select(&own, facts, &selection, error);
    free(own.filters);
    if (!*filtered || code != ERR_OK)
        return code;
    size_t next = 0;
    for (size_t row = 0; row < facts->count; row++) {
        if (next < selection.count && selection.rows[next] == row) {
            next++;
            continue;
        }
        failures->count[row]++;
        failures->dimension[row] = (uint8_t)dimension;
    }
    selection_free(&selection);
    return ERR_OK;
}

/* ------------------------------------------------------------------- counting */

/* The columns that dimensions are made from. */
enum base {
    BASE_DAY,
    BASE_LOCATION,
    BASE_HANDSET,
    BASE_GENDER,
    BASE_AGE,
    BASE_SEGMENT,
    BASE_ANSWERS,
    BASE_PRICE_BAND,
    BASE_COUNT
};

enum { BYTE_CODES = 256 };

static enum base base_of(enum dimension dimension) {
    switch (dimension) {
    case DIMENSION_LOCATION:
    case DIMENSION_LOCAL:
        return BASE_LOCATION;
    case DIMENSION_HANDSET:
    case DIMENSION_BRAND:
        return BASE_HANDSET;
    case DIMENSION_GENDER:
        return BASE_GENDER;
    case DIMENSION_AGE_BAND:
        return BASE_AGE;
    case DIMENSION_SEGMENT:
        return BASE_SEGMENT;
    case DIMENSION_PRICE_BAND:
        return BASE_PRICE_BAND;
    default:
        return calendar_is_of_day(dimension) ? BASE_DAY : BASE_ANSWERS;
    }
}

struct pass {
    const struct facts *facts;
    struct dimension_view views[DIMENSION_COUNT];
    struct cell *bases[BASE_COUNT]; /* of the sales that fail nowhere, by the column's code */
    size_t sizes[BASE_COUNT];
    struct cell *beyond[DIMENSION_COUNT]; /* of those that fail there alone, by its code */
    struct cell unit[ANSWER_CODES];       /* one sale with these answers, its price to come */
};

static void pass_open(struct pass *pass, const struct facts *facts) {
    *pass = (struct pass){.facts = facts};
    for (int i = 0; i < DIMENSION_COUNT; i++)
        dimension_open(&pass->views[i], facts, (enum dimension)i);
    size_t days = facts->count != 0 ? (size_t)(facts->last_day - facts->first_day) + 1 : 1;
    const size_t sizes[BASE_COUNT] = {[BASE_DAY] = days,
                                      [BASE_LOCATION] = (size_t)facts->locations.count + 1,
                                      [BASE_HANDSET] = (size_t)facts->handsets.count + 1,
                                      [BASE_GENDER] = BYTE_CODES,
                                      [BASE_AGE] = BYTE_CODES,
                                      [BASE_SEGMENT] = BYTE_CODES,
                                      [BASE_ANSWERS] = BYTE_CODES,
                                      [BASE_PRICE_BAND] =
                                          (size_t)pass->views[DIMENSION_PRICE_BAND].codes};
    for (int i = 0; i < BASE_COUNT; i++) {
        pass->sizes[i] = sizes[i];
        pass->bases[i] = xcalloc(sizes[i], sizeof *pass->bases[i]);
    }
    for (int code = 0; code < ANSWER_CODES; code++) {
        struct cell *unit = &pass->unit[code];
        unit->sales = 1;
        for (int answer = 0, rest = code; answer < ANSWER_COUNT; answer++, rest /= 3) {
            unit->yes[answer] = rest % 3 == 2;
            unit->known[answer] = rest % 3 != 0;
        }
    }
}

static void pass_close(struct pass *pass) {
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        dimension_close(&pass->views[i]);
        free(pass->beyond[i]);
    }
    for (int i = 0; i < BASE_COUNT; i++)
        free(pass->bases[i]);
}

static struct cell one_sale(const struct pass *pass, size_t row) {
    struct cell one = pass->unit[pass->facts->answers[row]];
    double price = (double)pass->facts->price_minor[row] / MONEY_MINOR;
    one.revenue_minor = pass->facts->price_minor[row];
    one.price_squares = price * price;
    return one;
}

static void count_everywhere(struct pass *pass, size_t row, const struct cell *one) {
    const struct facts *facts = pass->facts;
    const size_t codes[BASE_COUNT] = {
        [BASE_DAY] = (size_t)(facts->day[row] - facts->first_day),
        [BASE_LOCATION] = facts->location[row],
        [BASE_HANDSET] = facts->handset[row],
        [BASE_GENDER] = facts->gender[row],
        [BASE_AGE] = facts->age[row],
        [BASE_SEGMENT] = facts->segment[row],
        [BASE_ANSWERS] = facts->answers[row],
        [BASE_PRICE_BAND] = (size_t)dimension_code(&pass->views[DIMENSION_PRICE_BAND], row)};
    for (int i = 0; i < BASE_COUNT; i++)
        cell_add(&pass->bases[i][codes[i]], one);
}

static void count_all(struct pass *pass, const struct failures *failures) {
    for (size_t row = 0; row < pass->facts->count; row++) {
        if (failures->count[row] > 1)
            continue;
        struct cell one = one_sale(pass, row);
        if (failures->count[row] == 0) {
            count_everywhere(pass, row, &one);
            continue;
        }
        enum dimension alone = (enum dimension)failures->dimension[row];
        int code = dimension_code(&pass->views[alone], row);
        cell_add(&pass->beyond[alone][code], &one);
    }
}

/* ---------------------------------------------------------------------- lists */

static int code_of_base(const struct dimension_view *view, size_t base) {
    if (view->lookup == NULL)
        return (int)base; /* price bands are counted as what they are */
    bool weekly = view->dimension == DIMENSION_WEEKDAY || view->dimension == DIMENSION_WEEKEND;
    return view->lookup[weekly ? base % DAYS_IN_WEEK : base];
}

static int compare_rows(const void *left, const void *right) {
    const struct linked_row *a = left, *b = right;
    if (a->cell.sales != b->cell.sales)
        return a->cell.sales < b->cell.sales ? 1 : -1;
    return (a->code > b->code) - (a->code < b->code);
}

static void make_list(const struct pass *pass, enum dimension dimension, struct linked_list *list) {
    const struct dimension_view *view = &pass->views[dimension];
    size_t codes = (size_t)view->codes;
    struct cell *cells = xcalloc(codes, sizeof *cells);
    enum base base = base_of(dimension);
    for (size_t i = 0; i < pass->sizes[base]; i++) {
        if (pass->bases[base][i].sales != 0)
            cell_add(&cells[code_of_base(view, i)], &pass->bases[base][i]);
    }
    list->rows = xcalloc(codes, sizeof *list->rows);
    for (size_t code = 0; code < codes; code++) {
        struct linked_row *row = &list->rows[list->count];
        row->code = (int)code;
        row->kept = cells[code].sales != 0;
        row->cell = cells[code];
        if (pass->beyond[dimension] != NULL)
            cell_add(&row->cell, &pass->beyond[dimension][code]);
        list->kept += row->kept;
        if (row->cell.sales == 0)
            continue;
        dimension_label(view, row->code, row->label);
        list->count++;
    }
    if (!dimension_is_ordered(dimension))
        qsort(list->rows, (size_t)list->count, sizeof *list->rows, compare_rows);
    free(cells);
}

enum err linked_compute(const struct facts *facts, const struct slice *slice, struct linked *out,
                        struct error *error) {
    struct failures failures = {xcalloc(facts->count + 1, 1), xcalloc(facts->count + 1, 1)};
    struct pass pass;
    enum err code = ERR_OK;
    *out = (struct linked){.total = {.sales = 0}};
    pass_open(&pass, facts);
    for (int i = 0; i < DIMENSION_COUNT && code == ERR_OK; i++) {
        struct linked_list *list = &out->lists[i];
        code = mark_failures(facts, slice, (enum dimension)i, &failures, &list->filtered, error);
        if (list->filtered)
            pass.beyond[i] = xcalloc((size_t)pass.views[i].codes, sizeof *pass.beyond[i]);
    }
    if (code == ERR_OK) {
        count_all(&pass, &failures);
        for (int i = 0; i < DIMENSION_COUNT; i++)
            make_list(&pass, (enum dimension)i, &out->lists[i]);
        for (size_t i = 0; i < pass.sizes[BASE_GENDER]; i++)
            cell_add(&out->total, &pass.bases[BASE_GENDER][i]);
    }
    pass_close(&pass);
    free(failures.count);
    free(failures.dimension);
    return code;
}

void linked_free(struct linked *linked) {
    for (int i = 0; i < DIMENSION_COUNT; i++)
        free(linked->lists[i].rows);
    *linked = (struct linked){.total = {.sales = 0}};
}
