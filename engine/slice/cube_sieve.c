/* A slice's own cells from sales in memory. They keep the order of the cells that they are of, so
 * that nothing has to be sorted: each thread sieves a run of combinations to where it would end if
 * all of it passed, and what is between them closes up. */
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "base/memory.h"
#include "engine/slice/cube.h"
#include "engine/slice/sale_columns.h"
#include "engine/slice/sale_sums.h"
#include "engine/slice/tables.h"

enum { PARTS_MAX = 2, SALES_A_THREAD = 200000, BANDS = 16, COMBINATIONS_A_LOOK = 256 };

/* Whether the sales of a month or a band pass. */
enum passing { NONE_PASS, SOME_PASS, ALL_PASS };

struct part {
    size_t from, to;                  /* combinations */
    struct combination *combinations; /* of which something is left */
    size_t count, packed;
    size_t first, end; /* rows */
};

struct sieve {
    const struct sale_columns *columns;
    const struct tables *tables;
    const struct facts *cells;
    struct facts *out;
    const struct cube *cube;   /* tells to stop */
    struct sale_filter filter; /* owns its days */
    uint8_t *months;           /* enum passing */
    enum passing age_bands[BANDS], price_bands[BANDS];
    struct part parts[PARTS_MAX];
    size_t part_count;
};

#define VALUE_COLUMNS(X) X(month) X(sales) X(price_squares)

static void out_reserve(struct facts *out, const struct facts *cells, size_t capacity) {
#define X(column) out->column = xreallocarray(out->column, capacity + 1, sizeof *out->column);
    VALUE_COLUMNS(X)
    if (cells->revenue != NULL)
        X(revenue)
    else
        X(price_minor)
    if (cells->price_squares_high != NULL)
        X(price_squares_high)
#undef X
}

static void move_rows(struct facts *out, size_t to, size_t from, size_t count) {
    if (to == from || count == 0)
        return;
#define X(column) memmove(out->column + to, out->column + from, count * sizeof *out->column);
    VALUE_COLUMNS(X)
    if (out->revenue != NULL)
        X(revenue)
    else
        X(price_minor)
    if (out->price_squares_high != NULL)
        X(price_squares_high)
#undef X
}

/* ------------------------------------------------------------------------ what passes */

static void see(enum passing *passing, bool *seen, bool passes) {
    if (!*seen)
        *passing = passes ? ALL_PASS : NONE_PASS;
    else if (*passing != (passes ? ALL_PASS : NONE_PASS))
        *passing = SOME_PASS;
    *seen = true;
}

static void read_days(struct sieve *sieve) {
    const struct tables *tables = sieve->tables;
    const struct cube_sums *sums = &sieve->cells->cube->rows.sums;
    size_t months = (size_t)sums->months.count;
    enum passing *passing = xcalloc(months + 1, sizeof *passing);
    bool *seen = xcalloc(months + 1, sizeof *seen);
    sieve->filter.days = xcalloc(sieve->columns->days + 1, sizeof *sieve->filter.days);
    for (size_t day = 0; day < sieve->columns->days; day++) {
        day_number date = sieve->cells->first_day + (day_number)day;
        bool passes = (tables->days == NULL || tables->days[day] != 0) &&
                      (tables->weekdays >> date_weekday(date) & 1) != 0;
        sieve->filter.days[day] = passes ? UINT64_MAX : 0;
        see(&passing[sums->month_at[day]], &seen[sums->month_at[day]], passes);
    }
    sieve->months = xcalloc(months + 1, 1);
    for (size_t month = 0; month < months; month++)
        sieve->months[month] = (uint8_t)passing[month];
    free(passing);
    free(seen);
}

static void read_bands(struct sieve *sieve) {
    const struct tables *tables = sieve->tables;
    bool seen[BANDS] = {false};
    struct dimension_view view;
    for (int code = 0; code < BYTE_CODES; code++) {
        bool age = tables->ages == NULL || tables->ages[code] != 0;
        bool segment = tables->segments == NULL || tables->segments[code] != 0;
        sieve->filter.ages[code] = age ? UINT64_MAX : 0;
        sieve->filter.segments[code] = segment ? UINT64_MAX : 0;
    }
    for (int age = 0; age <= AGE_MAX; age++) {
        int band = dimension_age_band_code(age);
        see(&sieve->age_bands[band], &seen[band], sieve->filter.ages[age] != 0);
    }
    dimension_open(&view, sieve->cells, DIMENSION_PRICE_BAND);
    for (int code = 1; code < view.codes; code++) {
        int64_t from, below;
        dimension_price_band(code, &from, &below);
        bool passes = !tables->priced || tables_price_passes(tables, from);
        sieve->price_bands[code] = passes ? ALL_PASS : NONE_PASS;
        for (size_t i = 0; tables->priced && i < tables->price_count; i++) {
            const struct filter_range *range = &tables->prices[i];
            if ((range->low > from && range->low < below) ||
                (range->high >= from && range->high < below - 1))
                sieve->price_bands[code] = SOME_PASS;
        }
    }
    dimension_close(&view);
}

/* By what cells know; and what its sales are asked but for their day. */
static bool may_pass(const struct sieve *sieve, const struct combination *of, unsigned *asked) {
    const struct tables *tables = sieve->tables;
#define FAILS(column, code) (tables->column != NULL && tables->column[code] == 0)
    if (FAILS(locations, of->location) || FAILS(handsets, of->handset) || FAILS(shops, of->shop) ||
        FAILS(genders, of->gender) || FAILS(answers, of->answers))
        return false;
#undef FAILS
    enum passing age = sieve->age_bands[of->age_band], price = sieve->price_bands[of->price_band];
    *asked = (age == SOME_PASS ? ASK_AGE : 0U) | (price == SOME_PASS ? ASK_PRICE : 0U) |
             (tables->segments != NULL ? ASK_SEGMENT : 0U);
    return age != NONE_PASS && price != NONE_PASS;
}

/* ------------------------------------------------------------------------ sieving */

static void put_row(const struct sieve *sieve, size_t to, size_t row,
                    const struct combination_sums *sums) {
    struct facts *out = sieve->out;
    out->month[to] = sieve->cells->month[row];
    out->sales[to] = (uint32_t)sums->sales;
    if (out->revenue != NULL)
        out->revenue[to] = (uint32_t)sums->revenue_minor;
    else
        out->price_minor[to] = (int64_t)sums->revenue_minor;
    out->price_squares[to] = (uint64_t)sums->squares;
    if (out->price_squares_high != NULL)
        out->price_squares_high[to] = (uint64_t)(sums->squares >> 64);
}

/* Appends what is left of a combination to the part's rows. */
static void sieve_combination(const struct sieve *sieve, struct part *part, size_t number) {
    const struct cube_rows *rows = &sieve->cells->cube->rows;
    const struct combination *of = &rows->combinations[number];
    uint32_t at = sieve->columns->from[number];
    size_t first = part->end;
    unsigned asked;
    if (!may_pass(sieve, of, &asked) || at == sieve->columns->from[number + 1])
        return;
    for (size_t row = of->from; row < of[1].from; row++) {
        uint32_t next = at + sieve->cells->sales[row];
        int day = facts_day(sieve->cells, row) - sieve->cells->first_day;
        enum passing month = (enum passing)sieve->months[rows->sums.month_at[day]];
        struct combination_sums sums = {.sales = 0};
        if (month == ALL_PASS && asked == 0)
            sums = (struct combination_sums){sieve->cells->sales[row],
                                             (uint64_t)facts_revenue(sieve->cells, row),
                                             facts_price_squares(sieve->cells, row)};
        else if (month != NONE_PASS)
            sums = sale_sums(&sieve->filter, asked | (month == SOME_PASS ? ASK_DAY : 0), at, next);
        if (sums.sales > 0)
            put_row(sieve, part->end++, row, &sums);
        at = next;
    }
    if (part->end == first)
        return;
    part->combinations[part->count] = *of;
    part->combinations[part->count++].from = (uint32_t)first;
    part->packed += number < rows->packed;
}

static enum err sieve_part(void *context, size_t index, struct error *error) {
    const struct sieve *sieve = context;
    struct part *part = &((struct sieve *)context)->parts[index];
    enum err err = ERR_OK;
    for (size_t i = part->from; i < part->to && err == ERR_OK; i++) {
        if (i % COMBINATIONS_A_LOOK == 0)
            err = cube_go_on(sieve->cube, error);
        sieve_combination(sieve, part, i);
    }
    return err;
}

/* Halves of all sales; the crew may fail to start. */
static void sieve_parts(struct sieve *sieve) {
    const struct cube_rows *rows = &sieve->cells->cube->rows;
    const struct crew_jobs jobs = {.work = sieve_part, .context = sieve};
    size_t i = 0;
    sieve->part_count = sieve->columns->count > SALES_A_THREAD ? PARTS_MAX : 1;
    for (size_t p = 0; p < sieve->part_count; p++) {
        struct part *part = &sieve->parts[p];
        uint64_t until = (uint64_t)sieve->columns->count * (p + 1) / sieve->part_count;
        part->from = i;
        while (i < rows->count && sieve->columns->from[i] < until)
            i++;
        part->to = i = p + 1 == sieve->part_count ? rows->count : i;
        part->first = part->end = rows->combinations[part->from].from;
        part->combinations = xcalloc(part->to - part->from + 1, sizeof *part->combinations);
    }
    struct crew *crew =
        sieve->part_count > 1 ? crew_open((int)sieve->part_count, NULL, NULL) : NULL;
    enum err err = crew != NULL ? crew_run(crew, sieve->part_count, &jobs, NULL) : ERR_FAILED;
    if (err != ERR_OK && err != ERR_CANCELLED) {
        for (size_t p = 0; p < sieve->part_count; p++) {
            struct part *part = &sieve->parts[p];
            part->count = part->packed = 0;
            part->end = part->first;
            sieve_part(sieve, p, NULL);
        }
    }
    crew_close(crew);
}

/* Closes up what the parts have left. */
static void join_parts(struct sieve *sieve, struct cube_rows *rows) {
    size_t count = 0, at = 0;
    for (size_t p = 0; p < sieve->part_count; p++)
        count += sieve->parts[p].count;
    rows->combinations = xcalloc(count + 1, sizeof *rows->combinations);
    for (size_t p = 0; p < sieve->part_count; p++) {
        struct part *part = &sieve->parts[p];
        for (size_t i = 0; i < part->count; i++) {
            struct combination *of = &rows->combinations[rows->count++];
            *of = part->combinations[i];
            of->from = (uint32_t)(of->from - part->first + at);
        }
        move_rows(sieve->out, at, part->first, part->end - part->first);
        at += part->end - part->first;
        rows->packed += part->packed;
    }
    rows->combinations[rows->count].from = (uint32_t)at;
    sieve->out->count = at;
}

static void parts_free(struct sieve *sieve) {
    for (size_t p = 0; p < sieve->part_count; p++)
        free(sieve->parts[p].combinations);
}

enum err cube_sieve(const struct sale_columns *columns, const struct cube *cube,
                    const struct tables *tables, struct facts *out, struct cube_rows *rows,
                    struct error *error) {
    struct sieve *sieve = xcalloc(1, sizeof *sieve);
    sieve->columns = sieve->filter.columns = columns;
    sieve->cube = cube;
    sieve->tables = tables;
    sieve->cells = columns->cells;
    sieve->out = out;
    sale_filter_set_prices(&sieve->filter, tables->priced ? tables : NULL);
    read_days(sieve);
    read_bands(sieve);
    out_reserve(out, sieve->cells, sieve->cells->count);
    cube_rows_number_months(out);
    sieve_parts(sieve);
    enum err err = cube_go_on(cube, error);
    if (err == ERR_OK) {
        join_parts(sieve, rows);
        out_reserve(out, sieve->cells, out->count); /* gives the rest back */
        cube_rows_share(out, rows);
        if (rows->count > 0)
            cube_sums_make(&rows->sums, out, rows->combinations, rows->count);
    }
    parts_free(sieve);
    free(sieve->filter.days);
    free(sieve->months);
    free(sieve);
    return err;
}
