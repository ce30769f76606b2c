#include "db/salvage_runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/sales.h"

struct run {
    int64_t id, shop, brought, sales;
    char *file;
};

struct runs {
    struct run *runs; /* ascending */
    size_t count;
};

/* Neighbours in the order of ids, all of one shop and none with an import. */
struct stretch {
    int64_t first_id, last_id, sales, shop;
    int64_t before, after; /* imports of the neighbours; 0: there is none */
};

struct stretches {
    struct stretch *items;
    size_t count;
};

static void runs_free(struct runs *runs) {
    for (size_t i = 0; i < runs->count; i++)
        free(runs->runs[i].file);
    free(runs->runs);
}

static struct run *run_of(struct runs *runs, int64_t id) {
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->runs[i].id == id)
            return &runs->runs[i];
    }
    return NULL;
}

static void count_sales(void *context, int64_t run_id, int64_t sales) {
    struct run *run = run_of(context, run_id);
    if (run != NULL)
        run->sales = sales;
}

static enum err runs_load(struct db *db, struct runs *runs, struct error *error) {
    struct statement *list = statement_get(db, SQL_RUNS_BY_ID);
    bool row;
    enum err err;
    *runs = (struct runs){0};
    while ((err = statement_step(list, &row, error)) == ERR_OK && row) {
        runs->runs = xreallocarray(runs->runs, runs->count + 1, sizeof *runs->runs);
        runs->runs[runs->count++] = (struct run){.id = statement_integer(list, 0),
                                                 .shop = statement_integer(list, 1),
                                                 .brought = statement_integer(list, 2),
                                                 .file = statement_copy(list, 3)};
    }
    statement_end(list);
    return err == ERR_OK ? db_sales_by_run(db, 0, count_sales, runs, error) : err;
}

/* --------------------------------------------------------------------------- out of their place */

/* A sale among those of one import that says it is of another. */
struct stray {
    int64_t id, says, among;
};

static bool is_stray(struct runs *runs, const struct stray *stray) {
    const struct run *among = run_of(runs, stray->among);
    return stray->says > 0 && among != NULL && among->sales < among->brought;
}

/* An import's sales stand together, so that a number that was damaged stands out. Believed only
 * where the import that it stands among lacks a sale. */
enum err salvage_runs_straighten(struct db *db, struct error *error) {
    struct statement *scan = statement_get(db, SQL_SALES_RUNS);
    struct runs runs;
    struct stray last = {0}, *strays = NULL;
    size_t count = 0;
    bool row;
    enum err err = runs_load(db, &runs, error);
    while (err == ERR_OK && (err = statement_step(scan, &row, error)) == ERR_OK && row) {
        int64_t run = statement_integer(scan, 1);
        if (last.among == run && last.says != run && is_stray(&runs, &last)) {
            strays = xreallocarray(strays, count + 1, sizeof *strays);
            strays[count++] = last;
            last.says = run; /* so that the next one is among the right ones */
        }
        last = (struct stray){statement_integer(scan, 0), run, last.says};
    }
    statement_end(scan);
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        struct statement *set = statement_get(db, SQL_SALES_RUN_SET);
        statement_bind_integer(set, "run_id", strays[i].among);
        statement_bind_integer(set, "first_id", strays[i].id);
        statement_bind_integer(set, "last_id", strays[i].id);
        statement_bind_integer(set, "was", strays[i].says);
        err = statement_run(set, error);
    }
    free(strays);
    runs_free(&runs);
    return err;
}

/* ------------------------------------------------------------------------------- inferring */

static enum err find_stretches(struct db *db, struct stretches *out, struct error *error) {
    struct statement *scan = statement_get(db, SQL_SALES_RUNS);
    struct stretch *open = NULL;
    size_t first_open = 0; /* those whose neighbour after is not known yet */
    int64_t before = 0;
    bool row;
    enum err err;
    *out = (struct stretches){0};
    while ((err = statement_step(scan, &row, error)) == ERR_OK && row) {
        int64_t id = statement_integer(scan, 0), run = statement_integer(scan, 1);
        if (run > 0) {
            for (; first_open < out->count; first_open++)
                out->items[first_open].after = run;
            before = run;
            open = NULL;
            continue;
        }
        if (open == NULL || open->shop != -run) {
            if ((out->count & (out->count - 1)) == 0)
                out->items = xreallocarray(out->items, out->count != 0 ? out->count * 2 : 1,
                                           sizeof *out->items);
            open = &out->items[out->count++];
            *open = (struct stretch){.first_id = id, .shop = -run, .before = before};
        }
        open->last_id = id;
        open->sales++;
    }
    statement_end(scan);
    return err;
}

static enum err give(struct db *db, const struct stretch *to, int64_t first_id, int64_t last_id,
                     int64_t run_id, struct error *error) {
    struct statement *set = statement_get(db, SQL_SALES_RUN_SET);
    statement_bind_integer(set, "run_id", run_id);
    statement_bind_integer(set, "first_id", first_id);
    statement_bind_integer(set, "last_id", last_id);
    statement_bind_integer(set, "was", -to->shop);
    return statement_run(set, error);
}

static enum err add_run(struct db *db, int64_t shop, int64_t *id, struct error *error) {
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(stamp);
    enum err err = statement_run_integer(statement_get(db, SQL_RUN_LAST_ID), id, error);
    ++*id;
    struct statement *add = statement_get(db, SQL_LOST_RUN_ADD);
    statement_bind_integer(add, "id", *id);
    statement_bind_text(add, "at", stamp);
    statement_bind_integer(add, "shop_id", shop);
    return err == ERR_OK ? statement_run(add, error) : err;
}

/* The sales of a stretch, in the order of their ids, to the imports between its neighbours, each as
 * many as it still lacks; what is left to the last of these, or to one that is added. Ids within a
 * stretch have gaps only where sales are lost for good, so that counting ids is counting sales as
 * nearly as can be told. */
static enum err share_out(struct db *db, struct runs *runs, struct stretch *stretch,
                          struct salvaged *out, struct error *error) {
    enum err err = ERR_OK;
    int64_t next = stretch->first_id, fallback = 0;
    for (size_t i = 0; err == ERR_OK && i < runs->count && next <= stretch->last_id; i++) {
        struct run *run = &runs->runs[i];
        int64_t lacks = run->brought - run->sales;
        if (run->shop != stretch->shop || run->id < stretch->before ||
            (stretch->after != 0 && run->id > stretch->after))
            continue;
        fallback = run->id;
        if (lacks <= 0)
            continue;
        int64_t taken = stretch->last_id - next + 1 < lacks ? stretch->last_id - next + 1 : lacks;
        err = give(db, stretch, next, next + taken - 1, run->id, error);
        run->sales += taken;
        next += taken;
    }
    if (err != ERR_OK || next > stretch->last_id)
        return err;
    if (fallback == 0) {
        err = add_run(db, stretch->shop, &fallback, error);
        out->runs_lost++;
    }
    return err == ERR_OK ? give(db, stretch, next, stretch->last_id, fallback, error) : err;
}

enum err salvage_runs_infer(struct db *db, struct salvaged *out, struct error *error) {
    struct stretches stretches = {0};
    struct runs runs = {0};
    enum err err = find_stretches(db, &stretches, error);
    if (err == ERR_OK && stretches.count > 0)
        err = runs_load(db, &runs, error);
    for (size_t i = 0; err == ERR_OK && i < stretches.count; i++)
        err = share_out(db, &runs, &stretches.items[i], out, error);
    runs_free(&runs);
    free(stretches.items);
    return err;
}

/* ------------------------------------------------------------------------------ correcting */

enum err salvage_runs_correct(struct db *db, struct salvaged *out, struct error *error) {
    struct runs runs;
    enum err err = runs_load(db, &runs, error);
    for (size_t i = 0; err == ERR_OK && i < runs.count; i++) {
        struct run *run = &runs.runs[i];
        if (run->sales == run->brought)
            continue;
        out->incomplete = xreallocarray(out->incomplete, (size_t)out->incomplete_count + 1,
                                        sizeof *out->incomplete);
        out->incomplete[out->incomplete_count++] = (struct salvaged_run){
            .id = run->id, .brought = run->brought, .saved = run->sales, .file = run->file};
        run->file = NULL;
        struct statement *correct = statement_get(db, SQL_RUN_CORRECT);
        statement_bind_integer(correct, "imported", run->sales);
        statement_bind_integer(correct, "id", run->id);
        err = statement_run(correct, error);
    }
    runs_free(&runs);
    return err;
}
