#include "engine/slice/stream.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"
#include "engine/slice/cube.h"
#include "engine/slice/tables.h"

unsigned stream_columns(enum dimension dimension) {
    switch (dimension) {
    case DIMENSION_LOCATION:
    case DIMENSION_LOCAL:
        return PACKED_LOCATION;
    case DIMENSION_HANDSET:
    case DIMENSION_BRAND:
        return PACKED_HANDSET;
    case DIMENSION_GENDER:
        return PACKED_GENDER;
    case DIMENSION_AGE_BAND:
        return PACKED_AGE;
    case DIMENSION_PRICE_BAND:
        return PACKED_PRICE;
    case DIMENSION_SEGMENT:
        return PACKED_SEGMENT;
    case DIMENSION_SHOP: /* known of each pack */
        return 0;
    default:
        return calendar_is_of_day(dimension) ? PACKED_DAY : PACKED_ANSWERS;
    }
}

static bool asks_of_days(const struct tables *tables) {
    return tables->days != NULL || tables->weekdays != ALL_WEEKDAYS;
}

unsigned stream_filter_columns(const struct tables *tables) {
    return (asks_of_days(tables) ? PACKED_DAY : 0) |
           (tables->locations != NULL ? PACKED_LOCATION : 0) |
           (tables->handsets != NULL ? PACKED_HANDSET : 0) |
           (tables->ages != NULL ? PACKED_AGE : 0) | (tables->genders != NULL ? PACKED_GENDER : 0) |
           (tables->answers != NULL ? PACKED_ANSWERS : 0) |
           (tables->segments != NULL ? PACKED_SEGMENT : 0) | (tables->priced ? PACKED_PRICE : 0);
}

bool stream_month_is_asked(const struct tables *tables, int month) {
    const struct facts *facts = tables->facts;
    day_number first = date_month_start(month), end = first + date_days_in_month(month);
    for (day_number day = first; tables->days != NULL && day < end; day++) {
        if (day >= facts->first_day && day <= facts->last_day &&
            tables->days[day - facts->first_day] != 0)
            return true;
    }
    return tables->days == NULL;
}

struct streaming {
    const struct tables *tables;
    stream_rows *each;
    void *context;
    uint32_t rows[PACK_SALES_MAX];
};

static void pass_rows(struct streaming *streaming, const struct facts *window, size_t from,
                      size_t count) {
    for (size_t i = 0; i < count; i++)
        streaming->rows[i] = (uint32_t)(from + i);
    count = tables_pass(streaming->tables, window, streaming->rows, count);
    if (count > 0)
        streaming->each(streaming->context, window, streaming->rows, count);
}

static bool days_are_within(const struct facts *window, int32_t count) {
    day_number least = INT32_MAX, most = 0;
    for (int32_t i = 0; i < count; i++) {
        least = window->day[i] < least ? window->day[i] : least;
        most = window->day[i] > most ? window->day[i] : most;
    }
    return least >= window->first_day && most <= window->last_day;
}

static enum err stream_packs(const struct facts *facts, unsigned columns,
                             struct streaming *streaming, struct error *error) {
    const struct cube *cube = facts->cube;
    struct facts window = packed_window(facts);
    struct packed_state state;
    enum err err = db_packed_state(cube->db, &state, error);
    if (err == ERR_OK && state.generation != cube->generation)
        err = error_set(error, ERR_BUSY, "the sales have just changed");
    for (size_t i = 0; i < cube->packs.count && err == ERR_OK; i++) {
        const struct pack *pack = &cube->packs.packs[i];
        if (cube->streamed != NULL)
            atomic_fetch_add(cube->streamed, 1);
        if (!stream_month_is_asked(streaming->tables, pack->month))
            continue;
        err = cube_go_on(cube, error);
        if (err == ERR_OK)
            err = packed_read(cube->db, pack, columns, &window, 0, error);
        if (err == ERR_OK && (columns & PACKED_DAY) != 0 && !days_are_within(&window, pack->sales))
            err = error_set(error, ERR_DAMAGED, "%s is damaged: a month holds days of another",
                            db_path(cube->db));
        if (err == ERR_OK)
            pass_rows(streaming, &window, 0, (size_t)pack->sales);
    }
    packed_window_free(&window);
    return err;
}

/* The tail has dictionaries of its own; its ids are the same. */
static void stream_tail(const struct facts *facts, struct streaming *streaming) {
    struct facts tail = facts->cube->tail;
    tail.locations = facts->locations;
    tail.handsets = facts->handsets;
    tail.shops = facts->shops;
    tail.first_day = facts->first_day;
    tail.last_day = facts->last_day;
    tail.weekend = facts->weekend;
    if (facts->segment_rule == NULL)
        tail.segment = NULL;
    for (size_t from = 0; from < tail.count; from += PACK_SALES_MAX) {
        size_t left = tail.count - from;
        pass_rows(streaming, &tail, from, left < PACK_SALES_MAX ? left : PACK_SALES_MAX);
    }
}

static void give_rows(const struct facts *facts, const struct selection *selection,
                      stream_rows *each, void *context) {
    uint32_t *block = selection == NULL ? xcalloc(PACK_SALES_MAX, sizeof *block) : NULL;
    size_t count = selection != NULL ? selection->count : facts->count;
    for (size_t from = 0; from < count; from += PACK_SALES_MAX) {
        size_t left = count - from, taken = left < PACK_SALES_MAX ? left : PACK_SALES_MAX;
        for (size_t i = 0; selection == NULL && i < taken; i++)
            block[i] = (uint32_t)(from + i);
        each(context, facts, selection == NULL ? block : selection->rows + from, taken);
    }
    free(block);
}

enum err stream_selection(const struct facts *facts, const struct selection *selection,
                          unsigned columns, stream_rows *each, void *context, struct error *error) {
    static const struct slice everything;
    if (facts->cube != NULL)
        return stream_slice(facts, selection != NULL ? &selection->slice : &everything, columns,
                            each, context, error);
    give_rows(facts, selection, each, context);
    return ERR_OK;
}

enum err stream_slice(const struct facts *facts, const struct slice *slice, unsigned columns,
                      stream_rows *each, void *context, struct error *error) {
    struct tables tables;
    enum err err = ERR_OK;
    tables_open(&tables, facts);
    for (size_t i = 0; i < slice->count && err == ERR_OK; i++)
        err = tables_add(&tables, &slice->filters[i], error);
    if (err == ERR_OK && tables.segments != NULL && facts->segment_rule == NULL) {
        error_set(error, ERR_INPUT, "nothing tells the segments of these sales");
        err = error_hint(error, "retail-pulse train segments finds some");
    }
    if (err == ERR_OK)
        err = db_snapshot_begin(facts->cube->db, error);
    if (err == ERR_OK) {
        struct streaming *streaming = xcalloc(1, sizeof *streaming);
        streaming->tables = &tables;
        streaming->each = each;
        streaming->context = context;
        err = stream_packs(facts, columns | stream_filter_columns(&tables), streaming, error);
        if (err == ERR_OK)
            stream_tail(facts, streaming);
        free(streaming);
        db_snapshot_end(facts->cube->db);
    }
    tables_close(&tables);
    return err;
}
