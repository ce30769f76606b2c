/* engine/slice/cube_rows: cells stand by combination and month, whatever came, stayed and went. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/memory.h"
#include "engine/slice/cube_cells.h"
#include "engine/slice/cube_rows.h"
#include "engine/slice/dimension.h"

enum { SHOPS = 3, MONTHS = 9, FIRST_MONTH = 2024 * 12 + 2, PLACES = 3, HANDSETS = 4 };

/* Months of shops, as a database would hand them out. */
struct stock {
    struct cube_span spans[SHOPS * MONTHS];
    struct buffer bytes[SHOPS * MONTHS];
    struct cube_cells cells[SHOPS * MONTHS];
    size_t count;
    int reads;
};

static unsigned lot = 1;
static unsigned draw(unsigned below) {
    lot = lot * 1664525u + 1013904223u;
    return (unsigned)((unsigned long long)lot * below >> 32);
}

static void make_month(struct stock *stock, size_t at, int shop, int month, unsigned sales) {
    struct cube_builder *builder = cube_builder_new();
    for (unsigned i = 0; i < sales; i++) {
        int64_t price =
            draw(40) == 0 ? INT64_C(6000000000) * (1 + draw(9)) : 800000 + draw(4000000);
        const struct pack_rows row = {.location = &(uint16_t){(uint16_t)draw(PLACES + 1)},
                                      .handset = &(uint16_t){(uint16_t)(1 + draw(HANDSETS))},
                                      .age = &(uint8_t){(uint8_t)(draw(3) == 0 ? 0 : 20 + draw(9))},
                                      .gender = &(uint8_t){(uint8_t)draw(3)},
                                      .answers = &(uint8_t){(uint8_t)(draw(2) * 80)},
                                      .price_minor = &price};
        cube_builder_add_rows(builder, &row, 0, 1);
    }
    stock->spans[at] =
        (struct cube_span){.month = month, .shop = shop, .count = cube_builder_count(builder)};
    cube_cells_free(&stock->cells[at]);
    cube_builder_cells(builder, &stock->cells[at]);
    cube_encode(&stock->cells[at], &stock->bytes[at]);
    cube_builder_free(builder);
}

static void stock_free(struct stock *stock) {
    for (size_t i = 0; i < SHOPS * MONTHS; i++) {
        buffer_free(&stock->bytes[i]);
        cube_cells_free(&stock->cells[i]);
    }
}

static enum err read_stock(void *context, const struct cube_span *span, struct buffer *bytes,
                           struct error *error) {
    struct stock *stock = context;
    size_t at = (size_t)(span - stock->spans);
    (void)error;
    stock->reads++;
    buffer_clear(bytes);
    buffer_append(bytes, stock->bytes[at].data, stock->bytes[at].length);
    return ERR_OK;
}

static int64_t price_of_tail[] = {INT64_C(1) << 40, 1500000};
static const struct facts tail = {.count = 2,
                                  .price_minor = price_of_tail,
                                  .day = (day_number[]){19900, 19901},
                                  .location = (uint16_t[]){1, 0},
                                  .handset = (uint16_t[]){2, 1},
                                  .age = (uint8_t[]){33, 0},
                                  .gender = (uint8_t[]){1, 0},
                                  .answers = (uint8_t[]){80, 3},
                                  .shop = (uint16_t[]){2, 1}};

/* Facts that know three places, four handsets and three shops. */
static struct facts empty_cells(void) {
    struct facts cells = {.first_day = date_month_start(FIRST_MONTH) + 4,
                          .last_day = date_month_start(FIRST_MONTH + MONTHS)};
    cells.locations.count = PLACES;
    cells.handsets.count = HANDSETS;
    cells.shops.count = SHOPS;
    return cells;
}

static void forget(struct facts *cells, struct cube_rows *rows) {
    cells->locations.count = cells->handsets.count = 0;
    cells->shops.count = 0;
    facts_free(cells);
    cube_rows_free(rows);
}

static int compare(const struct combination *a, const struct combination *b) {
    const int64_t of_a[] = {a->shop,     a->location,   a->handset, a->gender,
                            a->age_band, a->price_band, a->answers};
    const int64_t of_b[] = {b->shop,     b->location,   b->handset, b->gender,
                            b->age_band, b->price_band, b->answers};
    for (size_t i = 0; i < sizeof of_a / sizeof *of_a; i++) {
        if (of_a[i] != of_b[i])
            return of_a[i] < of_b[i] ? -1 : 1;
    }
    return 0;
}

static void expect_order(const struct facts *cells, const struct cube_rows *rows) {
    assert_int_equal(rows->combinations[0].from, 0);
    assert_int_equal(rows->combinations[rows->count].from, cells->count);
    for (size_t i = 0; i < rows->count; i++) {
        const struct combination *of = &rows->combinations[i];
        struct combination_sums sums = {0};
        assert_true(of[0].from < of[1].from);
        if (i > 0 && i < rows->packed)
            assert_int_equal(compare(of - 1, of), -1);
        assert_int_equal(of->age_band, dimension_age_band_code(of->age));
        for (size_t row = of->from; row < of[1].from; row++) {
            assert_true(row == of->from || facts_day(cells, row - 1) < facts_day(cells, row));
            assert_int_equal(facts_shop(cells, row), of->shop);
            assert_int_equal(cells->location[facts_at(cells, row)], of->location);
            assert_int_equal(cells->handset[facts_at(cells, row)], of->handset);
            assert_int_equal(cells->gender[facts_at(cells, row)], of->gender);
            assert_int_equal(cells->age[facts_at(cells, row)], of->age);
            assert_int_equal(cells->price_band[facts_at(cells, row)], of->price_band);
            assert_int_equal(cells->answers[facts_at(cells, row)], of->answers);
            sums.sales += cells->sales[row];
            sums.revenue_minor += (uint64_t)facts_revenue(cells, row);
            sums.squares += facts_price_squares(cells, row);
        }
        assert_int_equal(rows->sums.sums[i].sales, sums.sales);
        assert_int_equal(rows->sums.sums[i].revenue_minor, sums.revenue_minor);
        assert_true(rows->sums.sums[i].squares == sums.squares);
    }
}

/* The row of a cell, by looking at every one. */
static size_t row_of(const struct facts *cells, const struct cube_rows *rows,
                     const struct cube_span *span, const struct cube_cells *from, size_t i) {
    for (size_t c = 0; c < rows->packed; c++) {
        const struct combination *of = &rows->combinations[c];
        if (of->shop != span->shop || of->location != from->location[i] ||
            of->handset != from->handset[i] || of->gender != from->gender[i] ||
            of->age_band != from->age_band[i] || of->price_band != from->price_band[i] ||
            of->answers != from->answers[i])
            continue;
        for (size_t row = of->from; row < of[1].from; row++) {
            if (date_month_index(facts_day(cells, row)) == span->month)
                return row;
        }
    }
    fail_msg("a cell is lost");
    return 0;
}

static void expect_stock(const struct facts *cells, const struct cube_rows *rows,
                         const struct stock *stock) {
    size_t count = 0;
    expect_order(cells, rows);
    for (size_t s = 0; s < stock->count; s++) {
        const struct cube_cells *from = &stock->cells[s];
        for (size_t i = 0; i < from->count; i++) {
            size_t row = row_of(cells, rows, &stock->spans[s], from, i);
            assert_int_equal(cells->sales[row], from->sales[i]);
            assert_int_equal(facts_revenue(cells, row), from->revenue_minor[i]);
            assert_true(facts_price_squares(cells, row) ==
                        ((uint128)from->squares_high[i] << 64 | from->squares_low[i]));
        }
        count += from->count;
    }
    assert_int_equal(cells->count, count + tail.count);
    assert_int_equal(rows->count, rows->packed + tail.count);
    for (size_t i = 0; i < tail.count; i++) {
        assert_int_equal(facts_revenue(cells, count + i), tail.price_minor[i]);
        assert_int_equal(date_month_index(facts_day(cells, count + i)),
                         date_month_index(tail.day[i]));
        assert_int_equal(cells->sales[count + i], 1);
    }
}

/* Each round changes some months, drops some and brings some back, in the middle too. */
static void rows_stand_by_combination_and_month_whatever_changed(void **state) {
    (void)state;
    struct stock *stock = xcalloc(1, sizeof *stock);
    struct facts cells = empty_cells();
    struct cube_rows rows = {0};
    const struct cube_source source = {read_stock, stock};
    bool is_in[SHOPS * MONTHS] = {false};
    for (int round = 0; round < 25; round++) {
        struct stock *next = xcalloc(1, sizeof *next);
        bool here[SHOPS * MONTHS] = {false};
        int fresh = 0;
        for (int slot = 0; slot < SHOPS * MONTHS; slot++) {
            int month = FIRST_MONTH + slot / SHOPS, shop = 1 + slot % SHOPS;
            size_t at = next->count;
            bool was = is_in[slot];
            is_in[slot] = draw(4) != 0;
            for (size_t i = 0; was && i < stock->count; i++) {
                if (stock->spans[i].month != month || stock->spans[i].shop != shop)
                    continue;
                next->spans[at] = stock->spans[i];
                next->bytes[at] = stock->bytes[i];
                next->cells[at] = stock->cells[i];
                stock->bytes[i] = (struct buffer){0};
                stock->cells[i] = (struct cube_cells){0};
            }
            here[at] = is_in[slot] && was && draw(3) != 0;
            if (is_in[slot] && !here[at]) {
                make_month(next, at, shop, month, draw(60));
                fresh++;
            }
            if (!is_in[slot]) {
                buffer_free(&next->bytes[at]);
                cube_cells_free(&next->cells[at]);
            }
            next->count += is_in[slot];
        }
        stock_free(stock);
        *stock = *next;
        free(next);
        struct error error;
        assert_int_equal(cube_rows_update(&cells, &rows, stock->spans, here, stock->count, &tail,
                                          &source, &error),
                         ERR_OK);
        assert_int_equal(stock->reads, 2 * fresh);
        expect_stock(&cells, &rows, stock);
    }
    forget(&cells, &rows);
    stock_free(stock);
    free(stock);
}

static void months_that_hold_what_no_sales_can_be_leave_no_rows(void **state) {
    (void)state;
    for (int kind = 0; kind < 6; kind++) {
        struct stock stock = {.count = 2};
        struct facts cells = empty_cells();
        struct cube_rows rows = {0};
        const struct cube_source source = {read_stock, &stock};
        const bool here[2] = {false};
        struct error error = {0};
        make_month(&stock, 0, 1, FIRST_MONTH, 50);
        make_month(&stock, 1, 1, FIRST_MONTH + 1, 50);
        struct cube_cells *bad = &stock.cells[1];
        switch (kind) {
        case 0:
            bad->location[49 % bad->count] = PLACES + 1;
            break;
        case 1:
            bad->answers[1] = ANSWER_CODES;
            break;
        case 2:
            bad->sales[0] = 0;
            break;
        case 3: /* not ascending */
            bad->location[0] = PLACES;
            bad->handset[0] = HANDSETS;
            break;
        case 4: /* the same twice */
            bad->location[1] = bad->location[0];
            bad->handset[1] = bad->handset[0];
            bad->gender[1] = bad->gender[0];
            bad->age_band[1] = bad->age_band[0];
            bad->price_band[1] = bad->price_band[0];
            bad->answers[1] = bad->answers[0];
            break;
        default: /* fewer than are said */
            bad->count--;
            break;
        }
        cube_encode(bad, &stock.bytes[1]);
        assert_int_equal(
            cube_rows_update(&cells, &rows, stock.spans, here, 2, &tail, &source, &error),
            ERR_DAMAGED);
        assert_int_equal(cells.count, 0);
        assert_int_equal(rows.count, 0);
        assert_non_null(strstr(error.message, "what no sales can be"));
        forget(&cells, &rows);
        stock_free(&stock);
    }
}

static void nothing_is_one_row_without_sales(void **state) {
    (void)state;
    struct facts cells = empty_cells();
    struct cube_rows rows = {0};
    cube_rows_add_nothing(&cells, &rows);
    assert_int_equal(cells.count, 1);
    assert_int_equal(cells.sales[0], 0);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.sums.sums[0].sales, 0);
    expect_order(&cells, &rows);
    forget(&cells, &rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_stand_by_combination_and_month_whatever_changed),
        cmocka_unit_test(months_that_hold_what_no_sales_can_be_leave_no_rows),
        cmocka_unit_test(nothing_is_one_row_without_sales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
