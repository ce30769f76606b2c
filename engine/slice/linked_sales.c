/* Linked lists from sales in the order of their cells.
 *
 * Lists of time and of segments take what passes all other filters by day and segment, and then
 * their own filters decide by these. What cells decide is decided for a combination as a whole;
 * only where ages or prices are cut within a band is each sale looked at. Either the sales that
 * pass are added up or those that do not are taken away from all, whichever are fewer. Whole
 * numbers: both are the same. */
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "base/memory.h"
#include "engine/slice/calendar.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked_pass.h"
#include "engine/slice/sale_columns.h"

enum { PARTS_MAX = 2, SALES_A_THREAD = 200000, BANDS = 16 };

/* By segment and day, a "place"; sales apart by answers, since a combination's are the same. */
struct day_sums {
    uint32_t *sales;
    struct day_money {
        uint64_t revenue, squares, squares_high;
    } * money;
};

struct part {
    size_t from, to;      /* combinations */
    struct day_sums days; /* of sales that pass all filters but on time and segments, or others */
    struct column_cells all;
    struct column_cells beyond[DIMENSION_COUNT];
};

struct pass {
    const struct sale_columns *columns;
    const struct facts *cells;
    const struct cube_rows *rows;
    const struct linked_masks *masks;
    const struct linked_counts *counts;
    size_t days, segments, places;
    uint32_t by_age_band[BANDS], by_price_band[BANDS]; /* bits that fail, where all agree … */
    bool cuts_age_band[BANDS], cuts_price_band[BANDS]; /* … and where not */
    bool others;                                       /* by place: of those that do not pass */
    uint32_t wanted;                                   /* bits of the other lists */
    bool has_answers[ANSWER_CODES];                    /* codes that occur */
    struct part parts[PARTS_MAX];
    size_t part_count;
};

static bool is_one(uint32_t bits) {
    return bits != 0 && (bits & (bits - 1)) == 0;
}

/* ---------------------------------------------------------------- what fails where */

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

static bool is_cut(const struct pass *pass, const struct combination *of) {
    return pass->cuts_age_band[of->age_band] || pass->cuts_price_band[of->price_band];
}

/* What fails of all sales of the combination, filters on time apart. */
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

static bool price_passes(const struct tables *prices, uint64_t price) {
    if (prices->price_count == 1)
        return (int64_t)price >= prices->prices[0].low && (int64_t)price <= prices->prices[0].high;
    return tables_price_passes(prices, (int64_t)price);
}

/* ---------------------------------------------------------------------- by day */

static void day_sums_open(struct day_sums *sums, size_t places) {
    sums->sales = xcalloc(places * ANSWER_CODES, sizeof *sums->sales);
    sums->money = xcalloc(places, sizeof *sums->money);
}

static void day_sums_close(struct day_sums *sums) {
    free(sums->sales);
    free(sums->money);
}

static inline size_t place_of(const struct sale_columns *columns, uint32_t at) {
    size_t segment = columns->segment != NULL ? columns->segment[at] : 0;
    return segment * columns->days + columns->day[at];
}

static inline void add_to_place(const struct day_sums *sums, uint32_t *sales, size_t place,
                                uint64_t price) {
    struct day_money *money = &sums->money[place];
    uint128 square = (uint128)price * price;
    uint64_t low = (uint64_t)square;
    sales[place]++;
    money->revenue += price;
    money->squares += low;
    money->squares_high += (uint64_t)(square >> 64) + (money->squares < low);
}

/* A combination's sales, where no price is dear and no day's squares go beyond 64 bits. */
static void add_plain(const struct sale_columns *columns, const struct day_sums *sums,
                      uint32_t *sales, uint32_t at, uint32_t end) {
    const uint16_t *days = columns->day;
    const uint32_t *prices = columns->price_minor;
    struct day_money *moneys = sums->money;
    for (; columns->segment == NULL && at < end; at++) {
        uint64_t price = prices[at];
        struct day_money *money = &moneys[days[at]];
        sales[days[at]]++;
        money->revenue += price;
        money->squares += price * price;
    }
    for (; at < end; at++) {
        uint64_t price = prices[at];
        size_t place = place_of(columns, at);
        sales[place]++;
        moneys[place].revenue += price;
        moneys[place].squares += price * price;
    }
}

static void add_all(const struct pass *pass, struct part *part, unsigned answers, uint32_t at,
                    uint32_t end) {
    const struct sale_columns *columns = pass->columns;
    uint32_t *sales = part->days.sales + answers * pass->places;
    if (columns->plain) {
        add_plain(columns, &part->days, sales, at, end);
        return;
    }
    for (; at < end; at++)
        add_to_place(&part->days, sales, place_of(columns, at), sale_columns_price(columns, at));
}

/* What single sales of a combination are asked; NULL: not that. */
struct cut {
    const uint32_t *ages;
    const struct tables *prices;
};

static inline bool cut_passes(const struct cut *cut, const struct sale_columns *columns,
                              uint32_t at, uint64_t price) {
    return (cut->ages == NULL || cut->ages[columns->age[at]] == 0) &
           (cut->prices == NULL || price_passes(cut->prices, price));
}

/* Without branches: which sales pass cannot be foreseen. */
static void add_some_plain(const struct pass *pass, const struct day_sums *sums, uint32_t *sales,
                           struct cut cut, uint32_t at, uint32_t end) {
    const struct sale_columns *columns = pass->columns;
    const bool others = pass->others;
    for (; at < end; at++) {
        uint64_t price = columns->price_minor[at];
        size_t place = place_of(columns, at);
        uint32_t counts = cut_passes(&cut, columns, at, price) != others;
        struct day_money *money = &sums->money[place];
        uint64_t counted = price & -(uint64_t)counts;
        sales[place] += counts;
        money->revenue += counted;
        money->squares += counted * counted;
    }
}

/* Those of a combination whose age or price is cut. */
static void add_some(const struct pass *pass, struct part *part, const struct combination *of,
                     uint32_t at, uint32_t end) {
    const struct sale_columns *columns = pass->columns;
    const uint32_t *ages = pass->cuts_age_band[of->age_band] ? pass->masks->ages : NULL;
    const struct tables *prices =
        pass->cuts_price_band[of->price_band] ? pass->masks->prices : NULL;
    uint32_t *sales = part->days.sales + of->answers * pass->places;
    if (columns->plain) {
        add_some_plain(pass, &part->days, sales, (struct cut){ages, prices}, at, end);
        return;
    }
    for (; at < end; at++) {
        uint64_t price = sale_columns_price(columns, at);
        bool fails = (ages != NULL && ages[columns->age[at]] != 0) ||
                     (prices != NULL && !price_passes(prices, price));
        if (fails == pass->others)
            add_to_place(&part->days, sales, place_of(columns, at), price);
    }
}

static void count_answers(struct cell *cell, int answers, int64_t sales) {
    cell->sales += sales;
    for (int answer = 0; answer < ANSWER_COUNT; answer++, answers /= 3) {
        cell->yes[answer] += answers % 3 == 2 ? sales : 0;
        cell->known[answer] += answers % 3 != 0 ? sales : 0;
    }
}

/* Modulo 2^64 and 2^128, as all sums are. */
static struct cell *cells_by_place(const struct pass *pass) {
    struct cell *cells = xcalloc(pass->places + 1, sizeof *cells);
    for (size_t place = 0; pass->others && place < pass->places; place++)
        cells[place] = pass->columns->by_place[place];
    for (size_t p = 0; p < pass->part_count; p++) {
        const struct day_sums *sums = &pass->parts[p].days;
        for (size_t place = 0; place < pass->places; place++) {
            const struct day_money *money = &sums->money[place];
            uint128 squares = (uint128)money->squares_high << 64 | money->squares;
            uint64_t revenue = (uint64_t)cells[place].revenue_minor;
            cells[place].revenue_minor =
                (int64_t)(pass->others ? revenue - money->revenue : revenue + money->revenue);
            cells[place].price_squares += pass->others ? -squares : squares;
        }
        for (int answers = 0; answers < ANSWER_CODES; answers++) {
            const uint32_t *sales = sums->sales + (size_t)answers * pass->places;
            for (size_t place = 0; pass->has_answers[answers] && place < pass->places; place++) {
                if (sales[place] != 0)
                    count_answers(&cells[place], answers,
                                  pass->others ? -(int64_t)sales[place] : (int64_t)sales[place]);
            }
        }
    }
    return cells;
}

/* ---------------------------------------------------------------------- beside these */

/* What a combination's sales add up to. */
struct sums {
    uint64_t sales, revenue;
    uint128 squares;
};

static inline void add_sale(struct sums *sums, uint64_t price) {
    sums->sales++;
    sums->revenue += price;
    sums->squares += (uint128)price * price;
}

static void hand_on(struct column_cells *counts, const struct combination *of,
                    const struct sums *sums) {
    if (sums->sales == 0)
        return;
    struct cell cell = {.revenue_minor = (int64_t)sums->revenue, .price_squares = sums->squares};
    count_answers(&cell, of->answers, (int64_t)sums->sales);
    const size_t codes[TALLY_BASES] = {
        [TALLY_LOCATION] = of->location,
        [TALLY_HANDSET] = of->handset,
        [TALLY_PRICE_BAND] = of->price_band,
        [TALLY_PERSON] = person_code(of->gender, of->age_band),
        [TALLY_SHOP] = of->shop,
    };
    for (int base = TALLY_DAY + 1; base < TALLY_BASES; base++) {
        if (counts->by[base] != NULL && base != TALLY_SEGMENT)
            cell_add(&counts->by[base][codes[base]], &cell);
    }
    if (counts->answers != NULL)
        cell_add(&counts->answers[of->answers], &cell);
}

/* Each sale under all filters: `failed` is what does of all of them. */
static void count_values(const struct pass *pass, struct part *part, const struct combination *of,
                         uint32_t failed, uint32_t at, uint32_t end) {
    const struct sale_columns *columns = pass->columns;
    const uint32_t *ages = pass->cuts_age_band[of->age_band] ? pass->masks->ages : NULL;
    const uint32_t *days = pass->masks->days, *segments = pass->masks->segments;
    const struct tables *prices =
        pass->cuts_price_band[of->price_band] ? pass->masks->prices : NULL;
    struct sums inside = {.sales = 0}, alone[DIMENSION_COUNT];
    uint32_t touched = 0;
    for (; at < end; at++) {
        uint64_t price = sale_columns_price(columns, at);
        uint32_t fails = failed | (days != NULL ? days[columns->day[at]] : 0) |
                         (ages != NULL ? ages[columns->age[at]] : 0) |
                         (segments != NULL ? segments[columns->segment[at]] : 0);
        if (prices != NULL && !price_passes(prices, price))
            fails |= UINT32_C(1) << DIMENSION_PRICE_BAND;
        if (fails == 0) {
            add_sale(&inside, price);
        } else if (is_one(fails) && (fails & pass->wanted) != 0) {
            int dimension = __builtin_ctz(fails);
            if ((touched & fails) == 0)
                alone[dimension] = (struct sums){.sales = 0};
            touched |= fails;
            add_sale(&alone[dimension], price);
        }
    }
    hand_on(&part->all, of, &inside);
    for (; touched != 0; touched &= touched - 1) {
        int dimension = __builtin_ctz(touched);
        hand_on(&part->beyond[dimension], of, &alone[dimension]);
    }
}

/* Where nothing but ages or nothing but prices are asked, those that do not pass are the rest. */
static void count_one_cut(const struct pass *pass, struct part *part, size_t number,
                          enum dimension dimension) {
    const struct sale_columns *columns = pass->columns;
    const struct combination *of = &pass->rows->combinations[number];
    const struct combination_sums *all = &pass->rows->sums.sums[number];
    const struct cut cut = {dimension == DIMENSION_AGE_BAND ? pass->masks->ages : NULL,
                            dimension == DIMENSION_PRICE_BAND ? pass->masks->prices : NULL};
    uint64_t sales = 0, revenue = 0, squares = 0;
    for (uint32_t at = columns->from[number]; at < columns->from[number + 1]; at++) {
        uint64_t price = columns->price_minor[at];
        uint64_t counts = cut_passes(&cut, columns, at, price);
        uint64_t counted = price & -counts;
        sales += counts;
        revenue += counted;
        squares += counted * counted;
    }
    const struct sums inside = {sales, revenue, squares};
    const struct sums rest = {all->sales - sales, all->revenue_minor - revenue,
                              all->squares - squares};
    hand_on(&part->all, of, &inside);
    if ((pass->wanted >> dimension & 1) != 0)
        hand_on(&part->beyond[dimension], of, &rest);
}

/* The one dimension whose filters cut the combination's sales; DIMENSION_COUNT: not one alone. */
static enum dimension only_cut(const struct pass *pass, const struct combination *of) {
    bool age = pass->cuts_age_band[of->age_band], price = pass->cuts_price_band[of->price_band];
    if (!pass->columns->plain || pass->masks->days != NULL || pass->masks->segments != NULL ||
        age == price)
        return DIMENSION_COUNT;
    return age ? DIMENSION_AGE_BAND : DIMENSION_PRICE_BAND;
}

/* All of them pass or fail alike. */
static void count_whole(const struct pass *pass, struct part *part, size_t number,
                        uint32_t failed) {
    const struct combination_sums *all = &pass->rows->sums.sums[number];
    const struct sums sums = {all->sales, all->revenue_minor, all->squares};
    hand_on(failed == 0 ? &part->all : &part->beyond[__builtin_ctz(failed)],
            &pass->rows->combinations[number], &sums);
}

/* ---------------------------------------------------------------------- all of them */

/* Whether lists that are wanted have the combination's sales, unless single ones fail more. */
static bool has_values(const struct pass *pass, uint32_t failed) {
    return pass->wanted != 0 && (failed == 0 || (is_one(failed) && (failed & pass->wanted) != 0));
}

static void count_combination(const struct pass *pass, struct part *part, size_t number) {
    const struct combination *of = &pass->rows->combinations[number];
    uint32_t at = pass->columns->from[number], end = pass->columns->from[number + 1];
    if (at == end)
        return;
    uint32_t failed = failed_of(pass, of);
    if (failed == 0 && is_cut(pass, of))
        add_some(pass, part, of, at, end);
    else if ((failed != 0) == pass->others)
        add_all(pass, part, of->answers, at, end);
    if (!has_values(pass, failed))
        return;
    enum dimension cut = failed == 0 ? only_cut(pass, of) : DIMENSION_COUNT;
    if (cut != DIMENSION_COUNT)
        count_one_cut(pass, part, number, cut);
    else if (is_cut(pass, of) || pass->masks->days != NULL || pass->masks->segments != NULL)
        count_values(pass, part, of, failed, at, end);
    else
        count_whole(pass, part, number, failed);
}

static enum err count_part(void *context, size_t index, struct error *error) {
    (void)error;
    struct pass *pass = context;
    struct part *part = &pass->parts[index];
    for (size_t i = part->from; i < part->to; i++)
        count_combination(pass, part, i);
    return ERR_OK;
}

/* Whether sales of the combination are added to days; what is cut counts for half. */
static double weight_of(const struct pass *pass, size_t number, bool others) {
    const struct combination *of = &pass->rows->combinations[number];
    double sales = pass->columns->from[number + 1] - pass->columns->from[number];
    uint32_t failed = failed_of(pass, of);
    if (failed == 0 && is_cut(pass, of))
        return sales;
    double values = has_values(pass, failed) ? sales : 0;
    return values + ((failed != 0) == others ? sales : 0);
}

/* Halves of about the same work. */
static void open_parts(struct pass *pass) {
    size_t i = 0, count = pass->rows->count;
    double work = 0, done = 0, reversed = 0;
    for (size_t number = 0; number < count; number++) {
        work += weight_of(pass, number, false);
        reversed += weight_of(pass, number, true);
        pass->has_answers[pass->rows->combinations[number].answers] = true;
    }
    pass->others = pass->columns->by_place != NULL && reversed < work;
    work = pass->others ? reversed : work;
    pass->part_count = work > SALES_A_THREAD ? PARTS_MAX : 1;
    for (size_t p = 0; p < pass->part_count; p++) {
        struct part *part = &pass->parts[p];
        part->from = i;
        while (i < count && done < work * (double)(p + 1) / (double)pass->part_count)
            done += weight_of(pass, i++, pass->others);
        part->to = i = p + 1 == pass->part_count ? count : i;
        day_sums_open(&part->days, pass->places);
        column_cells_open(&part->all, pass->cells, TALLY_ALL & ~(1U << TALLY_DAY));
        for (int d = 0; d < DIMENSION_COUNT; d++) {
            enum tally_base base = tally_base_of((enum dimension)d);
            if (pass->wanted != 0 && pass->counts->beyond[d].cells != NULL && base != TALLY_DAY)
                column_cells_open(&part->beyond[d], pass->cells, 1U << base);
        }
    }
}

static void close_part(struct part *part) {
    day_sums_close(&part->days);
    column_cells_close(&part->all);
    for (int d = 0; d < DIMENSION_COUNT; d++)
        column_cells_close(&part->beyond[d]);
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

/* Of what passes the other filters, those on time and segments decide by the place. */
static void add_places(const struct pass *pass, struct linked_counts *counts) {
    const struct linked_masks *masks = pass->masks;
    struct cell *cells = cells_by_place(pass);
    for (size_t place = 0; place < pass->places; place++) {
        size_t day = place % pass->days, segment = place / pass->days;
        uint32_t failed = (masks->days != NULL ? masks->days[day] : 0) |
                          (masks->segments != NULL ? masks->segments[segment] : 0);
        if (cells[place].sales == 0)
            continue;
        if (failed == 0) {
            cell_add(&counts->all.by[TALLY_DAY][day], &cells[place]);
            cell_add(&counts->all.by[TALLY_SEGMENT][segment], &cells[place]);
        } else if (failed == UINT32_C(1) << DIMENSION_SEGMENT) {
            cell_add(&counts->beyond[DIMENSION_SEGMENT].by[TALLY_SEGMENT][segment], &cells[place]);
        } else if (is_one(failed)) {
            cell_add(&counts->beyond[__builtin_ctz(failed)].by[TALLY_DAY][day], &cells[place]);
        }
    }
    free(cells);
}

static void add_values(const struct part *part, struct linked_counts *counts) {
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

/* `counts` may be NULL where nothing is wanted. */
static struct pass *pass_run(const struct sale_columns *columns, const struct linked_masks *masks,
                             uint32_t wanted, const struct linked_counts *counts) {
    struct pass *pass = xcalloc(1, sizeof *pass);
    pass->columns = columns;
    pass->cells = columns->cells;
    pass->rows = &columns->cells->cube->rows;
    pass->masks = masks;
    pass->counts = counts;
    pass->days = columns->days;
    pass->segments = columns->segments;
    pass->places = pass->days * pass->segments;
    pass->wanted = wanted;
    read_age_bands(pass);
    read_price_bands(pass);
    open_parts(pass);
    count_parts(pass);
    return pass;
}

static void pass_free(struct pass *pass) {
    for (size_t p = 0; p < pass->part_count; p++)
        close_part(&pass->parts[p]);
    free(pass);
}

void linked_count_sales(const struct sale_columns *columns, const struct linked_masks *masks,
                        uint32_t wanted, struct linked_counts *counts) {
    struct pass *pass = pass_run(columns, masks, wanted, counts);
    add_places(pass, counts);
    for (size_t p = 0; p < pass->part_count; p++)
        add_values(&pass->parts[p], counts);
    pass_free(pass);
}

struct cell *linked_count_places(const struct sale_columns *columns) {
    const struct linked_masks none = {.days = NULL};
    struct pass *pass = pass_run(columns, &none, 0, NULL);
    struct cell *cells = cells_by_place(pass);
    pass_free(pass);
    return cells;
}
