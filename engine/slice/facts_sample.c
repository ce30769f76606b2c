/* A sample of the sales, drawn while they are streamed: never more of them are held. */
#include <stdlib.h>

#include "base/lot.h"
#include "base/memory.h"
#include "db/sales.h"
#include "engine/slice/packed.h"

struct ticket {
    uint64_t lot;
    int64_t id;
};

struct drawing {
    uint64_t seed;
    size_t most;
    struct ticket *tickets; /* room for twice as many as are wanted */
    size_t count;
    struct ticket last; /* of the winners: what lies behind has lost */
    bool drawn;         /* `last` is final, and winners are copied to `out` */
    struct facts *out;
};

static int compare_tickets(const void *left, const void *right) {
    const struct ticket *a = left, *b = right;
    if (a->lot != b->lot)
        return a->lot < b->lot ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static void draw(struct drawing *drawing) {
    qsort(drawing->tickets, drawing->count, sizeof *drawing->tickets, compare_tickets);
    if (drawing->count > drawing->most)
        drawing->count = drawing->most;
    drawing->last = drawing->tickets[drawing->count - 1];
}

static void take_rows(struct drawing *drawing, const struct facts *window, size_t count) {
    for (size_t row = 0; row < count; row++) {
        const struct ticket ticket = {lot_draw(drawing->seed, window->id[row]), window->id[row]};
        if (compare_tickets(&ticket, &drawing->last) > 0)
            continue;
        if (drawing->drawn) {
            if (drawing->out->count < drawing->most) /* a damaged file may hold a sale twice */
                facts_copy_row(drawing->out, drawing->out->count++, window, row);
            continue;
        }
        if (drawing->count == 2 * drawing->most)
            draw(drawing);
        drawing->tickets[drawing->count++] = ticket;
    }
}

/* The packs, of which the ids alone are read while lots are drawn, and then what is in none. */
static enum err pass(struct db *db, const struct pack_list *packs, int64_t after_id,
                     struct drawing *drawing, struct error *error) {
    struct facts window = packed_window(drawing->out), tail;
    unsigned columns = drawing->drawn ? PACKED_ALL : PACKED_ID;
    enum err err = ERR_OK;
    for (size_t i = 0; i < packs->count && err == ERR_OK; i++) {
        err = packed_read(db, &packs->packs[i], columns, &window, 0, error);
        if (err == ERR_OK)
            take_rows(drawing, &window, (size_t)packs->packs[i].sales);
    }
    packed_window_free(&window);
    if (err == ERR_OK)
        err = facts_window_open(db, PACK_SALES_MAX, &tail, error);
    if (err != ERR_OK)
        return err;
    do {
        err = facts_window_read(db, &tail, PACK_SALES_MAX, after_id, INT64_MAX, error);
        if (err != ERR_OK || tail.count == 0)
            break;
        take_rows(drawing, &tail, tail.count);
        after_id = tail.id[tail.count - 1];
    } while (tail.count == PACK_SALES_MAX);
    facts_free(&tail);
    return err;
}

static int compare_ids(const void *left, const void *right) {
    const struct ticket *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

/* By ascending id, as facts are; `lot` is the row. */
static enum err put_in_order(struct db *db, struct facts *facts, struct error *error) {
    struct facts sorted;
    struct ticket *order = xcalloc(facts->count + 1, sizeof *order);
    enum err err = facts_window_open(db, facts->count + 1, &sorted, error);
    for (size_t row = 0; row < facts->count; row++)
        order[row] = (struct ticket){row, facts->id[row]};
    qsort(order, facts->count, sizeof *order, compare_ids);
    for (size_t i = 0; err == ERR_OK && i < facts->count; i++) {
        facts_copy_row(&sorted, i, facts, order[i].lot);
        day_number day = sorted.day[i];
        sorted.first_day = i == 0 || day < sorted.first_day ? day : sorted.first_day;
        sorted.last_day = i == 0 || day > sorted.last_day ? day : sorted.last_day;
    }
    sorted.count = facts->count;
    free(order);
    facts_free(facts);
    if (err == ERR_OK)
        *facts = sorted;
    return err;
}

static enum err draw_sales(struct db *db, struct drawing *drawing, struct error *error) {
    struct packed_state state;
    struct pack_list packs = {0};
    enum err err = db_packed_state(db, &state, error);
    if (err == ERR_OK)
        err = db_packs_list(db, &packs, error);
    if (err == ERR_OK)
        err = pass(db, &packs, state.last_sale_id, drawing, error);
    if (err == ERR_OK && drawing->count > 0) {
        draw(drawing);
        drawing->drawn = true;
        err = pass(db, &packs, state.last_sale_id, drawing, error);
    }
    pack_list_free(&packs);
    return err == ERR_OK ? put_in_order(db, drawing->out, error) : err;
}

enum err facts_load_sample(struct db *db, int64_t most, uint64_t seed, struct facts *out,
                           struct sales_extent *of, struct error *error) {
    *out = (struct facts){0};
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = db_sales_extent(db, of, error);
    bool all = err == ERR_OK && (most == 0 || of->sales <= most);
    if (err == ERR_OK && !all) {
        struct drawing drawing = {
            .seed = seed, .most = (size_t)most, .last = {UINT64_MAX, INT64_MAX}, .out = out};
        drawing.tickets = xcalloc(2 * drawing.most, sizeof *drawing.tickets);
        err = facts_window_open(db, drawing.most, out, error);
        if (err == ERR_OK)
            err = draw_sales(db, &drawing, error);
        free(drawing.tickets);
        out->synthetic = of->synthetic;
    }
    db_snapshot_end(db);
    if (all)
        return facts_load(db, out, error);
    if (err != ERR_OK)
        facts_free(out);
    return err;
}
