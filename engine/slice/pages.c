#include "engine/slice/pages.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/packed.h"
#include "engine/slice/pages_parts.h"
#include "engine/slice/stream.h"

/* ----------------------------------------------------------------------- keys and their groups */

enum {
    ID_GROUP_BITS = 12,
    PRICE_BITS = 12 /* prices are told apart to one in four thousand, others are a group */
};

/* A price's first bits, ascending with it (those of a floating-point number, without its sign). */
static uint64_t price_group(uint64_t price) {
    int bits = 63 - __builtin_clzll(price | 1);
    if (bits <= PRICE_BITS)
        return price;
    int dropped = bits - PRICE_BITS;
    return ((uint64_t)dropped << PRICE_BITS) + (price >> dropped);
}

uint64_t pages_group(const struct pages *pages, uint64_t key, day_number day) {
    switch (pages->by) {
    case ORDER_DATE:
        return pages_month(pages, day) + 1;
    case ORDER_ID:
        return ((key - (uint64_t)pages->first_id) >> ID_GROUP_BITS) + 1;
    case ORDER_PRICE:
        return price_group(key - 1) + 1;
    default:
        return key;
    }
}

size_t pages_groups(const struct pages *pages) {
    const struct facts *facts = pages->facts;
    switch (pages->by) {
    case ORDER_DATE:
        return (size_t)pages->months + 1;
    case ORDER_ID:
        return ((size_t)(pages->last_id - pages->first_id) >> ID_GROUP_BITS) + 2;
    case ORDER_PRICE:
        return (size_t)price_group(INT64_MAX) + 2;
    case ORDER_LOCATION:
        return (size_t)facts->locations.count + 1;
    case ORDER_HANDSET:
        return (size_t)facts->handsets.count + 1;
    default: /* years, and what has fewer values */
        return UINT8_MAX + 1;
    }
}

void pages_group_ids(const struct pages *pages, uint64_t group, int64_t *first, int64_t *last) {
    *first = pages->first_id + ((int64_t)(group - 1) << ID_GROUP_BITS);
    *last = *first + (1 << ID_GROUP_BITS) - 1;
}

uint64_t pages_turned(const struct pages *pages, uint64_t key) {
    return key == 0 ? UINT64_MAX : pages->descending ? UINT64_MAX - key : key;
}

uint64_t pages_unturned(const struct pages *pages, uint64_t turned) {
    return turned == UINT64_MAX ? 0 : pages->descending ? UINT64_MAX - turned : turned;
}

unsigned pages_key_columns(enum order_by by) {
    switch (by) {
    case ORDER_LOCATION:
        return PACKED_LOCATION;
    case ORDER_AGE:
        return PACKED_AGE;
    case ORDER_GENDER:
        return PACKED_GENDER;
    case ORDER_SEGMENT:
        return PACKED_SEGMENT;
    case ORDER_HANDSET:
        return PACKED_HANDSET;
    case ORDER_PRICE:
        return PACKED_PRICE;
    case ORDER_ID:
        return PACKED_ID;
    case ORDER_DATE:
        return PACKED_DAY;
    default:
        return PACKED_ANSWERS;
    }
}

/* -------------------------------------------------------------------------------- going through */

bool pages_go_on(const struct pages *pages, struct error *error) {
    if (pages->go_on == NULL || pages->go_on(pages->context))
        return true;
    error_set(error, ERR_CANCELLED, "Stopped");
    return false;
}

static enum err pass_rows(struct pages *pages, const struct facts *window, size_t from,
                          size_t count, uint32_t *rows, pages_rows *each, void *context,
                          struct error *error) {
    for (size_t i = 0; i < count; i++)
        rows[i] = (uint32_t)(from + i);
    count = tables_pass(&pages->tables, window, rows, count);
    return count > 0 ? each(context, window, rows, count, error) : ERR_OK;
}

static bool days_are_within(const struct facts *window, int32_t count) {
    bool within = true;
    for (int32_t i = 0; i < count; i++)
        within &= (window->day[i] >= window->first_day) & (window->day[i] <= window->last_day);
    return within;
}

enum err pages_scan(struct pages *pages, unsigned columns,
                    bool (*wanted)(void *context, const struct pack *pack), pages_rows *each,
                    void *context, struct error *error) {
    const struct cube *cube = pages->facts->cube;
    struct facts window = packed_window(pages->facts);
    uint32_t *rows = xcalloc(PACK_SALES_MAX, sizeof *rows);
    enum err err = ERR_OK;
    columns |= stream_filter_columns(&pages->tables);
    for (size_t i = 0; i < cube->packs.count && err == ERR_OK; i++) {
        const struct pack *pack = &cube->packs.packs[i];
        if ((wanted != NULL && !wanted(context, pack)) ||
            !stream_month_is_asked(&pages->tables, pack->month))
            continue;
        err = packed_read(cube->db, pack, columns, &window, 0, error);
        if (err == ERR_OK && (columns & PACKED_DAY) != 0 && !days_are_within(&window, pack->sales))
            err = error_set(error, ERR_DAMAGED, "%s is damaged: a month holds days of another",
                            db_path(cube->db));
        if (err == ERR_OK)
            err = pass_rows(pages, &window, 0, (size_t)pack->sales, rows, each, context, error);
        if (err == ERR_OK && !pages_go_on(pages, error))
            err = ERR_CANCELLED;
    }
    packed_window_free(&window);
    struct facts tail = cube->tail;
    tail.locations = pages->facts->locations; /* its own have the same ids */
    tail.handsets = pages->facts->handsets;
    tail.shops = pages->facts->shops;
    tail.first_day = pages->facts->first_day;
    tail.last_day = pages->facts->last_day;
    for (size_t from = 0; from < tail.count && err == ERR_OK; from += PACK_SALES_MAX) {
        size_t left = tail.count - from;
        err = pass_rows(pages, &tail, from, left < PACK_SALES_MAX ? left : PACK_SALES_MAX, rows,
                        each, context, error);
    }
    free(rows);
    return err;
}

/* -------------------------------------------------------------------------------- open and close
 */

static bool is_counted_by_sale(enum order_by by) {
    return by == ORDER_ID || by == ORDER_AGE || by == ORDER_PRICE || by == ORDER_SEGMENT;
}

/* A shop that was merged as sums alone has cells and no sales; derived cells are made of sales. */
static bool cells_are_of_sales(const struct facts *facts) {
    const struct cube *cube = facts->cube;
    return cube->applied.count > 0 ||
           facts_total(facts) == cube->packs.sales + (int64_t)cube->tail.count;
}

double pages_seconds(const struct facts *facts, enum order_by by) {
    static const double seconds_a_sale = 25e-9; /* measured: unpacking, checking, counting */
    return is_counted_by_sale(by) ? (double)facts->cube->packs.sales * seconds_a_sale : 0;
}

static enum err refuse(const struct pages *pages, struct error *error) {
    enum order_by by = pages->by;
    if (by == ORDER_SEGMENT && pages->facts->segment_rule == NULL) {
        error_set(error, ERR_INPUT, "nothing tells the segments of these sales");
        return error_hint(error, "retail-pulse train segments finds some");
    }
    if (by == ORDER_SCORE_RETURNING || by == ORDER_SCORE_FACEBOOK) {
        error_set(error, ERR_INPUT, "so many sales are not held in the order of %s",
                  order_words(by));
        return error_hint(error, "retail-pulse sql sorts by anything: SELECT … FROM sale_score "
                                 "ORDER BY … LIMIT 100");
    }
    if (pages->last_id - pages->first_id >= UINT32_MAX)
        return error_set(error, ERR_INPUT, "these are more sales than can be put into an order");
    return ERR_OK;
}

static void look_at_months(struct pages *pages) {
    const struct facts *facts = pages->facts;
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1;
    pages->first_month = date_month_index(facts->first_day);
    pages->months = date_month_index(facts->last_day) - pages->first_month + 1;
    pages->month_at = xcalloc(days, sizeof *pages->month_at);
    for (size_t i = 0; i < days; i++)
        pages->month_at[i] =
            (uint16_t)(date_month_index(facts->first_day + (day_number)i) - pages->first_month);
}

static void look_at_ids(struct pages *pages) {
    const struct cube *cube = pages->facts->cube;
    int64_t first = INT64_MAX, last = 0;
    for (size_t i = 0; i < cube->packs.count; i++) {
        const struct pack *pack = &cube->packs.packs[i];
        first = pack->first_sale_id < first ? pack->first_sale_id : first;
        last = pack->last_sale_id > last ? pack->last_sale_id : last;
    }
    if (cube->tail.count > 0) {
        first = cube->tail.id[0] < first ? cube->tail.id[0] : first;
        last = cube->tail.id[cube->tail.count - 1];
    }
    pages->first_id = first;
    pages->last_id = last;
}

enum err pages_open(const struct pages_request *request, struct pages **out, struct error *error) {
    const struct facts *facts = request->facts;
    struct pages *pages = xcalloc(1, sizeof *pages);
    *out = pages;
    pages->facts = facts;
    pages->by = request->by;
    pages->descending = request->descending;
    pages->go_on = request->go_on;
    pages->context = request->context;
    pages->packs = facts->cube->packs.packs;
    pages->generation = facts->cube->generation;
    pages->tail = facts->cube->tail.count;
    look_at_months(pages);
    look_at_ids(pages);
    tables_open(&pages->tables, facts);
    enum err err = refuse(pages, error);
    for (size_t i = 0; i < request->slice->count && err == ERR_OK; i++)
        err = tables_add(&pages->tables, &request->slice->filters[i], error);
    if (err == ERR_OK)
        err = pages_begin(pages, error);
    if (err == ERR_OK) {
        pages->ranks = order_ranks(facts, request->by);
        bool by_sale = is_counted_by_sale(request->by) || !cells_are_of_sales(facts);
        pages->runs_tell_keys = request->by != ORDER_DATE && !by_sale;
        err = pages_count_runs(pages, request->selection, by_sale, error);
        pages_end(pages);
    }
    if (err != ERR_OK) {
        pages_close(pages);
        *out = NULL;
    }
    return err;
}

void pages_close(struct pages *pages) {
    if (pages == NULL)
        return;
    pages_forget_chunks(pages);
    pages_forget_referenced(pages);
    tables_close(&pages->tables);
    free(pages->ranks);
    free(pages->runs);
    free(pages->chunks);
    free(pages->may_match);
    free(pages->month_may);
    free(pages->month_at);
    free(pages->ids_read);
    free(pages->days_read);
    free(pages);
}

int64_t pages_count(const struct pages *pages) {
    return pages->runs[pages->run_count].start;
}

/* ------------------------------------------------------------------------------- single sales */

struct facts pages_window(const struct facts *facts, size_t count) {
    struct facts window = {.locations = facts->locations,
                           .handsets = facts->handsets,
                           .shops = facts->shops,
                           .first_day = facts->first_day,
                           .last_day = facts->last_day,
                           .weekend = facts->weekend};
#define MAKE(column) window.column = xcalloc(count + 1, sizeof *window.column)
    MAKE(id);
    MAKE(price_minor);
    MAKE(day);
    MAKE(location);
    MAKE(handset);
    MAKE(age);
    MAKE(gender);
    MAKE(answers);
    MAKE(segment);
    if (window.shops.count > 1)
        MAKE(shop);
#undef MAKE
    return window;
}

void pages_window_free(struct facts *window) {
    window->locations = window->handsets = (struct dictionary){0};
    window->shops = (struct shop_list){0};
    facts_free(window);
}
