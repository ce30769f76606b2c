/* The linked lists in one pass: the filters that each row fails are bits, one for each dimension
 * that has any; a row without a bit is counted everywhere, a row with one in that list alone. */
#include "engine/slice/linked.h"

#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "base/memory.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked_pass.h"
#include "engine/slice/sale_columns.h"
#include "engine/slice/stream.h"
#include "engine/slice/tally.h"

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

static void masks_free(struct linked_masks *masks) {
    free(masks->days);
    free(masks->locations);
    free(masks->handsets);
    free(masks->ages);
    free(masks->genders);
    free(masks->answers);
    free(masks->segments);
    free(masks->price_bands);
    free(masks->shops);
}

static void mask_column(uint32_t **masks, const uint8_t *yes, size_t codes, uint32_t bit) {
    if (yes == NULL)
        return;
    if (*masks == NULL)
        *masks = xcalloc(codes, sizeof **masks);
    for (size_t code = 0; code < codes; code++)
        (*masks)[code] |= yes[code] ? 0 : bit;
}

static void mask_weekdays(struct linked_masks *masks, const struct facts *facts, uint8_t weekdays,
                          size_t days, uint32_t bit) {
    if (weekdays == ALL_WEEKDAYS)
        return;
    uint8_t *yes = xcalloc(days, 1);
    for (size_t i = 0; i < days; i++)
        yes[i] = weekdays >> date_weekday(facts->first_day + (day_number)i) & 1;
    mask_column(&masks->days, yes, days, bit);
    free(yes);
}

static void mask_dimension(struct linked_masks *masks, const struct facts *facts,
                           const struct tables *tables, enum dimension dimension) {
    uint32_t bit = UINT32_C(1) << dimension;
    size_t days = facts->count != 0 ? (size_t)(facts->last_day - facts->first_day) + 1 : 0;
    mask_column(&masks->days, tables->days, days, bit);
    mask_weekdays(masks, facts, tables->weekdays, days, bit);
    mask_column(&masks->locations, tables->locations, (size_t)facts->locations.count + 1, bit);
    mask_column(&masks->handsets, tables->handsets, (size_t)facts->handsets.count + 1, bit);
    mask_column(&masks->shops, tables->shops,
                (size_t)(facts->shops.count > 0 ? facts->shops.count : 1) + 1, bit);
    mask_column(&masks->ages, tables->ages, BYTE_CODES, bit);
    mask_column(&masks->genders, tables->genders, BYTE_CODES, bit);
    mask_column(&masks->answers, tables->answers, BYTE_CODES, bit);
    mask_column(&masks->segments, tables->segments, BYTE_CODES, bit);
    if (tables->priced && facts->price_band != NULL) {
        uint8_t yes[BYTE_CODES];
        tables_price_bands(tables, yes);
        mask_column(&masks->price_bands, yes, BYTE_CODES, bit);
    } else if (tables->priced) {
        masks->prices = tables;
    }
}

static void mark_block(const struct linked_masks *masks, const struct facts *facts, size_t from,
                       size_t count, uint32_t failed[TALLY_BLOCK]) {
    memset(failed, 0, count * sizeof *failed);
#define MARK(column, code)                 \
    if (masks->column != NULL)             \
        for (size_t i = 0; i < count; i++) \
    failed[i] |= masks->column[code]
    MARK(days, facts->day[from + i] - facts->first_day);
    MARK(locations, facts->location[from + i]);
    MARK(handsets, facts->handset[from + i]);
    MARK(shops, facts_shop(facts, from + i));
    MARK(ages, facts->age[from + i]);
    MARK(genders, facts->gender[from + i]);
    MARK(answers, facts->answers[from + i]);
    MARK(segments, facts->segment[from + i]);
    MARK(price_bands, facts->price_band[from + i]);
#undef MARK
    const struct tables *prices = masks->prices;
    for (size_t i = 0; prices != NULL && i < count; i++) {
        if (!tables_price_passes(prices, facts->price_minor[from + i]))
            failed[i] |= UINT32_C(1) << DIMENSION_PRICE_BAND;
    }
}

/* ------------------------------------------------------------------- counting */

/* Rows on their way into a tally. */
struct batch {
    uint32_t rows[2 * TALLY_BLOCK];
    size_t count;
};

/* What one thread counts. */
struct part {
    struct tally all;                     /* of the rows that fail nowhere */
    struct tally beyond[DIMENSION_COUNT]; /* of those that fail there alone */
    struct batch inside, *alone[DIMENSION_COUNT];
};

enum { PARTS_MAX = 2, ROWS_A_THREAD = 1 << 16 };

struct pass {
    const struct facts *facts;
    uint32_t filtered; /* bits of dimensions */
    uint32_t passed;   /* of those whose filters derived cells have passed already */
    struct tables tables[DIMENSION_COUNT];
    struct linked_masks masks;
    struct part *parts;
    size_t part_count;
    struct linked_counts counts;
};

static void drain(struct tally *tally, const struct facts *facts, struct batch *batch,
                  size_t least) {
    size_t taken = 0;
    for (; batch->count - taken > least; taken += TALLY_BLOCK) {
        size_t count = batch->count - taken < TALLY_BLOCK ? batch->count - taken : TALLY_BLOCK;
        tally_add(tally, facts, batch->rows + taken, count);
        if (count < TALLY_BLOCK) {
            taken += count;
            break;
        }
    }
    batch->count -= taken;
    memmove(batch->rows, batch->rows + taken, batch->count * sizeof *batch->rows);
}

static void count_rows(const struct pass *pass, struct part *part, const struct facts *facts,
                       size_t from, size_t to) {
    uint32_t failed[TALLY_BLOCK];
    for (size_t at = from; at < to; at += TALLY_BLOCK) {
        size_t count = to - at < TALLY_BLOCK ? to - at : TALLY_BLOCK;
        mark_block(&pass->masks, facts, at, count, failed);
        struct batch *inside = &part->inside;
        uint32_t alone[TALLY_BLOCK];
        size_t alone_count = 0;
        for (size_t i = 0; i < count; i++) {
            inside->rows[inside->count] = (uint32_t)(at + i);
            inside->count += failed[i] == 0;
            alone[alone_count] = (uint32_t)i;
            alone_count += (failed[i] != 0) & ((failed[i] & (failed[i] - 1)) == 0);
        }
        for (size_t i = 0; i < alone_count; i++) {
            struct batch *batch = part->alone[__builtin_ctz(failed[alone[i]])];
            batch->rows[batch->count++] = (uint32_t)(at + alone[i]);
        }
        drain(&part->all, facts, inside, TALLY_BLOCK - 1);
        for (int i = 0; alone_count != 0 && i < DIMENSION_COUNT; i++) {
            if (part->alone[i] != NULL)
                drain(&part->beyond[i], facts, part->alone[i], TALLY_BLOCK - 1);
        }
    }
    drain(&part->all, facts, &part->inside, 0);
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        if (part->alone[i] != NULL)
            drain(&part->beyond[i], facts, part->alone[i], 0);
    }
}

static enum err count_part(void *context, size_t index, struct error *error) {
    (void)error;
    const struct pass *pass = context;
    size_t rows = pass->facts->count;
    count_rows(pass, &pass->parts[index], pass->facts, rows * index / pass->part_count,
               rows * (index + 1) / pass->part_count);
    return ERR_OK;
}

static void pass_open(struct pass *pass, const struct facts *facts) {
    *pass = (struct pass){.facts = facts};
    for (int i = 0; i < DIMENSION_COUNT; i++)
        tables_open(&pass->tables[i], facts);
}

static enum err read_filters(struct pass *pass, const struct slice *slice, struct error *error) {
    enum err code = ERR_OK;
    for (size_t i = 0; i < slice->count && code == ERR_OK; i++) {
        const struct filter *filter = &slice->filters[i];
        for (int d = 0; d < DIMENSION_COUNT && code == ERR_OK; d++) {
            if (!linked_owns((enum dimension)d, filter))
                continue;
            if (cube_has_passed(pass->facts, filter)) {
                pass->passed |= UINT32_C(1) << d;
                continue;
            }
            pass->filtered |= UINT32_C(1) << d;
            code = tables_add(&pass->tables[d], filter, error);
        }
    }
    for (int d = 0; d < DIMENSION_COUNT && pass->facts->sales != NULL && code == ERR_OK; d++) {
        if (!tables_fit_cells(&pass->tables[d])) /* all of a list's filters together */
            code = cube_refuse(error);
    }
    return code;
}

static void parts_open(struct pass *pass) {
    size_t wanted = 1 + pass->facts->count / ROWS_A_THREAD;
    pass->part_count = wanted < PARTS_MAX ? wanted : PARTS_MAX;
    pass->parts = xcalloc(pass->part_count, sizeof *pass->parts);
    for (size_t p = 0; p < pass->part_count; p++) {
        struct part *part = &pass->parts[p];
        tally_open(&part->all, pass->facts, TALLY_ALL);
        for (int i = 0; i < DIMENSION_COUNT; i++) {
            if ((pass->filtered >> i & 1) == 0)
                continue;
            tally_open(&part->beyond[i], pass->facts, 1U << tally_base_of((enum dimension)i));
            part->alone[i] = xcalloc(1, sizeof *part->alone[i]);
        }
    }
}

/* Sums over halves are the same whatever thread counts which: the crew may fail to start. */
static void count_parts(struct pass *pass) {
    struct crew_jobs jobs = {.work = count_part, .context = pass};
    struct crew *crew = pass->part_count > 1 ? crew_open((int)pass->part_count, NULL, NULL) : NULL;
    if (crew == NULL || crew_run(crew, pass->part_count, &jobs, NULL) != ERR_OK) {
        for (size_t p = 0; p < pass->part_count; p++)
            count_part(pass, p, NULL);
    }
    crew_close(crew);
}

static void parts_counts(struct pass *pass) {
    for (size_t p = 0; p < pass->part_count; p++) {
        tally_counts(&pass->parts[p].all, &pass->counts.all);
        for (int i = 0; i < DIMENSION_COUNT; i++) {
            if ((pass->filtered >> i & 1) != 0)
                tally_counts(&pass->parts[p].beyond[i], &pass->counts.beyond[i]);
        }
    }
}

static void counts_open_all(struct pass *pass) {
    column_cells_open(&pass->counts.all, pass->facts, TALLY_ALL);
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        if ((pass->filtered >> i & 1) != 0)
            column_cells_open(&pass->counts.beyond[i], pass->facts,
                              1U << tally_base_of((enum dimension)i));
    }
}

/* Cells in their order are counted by combination, all else row by row. */
static void count_all(struct pass *pass) {
    const struct facts *facts = pass->facts;
    counts_open_all(pass);
    if (facts->cube != NULL && facts->cube->rows.count > 0) {
        linked_count_cells(facts, &pass->masks, NULL, &pass->counts);
        return;
    }
    parts_open(pass);
    count_parts(pass);
    parts_counts(pass);
}

static void pass_close(struct pass *pass) {
    for (size_t p = 0; p < pass->part_count; p++) {
        tally_close(&pass->parts[p].all);
        for (int i = 0; i < DIMENSION_COUNT; i++) {
            tally_close(&pass->parts[p].beyond[i]);
            free(pass->parts[p].alone[i]);
        }
    }
    free(pass->parts);
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        tables_close(&pass->tables[i]);
        column_cells_close(&pass->counts.beyond[i]);
    }
    column_cells_close(&pass->counts.all);
    masks_free(&pass->masks);
}

/* ---------------------------------------------------------------------- lists */

static int compare_rows(const void *left, const void *right) {
    const struct linked_row *a = left, *b = right;
    if (a->cell.sales != b->cell.sales)
        return a->cell.sales < b->cell.sales ? 1 : -1;
    return (a->code > b->code) - (a->code < b->code);
}

static void make_list(struct pass *pass, enum dimension dimension, struct linked_list *list) {
    struct dimension_view view;
    dimension_open(&view, pass->facts, dimension);
    size_t codes = (size_t)view.codes;
    struct cell *inside = xcalloc(codes, sizeof *inside), *beyond = xcalloc(codes, sizeof *beyond);
    column_cells_hand_on(&pass->counts.all, &view, inside);
    list->filtered = (pass->filtered >> dimension & 1) != 0;
    if (list->filtered)
        column_cells_hand_on(&pass->counts.beyond[dimension], &view, beyond);
    list->rows = xcalloc(codes, sizeof *list->rows);
    for (size_t code = 0; code < codes; code++) {
        struct linked_row *row = &list->rows[list->count];
        row->code = (int)code;
        row->kept = inside[code].sales != 0;
        row->cell = inside[code];
        cell_add(&row->cell, &beyond[code]);
        list->kept += row->kept;
        if (row->cell.sales == 0)
            continue;
        dimension_label(&view, row->code, row->label);
        list->count++;
    }
    if (!dimension_is_ordered(dimension))
        qsort(list->rows, (size_t)list->count, sizeof *list->rows, compare_rows);
    free(inside);
    free(beyond);
    dimension_close(&view);
}

/* All sales have a gender and an age band or none: these add up to the whole. */
static void add_up(const struct pass *pass, struct cell *total) {
    for (size_t code = 0; code < tally_base_codes(pass->facts, TALLY_PERSON); code++)
        cell_add(total, &pass->counts.all.by[TALLY_PERSON][code]);
}

static void read_masks(struct pass *pass) {
    for (int i = 0; i < DIMENSION_COUNT; i++)
        mask_dimension(&pass->masks, pass->facts, &pass->tables[i], (enum dimension)i);
}

static void make_lists(struct pass *pass, struct linked *out) {
    for (int i = 0; i < DIMENSION_COUNT; i++)
        make_list(pass, (enum dimension)i, &out->lists[i]);
    add_up(pass, &out->total);
}

/* The same shop as single sales, wherever they are. */
static struct facts as_sales(const struct facts *cells) {
    struct facts sales = *cells;
    sales.sales = NULL;
    sales.price_band = NULL;
    sales.combination = sales.revenue = NULL;
    sales.month = NULL;
    sales.cube = NULL;
    sales.count = sales.count != 0; /* of more than one row, threads would share them */
    return sales;
}

/* With sales in memory, whatever cuts cells is asked of them, whether or not the slice has cells of
 * its own: every list at once. `done` is false where nothing cuts cells, which are quicker then. */
static enum err compute_of_sales(const struct facts *facts, const struct slice *slice,
                                 struct linked *out, bool *done, struct error *error) {
    struct facts sales = as_sales(facts);
    struct pass pass;
    *done = facts->cube->applied.count > 0;
    pass_open(&pass, &sales);
    enum err code = read_filters(&pass, slice, error);
    for (int i = 0; i < DIMENSION_COUNT && code == ERR_OK; i++)
        *done = *done || !tables_fit_cells(&pass.tables[i]);
    if (code == ERR_OK && *done) {
        const struct sale_columns *columns = facts->cube->columns;
        read_masks(&pass);
        counts_open_all(&pass);
        linked_count_cells(columns->cells, &pass.masks, columns, &pass.counts);
        make_lists(&pass, out);
    }
    pass_close(&pass);
    return code;
}

enum err linked_compute(const struct facts *facts, const struct slice *slice, struct linked *out,
                        struct error *error) {
    struct pass pass;
    bool done = false;
    *out = (struct linked){.total = {.sales = 0}};
    if (facts->cube != NULL && facts->cube->columns != NULL) {
        enum err code = compute_of_sales(facts, slice, out, &done, error);
        if (code != ERR_OK || done)
            return code;
    }
    pass_open(&pass, facts);
    enum err code = read_filters(&pass, slice, error);
    if (code == ERR_OK) {
        read_masks(&pass);
        count_all(&pass);
        for (int i = 0; i < DIMENSION_COUNT; i++) {
            bool passed = (pass.passed >> i & 1) != 0;
            out->lists[i].pending =
                passed ||
                (facts->cube != NULL && (i != DIMENSION_SEGMENT || facts->segment_rule != NULL) &&
                 !dimension_is_known(facts, (enum dimension)i));
            if (!out->lists[i].pending)
                make_list(&pass, (enum dimension)i, &out->lists[i]);
            out->lists[i].filtered = out->lists[i].filtered || passed;
        }
        add_up(&pass, &out->total);
    }
    pass_close(&pass);
    return code;
}

bool linked_is_pending(const struct linked *linked) {
    bool pending = false;
    for (int i = 0; i < DIMENSION_COUNT; i++)
        pending = pending || linked->lists[i].pending;
    return pending;
}

static void count_window(void *context, const struct facts *window, const uint32_t *rows,
                         size_t count) {
    struct pass *pass = context;
    count_rows(pass, &pass->parts[0], window, rows[0], rows[0] + count);
}

enum err linked_complete(const struct facts *facts, const struct slice *slice, struct linked *out,
                         struct error *error) {
    if (!linked_is_pending(out))
        return ERR_OK;
    struct facts sales = as_sales(facts);
    const struct slice none = {0};
    struct pass pass;
    pass_open(&pass, &sales);
    enum err code = read_filters(&pass, slice, error);
    if (code == ERR_OK) {
        read_masks(&pass);
        counts_open_all(&pass);
    }
    if (code == ERR_OK && facts->cube->columns != NULL) {
        linked_count_sales(facts->cube->columns, &pass.masks, &pass.counts);
    } else if (code == ERR_OK) {
        parts_open(&pass);
        code = stream_slice(facts, &none, (PACKED_ALL | PACKED_SEGMENT) & ~PACKED_ID, count_window,
                            &pass, error);
        parts_counts(&pass);
    }
    for (int i = 0; i < DIMENSION_COUNT && code == ERR_OK; i++) {
        if (out->lists[i].pending)
            make_list(&pass, (enum dimension)i, &out->lists[i]);
        out->lists[i].pending = false;
    }
    pass_close(&pass);
    return code;
}

void linked_free(struct linked *linked) {
    for (int i = 0; i < DIMENSION_COUNT; i++)
        free(linked->lists[i].rows);
    *linked = (struct linked){.total = {.sales = 0}};
}
