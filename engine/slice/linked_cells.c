/* Linked lists from combinations. Filters on time and filters on anything else meet as months and
 * combinations: each month and each combination has its bits, a cell those of both. Lists of what
 * is not time take a combination's sum over the months that pass; lists of time take a month's sum
 * over the combinations that fail nowhere, which is what is left of the month's total without the
 * others where these are fewer. Where no filter is on handsets, all but the lists of handsets come
 * from the sums over them. Where filters cut cells, a combination's sum is what its shares, its
 * whole months and its sales in memory say, and lists of time come from the places these are added
 * up by on the way. Whole numbers: all ways to add are the same. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/linked_cells.h"

enum { STEPS_A_THREAD = 300000 };

/* ---------------------------------------------------------------- what fails where */

/* Without a branch on what fails, which nobody could foretell. */
struct linked_marked linked_mark(const struct linked_cuts *cuts,
                                 const struct combination *combinations, size_t count) {
    struct linked_marked marked = {.inside = xcalloc(4 * (count + 1), sizeof *marked.inside)};
    size_t inside = 0, alone = 0, rest = 0;
    marked.alone = marked.inside + count + 1;
    marked.rest = marked.alone + count + 1;
    marked.alone_failed = marked.rest + count + 1;
    for (size_t i = 0; i < count; i++) {
        uint32_t failed = linked_failed(cuts, &combinations[i]), more = failed & (failed - 1);
        marked.inside[inside] = marked.alone[alone] = marked.rest[rest] = (uint32_t)i;
        marked.alone_failed[alone] = failed;
        inside += failed == 0;
        alone += (failed != 0) & (more == 0);
        rest += (failed != 0) & (more != 0);
    }
    marked.inside_count = inside;
    marked.alone_count = alone;
    marked.rest_count = rest;
    return marked;
}

static size_t rows_of(const struct cube_rows *rows, const uint32_t *listed, size_t count) {
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += rows->combinations[listed[i] + 1].from - rows->combinations[listed[i]].from;
    return sum;
}

/* Chooses what takes the fewest steps for the months; returns how many. */
static size_t choose_months(struct linked_cells *pass, size_t inside,
                            const struct linked_counts *counts) {
    const struct linked_marked *marked = &pass->marked;
    const struct cube_rows *rows = pass->rows;
    const struct cube_sums *sums = &rows->sums;
    bool handset = counts->beyond[DIMENSION_HANDSET].cells != NULL;
    bool brand = counts->beyond[DIMENSION_BRAND].cells != NULL;
    size_t others = pass->facts->count - inside, least = inside < others ? inside : others;
    size_t without = sums->coarse.count * (size_t)sums->months.count;
    pass->months_by = inside < others ? MONTHS_BY_INSIDE : MONTHS_BY_OTHERS;
    if (sums->coarse.count == 0 || handset == brand) /* of both, some combinations fail two */
        return least;
    pass->handset_bit = UINT32_C(1) << (handset ? DIMENSION_HANDSET : DIMENSION_BRAND);
    for (size_t i = 0; i < marked->alone_count && without < least; i++) {
        if (marked->alone_failed[i] == pass->handset_bit)
            without += rows_of(rows, &marked->alone[i], 1);
    }
    if (without >= least)
        return least;
    pass->months_by = MONTHS_BY_COARSE;
    return without;
}

static size_t sales_of(const struct sale_columns *columns, const uint32_t *listed, size_t count) {
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += columns->from[listed[i] + 1] - columns->from[listed[i]];
    return sum;
}

/* Returns about how many steps all combinations take. */
static size_t mark_rows(struct linked_cells *pass, const struct linked_counts *counts) {
    const struct cube_rows *rows = pass->rows;
    const struct linked_marked *marked = &pass->marked;
    pass->marked = linked_mark(&pass->cuts, rows->combinations, rows->count);
    if (pass->places != NULL)
        return sales_of(pass->sums.columns, marked->inside, marked->inside_count) +
               sales_of(pass->sums.columns, marked->alone, marked->alone_count) +
               linked_places_work(pass->places);
    size_t inside = rows_of(rows, marked->inside, marked->inside_count);
    size_t alone = pass->coarse ? 0 : marked->alone_count;
    size_t steps = rows->count + 4 * (marked->inside_count + alone);
    if (!pass->coarse)
        steps += choose_months(pass, inside, counts);
    if (pass->masks->days != NULL)
        steps += inside + (alone > 0 ? rows_of(rows, marked->alone, alone) : 0);
    return steps;
}

/* ---------------------------------------------------------------------- counting */

static void add_months(const struct linked_cells *pass, struct linked_part *part, size_t i) {
    const struct combination *of = &pass->rows->combinations[i];
    month_sums_add(&part->months, pass->facts, pass->rows->sums.month_at, of->from, of[1].from,
                   of->answers);
}

static void end_run(const struct linked_cells *pass, struct linked_part *part,
                    const struct combination *of, struct cell *run) {
    cell_add(&part->all.by[TALLY_HANDSET][of->handset], run);
    if (!pass->coarse) {
        cell_add(&part->all.by[TALLY_LOCATION][of->location], run);
        cell_add(&part->all.by[TALLY_SHOP][of->shop], run);
        if (pass->places == NULL)
            cell_add(&part->all.by[TALLY_SEGMENT][0], run);
    }
    *run = (struct cell){.sales = 0};
}

/* Of those that fail the filters on ages alone, or those on prices, and all others pass. */
static void add_cut(const struct linked_cells *pass, struct linked_part *part, size_t at,
                    unsigned cut, const struct combination_sums *inside) {
    const struct combination *of = &pass->rows->combinations[at];
    for (unsigned ask = cut; ask != 0; ask &= ask - 1) {
        unsigned alone = ask & -ask;
        struct combination_sums sums = linked_sums_of(&pass->sums, at, cut & ~alone);
        sums.sales -= inside->sales;
        sums.revenue_minor -= inside->revenue_minor;
        sums.squares -= inside->squares;
        if (sums.sales > 0)
            linked_add_beyond(pass, part, of, &sums,
                              alone == ASK_AGE ? DIMENSION_AGE_BAND : DIMENSION_PRICE_BAND);
    }
}

static void sum_up(const struct linked_cells *pass, struct linked_batch *batch,
                   const uint32_t *listed, size_t count) {
    batch->count = count < LINKED_BATCH ? count : LINKED_BATCH;
    batch->combinations = listed;
    for (size_t i = 0; i < batch->count; i++)
        batch->asked[i] = (uint8_t)linked_asked(&pass->cuts, &pass->rows->combinations[listed[i]]);
    linked_sums_batch(&pass->sums, batch);
}

/* Combinations of one place and handset follow one another: what they add up to is handed on at
 * once. */
static void count_inside(const struct linked_cells *pass, struct linked_part *part, size_t from,
                         size_t to) {
    const struct combination *combinations = pass->rows->combinations, *last = combinations;
    struct cell run = {.sales = 0};
    struct linked_batch batch;
    for (size_t first = from; first < to; first += batch.count) {
        sum_up(pass, &batch, &pass->marked.inside[first], to - first);
        for (size_t i = 0; i < batch.count; i++) {
            const struct combination *of = &combinations[batch.combinations[i]];
            const struct combination_sums *sums = &batch.sums[i];
            if (of->handset != last->handset || of->location != last->location ||
                of->shop != last->shop)
                end_run(pass, part, last, &run);
            last = of;
            linked_count(&run, sums, &pass->answers[of->answers]);
            if (!pass->coarse)
                linked_add_everywhere(pass, part, of, sums);
            if (batch.asked[i] != 0)
                add_cut(pass, part, batch.combinations[i], batch.asked[i], sums);
        }
    }
    end_run(pass, part, last, &run);
}

static void count_alone(const struct linked_cells *pass, struct linked_part *part, size_t from,
                        size_t to) {
    const struct linked_marked *marked = &pass->marked;
    struct linked_batch batch;
    for (size_t first = from; first < to; first += batch.count) {
        sum_up(pass, &batch, &marked->alone[first], to - first);
        for (size_t i = 0; i < batch.count; i++)
            linked_add_beyond(pass, part, &pass->rows->combinations[batch.combinations[i]],
                              &batch.sums[i],
                              (enum dimension)__builtin_ctz(marked->alone_failed[first + i]));
    }
}

/* Combinations from one number to before another, and positions in what is listed of them. */
struct turn {
    size_t inside, inside_end, alone, alone_end, rest, rest_end;
};

static struct turn turn_of(const struct linked_marked *marked, size_t from, size_t to) {
#define AT(list, number) linked_listed_from(marked->list, marked->list##_count, number)
    return (struct turn){AT(inside, from), AT(inside, to), AT(alone, from),
                         AT(alone, to),    AT(rest, from), AT(rest, to)};
#undef AT
}

static void count_months(const struct linked_cells *pass, struct linked_part *part,
                         const struct turn *turn) {
    const struct linked_marked *marked = &pass->marked;
    if (pass->months_by == MONTHS_BY_INSIDE) {
        for (size_t i = turn->inside; i < turn->inside_end; i++)
            add_months(pass, part, marked->inside[i]);
        return;
    }
    for (size_t i = turn->alone; i < turn->alone_end; i++) {
        if (pass->months_by == MONTHS_BY_OTHERS || marked->alone_failed[i] == pass->handset_bit)
            add_months(pass, part, marked->alone[i]);
    }
    for (size_t i = turn->rest; pass->months_by == MONTHS_BY_OTHERS && i < turn->rest_end; i++)
        add_months(pass, part, marked->rest[i]);
}

static enum err count_part(void *context, size_t index, struct error *error) {
    (void)error;
    struct linked_cells *pass = context;
    struct linked_part *part = &pass->parts[index];
    size_t from, to;
    if (pass->places != NULL)
        linked_places_begin(pass->places, index);
    while (linked_turn(&pass->turns, &from, &to)) {
        const struct turn turn = turn_of(&pass->marked, from, to);
        count_inside(pass, part, turn.inside, turn.inside_end);
        if (pass->coarse)
            continue;
        count_alone(pass, part, turn.alone, turn.alone_end);
        if (pass->places != NULL)
            linked_places_count(pass->places, index, from, to);
        else
            count_months(pass, part, &turn);
    }
    return ERR_OK;
}

/* ------------------------------------------------------------------------ results */

static void add_parts(struct linked_cells *pass, struct linked_counts *counts) {
    for (size_t p = 0; p < pass->part_count; p++) {
        struct linked_part *part = &pass->parts[p];
        for (int base = 0; base < TALLY_BASES; base++) {
            size_t codes = tally_base_codes(pass->facts, (enum tally_base)base);
            for (size_t code = 0; base != TALLY_DAY && code < codes; code++)
                cell_add(&counts->all.by[base][code], &part->all.by[base][code]);
        }
        for (size_t code = 0; code < ANSWER_CODES; code++)
            linked_count(&counts->all.answers[code], &part->answers[code], &pass->answers[code]);
        for (int d = 0; d < DIMENSION_COUNT; d++) {
            if (part->beyond[d].cells != NULL)
                column_cells_add(&counts->beyond[d], &part->beyond[d]);
        }
    }
}

static struct cell month_cell(const struct linked_cells *pass, const struct month_sums *sums,
                              int month) {
    struct cell cell = {.sales = 0};
    for (size_t answers = 0; answers < ANSWER_CODES; answers++) {
        const struct combination_sums sales = {
            .sales = sums->sales[answers * (size_t)sums->count + (size_t)month]};
        linked_count(&cell, &sales, &pass->answers[answers]);
    }
    cell.revenue_minor = (int64_t)sums->sums[month].revenue_minor;
    cell.price_squares = sums->sums[month].squares;
    return cell;
}

/* What the parts have added is the months' sums, or is not in them. */
static struct month_sums months_of_parts(const struct linked_cells *pass) {
    struct month_sums months = pass->months_by == MONTHS_BY_COARSE
                                   ? linked_coarse_months(pass)
                                   : month_sums_copy(&pass->rows->sums.months);
    if (pass->months_by == MONTHS_BY_INSIDE)
        month_sums_clear(&months);
    for (size_t p = 0; p < pass->part_count; p++)
        month_sums_add_all(&months, &pass->parts[p].months, pass->months_by != MONTHS_BY_INSIDE);
    return months;
}

/* A month stands at its first day, from which the lists of time follow. */
static void add_time(const struct linked_cells *pass, const struct month_sums *months,
                     struct linked_counts *counts) {
    const struct facts *facts = pass->facts;
    for (int month = 0; month < months->count; month++) {
        struct cell cell = month_cell(pass, months, month);
        day_number day = date_month_start(months->first + month);
        size_t code = day > facts->first_day ? (size_t)(day - facts->first_day) : 0;
        uint32_t failed = pass->masks->days != NULL ? pass->masks->days[code] : 0;
        if (cell.sales == 0)
            continue;
        if (failed == 0)
            counts->all.by[TALLY_DAY][code] = cell;
        else if (linked_fails_one(failed))
            counts->beyond[__builtin_ctz(failed)].by[TALLY_DAY][code] = cell;
    }
}

static void open_parts(struct linked_cells *pass, size_t steps,
                       const struct linked_counts *counts) {
    size_t wanted = 1 + steps / STEPS_A_THREAD;
    pass->part_count = wanted < LINKED_PARTS_MAX ? wanted : LINKED_PARTS_MAX;
    if (pass->places != NULL)
        linked_places_share(pass->places, pass->part_count);
    for (size_t p = 0; p < pass->part_count; p++) {
        struct linked_part *part = &pass->parts[p];
        column_cells_open(&part->all, pass->facts, TALLY_ALL & ~(1U << TALLY_DAY));
        for (int d = 0; d < DIMENSION_COUNT; d++) {
            enum tally_base base = tally_base_of((enum dimension)d);
            if (counts->beyond[d].cells != NULL && base != TALLY_DAY)
                column_cells_open(&part->beyond[d], pass->facts, 1U << base);
        }
        part->months = month_sums_copy(&pass->rows->sums.months);
        month_sums_clear(&part->months);
    }
}

void linked_count_cells(const struct facts *facts, const struct linked_masks *masks,
                        const struct sale_columns *columns, struct linked_counts *counts) {
    struct linked_cells *pass = xcalloc(1, sizeof *pass);
    pass->facts = facts;
    pass->rows = &facts->cube->rows;
    pass->masks = masks;
    answer_masks_fill(pass->answers);
    linked_cuts_read(&pass->cuts, facts, masks);
    pass->turns.count = pass->rows->count;
    if (columns != NULL)
        pass->places = linked_places_open(columns, masks);
    linked_sums_open(&pass->sums, facts, masks, columns);
    pass->coarse = columns == NULL && masks->handsets == NULL && pass->rows->sums.coarse.count > 0;
    open_parts(pass, mark_rows(pass, counts), counts);
    linked_parts_run(pass->part_count, count_part, pass);
    if (columns != NULL)
        linked_places_hand_on(pass->places, masks, counts);
    if (columns == NULL) {
        struct month_sums months = pass->coarse ? linked_coarse_count(pass) : months_of_parts(pass);
        add_time(pass, &months, counts);
        month_sums_free(&months);
    }
    add_parts(pass, counts);
    for (size_t p = 0; p < pass->part_count; p++) {
        column_cells_close(&pass->parts[p].all);
        for (int d = 0; d < DIMENSION_COUNT; d++)
            column_cells_close(&pass->parts[p].beyond[d]);
        month_sums_free(&pass->parts[p].months);
    }
    linked_places_close(pass->places);
    free(pass->marked.inside);
    linked_sums_close(&pass->sums);
    free(pass);
}
