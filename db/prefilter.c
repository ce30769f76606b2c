#include "db/prefilter.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/sales.h"

enum {
    AHEAD = 8,          /* sales that the next one may be behind in the old order */
    BLOCK = 64,         /* sales read at once, at most */
    CREDIT_START = 16,  /* times to look for the old order in vain … */
    CREDIT_MAX = 64,    /* … at most, after it was found often */
    HITS_A_CREDIT = 256 /* hits by hash that are worth another try */
};

/* A month's hashes, sorted; ids are above `base`. */
struct month_table {
    struct shop_month of;
    int64_t base;
    struct entry *entries;
    size_t count;
    int64_t used; /* the look-up that used it last */
};

struct prefilter {
    struct db *db;
    int64_t before_id;
    struct answered *answered;

    struct sale block[BLOCK];   /* in the old order; their references are in `texts` … */
    size_t reference_at[BLOCK]; /* … at these places */
    uint32_t identities[BLOCK];
    struct buffer texts;
    int at, count, wanted; /* next in the block; in the block; to be read next time */
    int64_t block_end;     /* last id that was read; 0: no order was found */
    int credit;
    int64_t hits;

    struct month_table *tables;
    size_t table_count, table_capacity, entries;
    int64_t look_ups;
};

struct prefilter *prefilter_new(struct db *db, int64_t before_id, struct answered *answered) {
    struct prefilter *prefilter = xcalloc(1, sizeof *prefilter);
    prefilter->db = db;
    prefilter->before_id = before_id;
    prefilter->answered = answered;
    prefilter->credit = CREDIT_START;
    return prefilter;
}

void prefilter_free(struct prefilter *prefilter) {
    if (prefilter == NULL)
        return;
    for (size_t i = 0; i < prefilter->table_count; i++)
        free(prefilter->tables[i].entries);
    free(prefilter->tables);
    buffer_free(&prefilter->texts);
    free(prefilter);
}

static void answers(struct prefilter *prefilter, const struct sale *sale, int64_t old_id) {
    if (sale->reference == NULL)
        answered_set(prefilter->answered, old_id);
}

static bool may_answer(const struct prefilter *prefilter, const struct sale *sale, int64_t old_id) {
    return sale->reference != NULL || !answered_get(prefilter->answered, old_id);
}

/* -------------------------------------------------------------------------- the old order */

static bool take_old(void *context, const struct sale *sale) {
    struct prefilter *prefilter = context;
    if (sale->id > prefilter->before_id)
        return false;
    prefilter->identities[prefilter->count] = sale_identity(sale);
    struct sale *old = &prefilter->block[prefilter->count++];
    *old = *sale;
    if (sale->reference != NULL) {
        prefilter->reference_at[old - prefilter->block] = prefilter->texts.length;
        buffer_append(&prefilter->texts, sale->reference, strlen(sale->reference) + 1);
    }
    prefilter->block_end = sale->id;
    return prefilter->count < prefilter->wanted;
}

/* Reads on, behind what is left of the block. */
static enum err read_on(struct prefilter *prefilter, struct error *error) {
    int left = prefilter->count - prefilter->at;
    struct buffer texts = {0};
    for (int i = 0; i < left; i++) {
        prefilter->block[i] = prefilter->block[prefilter->at + i];
        prefilter->identities[i] = prefilter->identities[prefilter->at + i];
        if ((prefilter->identities[i] & 1) != 0) {
            const char *text = prefilter->texts.data + prefilter->reference_at[prefilter->at + i];
            prefilter->reference_at[i] = texts.length;
            buffer_append(&texts, text, strlen(text) + 1);
        }
    }
    buffer_free(&prefilter->texts);
    prefilter->texts = texts;
    prefilter->at = 0;
    prefilter->count = left;
    prefilter->wanted = prefilter->wanted * 2 < BLOCK ? prefilter->wanted * 2 : BLOCK;
    if (left >= prefilter->wanted)
        return ERR_OK;
    return db_sales_scan(prefilter->db, prefilter->block_end, take_old, prefilter, error);
}

static enum err find_in_order(struct prefilter *prefilter, const struct sale *sale,
                              uint32_t identity, bool *found, struct error *error) {
    if (prefilter->block_end == 0)
        return ERR_OK;
    if (prefilter->count - prefilter->at < AHEAD && prefilter->block_end < prefilter->before_id) {
        enum err err = read_on(prefilter, error);
        if (err != ERR_OK)
            return err;
    }
    int end = prefilter->at + AHEAD < prefilter->count ? prefilter->at + AHEAD : prefilter->count;
    for (int i = prefilter->at; i < end; i++) {
        if (prefilter->identities[i] != identity || prefilter->block[i].shop != sale->shop)
            continue;
        struct sale old = prefilter->block[i];
        if ((identity & 1) != 0)
            old.reference = prefilter->texts.data + prefilter->reference_at[i];
        if (sale_same(&old, sale) && may_answer(prefilter, sale, old.id)) {
            prefilter->at = i + 1;
            prefilter->credit += prefilter->credit < CREDIT_MAX;
            answers(prefilter, sale, old.id);
            *found = true;
            return ERR_OK;
        }
    }
    return ERR_OK;
}

static void follow(struct prefilter *prefilter, int64_t id) {
    prefilter->credit += ++prefilter->hits % HITS_A_CREDIT == 0;
    if (prefilter->credit <= 0)
        return;
    prefilter->credit--;
    prefilter->at = prefilter->count = 0;
    buffer_clear(&prefilter->texts);
    prefilter->block_end = id;
    prefilter->wanted = 1;
}

/* ------------------------------------------------------------------------------ by hash */

static void drop_table(struct prefilter *prefilter, struct month_table *table) {
    /* What takes its place has entries of its own. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
    free(table->entries);
    prefilter->entries -= table->count;
    *table = prefilter->tables[--prefilter->table_count];
}

/* Makes room by dropping months that have not been asked for lately; false where all have. */
static bool make_room(struct prefilter *prefilter, size_t sales) {
    enum { LATELY = 100000 };
    while (prefilter->entries + sales > PREFILTER_SALES && prefilter->table_count > 0) {
        struct month_table *oldest = prefilter->tables;
        for (size_t i = 1; i < prefilter->table_count; i++) {
            if (prefilter->tables[i].used < oldest->used)
                oldest = &prefilter->tables[i];
        }
        if (prefilter->look_ups - oldest->used < LATELY)
            return false;
        drop_table(prefilter, oldest);
    }
    return sales <= PREFILTER_SALES;
}

/* Leaves out this run's own sales, and a month that does not fit: such a table is empty. */
static enum err load_table(struct prefilter *prefilter, struct shop_month of,
                           struct month_table *out, struct error *error) {
    *out = (struct month_table){.of = of, .used = prefilter->look_ups};
    struct pack_list packs;
    enum err err = db_packs_of_month(prefilter->db, of.shop, of.month, &packs, error);
    if (err != ERR_OK || packs.count == 0)
        return err;
    out->base = packs.packs[0].first_sale_id - 1;
    bool fits = packs.packs[packs.count - 1].last_sale_id - out->base <= UINT32_MAX &&
                make_room(prefilter, (size_t)packs.sales);
    int64_t *ids = xcalloc(PACK_SALES_MAX, sizeof *ids);
    uint32_t *identities = xcalloc(PACK_SALES_MAX, sizeof *identities);
    if (fits)
        out->entries = xcalloc((size_t)packs.sales, sizeof *out->entries);
    for (size_t i = 0; fits && err == ERR_OK && i < packs.count; i++) {
        err = db_pack_read(prefilter->db, &packs.packs[i],
                           &(struct pack_rows){.id = ids, .identity = identities}, error);
        for (int32_t row = 0; err == ERR_OK && row < packs.packs[i].sales; row++) {
            if (ids[row] <= prefilter->before_id)
                out->entries[out->count++] =
                    (struct entry){identities[row], (uint32_t)(ids[row] - out->base)};
        }
    }
    free(identities);
    free(ids);
    pack_list_free(&packs);
    if (err == ERR_OK)
        entries_sort(out->entries, out->count);
    prefilter->entries += out->count;
    return err;
}

static enum err table_of(struct prefilter *prefilter, struct shop_month of,
                         struct month_table **table, struct error *error) {
    for (size_t i = 0; i < prefilter->table_count; i++) {
        *table = &prefilter->tables[i];
        if ((*table)->of.month == of.month && (*table)->of.shop == of.shop)
            return ERR_OK;
    }
    struct month_table loaded;
    enum err err = load_table(prefilter, of, &loaded, error);
    if (prefilter->table_count == prefilter->table_capacity) {
        prefilter->table_capacity = prefilter->table_capacity * 2 + 64;
        prefilter->tables =
            xreallocarray(prefilter->tables, prefilter->table_capacity, sizeof *prefilter->tables);
    }
    *table = &prefilter->tables[prefilter->table_count++];
    **table = loaded;
    return err;
}

static size_t first_entry(const struct month_table *table, uint32_t identity) {
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->entries[middle].identity < identity)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum err find_by_hash(struct prefilter *prefilter, const struct sale *sale,
                             uint32_t identity, bool *found, struct error *error) {
    enum { LOOKED_AT = 64 }; /* of copies: the rest is left to the settling */
    struct month_table *table;
    prefilter->look_ups++;
    struct shop_month of = {sale->shop, date_month_index(sale->day)};
    enum err err = table_of(prefilter, of, &table, error);
    if (err != ERR_OK)
        return err;
    table->used = prefilter->look_ups;
    size_t at = first_entry(table, identity), end = at + LOOKED_AT;
    for (; err == ERR_OK && !*found && at < end && at < table->count &&
           table->entries[at].identity == identity;
         at++) {
        int64_t id = table->base + table->entries[at].position;
        struct sale old;
        if (!may_answer(prefilter, sale, id))
            continue;
        err = db_sale_get(prefilter->db, id, &old, error);
        if (err != ERR_OK)
            break;
        *found = sale_same(&old, sale);
        free((char *)old.reference);
        if (*found) {
            answers(prefilter, sale, id);
            follow(prefilter, id);
        }
    }
    return err;
}

enum err prefilter_finds(struct prefilter *prefilter, const struct sale *sale, uint32_t identity,
                         bool *found, struct error *error) {
    *found = false;
    enum err err = find_in_order(prefilter, sale, identity, found, error);
    return err == ERR_OK && !*found ? find_by_hash(prefilter, sale, identity, found, error) : err;
}
