/* Linked lists from combinations. Filters on time and filters on anything else meet as months and
 * combinations: each month and each combination has its bits, a cell those of both. Lists of what
 * is not time take a combination's sum over the months that pass; lists of time take a month's sum
 * over the combinations that fail nowhere, which is what is left of the month's total without the
 * others where these are fewer. Where no filter is on handsets, all but the lists of handsets come
 * from the sums over them. Where filters cut cells, a combination's sum is that of its sales in
 * memory, and lists of time come from the places these are added up by on the way. Whole numbers:
 * all ways to add are the same. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/answer_masks.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked_cuts.h"
#include "engine/slice/linked_places.h"
#include "engine/slice/linked_sums.h"

enum { STEPS_A_THREAD = 300000 };

/* Combinations by what they fail but for time, ascending. */
struct marked {
    uint32_t *inside, *alone, *rest; /* nothing, filters of one dimension, of several */
    uint32_t *alone_failed;          /* the bit of the dimension */
    size_t inside_count, alone_count, rest_count;
};

/* Of which combinations the cells are added up by month. */
enum months_by {
    MONTHS_BY_INSIDE,
    MONTHS_BY_OTHERS, /* to be taken from the sums of all */
    MONTHS_BY_COARSE  /* alone with the handset, to be taken from the sums without handsets */
};

struct part {
    struct column_cells all; /* all columns but the day */
    struct column_cells beyond[DIMENSION_COUNT];
    struct combination_sums answers[ANSWER_CODES];
    struct month_sums months;
};

struct pass {
    const struct facts *facts;
    const struct cube_rows *rows;
    const struct linked_masks *masks;
    struct linked_cuts cuts;
    struct linked_sums sums;
    struct linked_places *places; /* lists of time and segments; NULL: from months */
    struct marked marked;
    struct linked_turns turns;
    bool coarse; /* combinations are for the lists of handsets only */
    enum months_by months_by;
    uint32_t handset_bit; /* MONTHS_BY_COARSE: of the filters on handsets or brands */
    struct answer_masks answers[ANSWER_CODES];
    struct part parts[LINKED_PARTS_MAX];
    size_t part_count;
};

/* Modulo 2^64 and 2^128, as the sums are. */
static inline void count(struct cell *cell, const struct combination_sums *sums,
                         const struct answer_masks *answers) {
    int64_t sales = (int64_t)sums->sales;
    cell->sales += sales;
    cell->revenue_minor = (int64_t)((uint64_t)cell->revenue_minor + sums->revenue_minor);
    cell->price_squares += sums->squares;
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        cell->yes[answer] += sales & answers->yes[answer];
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        cell->known[answer] += sales & answers->known[answer];
}

/* ---------------------------------------------------------------- what fails where */

/* Without a branch on what fails, which nobody could foretell. */
static struct marked mark(const struct linked_cuts *cuts, const struct combination *combinations,
                          size_t count) {
    struct marked marked = {.inside = xcalloc(4 * (count + 1), sizeof *marked.inside)};
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
static size_t choose_months(struct pass *pass, size_t inside, const struct linked_counts *counts) {
    const struct marked *marked = &pass->marked;
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
static size_t mark_rows(struct pass *pass, const struct linked_counts *counts) {
    const struct cube_rows *rows = pass->rows;
    const struct marked *marked = &pass->marked;
    pass->marked = mark(&pass->cuts, rows->combinations, rows->count);
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

static void add_months(const struct pass *pass, struct part *part, size_t i) {
    const struct combination *of = &pass->rows->combinations[i];
    month_sums_add(&part->months, pass->facts, pass->rows->sums.month_at, of->from, of[1].from,
                   of->answers);
}

/* To the list of the one dimension that fails. */
static void add_beyond(const struct pass *pass, struct part *part, const struct combination *of,
                       const struct combination_sums *sums, enum dimension dimension) {
    const struct answer_masks *answers = &pass->answers[of->answers];
    struct column_cells *counts = &part->beyond[dimension];
    enum tally_base base = tally_base_of(dimension);
    const size_t codes[TALLY_BASES] = {
        [TALLY_LOCATION] = of->location,
        [TALLY_HANDSET] = of->handset,
        [TALLY_PRICE_BAND] = of->price_band,
        [TALLY_PERSON] = person_code(of->gender, of->age_band),
        [TALLY_SHOP] = of->shop,
    };
    count(&counts->by[base][codes[base]], sums, answers);
    if (counts->answers != NULL)
        count(&counts->answers[of->answers], sums, answers);
}

/* To all lists but those of handsets, places and shops. */
static void add_everywhere(const struct pass *pass, struct part *part, const struct combination *of,
                           const struct combination_sums *sums) {
    const struct answer_masks *answers = &pass->answers[of->answers];
    struct combination_sums *same = &part->answers[of->answers];
    count(&part->all.by[TALLY_PERSON][person_code(of->gender, of->age_band)], sums, answers);
    count(&part->all.by[TALLY_PRICE_BAND][of->price_band], sums, answers);
    same->sales += sums->sales;
    same->revenue_minor += sums->revenue_minor;
    same->squares += sums->squares;
}

static void end_run(const struct pass *pass, struct part *part, const struct combination *of,
                    struct cell *run) {
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
static void add_cut(const struct pass *pass, struct part *part, size_t at, unsigned cut,
                    const struct combination_sums *inside) {
    const struct combination *of = &pass->rows->combinations[at];
    for (unsigned ask = cut; ask != 0; ask &= ask - 1) {
        unsigned alone = ask & -ask;
        struct combination_sums sums = linked_sums_of(&pass->sums, at, cut & ~alone);
        sums.sales -= inside->sales;
        sums.revenue_minor -= inside->revenue_minor;
        sums.squares -= inside->squares;
        if (sums.sales > 0)
            add_beyond(pass, part, of, &sums,
                       alone == ASK_AGE ? DIMENSION_AGE_BAND : DIMENSION_PRICE_BAND);
    }
}

static void sum_up(const struct pass *pass, struct linked_batch *batch, const uint32_t *listed,
                   size_t count) {
    batch->count = count < LINKED_BATCH ? count : LINKED_BATCH;
    batch->combinations = listed;
    for (size_t i = 0; i < batch->count; i++)
        batch->asked[i] = (uint8_t)linked_asked(&pass->cuts, &pass->rows->combinations[listed[i]]);
    linked_sums_batch(&pass->sums, batch);
}

/* Combinations of one place and handset follow one another: what they add up to is handed on at
 * once. */
static void count_inside(const struct pass *pass, struct part *part, size_t from, size_t to) {
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
            count(&run, sums, &pass->answers[of->answers]);
            if (!pass->coarse)
                add_everywhere(pass, part, of, sums);
            if (batch.asked[i] != 0)
                add_cut(pass, part, batch.combinations[i], batch.asked[i], sums);
        }
    }
    end_run(pass, part, last, &run);
}

static void count_alone(const struct pass *pass, struct part *part, size_t from, size_t to) {
    const struct marked *marked = &pass->marked;
    struct linked_batch batch;
    for (size_t first = from; first < to; first += batch.count) {
        sum_up(pass, &batch, &marked->alone[first], to - first);
        for (size_t i = 0; i < batch.count; i++)
            add_beyond(pass, part, &pass->rows->combinations[batch.combinations[i]], &batch.sums[i],
                       (enum dimension)__builtin_ctz(marked->alone_failed[first + i]));
    }
}

/* Combinations from one number to before another, and positions in what is listed of them. */
struct turn {
    size_t inside, inside_end, alone, alone_end, rest, rest_end;
};

static struct turn turn_of(const struct marked *marked, size_t from, size_t to) {
#define AT(list, number) linked_listed_from(marked->list, marked->list##_count, number)
    return (struct turn){AT(inside, from), AT(inside, to), AT(alone, from),
                         AT(alone, to),    AT(rest, from), AT(rest, to)};
#undef AT
}

static void count_months(const struct pass *pass, struct part *part, const struct turn *turn) {
    const struct marked *marked = &pass->marked;
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
    struct pass *pass = context;
    struct part *part = &pass->parts[index];
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

/* ------------------------------------------------- combinations without the handset */

static struct combination_sums coarse_sums_of(const struct pass *pass, const uint64_t *counted,
                                              size_t i) {
    const struct coarse_sums *coarse = &pass->rows->sums.coarse;
    if (pass->masks->days == NULL)
        return coarse->sums[i];
    struct combination_sums sums = {.sales = 0};
    size_t months = (size_t)pass->rows->sums.months.count;
    for (size_t month = 0; month < months; month++) {
        size_t at = i * months + month;
        sums.sales += coarse->sales[at] & counted[month];
        sums.revenue_minor += coarse->revenue_minor[at] & counted[month];
        sums.squares += coarse->squares[at] & counted[month];
    }
    return sums;
}

static void add_coarse_months(const struct coarse_sums *coarse, size_t i,
                              struct month_sums *months) {
    size_t count = (size_t)months->count;
    uint64_t *sales = months->sales + coarse->combinations[i].answers * count;
    for (size_t month = 0; month < count; month++) {
        size_t at = i * count + month;
        sales[month] += coarse->sales[at];
        months->sums[month].revenue_minor += coarse->revenue_minor[at];
        months->sums[month].squares += coarse->squares[at];
    }
}

/* Of what is inside, or of all without the others. */
static struct month_sums coarse_months(const struct pass *pass, const struct marked *marked) {
    const struct cube_sums *sums = &pass->rows->sums;
    const struct coarse_sums *coarse = &sums->coarse;
    struct month_sums added = month_sums_copy(&sums->months);
    month_sums_clear(&added);
    if (marked->inside_count <= coarse->count / 2) {
        for (size_t i = 0; i < marked->inside_count; i++)
            add_coarse_months(coarse, marked->inside[i], &added);
        return added;
    }
    struct month_sums all = month_sums_copy(&sums->months);
    for (size_t i = 0; i < marked->alone_count; i++)
        add_coarse_months(coarse, marked->alone[i], &added);
    for (size_t i = 0; i < marked->rest_count; i++)
        add_coarse_months(coarse, marked->rest[i], &added);
    month_sums_add_all(&all, &added, true);
    month_sums_free(&added);
    return all;
}

/* By month of the sums: all ones where it passes, else 0. */
static uint64_t *counted_months(const struct pass *pass) {
    const struct month_sums *months = &pass->rows->sums.months;
    uint64_t *counted = xcalloc((size_t)months->count, sizeof *counted);
    size_t days = (size_t)(pass->facts->last_day - pass->facts->first_day) + 1;
    for (size_t day = 0; pass->masks->days != NULL && day < days; day++)
        counted[pass->rows->sums.month_at[day]] = pass->masks->days[day] == 0 ? UINT64_MAX : 0;
    return counted;
}

/* All lists but those of handsets, into the first part; those of months are returned. */
static struct month_sums count_coarse(struct pass *pass) {
    const struct coarse_sums *coarse = &pass->rows->sums.coarse;
    struct part *part = &pass->parts[0];
    uint64_t *counted = counted_months(pass);
    struct marked marked = mark(&pass->cuts, coarse->combinations, coarse->count);
    for (size_t i = 0; i < marked.inside_count; i++) {
        size_t at = marked.inside[i];
        const struct combination *of = &coarse->combinations[at];
        const struct combination_sums sums = coarse_sums_of(pass, counted, at);
        const struct answer_masks *answers = &pass->answers[of->answers];
        count(&part->all.by[TALLY_LOCATION][of->location], &sums, answers);
        count(&part->all.by[TALLY_SHOP][of->shop], &sums, answers);
        count(&part->all.by[TALLY_SEGMENT][0], &sums, answers);
        add_everywhere(pass, part, of, &sums);
    }
    for (size_t i = 0; i < marked.alone_count; i++) {
        const struct combination_sums sums = coarse_sums_of(pass, counted, marked.alone[i]);
        add_beyond(pass, part, &coarse->combinations[marked.alone[i]], &sums,
                   (enum dimension)__builtin_ctz(marked.alone_failed[i]));
    }
    struct month_sums months = coarse_months(pass, &marked);
    free(marked.inside);
    free(counted);
    return months;
}

/* The months' sums over combinations whose handset alone may fail. */
static struct month_sums months_of_any_handset(const struct pass *pass) {
    const struct coarse_sums *coarse = &pass->rows->sums.coarse;
    struct linked_masks masks = *pass->masks;
    struct linked_cuts cuts = pass->cuts;
    masks.handsets = NULL;
    cuts.masks = &masks;
    struct marked marked = mark(&cuts, coarse->combinations, coarse->count);
    struct month_sums months = coarse_months(pass, &marked);
    free(marked.inside);
    return months;
}

/* ------------------------------------------------------------------------ results */

static void add_parts(struct pass *pass, struct linked_counts *counts) {
    for (size_t p = 0; p < pass->part_count; p++) {
        struct part *part = &pass->parts[p];
        for (int base = 0; base < TALLY_BASES; base++) {
            size_t codes = tally_base_codes(pass->facts, (enum tally_base)base);
            for (size_t code = 0; base != TALLY_DAY && code < codes; code++)
                cell_add(&counts->all.by[base][code], &part->all.by[base][code]);
        }
        for (size_t code = 0; code < ANSWER_CODES; code++)
            count(&counts->all.answers[code], &part->answers[code], &pass->answers[code]);
        for (int d = 0; d < DIMENSION_COUNT; d++) {
            if (part->beyond[d].cells != NULL)
                column_cells_add(&counts->beyond[d], &part->beyond[d]);
        }
    }
}

static struct cell month_cell(const struct pass *pass, const struct month_sums *sums, int month) {
    struct cell cell = {.sales = 0};
    for (size_t answers = 0; answers < ANSWER_CODES; answers++) {
        const struct combination_sums sales = {
            .sales = sums->sales[answers * (size_t)sums->count + (size_t)month]};
        count(&cell, &sales, &pass->answers[answers]);
    }
    cell.revenue_minor = (int64_t)sums->sums[month].revenue_minor;
    cell.price_squares = sums->sums[month].squares;
    return cell;
}

/* What the parts have added is the months' sums, or is not in them. */
static struct month_sums months_of_parts(const struct pass *pass) {
    struct month_sums months = pass->months_by == MONTHS_BY_COARSE
                                   ? months_of_any_handset(pass)
                                   : month_sums_copy(&pass->rows->sums.months);
    if (pass->months_by == MONTHS_BY_INSIDE)
        month_sums_clear(&months);
    for (size_t p = 0; p < pass->part_count; p++)
        month_sums_add_all(&months, &pass->parts[p].months, pass->months_by != MONTHS_BY_INSIDE);
    return months;
}

/* A month stands at its first day, from which the lists of time follow. */
static void add_time(const struct pass *pass, const struct month_sums *months,
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

static void open_parts(struct pass *pass, size_t steps, const struct linked_counts *counts) {
    size_t wanted = 1 + steps / STEPS_A_THREAD;
    pass->part_count = wanted < LINKED_PARTS_MAX ? wanted : LINKED_PARTS_MAX;
    if (pass->places != NULL)
        linked_places_share(pass->places, pass->part_count);
    for (size_t p = 0; p < pass->part_count; p++) {
        struct part *part = &pass->parts[p];
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
    struct pass *pass = xcalloc(1, sizeof *pass);
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
        struct month_sums months = pass->coarse ? count_coarse(pass) : months_of_parts(pass);
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
