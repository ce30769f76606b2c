/* Appends sales to the packs of their months. One builder for each month of a shop holds the pack
 * that is being filled; the first sale of a month takes up the month's last pack where that has
 * room. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/pack_columns.h"
#include "db/packs.h"

enum {
    ROW_BYTES = 8 + 1 + 2 + 2 + 1 + 1 + 1 + 8 + 4 + 2, /* of a sale in a builder */
    ROWS_IN_MEMORY = 1400000,                          /* room for them in all builders: 42 MB */
    MONTH_SLOTS = 1024,                                /* builders found without searching */
    DAY_SLOTS = 4096
};

struct builder {
    struct pack pack; /* id 0: not in the database yet; sales: in the builder */
    int32_t capacity;
    int32_t changed; /* sales not written yet */
    struct pack_rows rows;
};

struct day_slot {
    day_number day;
    int32_t month;
    uint8_t day_of_month; /* 0: empty */
};

struct packer {
    struct db *db;
    int64_t generation;
    struct builder **builders; /* ascending by shop and month */
    struct shop_month *months; /* theirs */
    size_t count, capacity;
    size_t rows; /* room in all builders */
    struct builder *slots[MONTH_SLOTS];
    struct day_slot days[DAY_SLOTS];
    struct buffer bytes;
};

enum err packer_open(struct db *db, struct packer **out, struct error *error) {
    *out = NULL;
    struct packed_state state;
    enum err err = db_packed_state(db, &state, error);
    if (err != ERR_OK)
        return err;
    *out = xcalloc(1, sizeof **out);
    (*out)->db = db;
    (*out)->generation = state.generation + 1;
    return ERR_OK;
}

static void release_rows(struct packer *packer, struct builder *builder) {
    pack_rows_free(&builder->rows);
    packer->rows -= (size_t)builder->capacity;
    builder->capacity = 0;
}

void packer_close(struct packer *packer) {
    if (packer == NULL)
        return;
    for (size_t i = 0; i < packer->count; i++) {
        release_rows(packer, packer->builders[i]);
        free(packer->builders[i]);
    }
    buffer_free(&packer->bytes);
    free(packer->builders);
    free(packer->months);
    free(packer);
}

const struct shop_month *packer_months(const struct packer *packer, size_t *count) {
    *count = packer->count;
    return packer->months;
}

int64_t packer_generation(const struct packer *packer) {
    return packer->generation;
}

static void reserve(struct packer *packer, struct builder *builder, int32_t capacity) {
    pack_rows_reserve(&builder->rows, (size_t)capacity);
    packer->rows += (size_t)(capacity - builder->capacity);
    builder->capacity = capacity;
}

/* ------------------------------------------------------------------------------- writing */

static enum err write_pack(struct packer *packer, struct builder *builder, struct error *error) {
    builder->pack.generation = packer->generation;
    enum err err = pack_store(packer->db, &builder->pack, &builder->rows, &packer->bytes, error);
    if (err == ERR_OK)
        builder->changed = 0;
    return err;
}

/* Writes the pack and lets go of it; its month's next sale takes it up again if it has room. */
static enum err put_away(struct packer *packer, struct builder *builder, struct error *error) {
    enum err err = builder->changed > 0 ? write_pack(packer, builder, error) : ERR_OK;
    release_rows(packer, builder);
    builder->pack = (struct pack){.month = builder->pack.month, .shop = builder->pack.shop};
    return err;
}

enum err packer_flush(struct packer *packer, struct error *error) {
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < packer->count; i++)
        err = put_away(packer, packer->builders[i], error);
    return err;
}

/* The fullest one goes: what is read back and written again is least that way. */
static enum err make_room(struct packer *packer, struct error *error) {
    enum err err = ERR_OK;
    while (err == ERR_OK && packer->rows > ROWS_IN_MEMORY) {
        struct builder *fullest = packer->builders[0];
        for (size_t i = 1; i < packer->count; i++) {
            if (packer->builders[i]->capacity > fullest->capacity)
                fullest = packer->builders[i];
        }
        err = put_away(packer, fullest, error);
    }
    return err;
}

/* -------------------------------------------------------------------------------- adding */

static enum err take_up_last(struct packer *packer, struct builder *builder, struct error *error) {
    struct statement *find = statement_get(packer->db, SQL_PACK_LAST_OF_MONTH);
    statement_bind_integer(find, "month", builder->pack.month);
    statement_bind_integer(find, "shop_id", builder->pack.shop);
    bool row;
    enum err err = statement_step(find, &row, error);
    struct pack pack = {.month = builder->pack.month, .shop = builder->pack.shop};
    if (err == ERR_OK && row) {
        pack.id = statement_integer(find, 0);
        pack.sales = (int32_t)statement_integer(find, 2);
        pack.first_sale_id = statement_integer(find, 3);
        pack.last_sale_id = statement_integer(find, 4);
    }
    statement_end(find);
    if (err != ERR_OK || pack.sales <= 0 || pack.sales >= PACK_SALES_MAX)
        return err;
    int32_t capacity = 64;
    while (capacity <= pack.sales)
        capacity *= 2;
    reserve(packer, builder, capacity);
    builder->pack = pack;
    return db_pack_read(packer->db, &pack, &builder->rows, error);
}

static struct builder *builder_insert(struct packer *packer, size_t at, struct shop_month of) {
    if (packer->count == packer->capacity) {
        packer->capacity = packer->capacity * 2 + 64;
        packer->builders = /* of pointers NOLINTNEXTLINE(bugprone-sizeof-expression) */
            xreallocarray(packer->builders, packer->capacity, sizeof *packer->builders);
        packer->months = xreallocarray(packer->months, packer->capacity, sizeof *packer->months);
    }
    memmove(packer->builders + at + 1, packer->builders + at,
            /* of pointers NOLINTNEXTLINE(bugprone-sizeof-expression) */
            (packer->count - at) * sizeof *packer->builders);
    memmove(packer->months + at + 1, packer->months + at,
            (packer->count - at) * sizeof *packer->months);
    packer->count++;
    packer->months[at] = of;
    packer->builders[at] = xcalloc(1, sizeof **packer->builders);
    packer->builders[at]->pack.month = of.month;
    packer->builders[at]->pack.shop = of.shop;
    return packer->builders[at];
}

static int compare_months(struct shop_month a, struct shop_month b) {
    return a.shop != b.shop ? (a.shop > b.shop) - (a.shop < b.shop)
                            : (a.month > b.month) - (a.month < b.month);
}

static struct builder *builder_of(struct packer *packer, struct shop_month of) {
    struct builder **slot =
        &packer->slots[((uint32_t)of.month + 61U * (uint32_t)of.shop) % MONTH_SLOTS];
    if (*slot != NULL && (*slot)->pack.month == of.month && (*slot)->pack.shop == of.shop)
        return *slot;
    size_t low = 0, high = packer->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_months(packer->months[middle], of) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < packer->count && compare_months(packer->months[low], of) == 0;
    *slot = there ? packer->builders[low] : builder_insert(packer, low, of);
    return *slot;
}

/* Taking a date apart costs more than the rest together, and there are few dates. */
static const struct day_slot *day_of(struct packer *packer, day_number day) {
    struct day_slot *slot = &packer->days[(uint32_t)day % DAY_SLOTS];
    if (slot->day_of_month == 0 || slot->day != day) {
        int year, month, day_of_month;
        date_to_civil(day, &year, &month, &day_of_month);
        *slot = (struct day_slot){
            .day = day, .month = year * 12 + month - 1, .day_of_month = (uint8_t)day_of_month};
    }
    return slot;
}

enum err packer_add(struct packer *packer, const struct sale *sale, uint32_t identity,
                    struct error *error) {
    const struct day_slot *day = day_of(packer, sale->day);
    struct builder *builder = builder_of(packer, (struct shop_month){sale->shop, day->month});
    enum err err = ERR_OK;
    if (builder->capacity == 0)
        err = take_up_last(packer, builder, error);
    if (err == ERR_OK && builder->pack.sales == builder->capacity) {
        reserve(packer, builder, builder->capacity != 0 ? builder->capacity * 2 : 64);
        err = packer->rows > ROWS_IN_MEMORY ? make_room(packer, error) : ERR_OK;
        if (err == ERR_OK && builder->capacity == 0) /* it was the fullest itself */
            return packer_add(packer, sale, identity, error);
    }
    if (err != ERR_OK)
        return err;
    int32_t row = builder->pack.sales++;
    builder->changed++;
    struct pack_rows *rows = &builder->rows;
    rows->id[row] = sale->id;
    rows->day_of_month[row] = day->day_of_month;
    rows->location[row] = (uint16_t)sale->location;
    rows->handset[row] = (uint16_t)sale->handset;
    rows->age[row] = sale->age_years == UNKNOWN ? 0 : (uint8_t)sale->age_years;
    rows->gender[row] = (uint8_t)(1 + sale->gender);
    rows->answers[row] = sale_pack_answers(sale);
    rows->price_minor[row] = sale->price_minor;
    rows->identity[row] = identity;
    rows->reference[row] = sale_reference_hash(sale->reference);
    return builder->pack.sales == PACK_SALES_MAX ? put_away(packer, builder, error) : ERR_OK;
}
