#include "engine/slice/each.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/packs.h"
#include "db/sales.h"
#include "engine/slice/pages.h"
#include "engine/slice/tables.h"

enum { BLOCK = 4096 };

struct block {
    const struct tables *tables;
    struct facts window;
    struct buffer references;   /* each with its NUL */
    size_t reference_at[BLOCK]; /* where they begin; SIZE_MAX: none */
    uint32_t rows[BLOCK];
    each_sale *each;
    void *context;
    bool ended, sound;
};

/* False where the caller has had enough. */
static bool hand_over(struct block *block) {
    size_t count = block->window.count;
    for (size_t i = 0; i < count; i++)
        block->rows[i] = (uint32_t)i;
    const struct segment_rule *rule = block->tables->facts->segment_rule;
    if (rule != NULL && block->tables->segments != NULL)
        rule->assign(rule->context, &block->window, count, block->window.segment);
    count = tables_pass(block->tables, &block->window, block->rows, count);
    for (size_t i = 0; i < count && !block->ended; i++) {
        size_t at = block->reference_at[block->rows[i]];
        block->ended =
            !block->each(block->context, &block->window, block->rows[i],
                         at != SIZE_MAX ? (const char *)block->references.data + at : NULL);
    }
    block->window.count = 0;
    buffer_clear(&block->references);
    return !block->ended;
}

/* Sales of days or names that came after the facts were read are another time's. */
static bool is_known(const struct facts *window, const struct sale *sale) {
    return sale->day >= window->first_day && sale->day <= window->last_day &&
           sale->location <= window->locations.count && sale->handset <= window->handsets.count &&
           (window->shop == NULL || sale->shop <= window->shops.count);
}

static bool take(void *context, const struct sale *sale) {
    struct block *block = context;
    struct facts *window = &block->window;
    if (!is_known(window, sale)) {
        block->sound = false;
        return false;
    }
    size_t row = window->count++;
    window->id[row] = sale->id;
    window->price_minor[row] = sale->price_minor;
    window->day[row] = sale->day;
    window->location[row] = (uint16_t)sale->location;
    window->handset[row] = (uint16_t)sale->handset;
    window->age[row] = sale->age_years == UNKNOWN ? 0 : (uint8_t)sale->age_years;
    window->gender[row] = (uint8_t)(1 + sale->gender);
    window->answers[row] = sale_pack_answers(sale);
    if (window->shop != NULL)
        window->shop[row] = (uint16_t)sale->shop;
    block->reference_at[row] = SIZE_MAX;
    if (sale->reference != NULL) {
        block->reference_at[row] = block->references.length;
        buffer_append(&block->references, sale->reference, strlen(sale->reference) + 1);
    }
    return window->count < BLOCK || hand_over(block);
}

enum err slice_each(struct db *db, const struct slice *slice, const struct facts *facts,
                    each_sale *each, void *context, struct error *error) {
    struct tables tables;
    enum err err = ERR_OK;
    tables_open(&tables, facts);
    for (size_t i = 0; i < slice->count && err == ERR_OK; i++)
        err = tables_add(&tables, &slice->filters[i], error);
    if (err == ERR_OK && tables.segments != NULL && facts->segment_rule == NULL) {
        error_set(error, ERR_INPUT, "nothing tells the segments of these sales");
        err = error_hint(error, "retail-pulse train segments finds some");
    }
    struct block *block = xcalloc(1, sizeof *block);
    block->tables = &tables;
    block->window = pages_window(facts, BLOCK);
    block->each = each;
    block->context = context;
    block->sound = true;
    if (err == ERR_OK)
        err = db_sales_scan(db, 0, take, block, error);
    if (err == ERR_OK && !block->sound) {
        error_set(error, ERR_BUSY, "the sales have just been changed by another program");
        err = error_hint(error, "run it again");
    }
    if (err == ERR_OK && !block->ended)
        hand_over(block);
    buffer_free(&block->references);
    pages_window_free(&block->window);
    free(block);
    tables_close(&tables);
    return err;
}
