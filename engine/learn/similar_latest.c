/* The latest similar sales: among rows in memory, or streamed from the last months that have any.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/learn/similar_parts.h"
#include "engine/slice/calendar.h"
#include "engine/slice/cube.h"
#include "engine/slice/pages.h"
#include "engine/slice/stream.h"

struct dated_sale {
    day_number day;
    int64_t id;
    uint32_t row;
};

static bool alike(const struct facts *facts, const struct likeness *like, size_t row) {
    return (like->location == 0 || facts->location[row] == like->location) &&
           (like->gender == 0 || facts->gender[row] == like->gender) &&
           (like->age_band == 0 || dimension_age_band_code(facts->age[row]) == like->age_band) &&
           (like->price_band == 0 ||
            dimension_price_band_code(facts->price_minor[row]) == like->price_band);
}

struct dated {
    day_number day;
    uint32_t row;
};

static int by_day(const void *a, const void *b) {
    const struct dated *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* The first day of those that `most` sales lie in, counted from the last; and how many sales of
 * that day itself are to be left out. */
static day_number day_from(const struct facts *facts, const struct likeness *like, size_t most,
                           size_t *left_out) {
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1, found = 0;
    uint32_t *counts = xcalloc(days, sizeof *counts);
    for (size_t row = 0; row < facts->count; row++)
        if (alike(facts, like, row))
            counts[facts->day[row] - facts->first_day]++;
    size_t day = days;
    while (day > 0 && found < most)
        found += counts[--day];
    *left_out = found > most ? found - most : 0;
    free(counts);
    return facts->first_day + (day_number)day;
}

/* Ids ascend with the rows. */
static void latest_rows(const struct facts *facts, const struct likeness *like, size_t most,
                        struct facts *out) {
    struct dated *dated = xcalloc(most + 1, sizeof *dated);
    size_t count = 0, left_out;
    day_number from = day_from(facts, like, most, &left_out);
    for (size_t row = 0; row < facts->count; row++) {
        if (facts->day[row] < from || !alike(facts, like, row))
            continue;
        if (facts->day[row] == from && left_out > 0)
            left_out--;
        else
            dated[count++] = (struct dated){facts->day[row], (uint32_t)row};
    }
    qsort(dated, count, sizeof *dated, by_day);
    for (size_t i = 0; i < count; i++)
        facts_copy_row(out, out->count++, facts, dated[i].row);
    free(dated);
}

/* The month from which on there are `most` sales alike, as cells know. */
static int month_from(const struct facts *facts, const struct likeness *like, size_t most) {
    const struct cube_rows *rows = &facts->cube->rows;
    int first = date_month_index(facts->first_day), last = date_month_index(facts->last_day);
    int64_t *sales = xcalloc((size_t)(last - first) + 1, sizeof *sales), found = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct combination *cells = &rows->combinations[i];
        if ((like->location != 0 && cells->location != like->location) ||
            (like->gender != 0 && cells->gender != like->gender) ||
            (like->age_band != 0 && cells->age_band != like->age_band) ||
            (like->price_band != 0 && cells->price_band != like->price_band))
            continue;
        for (uint32_t row = cells->from; row < cells[1].from; row++)
            if (!facts_is_sums_only(facts, row))
                sales[date_month_index(facts_day(facts, row)) - first] += facts->sales[row];
    }
    int month = last + 1;
    while (month > first && found < (int64_t)most)
        found += sales[--month - first];
    free(sales);
    return month;
}

/* The latest of what streams by: twice as many as are wanted, sorted whenever they are full. */
struct latest {
    struct facts kept;
    size_t most;
};

static int by_day_and_id(const void *a, const void *b) {
    const struct dated_sale *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* Leaves the latest, in their order. */
static void keep_latest(struct latest *latest) {
    struct facts *kept = &latest->kept, before = *kept;
    struct dated_sale *order = xcalloc(kept->count + 1, sizeof *order);
    for (size_t row = 0; row < kept->count; row++)
        order[row] = (struct dated_sale){kept->day[row], kept->id[row], (uint32_t)row};
    qsort(order, kept->count, sizeof *order, by_day_and_id);
    size_t from = kept->count > latest->most ? kept->count - latest->most : 0;
    *kept = pages_window(kept, 2 * latest->most);
    for (size_t i = from; i < before.count; i++)
        facts_copy_row(kept, kept->count++, &before, order[i].row);
    pages_window_free(&before);
    free(order);
}

static void keep_rows(void *context, const struct facts *window, const uint32_t *rows,
                      size_t count) {
    struct latest *latest = context;
    struct facts *kept = &latest->kept;
    for (size_t i = 0; i < count; i++) {
        if (kept->count == 2 * latest->most)
            keep_latest(latest);
        facts_copy_row(kept, kept->count++, window, rows[i]);
    }
}

static enum err latest_streamed(const struct facts *facts, const struct likeness *like,
                                struct slice *slice, struct latest *latest, struct error *error) {
    char month[DIMENSION_LABEL_SIZE];
    int from = month_from(facts, like, latest->most);
    if (from > date_month_index(facts->last_day))
        return ERR_OK;
    calendar_label(DIMENSION_MONTH, from, month);
    slice_add(slice, DIMENSION_MONTH, FILTER_AT_LEAST, month);
    enum err err = stream_slice(facts, slice, PACKED_ALL, keep_rows, latest, error);
    keep_latest(latest);
    return err;
}

enum err similar_latest(const struct facts *facts, const struct customer *customer, size_t most,
                        struct facts *out, struct error *error) {
    struct likeness like = likeness_of(facts, customer);
    struct slice slice = {0};
    enum err err = ERR_OK;
    struct latest latest = {pages_window(facts, 2 * most), most};
    if (similar_filters(facts, customer, &slice) && facts->cube != NULL)
        err = latest_streamed(facts, &like, &slice, &latest, error);
    else if (like.location >= 0)
        latest_rows(facts, &like, most, &latest.kept);
    *out = latest.kept;
    slice_free(&slice);
    return err;
}
