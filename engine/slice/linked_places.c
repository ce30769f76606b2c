/* Linked lists of time and of segments, from sales in the order of their cells.
 *
 * What passes all other filters is added up by day and segment, and then their own filters decide
 * by these. What cells decide is decided for a combination as a whole; only where ages or prices
 * are cut within a band is each sale looked at. Either the sales that pass are added up or those
 * that do not are taken away from all, whichever are fewer. Whole numbers: both are the same. */
#include "engine/slice/linked_places.h"

#include <stdlib.h>

#include "base/crew.h"
#include "base/memory.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked_cuts.h"
#include "engine/slice/place_views.h"
#include "engine/slice/sale_sums.h"

enum { SALES_A_THREAD = 200000, AHEAD = 2 };

/* What combinations say of all their sales. */
enum decided { PASSES, FAILS, CUT };

/* By segment and day, a "place", where columns do not pack. */
struct careful_place {
    uint64_t sales, revenue;
    uint128 squares;
    uint32_t answers[2 * ANSWER_COUNT];
};
_Static_assert(2 * ANSWER_COUNT == 8, "one lane for each");

struct part {
    struct packed_place *packed;
    struct careful_place *careful;
};

struct linked_places {
    const struct sale_columns *columns;
    const struct cube_rows *rows;
    struct linked_cuts cuts;
    struct sale_filter filter; /* ages and prices */
    size_t places;
    bool packs;
    /* Of these groups of combinations, all in one where columns do not pack. */
    enum place_grouping by;
    const uint16_t *group;      /* by combination; NULL: all in the first */
    size_t groups, group_sales; /* place_views.group_sales */
    bool *from_all;             /* by group: those that do not pass are taken from all */
    uint32_t *looked;           /* combinations with sales that may count … */
    unsigned char *asked;
    size_t looked_count; /* … and what each of these is asked */
    uint64_t work;       /* sales of them */
    place_answers answers[ANSWER_CODES];
    struct part parts[LINKED_PARTS_MAX];
    size_t part_count;
};

/* -------------------------------------------------------------------- adding to places */

static inline size_t place_of(size_t days, const struct held_sale *sale) {
    return sale->segment * days + sale->day;
}

static inline __attribute__((always_inline)) void
add_all_packed(const struct sale_columns *columns, struct packed_place *places,
               place_answers answers, const bool take_away, uint32_t at, uint32_t end) {
    const struct held_sale *sale = &columns->sales[at];
    const size_t days = columns->days;
    for (; at < end; at++, sale++) {
        uint64_t price = sale->price_minor;
        struct packed_place *place = &places[place_of(days, sale)];
        const place_money money = {price + PLACE_ONE_SALE, price * price};
        place->money = take_away ? place->money - money : place->money + money;
        place->answers = take_away ? place->answers - answers : place->answers + answers;
    }
}

/* Without branches: which sales pass cannot be foreseen. Of a group that is counted from all, those
 * that do not pass are taken away. */
static inline __attribute__((always_inline)) void
add_some_packed(const struct linked_places *pass, struct packed_place *places,
                place_answers answers, const unsigned asked, const bool take_away, uint32_t at,
                uint32_t end) {
    const struct sale_columns *columns = pass->columns;
    const struct held_sale *sale = &columns->sales[at];
    const uint64_t reverse = take_away ? UINT64_MAX : 0;
    const size_t days = columns->days;
    for (; at < end; at++, sale++) {
        uint64_t price = sale->price_minor;
        uint64_t passes = sale_passes(&pass->filter, asked, sale, price) ^ reverse;
        struct packed_place *place = &places[place_of(days, sale)];
        const place_money counts = {passes, passes};
        const place_money money = (place_money){price + PLACE_ONE_SALE, price * price} & counts;
        const place_answers some = answers & (place_answers)counts;
        place->money = take_away ? place->money - money : place->money + money;
        place->answers = take_away ? place->answers - some : place->answers + some;
    }
}

static inline __attribute__((always_inline)) void
add_asked_packed(const struct linked_places *pass, struct packed_place *places,
                 place_answers answers, unsigned asked, const bool take_away, uint32_t at,
                 uint32_t end) {
    if (asked == ASK_AGE)
        add_some_packed(pass, places, answers, ASK_AGE, take_away, at, end);
    else if (asked == ASK_PRICE)
        add_some_packed(pass, places, answers, ASK_PRICE, take_away, at, end);
    else if (asked != 0)
        add_some_packed(pass, places, answers, ASK_AGE | ASK_PRICE, take_away, at, end);
    else
        add_all_packed(pass->columns, places, answers, take_away, at, end);
}

static void add_packed(const struct linked_places *pass, const struct part *part, unsigned asked,
                       uint8_t answers, bool take_away, uint32_t at, uint32_t end) {
    if (take_away)
        add_asked_packed(pass, part->packed, pass->answers[answers], asked, true, at, end);
    else
        add_asked_packed(pass, part->packed, pass->answers[answers], asked, false, at, end);
}

/* Any prices, any number of sales. */
static void add_careful(const struct linked_places *pass, const struct part *part, unsigned asked,
                        uint8_t answers, bool take_away, uint32_t at, uint32_t end) {
    const struct sale_columns *columns = pass->columns;
    for (; at < end; at++) {
        uint64_t price = sale_columns_price(columns, at);
        if (asked != 0 &&
            (sale_passes(&pass->filter, asked, &columns->sales[at], price) != 0) == take_away)
            continue;
        struct careful_place *place = &part->careful[place_of(columns->days, &columns->sales[at])];
        place->sales++;
        place->revenue += price;
        place->squares += (uint128)price * price;
        for (int i = 0; i < 2 * ANSWER_COUNT; i++)
            place->answers[i] += pass->answers[answers][i];
    }
}

static inline size_t group_of(const struct linked_places *pass, size_t number) {
    return pass->group != NULL ? pass->group[number] : 0;
}

void linked_places_begin(const struct linked_places *pass, size_t part) {
    for (size_t group = part; pass->packs && group < pass->groups; group += pass->part_count) {
        if (pass->from_all[group])
            place_views_add(pass->columns->views, pass->by, group, pass->answers,
                            pass->parts[part].packed);
    }
}

void linked_places_count(const struct linked_places *pass, size_t part, size_t from, size_t to) {
    size_t i = linked_listed_from(pass->looked, pass->looked_count, from);
    for (; i < pass->looked_count && pass->looked[i] < to; i++) {
        size_t number = pass->looked[i];
        uint8_t answers = pass->rows->combinations[number].answers;
        uint32_t at = pass->columns->from[number], end = pass->columns->from[number + 1];
        if (i + AHEAD < pass->looked_count)
            sale_columns_expect(pass->columns, pass->looked[i + AHEAD]);
        bool take_away = pass->from_all[group_of(pass, number)];
        (pass->packs ? add_packed : add_careful)(pass, &pass->parts[part], pass->asked[i], answers,
                                                 take_away, at, end);
    }
}

/* ------------------------------------------------------------------------ what is added */

/* Sales of a group that pass, and those that do not; those that are cut are looked at anyway. */
struct group_work {
    uint64_t passing, failing;
};

static bool is_from_all(const struct linked_places *pass, const struct group_work *work) {
    return work->failing + pass->group_sales < work->passing;
}

/* Groups' work by a view, or of all in one where it is NULL; the caller frees. */
static struct group_work *weigh(const struct linked_places *pass, const struct place_view *view,
                                const uint8_t *decided) {
    const uint32_t *from = pass->columns->from;
    struct group_work *work = xcalloc(view != NULL ? view->groups : 1, sizeof *work);
    for (size_t i = 0; i < pass->rows->count; i++) {
        struct group_work *of = &work[view != NULL ? view->group[i] : 0];
        const uint64_t sales = from[i + 1] - from[i];
        of->passing += decided[i] == PASSES ? sales : 0;
        of->failing += decided[i] == FAILS ? sales : 0;
    }
    return work;
}

/* Some of its groups are decided otherwise than others, unless no filter asks for what they share.
 */
static bool may_help(const struct linked_masks *masks, enum place_grouping by) {
    switch (by) {
    case PLACES_BY_PERSON:
        return masks->locations != NULL || masks->genders != NULL || masks->answers != NULL;
    case PLACES_BY_HANDSET:
        return masks->handsets != NULL;
    case PLACES_BY_AGE_BAND:
        return masks->ages != NULL;
    case PLACES_BY_PRICE_BAND:
        return masks->prices != NULL || masks->price_bands != NULL;
    default:
        return true;
    }
}

/* The groups of which the fewest sales have to be looked at. */
static void choose_groups(struct linked_places *pass, const uint8_t *decided) {
    const struct place_views *views = pass->columns->views;
    uint64_t least = UINT64_MAX;
    pass->group_sales = views->group_sales;
    for (int by = 0; by < PLACE_GROUPINGS; by++) {
        const struct place_view *view = &views->by[by];
        if (view->groups == 0 || !may_help(pass->cuts.masks, (enum place_grouping)by))
            continue;
        struct group_work *work = weigh(pass, view, decided);
        uint64_t sum = 0;
        for (size_t group = 0; group < view->groups; group++)
            sum += is_from_all(pass, &work[group]) ? work[group].failing + pass->group_sales
                                                   : work[group].passing;
        if (sum < least) {
            least = sum;
            pass->by = (enum place_grouping)by;
            pass->group = view->group;
            pass->groups = view->groups;
            free(pass->from_all);
            pass->from_all = xcalloc(view->groups, sizeof *pass->from_all);
            for (size_t group = 0; group < view->groups; group++)
                pass->from_all[group] = is_from_all(pass, &work[group]);
        }
        free(work);
    }
}

/* All in one group. */
static void choose_careful(struct linked_places *pass, const uint8_t *decided) {
    struct group_work *work = weigh(pass, NULL, decided);
    pass->groups = 1;
    pass->from_all = xcalloc(1, sizeof *pass->from_all);
    pass->from_all[0] = pass->columns->by_place != NULL && is_from_all(pass, work);
    free(work);
}

/* Marks what fails and what is cut; chooses whether those that pass are fewer. */
static void look(struct linked_places *pass) {
    const struct combination *combinations = pass->rows->combinations;
    const uint32_t *from = pass->columns->from;
    const size_t count = pass->rows->count;
    uint8_t *decided = xcalloc(count + 1, 1);
    for (size_t i = 0; i < count; i++) {
        bool fails = linked_failed(&pass->cuts, &combinations[i]) != 0;
        bool cut = linked_asked(&pass->cuts, &combinations[i]) != 0;
        decided[i] = fails ? FAILS : cut ? CUT : PASSES;
    }
    (pass->packs ? choose_groups : choose_careful)(pass, decided);
    pass->looked = xcalloc(count + 1, sizeof *pass->looked);
    pass->asked = xcalloc(count + 1, 1);
    for (size_t i = 0; i < count; i++) {
        const uint8_t wanted = pass->from_all[group_of(pass, i)] ? FAILS : PASSES;
        const bool counts = from[i + 1] > from[i] && (decided[i] == wanted || decided[i] == CUT);
        const bool cut = decided[i] == CUT;
        pass->looked[pass->looked_count] = (uint32_t)i;
        pass->asked[pass->looked_count] =
            cut ? (unsigned char)linked_asked(&pass->cuts, &combinations[i]) : 0;
        pass->looked_count += counts;
        pass->work += counts ? from[i + 1] - from[i] : 0;
    }
    free(decided);
}

/* ------------------------------------------------------------------------------ results */

static struct careful_place unpacked(const struct packed_place *packed) {
    struct careful_place place = {.sales = packed->money[0] >> PLACE_SALES_SHIFT,
                                  .revenue = packed->money[0] & (PLACE_ONE_SALE - 1),
                                  .squares = packed->money[1]};
    for (int i = 0; i < 2 * ANSWER_COUNT; i++)
        place.answers[i] = packed->answers[i];
    return place;
}

/* Modulo 2^64 and 2^128, as all sums are. */
static void add_to_cell(struct cell *cell, const struct careful_place *place, bool take_away) {
    uint64_t revenue = (uint64_t)cell->revenue_minor;
    int64_t sign = take_away ? -1 : 1;
    cell->sales += sign * (int64_t)place->sales;
    cell->revenue_minor =
        (int64_t)(take_away ? revenue - place->revenue : revenue + place->revenue);
    cell->price_squares += take_away ? -place->squares : place->squares;
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        cell->yes[answer] += sign * place->answers[answer];
        cell->known[answer] += sign * place->answers[ANSWER_COUNT + answer];
    }
}

/* Parts have their share of what is added and taken away: only together they are numbers. */
static struct cell cell_of_packed(const struct linked_places *pass, size_t at) {
    struct cell cell = {.sales = 0};
    struct packed_place all = pass->parts[0].packed[at];
    for (size_t p = 1; p < pass->part_count; p++) {
        all.money += pass->parts[p].packed[at].money;
        all.answers += pass->parts[p].packed[at].answers;
    }
    if (all.money[0] == 0)
        return cell;
    const struct careful_place place = unpacked(&all);
    add_to_cell(&cell, &place, false);
    return cell;
}

static struct cell cell_of_careful(const struct linked_places *pass, size_t at) {
    struct cell cell = {.sales = 0};
    if (pass->from_all[0])
        cell = pass->columns->by_place[at];
    for (size_t p = 0; p < pass->part_count; p++)
        add_to_cell(&cell, &pass->parts[p].careful[at], pass->from_all[0]);
    return cell;
}

static struct cell cell_of_place(const struct linked_places *pass, size_t at) {
    return pass->packs ? cell_of_packed(pass, at) : cell_of_careful(pass, at);
}

struct linked_places *linked_places_open(const struct sale_columns *columns,
                                         const struct linked_masks *masks) {
    struct linked_places *pass = xcalloc(1, sizeof *pass);
    pass->columns = columns;
    pass->rows = &columns->cells->cube->rows;
    pass->places = columns->days * columns->segments;
    pass->packs = columns->packs;
    linked_cuts_read(&pass->cuts, columns->cells, masks);
    pass->filter.columns = columns;
    sale_filter_set_prices(&pass->filter, masks->prices);
    for (int age = 0; age < BYTE_CODES; age++)
        pass->filter.ages[age] = masks->ages == NULL || masks->ages[age] == 0 ? UINT64_MAX : 0;
    place_answers_fill(pass->answers);
    look(pass);
    return pass;
}

uint64_t linked_places_work(const struct linked_places *pass) {
    return pass->work;
}

void linked_places_share(struct linked_places *pass, size_t parts) {
    pass->part_count = parts;
    for (size_t p = 0; p < parts; p++) {
        struct part *part = &pass->parts[p];
        if (pass->packs)
            part->packed = xcalloc(pass->places + 1, sizeof *part->packed);
        else
            part->careful = xcalloc(pass->places + 1, sizeof *part->careful);
    }
}

void linked_places_close(struct linked_places *pass) {
    if (pass == NULL)
        return;
    for (size_t p = 0; p < pass->part_count; p++) {
        free(pass->parts[p].packed);
        free(pass->parts[p].careful);
    }
    free(pass->from_all);
    free(pass->looked);
    free(pass->asked);
    free(pass);
}

/* Of what passes the other filters, those on time and segments decide by the place. */
void linked_places_hand_on(const struct linked_places *pass, const struct linked_masks *masks,
                           struct linked_counts *counts) {
    const struct sale_columns *columns = pass->columns;
    for (size_t at = 0; at < pass->places; at++) {
        size_t day = at % columns->days, segment = at / columns->days;
        uint32_t failed = (masks->days != NULL ? masks->days[day] : 0) |
                          (masks->segments != NULL ? masks->segments[segment] : 0);
        if (failed != 0 && !linked_fails_one(failed))
            continue;
        struct cell cell = cell_of_place(pass, at);
        if (cell.sales == 0)
            continue;
        if (failed == 0) {
            cell_add(&counts->all.by[TALLY_DAY][day], &cell);
            cell_add(&counts->all.by[TALLY_SEGMENT][segment], &cell);
        } else if (failed == UINT32_C(1) << DIMENSION_SEGMENT) {
            cell_add(&counts->beyond[DIMENSION_SEGMENT].by[TALLY_SEGMENT][segment], &cell);
        } else {
            cell_add(&counts->beyond[__builtin_ctz(failed)].by[TALLY_DAY][day], &cell);
        }
    }
}

/* ------------------------------------------------------------------- nothing but places */

void linked_parts_run(size_t parts,
                      enum err (*work)(void *context, size_t part, struct error *error),
                      void *context) {
    const struct crew_jobs jobs = {.work = work, .context = context};
    struct crew *crew = parts > 1 ? crew_open((int)parts, NULL, NULL) : NULL;
    if (crew == NULL || crew_run(crew, parts, &jobs, NULL) != ERR_OK) {
        for (size_t part = 0; part < parts; part++)
            work(context, part, NULL);
    }
    crew_close(crew);
}

struct counting {
    struct linked_places *places;
    struct linked_turns turns;
};

static enum err count_part(void *context, size_t index, struct error *error) {
    (void)error;
    struct counting *counting = context;
    size_t from, to;
    linked_places_begin(counting->places, index);
    while (linked_turn(&counting->turns, &from, &to))
        linked_places_count(counting->places, index, from, to);
    return ERR_OK;
}

static struct linked_places *count_places(const struct sale_columns *columns,
                                          const struct linked_masks *masks) {
    struct linked_places *places = linked_places_open(columns, masks);
    struct counting counting = {.places = places, .turns = {.count = places->rows->count}};
    linked_places_share(places, places->work > SALES_A_THREAD ? LINKED_PARTS_MAX : 1);
    linked_parts_run(places->part_count, count_part, &counting);
    return places;
}

void linked_count_sales(const struct sale_columns *columns, const struct linked_masks *masks,
                        struct linked_counts *counts) {
    struct linked_places *places = count_places(columns, masks);
    linked_places_hand_on(places, masks, counts);
    linked_places_close(places);
}

struct cell *linked_count_places(const struct sale_columns *columns) {
    const struct linked_masks none = {.days = NULL};
    struct linked_places *places = count_places(columns, &none);
    struct cell *cells = xcalloc(places->places + 1, sizeof *cells);
    for (size_t at = 0; at < places->places; at++)
        cells[at] = cell_of_place(places, at);
    linked_places_close(places);
    return cells;
}
