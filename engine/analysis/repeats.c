/* Equal sales are of one day, so that a table for each month finds them; a month that is over makes
 * way for the next. */
#include "engine/analysis/repeats.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/memory.h"
#include "engine/slice/cube.h"
#include "engine/slice/stream.h"

/* All of a sale but its month and number: what the dictionaries and bytes can hold fits 64 bits. */
struct likeness {
    int64_t price_minor;
    uint64_t rest; /* never 0: days of a month begin at 1 */
};

struct likenesses {
    struct likeness *slots; /* free where `rest` is 0 */
    size_t count, mask;
};

struct counting {
    const struct facts *facts;
    struct repeats *out;
    struct month {
        struct likenesses seen;
        bool kept; /* sales of it may still come after those of other months */
    } * months;
    int first_month, month_count, current;
    int *month_of_day;
    uint8_t *day_of_month;
};

static uint64_t rest_of(const struct counting *counting, const struct facts *window, size_t row) {
    uint64_t rest = counting->day_of_month[window->day[row] - counting->facts->first_day];
    rest = rest << 16 | window->location[row];
    rest = rest << 16 | window->handset[row];
    rest = rest << 8 | window->age[row];
    rest = rest << 2 | (window->gender[row] & 3);
    return rest << 7 | window->answers[row];
}

static size_t place_of(const struct likenesses *seen, struct likeness sale) {
    uint64_t mixed = ((uint64_t)sale.price_minor * UINT64_C(0x9E3779B97F4A7C15)) ^ sale.rest;
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD6E8FEB86659FD93); /* Steele & Vigna 2021 */
    size_t at = (size_t)(mixed >> 28) & seen->mask;
    while (seen->slots[at].rest != 0 &&
           (seen->slots[at].rest != sale.rest || seen->slots[at].price_minor != sale.price_minor))
        at = (at + 1) & seen->mask;
    return at;
}

static void grow(struct likenesses *seen) {
    enum { SLOTS_FIRST = 1024 };
    struct likenesses larger = {.mask = seen->slots != NULL ? seen->mask * 2 + 1 : SLOTS_FIRST - 1};
    larger.slots = xcalloc(larger.mask + 1, sizeof *larger.slots);
    for (size_t i = 0; seen->slots != NULL && i <= seen->mask; i++) {
        if (seen->slots[i].rest != 0)
            larger.slots[place_of(&larger, seen->slots[i])] = seen->slots[i];
    }
    larger.count = seen->count;
    free(seen->slots);
    *seen = larger;
}

/* False where such a sale is there already. */
static bool add(struct likenesses *seen, struct likeness sale) {
    if (seen->slots == NULL || seen->count >= seen->mask / 4 * 3)
        grow(seen);
    struct likeness *slot = &seen->slots[place_of(seen, sale)];
    if (slot->rest != 0)
        return false;
    *slot = sale;
    seen->count++;
    return true;
}

static void forget(struct month *month) {
    free(month->seen.slots);
    month->seen = (struct likenesses){0};
}

static void count_rows(void *context, const struct facts *window, const uint32_t *rows,
                       size_t count) {
    struct counting *counting = context;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        int day = window->day[row] - counting->facts->first_day;
        int month = counting->month_of_day[day];
        if (month != counting->current) {
            if (!counting->months[counting->current].kept)
                forget(&counting->months[counting->current]);
            counting->current = month;
        }
        struct likeness sale = {window->price_minor[row], rest_of(counting, window, row)};
        counting->out->repeated += !add(&counting->months[month].seen, sale);
        counting->out->sales[day]++;
    }
}

static void open_months(struct counting *counting) {
    const struct facts *facts = counting->facts;
    int days = counting->out->days;
    counting->first_month = date_month_index(facts->first_day);
    counting->month_count = date_month_index(facts->last_day) - counting->first_month + 1;
    counting->months = xcalloc((size_t)counting->month_count, sizeof *counting->months);
    counting->month_of_day = xcalloc((size_t)days, sizeof *counting->month_of_day);
    counting->day_of_month = xcalloc((size_t)days, sizeof *counting->day_of_month);
    for (int day = 0; day < days; day++) {
        day_number at = facts->first_day + day;
        int month = date_month_index(at);
        counting->month_of_day[day] = month - counting->first_month;
        counting->day_of_month[day] = (uint8_t)(1 + at - date_month_start(month));
    }
    /* Streamed sales come by month, but for those that are not packed yet. */
    const struct facts *late = facts->cube != NULL ? &facts->cube->tail : NULL;
    for (int month = 0; month < counting->month_count; month++)
        counting->months[month].kept = late == NULL;
    for (size_t i = 0; late != NULL && i < late->count; i++)
        counting->months[date_month_index(late->day[i]) - counting->first_month].kept = true;
}

static void close_months(struct counting *counting) {
    for (int month = 0; month < counting->month_count; month++)
        forget(&counting->months[month]);
    free(counting->months);
    free(counting->month_of_day);
    free(counting->day_of_month);
}

enum err repeats_count(const struct facts *facts, const struct selection *selection,
                       struct repeats *out, struct error *error) {
    *out = (struct repeats){0};
    if (facts->count == 0)
        return ERR_OK;
    out->days = facts->last_day - facts->first_day + 1;
    out->sales = xcalloc((size_t)out->days, sizeof *out->sales);
    struct counting counting = {.facts = facts, .out = out};
    enum err err = ERR_OK;
    open_months(&counting);
    if (facts->sales == NULL)
        count_rows(&counting, facts, selection->rows, selection->count);
    else if (facts->cube != NULL)
        err = stream_slice(facts, &selection->slice, PACKED_ALL & ~PACKED_ID, count_rows, &counting,
                           error);
    else
        err = error_set(error, ERR_INPUT, "single sales are needed, and only sums are here");
    close_months(&counting);
    return err;
}

void repeats_free(struct repeats *repeats) {
    free(repeats->sales);
    *repeats = (struct repeats){0};
}
