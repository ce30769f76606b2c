/* Linked lists from sales in the order of their cells. What cells decide is decided for them as a
 * whole: a combination that fails twice costs one step. Single sales are looked at for two reasons:
 * a filter cuts their cell (some days of the month, some ages or prices of the band), or they are
 * wanted by day; by day, either those that pass are added up or those that do not are taken away
 * from all, whichever are fewer. Whole numbers: both are the same. */
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "base/memory.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked_pass.h"
#include "engine/slice/sale_columns.h"

enum { PARTS_MAX = 2, SALES_A_THREAD = 200000, BANDS = 16 };

/* By day; sales apart by answers, since a combination's are the same. */
struct day_sums {
    uint32_t *sales;
    uint64_t *revenue;
    uint128 *squares;
};

struct part {
    size_t from, to;      /* combinations */
    struct day_sums days; /* of those that pass or those that do not */
    struct day_sums alone_by_day[DIMENSION_COUNT];
    struct column_cells all;
    struct column_cells beyond[DIMENSION_COUNT];
};

struct pass {
    const struct sale_columns *columns;
    const struct facts *cells;
    const struct cube_rows *rows;
    const struct linked_masks *masks;
    const struct linked_counts *counts;
    size_t days;
    uint32_t *by_month; /* bits that fail, where all days of the month agree */
    bool *cuts_month;
    uint32_t by_age_band[BANDS], by_price_band[BANDS];
    bool cuts_age_band[BANDS], cuts_price_band[BANDS];
    bool others; /* by day: of those that do not pass */
    struct part parts[PARTS_MAX];
    size_t part_count;
};

static bool is_one(uint32_t bits) {
    return bits != 0 && (bits & (bits - 1)) == 0;
}

/* ---------------------------------------------------------------- what fails where */

static void read_months(struct pass *pass) {
    int months = pass->rows->sums.months.count;
    const uint32_t *days = pass->masks->days;
    pass->by_month = xcalloc((size_t)months + 1, sizeof *pass->by_month);
    pass->cuts_month = xcalloc((size_t)months + 1, sizeof *pass->cuts_month);
    bool *seen = xcalloc((size_t)months + 1, sizeof *seen);
    for (size_t day = 0; days != NULL && day < pass->days; day++) {
        int month = pass->rows->sums.month_at[day];
        if (seen[month] && days[day] != pass->by_month[month])
            pass->cuts_month[month] = true;
        pass->by_month[month] = days[day];
        seen[month] = true;
    }
    free(seen);
}

static void read_age_bands(struct pass *pass) {
    bool seen[BANDS] = {false};
    for (int age = 0; pass->masks->ages != NULL && age <= AGE_MAX; age++) {
        int band = dimension_age_band_code(age);
        uint32_t failed = pass->masks->ages[age];
        if (seen[band] && failed != pass->by_age_band[band])
            pass->cuts_age_band[band] = true;
        pass->by_age_band[band] = failed;
        seen[band] = true;
    }
}

static void read_price_bands(struct pass *pass) {
    const struct tables *prices = pass->masks->prices;
    struct dimension_view view;
    dimension_open(&view, pass->cells, DIMENSION_PRICE_BAND);
    for (int code = 1; prices != NULL && code < view.codes; code++) {
        int64_t from, below;
        dimension_price_band(code, &from, &below);
        bool passes = tables_price_passes(prices, from);
        pass->by_price_band[code] = passes ? 0 : UINT32_C(1) << DIMENSION_PRICE_BAND;
        for (size_t i = 0; i < prices->price_count; i++) {
            const struct filter_range *range = &prices->prices[i];
            bool begins = range->low > from && range->low < below;
            bool ends = range->high >= from && range->high < below - 1;
            pass->cuts_price_band[code] = pass->cuts_price_band[code] || begins || ends;
        }
    }
    dimension_close(&view);
}

/* What fails of all sales of the combination, whatever their days. */
static uint32_t failed_of(const struct pass *pass, const struct combination *of) {
    const struct linked_masks *masks = pass->masks;
    uint32_t failed = 0;
#define MARK(column, code)     \
    if (masks->column != NULL) \
    failed |= masks->column[code]
    MARK(locations, of->location);
    MARK(handsets, of->handset);
    MARK(shops, of->shop);
    MARK(genders, of->gender);
    MARK(answers, of->answers);
    MARK(price_bands, of->price_band);
#undef MARK
    if (!pass->cuts_age_band[of->age_band])
        failed |= pass->by_age_band[of->age_band];
    if (!pass->cuts_price_band[of->price_band])
        failed |= pass->by_price_band[of->price_band];
    return failed;
}

/* ---------------------------------------------------------------------- by day */

static void day_sums_open(struct day_sums *sums, size_t days) {
    sums->sales = xcalloc(days * ANSWER_CODES, sizeof *sums->sales);
    sums->revenue = xcalloc(days, sizeof *sums->revenue);
    sums->squares = xcalloc(days, sizeof *sums->squares);
}

static void day_sums_close(struct day_sums *sums) {
    free(sums->sales);
    free(sums->revenue);
    free(sums->squares);
}

static inline void add_to_day(const struct day_sums *sums, uint32_t *sales, size_t day,
                              uint64_t price) {
    sales[day]++;
    sums->revenue[day] += price;
    sums->squares[day] += (uint128)price * price;
}

/* A cell's sales, all alike. */
static void add_cell_by_day(const struct pass *pass, const struct day_sums *sums, unsigned answers,
                            int first_day, uint32_t at, uint32_t end) {
    const struct sale_columns *columns = pass->columns;
    uint32_t *sales = sums->sales + answers * pass->days;
    for (; at < end; at++)
        add_to_day(sums, sales, (size_t)(first_day + columns->day[at]),
                   sale_columns_price(columns, at));
}

static void count_answers(struct cell *cell, int answers, int64_t sales) {
    cell->sales += sales;
    for (int answer = 0; answer < ANSWER_COUNT; answer++, answers /= 3) {
        cell->yes[answer] += answers % 3 == 2 ? sales : 0;
        cell->known[answer] += answers % 3 != 0 ? sales : 0;
    }
}

static struct cell day_cell(const struct pass *pass, const struct day_sums *sums, size_t day) {
    struct cell cell = {.revenue_minor = (int64_t)sums->revenue[day],
                        .price_squares = sums->squares[day]};
    for (size_t answers = 0; answers < ANSWER_CODES; answers++) {
        uint32_t sales = sums->sales[answers * pass->days + day];
        if (sales != 0)
            count_answers(&cell, (int)answers, sales);
    }
    return cell;
}

static void take_away(struct cell *cell, const struct cell *other) {
    cell->sales -= other->sales;
    cell->revenue_minor -= other->revenue_minor;
    cell->price_squares -= other->price_squares;
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        cell->yes[answer] -= other->yes[answer];
        cell->known[answer] -= other->known[answer];
    }
}

/* ---------------------------------------------------------------------- one combination */

/* What a combination's sales add up to, but for days. */
struct sums {
    uint64_t sales, revenue;
    uint128 squares;
};
struct counting {
    const struct pass *pass;
    struct part *part;
    const struct combination *of;
    struct sums inside, alone[DIMENSION_COUNT];
    uint32_t touched; /* bits of `alone` */
};

static inline void add_sale(struct sums *sums, uint64_t price) {
    sums->sales++;
    sums->revenue += price;
    sums->squares += (uint128)price * price;
}

static void add_row(const struct facts *cells, size_t row, struct sums *sums) {
    sums->sales += cells->sales[row];
    sums->revenue += (uint64_t)cells->price_minor[row];
    sums->squares += facts_price_squares(cells, row);
}

/* All sales of the cell fail alike. */
static void count_whole(struct counting *counting, size_t row, uint32_t failed, int first_day,
                        uint32_t at, uint32_t end) {
    const struct pass *pass = counting->pass;
    struct part *part = counting->part;
    unsigned answers = counting->of->answers;
    if ((failed != 0) == pass->others)
        add_cell_by_day(pass, &part->days, answers, first_day, at, end);
    if (failed == 0) {
        add_row(pass->cells, row, &counting->inside);
    } else if (is_one(failed)) {
        int alone = __builtin_ctz(failed);
        if (part->alone_by_day[alone].sales != NULL) {
            add_cell_by_day(pass, &part->alone_by_day[alone], answers, first_day, at, end);
        } else {
            add_row(pass->cells, row, &counting->alone[alone]);
            counting->touched |= failed;
        }
    }
}

/* Each sale for itself. `failed`: what does for all of them. */
static void count_single(struct counting *counting, uint32_t failed, bool by_day, int first_day,
                         uint32_t at, uint32_t end) {
    const struct pass *pass = counting->pass;
    const struct sale_columns *columns = pass->columns;
    const struct linked_masks *masks = pass->masks;
    struct part *part = counting->part;
    unsigned answers = counting->of->answers;
    bool by_age = pass->cuts_age_band[counting->of->age_band];
    bool by_price = pass->cuts_price_band[counting->of->price_band];
    const struct filter_range *one =
        by_price && masks->prices->price_count == 1 ? masks->prices->prices : NULL;
    uint32_t *day_sales = part->days.sales + answers * pass->days;
    for (; at < end; at++) {
        size_t day = (size_t)(first_day + columns->day[at]);
        uint64_t price = sale_columns_price(columns, at);
        uint32_t fails =
            failed | (by_day ? masks->days[day] : 0) | (by_age ? masks->ages[columns->age[at]] : 0);
        if (by_price) {
            bool passes = one != NULL ? (int64_t)price >= one->low && (int64_t)price <= one->high
                                      : tables_price_passes(masks->prices, (int64_t)price);
            fails |= passes ? 0 : UINT32_C(1) << DIMENSION_PRICE_BAND;
        }
        if ((fails != 0) == pass->others)
            add_to_day(&part->days, day_sales, day, price);
        if (fails == 0) {
            add_sale(&counting->inside, price);
        } else if (is_one(fails)) {
            int alone = __builtin_ctz(fails);
            const struct day_sums *sums = &part->alone_by_day[alone];
            if (sums->sales != NULL) {
                add_to_day(sums, sums->sales + answers * pass->days, day, price);
            } else {
                add_sale(&counting->alone[alone], price);
                counting->touched |= fails;
            }
        }
    }
}

static struct cell cell_of_sums(const struct sums *sums, int answers) {
    struct cell cell = {.revenue_minor = (int64_t)sums->revenue, .price_squares = sums->squares};
    count_answers(&cell, answers, (int64_t)sums->sales);
    return cell;
}

static void hand_on(struct column_cells *counts, const struct combination *of,
                    const struct sums *sums) {
    if (sums->sales == 0)
        return;
    const struct cell cell = cell_of_sums(sums, of->answers);
    const size_t codes[TALLY_BASES] = {
        [TALLY_LOCATION] = of->location,
        [TALLY_HANDSET] = of->handset,
        [TALLY_PRICE_BAND] = of->price_band,
        [TALLY_PERSON] = person_code(of->gender, of->age_band),
        [TALLY_SHOP] = of->shop,
    };
    for (int base = TALLY_DAY + 1; base < TALLY_BASES; base++) {
        if (counts->by[base] != NULL)
            cell_add(&counts->by[base][codes[base]], &cell);
    }
    if (counts->answers != NULL)
        cell_add(&counts->answers[of->answers], &cell);
}

static void count_combination(const struct pass *pass, struct part *part, size_t number) {
    const struct combination *of = &pass->rows->combinations[number];
    struct counting counting = {.pass = pass, .part = part, .of = of};
    uint32_t at = pass->columns->from[number], end = pass->columns->from[number + 1];
    uint32_t shared = failed_of(pass, of);
    bool twice = shared != 0 && !is_one(shared);
    if (at == end || (twice && !pass->others))
        return;
    bool cut = pass->cuts_age_band[of->age_band] || pass->cuts_price_band[of->price_band];
    for (size_t row = of->from; row < of[1].from; row++) {
        uint32_t next = at + pass->cells->sales[row];
        int month = pass->rows->sums.month_at[pass->cells->day[row] - pass->cells->first_day];
        int first_day = pass->columns->month_day[month];
        bool by_day = pass->cuts_month[month];
        uint32_t failed = shared | (by_day ? 0 : pass->by_month[month]);
        bool open = failed == 0 || is_one(failed); /* single sales may still decide */
        if (open && (cut || by_day))
            count_single(&counting, failed, by_day, first_day, at, next);
        else if (open || pass->others)
            count_whole(&counting, row, failed, first_day, at, next);
        at = next;
    }
    hand_on(&part->all, of, &counting.inside);
    for (uint32_t left = counting.touched; left != 0; left &= left - 1) {
        int alone = __builtin_ctz(left);
        hand_on(&part->beyond[alone], of, &counting.alone[alone]);
    }
}

static enum err count_part(void *context, size_t index, struct error *error) {
    (void)error;
    struct pass *pass = context;
    struct part *part = &pass->parts[index];
    for (size_t i = part->from; i < part->to; i++)
        count_combination(pass, part, i);
    return ERR_OK;
}

/* ---------------------------------------------------------------------- all of them */

/* Roughly: what is cut counts for half. */
static bool most_pass(const struct pass *pass) {
    const struct sale_columns *columns = pass->columns;
    size_t passing_days = 0;
    double passing = 0;
    if (columns->by_day == NULL)
        return false;
    for (size_t day = 0; day < pass->days; day++)
        passing_days += pass->masks->days == NULL || pass->masks->days[day] == 0;
    for (size_t i = 0; i < pass->rows->count; i++) {
        const struct combination *of = &pass->rows->combinations[i];
        bool cut = pass->cuts_age_band[of->age_band] || pass->cuts_price_band[of->price_band];
        if (failed_of(pass, of) == 0)
            passing += (columns->from[i + 1] - columns->from[i]) * (cut ? 0.5 : 1.0);
    }
    return passing * (double)passing_days > 0.5 * columns->count * (double)pass->days;
}

static void open_parts(struct pass *pass) {
    size_t wanted = 1 + pass->columns->count / SALES_A_THREAD, i = 0;
    pass->part_count = wanted < PARTS_MAX ? wanted : PARTS_MAX;
    for (size_t p = 0; p < pass->part_count; p++) {
        struct part *part = &pass->parts[p];
        part->from = i;
        while (i < pass->rows->count &&
               pass->columns->from[i] < (uint64_t)pass->columns->count * (p + 1) / pass->part_count)
            i++;
        part->to = p + 1 == pass->part_count ? pass->rows->count : i;
        i = part->to;
        day_sums_open(&part->days, pass->days);
        column_cells_open(&part->all, pass->cells, TALLY_ALL & ~(1U << TALLY_DAY));
        for (int d = 0; d < DIMENSION_COUNT; d++) {
            enum tally_base base = tally_base_of((enum dimension)d);
            if (pass->counts->beyond[d].cells == NULL)
                continue;
            if (base == TALLY_DAY)
                day_sums_open(&part->alone_by_day[d], pass->days);
            else
                column_cells_open(&part->beyond[d], pass->cells, 1U << base);
        }
    }
}

static void close_part(struct part *part) {
    day_sums_close(&part->days);
    column_cells_close(&part->all);
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        day_sums_close(&part->alone_by_day[d]);
        column_cells_close(&part->beyond[d]);
    }
}

/* The crew may fail to start. */
static void count_parts(struct pass *pass) {
    const struct crew_jobs jobs = {.work = count_part, .context = pass};
    struct crew *crew = pass->part_count > 1 ? crew_open((int)pass->part_count, NULL, NULL) : NULL;
    if (crew == NULL || crew_run(crew, pass->part_count, &jobs, NULL) != ERR_OK) {
        for (size_t p = 0; p < pass->part_count; p++)
            count_part(pass, p, NULL);
    }
    crew_close(crew);
}

static void add_days(const struct pass *pass, const struct part *part, bool is_first,
                     struct linked_counts *counts) {
    for (size_t day = 0; day < pass->days; day++) {
        struct cell cell = day_cell(pass, &part->days, day);
        struct cell *sum = &counts->all.by[TALLY_DAY][day];
        if (pass->others && is_first)
            cell_add(sum, &pass->columns->by_day[day]);
        if (pass->others)
            take_away(sum, &cell);
        else
            cell_add(sum, &cell);
    }
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        for (size_t day = 0; part->alone_by_day[d].sales != NULL && day < pass->days; day++) {
            struct cell cell = day_cell(pass, &part->alone_by_day[d], day);
            cell_add(&counts->beyond[d].by[TALLY_DAY][day], &cell);
        }
    }
}

static void add_others(const struct part *part, struct linked_counts *counts) {
    for (int base = TALLY_DAY + 1; base < TALLY_BASES; base++) {
        size_t codes = tally_base_codes(counts->all.facts, (enum tally_base)base);
        for (size_t code = 0; code < codes; code++)
            cell_add(&counts->all.by[base][code], &part->all.by[base][code]);
    }
    for (size_t code = 0; code < ANSWER_CODES; code++)
        cell_add(&counts->all.answers[code], &part->all.answers[code]);
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        if (part->beyond[d].cells != NULL)
            column_cells_add(&counts->beyond[d], &part->beyond[d]);
    }
}

void linked_count_sales(const struct sale_columns *columns, const struct linked_masks *masks,
                        struct linked_counts *counts) {
    struct pass *pass = xcalloc(1, sizeof *pass);
    pass->columns = columns;
    pass->cells = columns->cells;
    pass->rows = &columns->cells->cube->rows;
    pass->masks = masks;
    pass->counts = counts;
    pass->days = columns->days;
    read_months(pass);
    read_age_bands(pass);
    read_price_bands(pass);
    pass->others = most_pass(pass);
    open_parts(pass);
    count_parts(pass);
    for (size_t p = 0; p < pass->part_count; p++) {
        add_days(pass, &pass->parts[p], p == 0, counts);
        add_others(&pass->parts[p], counts);
        close_part(&pass->parts[p]);
    }
    free(pass->by_month);
    free(pass->cuts_month);
    free(pass);
}
