/* The loops of tally.h. Tables of few codes keep their sums by code and answers: neighbouring rows
 * then seldom wait for each other's sum. */
#include "engine/slice/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"

enum { ROWS_TO_MOVE = 1 << 14 };

/* Squares of fewer than ROWS_TO_MOVE rows below this fit 64 bits: prices to 335,544. A row beyond
 * it is added by itself. */
static const uint64_t DEAR = UINT64_C(1) << 50;

/* How many sums of squares and of dear rows it has. */
static size_t sums_of(const struct tally_table *table) {
    return table->joint ? table->codes * ANSWER_CODES : table->codes;
}

static void open_table(struct tally_table *table, size_t codes, bool joint) {
    table->codes = codes;
    table->joint = joint;
    size_t sums = sums_of(table);
    table->all_squares = xcalloc(sums, sizeof *table->all_squares);
    if (joint) {
        table->entries = xcalloc(sums, sizeof *table->entries);
        return;
    }
    table->sales = xcalloc(codes * ANSWER_CODES, sizeof *table->sales);
    table->revenue = xcalloc(codes, sizeof *table->revenue);
    table->squares = xcalloc(codes, sizeof *table->squares);
}

void tally_open(struct tally *tally, const struct facts *facts, unsigned bases) {
    *tally = (struct tally){.facts = facts};
    struct dimension_view ages, segments;
    dimension_open(&ages, facts, DIMENSION_AGE_BAND);
    dimension_open(&segments, facts, DIMENSION_SEGMENT);
    for (int years = 0; years <= UINT8_MAX; years++) {
        tally->age_band[years] = (uint8_t)ages.lookup[years];
        tally->segment[years] = (uint8_t)segments.lookup[years];
    }
    for (int base = 0; base < TALLY_BASES; base++) {
        bool wanted = (bases >> base & 1) != 0;
        if (base == TALLY_SHOP && facts->shop == NULL)
            wanted = wanted && (bases >> TALLY_PRICE_BAND & 1) == 0; /* else that has all */
        if (wanted)
            open_table(&tally->tables[base], tally_base_codes(facts, (enum tally_base)base),
                       base >= TALLY_PRICE_BAND);
    }
    dimension_close(&ages);
    dimension_close(&segments);
}

void tally_close(struct tally *tally) {
    for (int base = 0; base < TALLY_BASES; base++) {
        struct tally_table *table = &tally->tables[base];
        free(table->entries);
        free(table->sales);
        free(table->revenue);
        free(table->squares);
        free(table->all_squares);
        free(table->dear);
    }
    *tally = (struct tally){0};
}

/* --------------------------------------------------------------------- adding */

static size_t code_of(const struct tally *tally, const struct facts *facts, enum tally_base base,
                      size_t row) {
    switch (base) {
    case TALLY_DAY:
        return (size_t)(facts_day(facts, row) - tally->facts->first_day);
    case TALLY_LOCATION:
        return facts->location[facts_at(facts, row)];
    case TALLY_HANDSET:
        return facts->handset[facts_at(facts, row)];
    case TALLY_SHOP:
        return (size_t)facts_shop(facts, row);
    case TALLY_PRICE_BAND:
        return facts->price_band != NULL
                   ? facts->price_band[facts_at(facts, row)]
                   : (size_t)dimension_price_band_code(facts->price_minor[row]);
    case TALLY_PERSON:
        return (size_t)facts->gender[facts_at(facts, row)] % PERSON_GENDERS * PERSON_AGES +
               tally->age_band[facts->age[facts_at(facts, row)]];
    default:
        return facts->segment != NULL ? tally->segment[facts->segment[row]] : 0;
    }
}

static void add_dear(struct tally *tally, enum tally_base base, const struct facts *facts,
                     uint32_t row) {
    struct tally_table *table = &tally->tables[base];
    struct cell cell = cell_of_row(facts, row);
    size_t code = code_of(tally, facts, base, row);
    if (table->dear == NULL)
        table->dear = xcalloc(sums_of(table), sizeof *table->dear);
    cell_add(&table->dear[table->joint ? code * ANSWER_CODES + facts->answers[facts_at(facts, row)]
                                       : code],
             &cell);
}

static void add_dear_everywhere(struct tally *tally, const struct facts *facts, uint32_t row) {
    for (int base = 0; base < TALLY_BASES; base++) {
        if (tally->tables[base].codes != 0)
            add_dear(tally, (enum tally_base)base, facts, row);
    }
}

static void move_squares(struct tally *tally) {
    if (tally->since == 0)
        return;
    for (int base = 0; base < TALLY_BASES; base++) {
        struct tally_table *table = &tally->tables[base];
        for (size_t i = 0; i < sums_of(table); i++) {
            uint64_t *squares = table->joint ? &table->entries[i].squares : &table->squares[i];
            table->all_squares[i] += *squares;
            *squares = 0;
        }
    }
    tally->since = 0;
}

static inline uint64_t squares_of(const struct facts *facts, uint32_t row, uint64_t price) {
    if (facts->sales == NULL)
        return price < UINT32_MAX ? price * price : UINT64_MAX;
    bool high = facts->price_squares_high != NULL && facts->price_squares_high[row] != 0;
    return high ? UINT64_MAX : facts->price_squares[row];
}

static inline void add_entry(struct tally_entry *entry, uint64_t sales, uint64_t revenue,
                             uint64_t squares) {
    entry->sales += sales;
    entry->revenue += revenue;
    entry->squares += squares;
}

static inline void add_split(struct tally_table *table, size_t code, size_t answers, uint32_t sales,
                             uint64_t revenue, uint64_t squares) {
    table->sales[code * ANSWER_CODES + answers] += sales;
    table->revenue[code] += revenue;
    table->squares[code] += squares;
}

static void find_codes(const struct tally *tally, const struct facts *facts, enum tally_base base,
                       const uint32_t *rows, size_t count, uint32_t codes[TALLY_BLOCK]) {
#define CODES(column)                  \
    for (size_t i = 0; i < count; i++) \
        codes[i] = (uint32_t)(column); \
    break
    switch (base) {
    case TALLY_DAY:
        CODES(facts_day(facts, rows[i]) - tally->facts->first_day);
    case TALLY_LOCATION:
        CODES(facts->location[facts_at(facts, rows[i])]);
    case TALLY_HANDSET:
        CODES(facts->handset[facts_at(facts, rows[i])]);
    default:
        CODES(code_of(tally, facts, base, rows[i]));
    }
#undef CODES
}

/* By one column alone. */
static void add_by(struct tally *tally, enum tally_base base, const struct facts *facts,
                   const uint32_t *rows, size_t count) {
    struct tally_table *table = &tally->tables[base];
    uint32_t codes[TALLY_BLOCK];
    find_codes(tally, facts, base, rows, count, codes);
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i], sales = facts_sales(facts, row);
        uint64_t price = (uint64_t)facts_revenue(facts, row),
                 squares = squares_of(facts, row, price);
        size_t answers = facts->answers[facts_at(facts, row)];
        if (squares >= DEAR)
            add_dear(tally, base, facts, row);
        else if (table->joint)
            add_entry(&table->entries[codes[i] * ANSWER_CODES + answers], sales, price, squares);
        else
            add_split(table, codes[i], answers, sales, price, squares);
    }
}

static void add_sales(struct tally *tally, const struct facts *facts, const uint32_t *rows,
                      size_t count) {
    struct tally_table *tables = tally->tables;
    int bases = tables[TALLY_SHOP].codes != 0 ? TALLY_BASES : TALLY_SHOP;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        uint64_t price = (uint64_t)facts_revenue(facts, row),
                 squares = squares_of(facts, row, price);
        size_t answers = facts->answers[facts_at(facts, row)];
        if (squares >= DEAR) {
            add_dear_everywhere(tally, facts, row);
            continue;
        }
        for (int base = TALLY_PRICE_BAND; base < bases; base++) {
            size_t code = code_of(tally, facts, (enum tally_base)base, row);
            add_entry(&tables[base].entries[code * ANSWER_CODES + answers], 1, price, squares);
        }
        for (int base = 0; base < TALLY_PRICE_BAND; base++)
            add_split(&tables[base], code_of(tally, facts, (enum tally_base)base, row), answers, 1,
                      price, squares);
    }
}

/* Cells of one place and handset, which follow one another: what they add up to is added to those
 * two tables at once. */
struct run {
    uint64_t key, revenue, squares;
    uint32_t sales[ANSWER_CODES];
};

static uint64_t key_of_run(const struct facts *facts, uint32_t row) {
    return (uint64_t)facts->location[facts_at(facts, row)] << 16 |
           facts->handset[facts_at(facts, row)];
}

static void end_run(struct tally *tally, struct run *run) {
    const size_t codes[] = {
        [TALLY_LOCATION] = run->key >> 16, [TALLY_HANDSET] = run->key & UINT16_MAX};
    for (int base = TALLY_LOCATION; base <= TALLY_HANDSET; base++) {
        struct tally_table *table = &tally->tables[base];
        uint32_t *sales = &table->sales[codes[base] * ANSWER_CODES];
        table->revenue[codes[base]] += run->revenue;
        table->squares[codes[base]] += run->squares;
        for (int answers = 0; answers < ANSWER_CODES; answers++)
            sales[answers] += run->sales[answers];
    }
    *run = (struct run){.key = 0};
}

static void add_cells(struct tally *tally, const struct facts *facts, const uint32_t *rows,
                      size_t count) {
    struct tally_entry *people = tally->tables[TALLY_PERSON].entries,
                       *bands = tally->tables[TALLY_PRICE_BAND].entries,
                       *shops = tally->tables[TALLY_SHOP].entries;
    struct run run = {.key = key_of_run(facts, rows[0])};
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i], sales = facts->sales[row];
        uint64_t revenue = (uint64_t)facts_revenue(facts, row), key = key_of_run(facts, row);
        uint64_t squares = squares_of(facts, row, revenue);
        size_t answers = facts->answers[facts_at(facts, row)];
        if (squares >= DEAR) {
            add_dear_everywhere(tally, facts, row);
            continue;
        }
        if (key != run.key) {
            end_run(tally, &run);
            run.key = key;
        }
        size_t person = (size_t)facts->gender[facts_at(facts, row)] % PERSON_GENDERS * PERSON_AGES +
                        tally->age_band[facts->age[facts_at(facts, row)]];
        add_entry(&people[person * ANSWER_CODES + answers], sales, revenue, squares);
        add_entry(&bands[(size_t)facts->price_band[facts_at(facts, row)] * ANSWER_CODES + answers],
                  sales, revenue, squares);
        if (shops != NULL)
            add_entry(&shops[(size_t)facts_shop(facts, row) * ANSWER_CODES + answers], sales,
                      revenue, squares);
        add_split(&tally->tables[TALLY_DAY],
                  (size_t)(facts_day(facts, row) - tally->facts->first_day), answers, sales,
                  revenue, squares);
        run.sales[answers] += sales;
        run.revenue += revenue;
        run.squares += squares;
    }
    end_run(tally, &run);
}

void tally_add(struct tally *tally, const struct facts *facts, const uint32_t *rows, size_t count) {
    bool all = true;
    if (count == 0)
        return;
    if (tally->since + count >= ROWS_TO_MOVE)
        move_squares(tally);
    tally->since += count;
    for (int base = 0; base < TALLY_SEGMENT; base++)
        all = all && tally->tables[base].codes != 0;
    if (all && facts->sales != NULL) {
        add_cells(tally, facts, rows, count);
    } else if (all && tally->tables[TALLY_SEGMENT].codes != 0) {
        add_sales(tally, facts, rows, count);
    } else {
        for (int base = 0; base < TALLY_BASES; base++) {
            if (tally->tables[base].codes != 0)
                add_by(tally, (enum tally_base)base, facts, rows, count);
        }
    }
}

/* --------------------------------------------------------------------- results */

static void count_answers(struct cell *cell, int answers, int64_t sales) {
    cell->sales += sales;
    for (int answer = 0; answer < ANSWER_COUNT; answer++, answers /= 3) {
        cell->yes[answer] += answers % 3 == 2 ? sales : 0;
        cell->known[answer] += answers % 3 != 0 ? sales : 0;
    }
}

static struct cell cell_of_entry(const struct tally_table *table, size_t entry) {
    struct cell cell = {.revenue_minor = (int64_t)table->entries[entry].revenue,
                        .price_squares = table->all_squares[entry]};
    count_answers(&cell, (int)(entry % ANSWER_CODES), (int64_t)table->entries[entry].sales);
    return cell;
}

static struct cell cell_of_code(const struct tally_table *table, size_t code) {
    struct cell cell = {.revenue_minor = (int64_t)table->revenue[code],
                        .price_squares = table->all_squares[code]};
    for (int answers = 0; answers < ANSWER_CODES; answers++) {
        uint32_t sales = table->sales[code * ANSWER_CODES + (size_t)answers];
        if (sales != 0)
            count_answers(&cell, answers, sales);
    }
    return cell;
}

static void count_code(const struct tally_table *table, enum tally_base base, size_t code,
                       struct column_cells *counts) {
    for (size_t answers = 0; table->joint && answers < ANSWER_CODES; answers++) {
        size_t entry = code * ANSWER_CODES + answers;
        if (table->entries[entry].sales == 0)
            continue;
        struct cell cell = cell_of_entry(table, entry);
        cell_add(&counts->by[base][code], &cell);
        if (base == TALLY_PERSON)
            cell_add(&counts->answers[answers], &cell);
    }
    if (!table->joint) {
        struct cell cell = cell_of_code(table, code);
        cell_add(&counts->by[base][code], &cell);
    }
}

static void count_dear(const struct tally_table *table, enum tally_base base,
                       struct column_cells *counts) {
    size_t each = table->joint ? ANSWER_CODES : 1;
    for (size_t i = 0; table->dear != NULL && i < sums_of(table); i++) {
        cell_add(&counts->by[base][i / each], &table->dear[i]);
        if (base == TALLY_PERSON)
            cell_add(&counts->answers[i % each], &table->dear[i]);
    }
}

void tally_counts(struct tally *tally, struct column_cells *counts) {
    move_squares(tally);
    for (int base = 0; base < TALLY_BASES; base++) {
        const struct tally_table *table = &tally->tables[base];
        for (size_t code = 0; code < table->codes; code++)
            count_code(table, (enum tally_base)base, code, counts);
        if (table->codes != 0)
            count_dear(table, (enum tally_base)base, counts);
    }
    if (counts->by[TALLY_SHOP] == NULL || tally->tables[TALLY_SHOP].codes != 0)
        return;
    size_t bands = tally->tables[TALLY_PRICE_BAND].codes;
    struct cell *all = &counts->by[TALLY_SHOP][SHOP_OWN]; /* also of what was added before */
    *all = (struct cell){.sales = 0};
    for (size_t band = 0; band < bands; band++)
        cell_add(all, &counts->by[TALLY_PRICE_BAND][band]);
}
