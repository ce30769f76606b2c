/* The loops of tally.h: a block's columns are gathered first, then added table by table, so that
 * each loop has few streams and no branch. */
#include "engine/slice/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"

enum {
    PERSON_AGES = 16, /* age bands, with room */
    PERSON_GENDERS = 1 + GENDER_COUNT,
    ROWS_TO_MOVE = 1 << 14
};

/* Squares of fewer than ROWS_TO_MOVE rows below this fit 64 bits: prices to 335,544. A row beyond
 * it is added by itself. */
static const uint64_t DEAR = UINT64_C(1) << 50;

enum tally_base tally_base_of(enum dimension dimension) {
    switch (dimension) {
    case DIMENSION_LOCATION:
    case DIMENSION_LOCAL:
        return TALLY_LOCATION;
    case DIMENSION_HANDSET:
    case DIMENSION_BRAND:
        return TALLY_HANDSET;
    case DIMENSION_SEGMENT:
        return TALLY_SEGMENT;
    case DIMENSION_PRICE_BAND:
        return TALLY_PRICE_BAND;
    default:
        return calendar_is_of_day(dimension) ? TALLY_DAY : TALLY_PERSON;
    }
}

static void open_table(struct tally_table *table, size_t codes, bool person) {
    table->codes = codes;
    table->person = person;
    table->sales = xcalloc(person ? codes : codes * ANSWER_CODES, sizeof *table->sales);
    table->revenue = xcalloc(codes, sizeof *table->revenue);
    table->squares = xcalloc(codes, sizeof *table->squares);
    table->all_squares = xcalloc(codes, sizeof *table->all_squares);
}

void tally_open(struct tally *tally, const struct facts *facts, unsigned bases) {
    *tally = (struct tally){.facts = facts};
    struct dimension_view ages, bands;
    dimension_open(&ages, facts, DIMENSION_AGE_BAND);
    dimension_open(&bands, facts, DIMENSION_PRICE_BAND);
    for (int years = 0; years <= UINT8_MAX; years++)
        tally->age_band[years] = (uint8_t)ages.lookup[years];
    const size_t codes[TALLY_BASES] = {
        [TALLY_DAY] = facts->count != 0 ? (size_t)(facts->last_day - facts->first_day) + 1 : 1,
        [TALLY_LOCATION] = (size_t)facts->locations.count + 1,
        [TALLY_HANDSET] = (size_t)facts->handsets.count + 1,
        [TALLY_PRICE_BAND] = (size_t)bands.codes,
        [TALLY_PERSON] = (size_t)PERSON_GENDERS * PERSON_AGES * ANSWER_CODES,
        [TALLY_SEGMENT] = UINT8_MAX + 1};
    for (int base = 0; base < TALLY_BASES; base++) {
        if ((bases >> base & 1) != 0)
            open_table(&tally->tables[base], codes[base], base == TALLY_PERSON);
    }
    dimension_close(&ages);
    dimension_close(&bands);
}

void tally_close(struct tally *tally) {
    for (int base = 0; base < TALLY_BASES; base++) {
        struct tally_table *table = &tally->tables[base];
        free(table->sales);
        free(table->revenue);
        free(table->squares);
        free(table->all_squares);
        free(table->dear);
    }
    *tally = (struct tally){0};
}

/* --------------------------------------------------------------------- adding */

struct block {
    size_t count;
    uint32_t rows[TALLY_BLOCK];
    uint32_t codes[TALLY_BLOCK];
    uint32_t sales[TALLY_BLOCK];
    uint64_t revenue[TALLY_BLOCK], squares[TALLY_BLOCK];
    uint8_t answers[TALLY_BLOCK];
};

static void find_codes(const struct tally *tally, const struct facts *facts, enum tally_base base,
                       struct block *block) {
    const uint32_t *rows = block->rows;
    uint32_t *codes = block->codes;
    size_t count = block->count;
    switch (base) {
    case TALLY_DAY:
        for (size_t i = 0; i < count; i++)
            codes[i] = (uint32_t)(facts->day[rows[i]] - tally->facts->first_day);
        break;
    case TALLY_LOCATION:
        for (size_t i = 0; i < count; i++)
            codes[i] = facts->location[rows[i]];
        break;
    case TALLY_HANDSET:
        for (size_t i = 0; i < count; i++)
            codes[i] = facts->handset[rows[i]];
        break;
    case TALLY_PRICE_BAND:
        for (size_t i = 0; i < count; i++)
            codes[i] = facts->price_band != NULL
                           ? facts->price_band[rows[i]]
                           : (uint32_t)dimension_price_band_code(facts->price_minor[rows[i]]);
        break;
    case TALLY_PERSON:
        for (size_t i = 0; i < count; i++) {
            uint32_t person = facts->gender[rows[i]] % PERSON_GENDERS * PERSON_AGES +
                              tally->age_band[facts->age[rows[i]]];
            codes[i] = person * ANSWER_CODES + block->answers[i];
        }
        break;
    default:
        for (size_t i = 0; i < count; i++)
            codes[i] = facts->segment != NULL ? facts->segment[rows[i]] : 0;
        break;
    }
}

static void add_to_table(struct tally_table *table, const struct block *block) {
    for (size_t i = 0; i < block->count; i++) {
        size_t code = block->codes[i];
        table->sales[table->person ? code : code * ANSWER_CODES + block->answers[i]] +=
            block->sales[i];
        table->revenue[code] += block->revenue[i];
        table->squares[code] += block->squares[i];
    }
}

static void add_dear(struct tally *tally, const struct facts *facts, uint32_t row) {
    struct block one;
    one.count = 1;
    one.rows[0] = row;
    one.answers[0] = facts->answers[row];
    struct cell cell = cell_of_row(facts, row);
    for (int base = 0; base < TALLY_BASES; base++) {
        struct tally_table *table = &tally->tables[base];
        if (table->codes == 0)
            continue;
        if (table->dear == NULL)
            table->dear = xcalloc(table->codes, sizeof *table->dear);
        find_codes(tally, facts, (enum tally_base)base, &one);
        cell_add(&table->dear[one.codes[0]], &cell);
    }
}

static void move_squares(struct tally *tally) {
    for (int base = 0; base < TALLY_BASES; base++) {
        struct tally_table *table = &tally->tables[base];
        for (size_t code = 0; code < table->codes; code++) {
            table->all_squares[code] += table->squares[code];
            table->squares[code] = 0;
        }
    }
    tally->since = 0;
}

static void gather(struct tally *tally, const struct facts *facts, const uint32_t *rows,
                   size_t count, struct block *block) {
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        uint64_t price = (uint64_t)facts->price_minor[row];
        uint64_t squares;
        if (facts->sales != NULL)
            squares = facts->price_squares_high != NULL && facts->price_squares_high[row] != 0
                          ? UINT64_MAX
                          : facts->price_squares[row];
        else
            squares = price < UINT32_MAX ? price * price : UINT64_MAX;
        if (squares >= DEAR) {
            add_dear(tally, facts, row);
            continue;
        }
        block->rows[taken] = row;
        block->answers[taken] = facts->answers[row];
        block->sales[taken] = facts_sales(facts, row);
        block->revenue[taken] = price;
        block->squares[taken++] = squares;
    }
    block->count = taken;
}

void tally_add(struct tally *tally, const struct facts *facts, const uint32_t *rows, size_t count) {
    struct block block;
    if (tally->since + count >= ROWS_TO_MOVE)
        move_squares(tally);
    tally->since += count;
    gather(tally, facts, rows, count, &block);
    for (int base = 0; base < TALLY_BASES; base++) {
        if (tally->tables[base].codes == 0)
            continue;
        find_codes(tally, facts, (enum tally_base)base, &block);
        add_to_table(&tally->tables[base], &block);
    }
}

/* --------------------------------------------------------------------- results */

void tally_merge(struct tally *tally, struct tally *other) {
    move_squares(tally);
    move_squares(other);
    for (int base = 0; base < TALLY_BASES; base++) {
        struct tally_table *to = &tally->tables[base], *from = &other->tables[base];
        size_t counts = to->person ? to->codes : to->codes * ANSWER_CODES;
        for (size_t i = 0; i < counts; i++)
            to->sales[i] += from->sales[i];
        if (from->dear != NULL && to->dear == NULL)
            to->dear = xcalloc(to->codes, sizeof *to->dear);
        for (size_t code = 0; code < to->codes; code++) {
            to->revenue[code] += from->revenue[code];
            to->all_squares[code] += from->all_squares[code];
            if (from->dear != NULL)
                cell_add(&to->dear[code], &from->dear[code]);
        }
    }
}

static void count_answers(struct cell *cell, int answers, int64_t sales) {
    cell->sales += sales;
    for (int answer = 0; answer < ANSWER_COUNT; answer++, answers /= 3) {
        cell->yes[answer] += answers % 3 == 2 ? sales : 0;
        cell->known[answer] += answers % 3 != 0 ? sales : 0;
    }
}

static struct cell cell_of_code(const struct tally_table *table, size_t code) {
    struct cell cell = {0};
    if (table->person) {
        count_answers(&cell, (int)(code % ANSWER_CODES), table->sales[code]);
    } else {
        for (int answers = 0; answers < ANSWER_CODES; answers++) {
            uint32_t sales = table->sales[code * ANSWER_CODES + (size_t)answers];
            if (sales != 0)
                count_answers(&cell, answers, sales);
        }
    }
    cell.revenue_minor = (int64_t)table->revenue[code];
    cell.price_squares = table->all_squares[code];
    if (table->dear != NULL)
        cell_add(&cell, &table->dear[code]);
    return cell;
}

static int dimension_code_of(const struct dimension_view *view, size_t code) {
    size_t person = code / ANSWER_CODES;
    switch (view->dimension) {
    case DIMENSION_PRICE_BAND:
        return (int)code;
    case DIMENSION_GENDER:
        return view->lookup[person / PERSON_AGES];
    case DIMENSION_AGE_BAND:
        return (int)(person % PERSON_AGES);
    case DIMENSION_WEEKDAY:
    case DIMENSION_WEEKEND:
        return view->lookup[code % DAYS_IN_WEEK];
    default:
        return view
            ->lookup[tally_base_of(view->dimension) == TALLY_PERSON ? code % ANSWER_CODES : code];
    }
}

void tally_cells(struct tally *tally, const struct dimension_view *view, struct cell *cells) {
    const struct tally_table *table = &tally->tables[tally_base_of(view->dimension)];
    move_squares(tally);
    for (size_t code = 0; code < table->codes; code++) {
        struct cell cell = cell_of_code(table, code);
        if (cell.sales != 0)
            cell_add(&cells[dimension_code_of(view, code)], &cell);
    }
}
