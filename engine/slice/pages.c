#include "engine/slice/pages.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/packed.h"
#include "engine/slice/pages_parts.h"
#include "engine/slice/stream.h"

/* ----------------------------------------------------------------------- keys and their groups */

enum {
    ID_GROUP_BITS = 16,
    PRICE_BITS = 12 /* prices are told apart to one in four thousand, others are a group */
};

/* A price's first bits, ascending with it (those of a floating-point number, without its sign). */
static uint64_t price_group(uint64_t price) {
    int bits = 63 - __builtin_clzll(price | 1);
    if (bits <= PRICE_BITS)
        return price;
    int dropped = bits - PRICE_BITS;
    return ((uint64_t)dropped << PRICE_BITS) + (price >> dropped);
}

uint64_t pages_group(const struct pages *pages, uint64_t key, day_number day) {
    switch (pages->by) {
    case ORDER_DATE:
        return pages_month(pages, day) + 1;
    case ORDER_ID:
        return ((key - (uint64_t)pages->first_id) >> ID_GROUP_BITS) + 1;
    case ORDER_PRICE:
        return price_group(key - 1) + 1;
    default:
        return key;
    }
}

size_t pages_groups(const struct pages *pages, int64_t last_id) {
    const struct facts *facts = pages->facts;
    switch (pages->by) {
    case ORDER_DATE:
        return (size_t)pages->months + 1;
    case ORDER_ID:
        return ((size_t)(last_id - pages->first_id) >> ID_GROUP_BITS) + 2;
    case ORDER_PRICE:
        return (size_t)price_group(INT64_MAX) + 2;
    case ORDER_LOCATION:
        return (size_t)facts->locations.count + 1;
    case ORDER_HANDSET:
        return (size_t)facts->handsets.count + 1;
    default: /* years, and what has fewer values */
        return UINT8_MAX + 1;
    }
}

void pages_group_ids(const struct pages *pages, uint64_t group, int64_t *first, int64_t *last) {
    *first = pages->first_id + ((int64_t)(group - 1) << ID_GROUP_BITS);
    *last = *first + (1 << ID_GROUP_BITS) - 1;
}

uint64_t pages_turned(const struct pages *pages, uint64_t key) {
    return key == 0 ? UINT64_MAX : pages->descending ? UINT64_MAX - key : key;
}

unsigned pages_key_columns(enum order_by by) {
    switch (by) {
    case ORDER_LOCATION:
        return PACKED_LOCATION;
    case ORDER_AGE:
        return PACKED_AGE;
    case ORDER_GENDER:
        return PACKED_GENDER;
    case ORDER_SEGMENT:
        return PACKED_SEGMENT;
    case ORDER_HANDSET:
        return PACKED_HANDSET;
    case ORDER_PRICE:
        return PACKED_PRICE;
    case ORDER_ID:
        return PACKED_ID;
    case ORDER_DATE:
        return PACKED_DAY;
    default:
        return PACKED_ANSWERS;
    }
}

/* -------------------------------------------------------------------------------- going through */

bool pages_go_on(const struct pages *pages, struct error *error) {
    if (pages->go_on == NULL || pages->go_on(pages->context))
        return true;
    error_set(error, ERR_CANCELLED, "Stopped");
    return false;
}

static enum err pass_rows(struct pages *pages, const struct facts *window, size_t from,
                          size_t count, uint32_t *rows, pages_rows *each, void *context,
                          struct error *error) {
    for (size_t i = 0; i < count; i++)
        rows[i] = (uint32_t)(from + i);
    count = tables_pass(&pages->tables, window, rows, count);
    return count > 0 ? each(context, window, rows, count, error) : ERR_OK;
}

static bool days_are_within(const struct facts *window, int32_t count) {
    bool within = true;
    for (int32_t i = 0; i < count; i++)
        within &= (window->day[i] >= window->first_day) & (window->day[i] <= window->last_day);
    return within;
}

enum err pages_scan(struct pages *pages, unsigned columns,
                    bool (*wanted)(void *context, const struct pack *pack), pages_rows *each,
                    void *context, struct error *error) {
    const struct cube *cube = pages->facts->cube;
    struct facts window = packed_window(pages->facts);
    uint32_t *rows = xcalloc(PACK_SALES_MAX, sizeof *rows);
    enum err err = ERR_OK;
    columns |= stream_filter_columns(&pages->tables);
    for (size_t i = 0; i < cube->packs.count && err == ERR_OK; i++) {
        const struct pack *pack = &cube->packs.packs[i];
        if ((wanted != NULL && !wanted(context, pack)) ||
            !stream_month_is_asked(&pages->tables, pack->month))
            continue;
        err = packed_read(cube->db, pack, columns, &window, 0, error);
        if (err == ERR_OK && (columns & PACKED_DAY) != 0 && !days_are_within(&window, pack->sales))
            err = error_set(error, ERR_DAMAGED, "%s is damaged: a month holds days of another",
                            db_path(cube->db));
        if (err == ERR_OK)
            err = pass_rows(pages, &window, 0, (size_t)pack->sales, rows, each, context, error);
        if (err == ERR_OK && !pages_go_on(pages, error))
            err = ERR_CANCELLED;
    }
    packed_window_free(&window);
    struct facts tail = cube->tail;
    tail.locations = pages->facts->locations; /* its own have the same ids */
    tail.handsets = pages->facts->handsets;
    tail.shops = pages->facts->shops;
    tail.first_day = pages->facts->first_day;
    tail.last_day = pages->facts->last_day;
    for (size_t from = 0; from < tail.count && err == ERR_OK; from += PACK_SALES_MAX) {
        size_t left = tail.count - from;
        err = pass_rows(pages, &tail, from, left < PACK_SALES_MAX ? left : PACK_SALES_MAX, rows,
                        each, context, error);
    }
    free(rows);
    return err;
}

/* One state of the database, the one that the runs were counted from. */
static enum err begin(const struct pages *pages, struct error *error) {
    const struct cube *cube = pages->facts->cube;
    struct packed_state state;
    if (cube != NULL && cube->packs.packs == pages->packs &&
        cube->generation == pages->generation && cube->tail.count == pages->tail) {
        enum err err = db_snapshot_begin(cube->db, error);
        if (err != ERR_OK)
            return err;
        err = db_packed_state(cube->db, &state, error);
        if (err == ERR_OK && state.generation == cube->generation)
            return ERR_OK;
        db_snapshot_end(cube->db);
        if (err != ERR_OK)
            return err;
    }
    error_set(error, ERR_BUSY, "the sales have just been changed by another program");
    return error_hint(error, "look again");
}

static void end(const struct pages *pages) {
    db_snapshot_end(pages->facts->cube->db);
}

/* -------------------------------------------------------------------------------- open and close
 */

static bool is_counted_by_sale(enum order_by by) {
    return by == ORDER_ID || by == ORDER_AGE || by == ORDER_PRICE || by == ORDER_SEGMENT;
}

/* A shop that was merged as sums alone has cells and no sales; derived cells are made of sales. */
static bool cells_are_of_sales(const struct facts *facts) {
    const struct cube *cube = facts->cube;
    return cube->applied.count > 0 ||
           facts_total(facts) == cube->packs.sales + (int64_t)cube->tail.count;
}

double pages_seconds(const struct facts *facts, enum order_by by) {
    static const double seconds_a_sale = 25e-9; /* measured: unpacking, checking, counting */
    return is_counted_by_sale(by) ? (double)facts->cube->packs.sales * seconds_a_sale : 0;
}

static enum err refuse(const struct pages *pages, int64_t last_id, struct error *error) {
    enum order_by by = pages->by;
    if (by == ORDER_SEGMENT && pages->facts->segment_rule == NULL) {
        error_set(error, ERR_INPUT, "nothing tells the segments of these sales");
        return error_hint(error, "retail-pulse train segments finds some");
    }
    if (by == ORDER_SCORE_RETURNING || by == ORDER_SCORE_FACEBOOK) {
        error_set(error, ERR_INPUT, "so many sales are not held in the order of %s",
                  order_words(by));
        return error_hint(error, "retail-pulse sql sorts by anything: SELECT … FROM sale_score "
                                 "ORDER BY … LIMIT 100");
    }
    if (last_id - pages->first_id >= UINT32_MAX)
        return error_set(error, ERR_INPUT, "these are more sales than can be put into an order");
    return ERR_OK;
}

static void look_at_months(struct pages *pages) {
    const struct facts *facts = pages->facts;
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1;
    pages->first_month = date_month_index(facts->first_day);
    pages->months = date_month_index(facts->last_day) - pages->first_month + 1;
    pages->month_at = xcalloc(days, sizeof *pages->month_at);
    for (size_t i = 0; i < days; i++)
        pages->month_at[i] =
            (uint16_t)(date_month_index(facts->first_day + (day_number)i) - pages->first_month);
}

static void look_at_ids(struct pages *pages, int64_t *last_id) {
    const struct cube *cube = pages->facts->cube;
    int64_t first = INT64_MAX, last = 0;
    for (size_t i = 0; i < cube->packs.count; i++) {
        const struct pack *pack = &cube->packs.packs[i];
        first = pack->first_sale_id < first ? pack->first_sale_id : first;
        last = pack->last_sale_id > last ? pack->last_sale_id : last;
    }
    if (cube->tail.count > 0) {
        first = cube->tail.id[0] < first ? cube->tail.id[0] : first;
        last = cube->tail.id[cube->tail.count - 1];
    }
    pages->first_id = first;
    *last_id = last;
}

enum err pages_open(const struct pages_request *request, struct pages **out, struct error *error) {
    const struct facts *facts = request->facts;
    struct pages *pages = xcalloc(1, sizeof *pages);
    int64_t last_id;
    *out = pages;
    pages->facts = facts;
    pages->by = request->by;
    pages->descending = request->descending;
    pages->go_on = request->go_on;
    pages->context = request->context;
    pages->packs = facts->cube->packs.packs;
    pages->generation = facts->cube->generation;
    pages->tail = facts->cube->tail.count;
    look_at_months(pages);
    look_at_ids(pages, &last_id);
    tables_open(&pages->tables, facts);
    enum err err = refuse(pages, last_id, error);
    for (size_t i = 0; i < request->slice->count && err == ERR_OK; i++)
        err = tables_add(&pages->tables, &request->slice->filters[i], error);
    if (err == ERR_OK)
        err = begin(pages, error);
    if (err == ERR_OK) {
        pages->ranks = order_ranks(facts, request->by);
        err = pages_count_runs(pages, request->selection,
                               is_counted_by_sale(request->by) || !cells_are_of_sales(facts),
                               last_id, error);
        end(pages);
    }
    if (err != ERR_OK) {
        pages_close(pages);
        *out = NULL;
    }
    return err;
}

void pages_close(struct pages *pages) {
    if (pages == NULL)
        return;
    pages_forget_chunks(pages);
    pages_forget_referenced(pages);
    tables_close(&pages->tables);
    free(pages->ranks);
    free(pages->runs);
    free(pages->chunks);
    free(pages->may_match);
    free(pages->month_at);
    free(pages);
}

int64_t pages_count(const struct pages *pages) {
    return pages->runs[pages->run_count].start;
}

/* ------------------------------------------------------------------------------- single sales */

struct facts pages_window(const struct facts *facts, size_t count) {
    struct facts window = {.locations = facts->locations,
                           .handsets = facts->handsets,
                           .shops = facts->shops,
                           .first_day = facts->first_day,
                           .last_day = facts->last_day,
                           .weekend = facts->weekend};
#define MAKE(column) window.column = xcalloc(count + 1, sizeof *window.column)
    MAKE(id);
    MAKE(price_minor);
    MAKE(day);
    MAKE(location);
    MAKE(handset);
    MAKE(age);
    MAKE(gender);
    MAKE(answers);
    MAKE(segment);
    if (window.shops.count > 1)
        MAKE(shop);
#undef MAKE
    return window;
}

void pages_window_free(struct facts *window) {
    window->locations = window->handsets = (struct dictionary){0};
    window->shops = (struct shop_list){0};
    facts_free(window);
}

static enum err read_sale(struct db *db, struct facts *window, size_t at, int64_t id,
                          struct error *error) {
    struct facts one = *window;
    one.id += at;
    one.price_minor += at;
    one.day += at;
    one.location += at;
    one.handset += at;
    one.age += at;
    one.gender += at;
    one.answers += at;
    one.segment += at;
    if (one.shop != NULL)
        one.shop += at;
    enum err err = facts_window_read(db, &one, 1, id - 1, id, error);
    if (err == ERR_OK && one.count != 1)
        err = error_set(error, ERR_NOT_FOUND, "there is no sale %lld", (long long)id);
    return err;
}

/* -------------------------------------------------------------------------------- positions */

static int compare_run(const struct run *run, uint64_t group, int32_t month) {
    if (run->group != group)
        return run->group < group ? -1 : 1;
    if (run->month == MONTHS_MIXED || month == MONTHS_MIXED)
        return 0;
    return (run->month > month) - (run->month < month);
}

/* The first run that is not before this group and month. */
static size_t find_run(const struct pages *pages, uint64_t group, int32_t month) {
    size_t low = 0, high = pages->run_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_run(&pages->runs[middle], group, month) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The chunk that a run is part of. */
static size_t chunk_of(const struct pages *pages, size_t run) {
    size_t low = 0, high = pages->chunk_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (pages->chunks[middle] <= run)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static size_t chunk_at(const struct pages *pages, int64_t position) {
    size_t low = 0, high = pages->chunk_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (pages->runs[pages->chunks[middle]].start <= position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static int64_t chunk_start(const struct pages *pages, size_t chunk) {
    return pages->runs[pages->chunks[chunk]].start;
}

static bool entry_is_before(const struct entry *entry, uint64_t key, uint32_t day, uint32_t id) {
    uint32_t entry_day = entry->day & ~MATCHED;
    if (entry->key != key)
        return entry->key < key;
    return entry_day != day ? entry_day < day : entry->id < id;
}

/* The position of what has this place in the order, or of the first behind it. */
static enum err find_place(struct pages *pages, uint64_t key, day_number day, uint32_t id,
                           uint64_t group, int64_t *position, bool *found, struct error *error) {
    size_t run = find_run(pages, group, date_month_index(day));
    *found = false;
    *position = pages->runs[run].start;
    if (run == pages->run_count || compare_run(&pages->runs[run], group, date_month_index(day)) > 0)
        return ERR_OK;
    const struct chunk *chunk;
    size_t number = chunk_of(pages, run);
    enum err err = pages_chunk(pages, number, false, &chunk, error);
    if (err != ERR_OK)
        return err;
    size_t low = 0, high = chunk->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (entry_is_before(&chunk->entries[middle], key, (uint32_t)day, id))
            low = middle + 1;
        else
            high = middle;
    }
    *position = chunk_start(pages, number) + (int64_t)low;
    *found = low < chunk->count && chunk->entries[low].id == id;
    return ERR_OK;
}

enum err pages_read(struct pages *pages, int64_t from, size_t count, struct facts *window,
                    struct error *error) {
    window->count = 0;
    if (from >= pages_count(pages) || count == 0)
        return ERR_OK;
    enum err err = begin(pages, error);
    if (err != ERR_OK)
        return err;
    for (size_t number = chunk_at(pages, from);
         number < pages->chunk_count && window->count < count && err == ERR_OK; number++) {
        const struct chunk *chunk;
        err = pages_chunk(pages, number, false, &chunk, error);
        int64_t start = chunk_start(pages, number);
        size_t at = err == ERR_OK && from > start ? (size_t)(from - start) : 0;
        for (; err == ERR_OK && at < chunk->count && window->count < count; at++) {
            err = read_sale(pages->facts->cube->db, window, window->count,
                            pages->first_id + chunk->entries[at].id, error);
            window->count += err == ERR_OK;
        }
    }
    end(pages);
    return err;
}

enum err pages_locate(struct pages *pages, int64_t sale_id, int64_t *position, bool *found,
                      struct error *error) {
    *found = false;
    *position = 0;
    enum err err = begin(pages, error);
    if (err != ERR_OK)
        return err;
    struct facts one = pages_window(pages->facts, 1);
    one.segment_count = pages->facts->segment_count;
    err = read_sale(pages->facts->cube->db, &one, 0, sale_id, error);
    const struct segment_rule *rule = pages->facts->segment_rule;
    if (err == ERR_OK && rule != NULL)
        rule->assign(rule->context, &one, 1, one.segment);
    if (err == ERR_OK && pages->run_count > 0) {
        uint64_t key = order_key(&one, pages->by, pages->ranks, NULL, 0);
        uint64_t group = pages_turned(pages, pages_group(pages, key, one.day[0]));
        err = find_place(pages, pages_turned(pages, key), one.day[0],
                         (uint32_t)(sale_id - pages->first_id), group, position, found, error);
    }
    pages_window_free(&one);
    end(pages);
    return err;
}

enum err pages_seek_day(struct pages *pages, day_number day, int64_t *position,
                        struct error *error) {
    const struct facts *facts = pages->facts;
    bool found;
    *position = pages_count(pages);
    enum err err = begin(pages, error);
    if (err != ERR_OK)
        return err;
    if (pages->run_count > 0 &&
        (pages->descending ? day >= facts->first_day : day <= facts->last_day)) {
        day = day < facts->first_day ? facts->first_day : day;
        day = day > facts->last_day ? facts->last_day : day;
        uint64_t key = (uint64_t)day + 1;
        err =
            find_place(pages, pages_turned(pages, key), day, 0,
                       pages_turned(pages, pages_group(pages, key, day)), position, &found, error);
    }
    end(pages);
    return err;
}

/* -------------------------------------------------------------------------------- searching */

/* A month whose cells have nothing of what is looked for need not be read. */
static void look_where(struct pages *pages, const struct selection *selection) {
    const struct facts *facts = pages->facts;
    const struct finder *finder = pages->finder;
    bool prices[UINT8_MAX + 1] = {false}, *may = NULL;
    day_number day = -1;
    for (int code = 1; code < dimension_price_band_code(INT64_MAX) + 1; code++) {
        int64_t from, below;
        dimension_price_band(code, &from, &below);
        prices[code] = finder->price_from_minor < below && finder->price_below_minor > from;
    }
    for (size_t i = 0; i < selection->count; i++) {
        uint32_t row = selection->rows[i];
        if (facts_day(facts, row) != day) {
            day = facts_day(facts, row);
            may = &pages->may_match[date_month_index(day) - pages->first_month];
        }
        size_t at = facts_at(facts, row);
        *may = *may || finder->places[facts->location[at]] ||
               finder->handsets[facts->handset[at]] || prices[facts->price_band[at]];
    }
}

void pages_search(struct pages *pages, const struct finder *finder,
                  const struct selection *selection) {
    pages->finder = finder;
    pages->search++;
    free(pages->may_match);
    pages->may_match = NULL;
    pages_forget_referenced(pages);
    if (finder == NULL || pages->facts->cube == NULL)
        return;
    pages->may_match = xcalloc((size_t)pages->months + 1, sizeof *pages->may_match);
    bool anywhere = finder->referenced_count > 0 && finder->referenced_days == NULL;
    if (!anywhere)
        look_where(pages, selection);
    pages->only_referenced = !anywhere && pages_may_ask(finder);
    for (int i = 0; i < pages->months; i++)
        pages->only_referenced = pages->only_referenced && !pages->may_match[i];
    for (size_t i = 0; !anywhere && i < finder->referenced_count; i++) {
        int month = date_month_index(finder->referenced_days[i]) - pages->first_month;
        if (month >= 0 && month < pages->months)
            pages->may_match[month] = true;
    }
    for (int i = 0; i < pages->months; i++) {
        day_number first = date_month_start(pages->first_month + i);
        day_number last = first + date_days_in_month(pages->first_month + i) - 1;
        pages->may_match[i] =
            pages->may_match[i] || anywhere ||
            (finder->has_days && finder->first_day <= last && finder->last_day >= first);
    }
}

static bool may_match(const struct pages *pages, size_t chunk) {
    for (size_t run = pages->chunks[chunk]; run < pages->chunks[chunk + 1]; run++) {
        int32_t month = pages->runs[run].month;
        if (month == MONTHS_MIXED || pages->may_match[month - pages->first_month])
            return true;
    }
    return false;
}

/* The nearest match at `low` … `high` − 1 of a chunk's entries; −1: there is none. */
static int64_t match_within(const struct chunk *chunk, int64_t low, int64_t high, int direction) {
    for (int64_t step = 0; step < high - low; step++) {
        int64_t at = direction > 0 ? low + step : high - 1 - step;
        if ((chunk->entries[at].day & MATCHED) != 0)
            return at;
    }
    return -1;
}

static enum err find_from(struct pages *pages, int64_t from, int direction, int64_t *found,
                          struct error *error) {
    int64_t count = pages_count(pages);
    int64_t next = from + direction;
    next = next >= count ? 0 : next < 0 ? count - 1 : next;
    size_t number = chunk_at(pages, next);
    /* the first chunk is visited again at the end, for what lies on its other side */
    for (size_t visited = 0; visited <= pages->chunk_count; visited++) {
        int64_t start = chunk_start(pages, number);
        const struct chunk *chunk;
        if (may_match(pages, number)) {
            enum err err = pages_chunk(pages, number, true, &chunk, error);
            if (err != ERR_OK)
                return err;
            int64_t low = visited == 0 && direction > 0 ? next - start : 0;
            int64_t high = visited == 0 && direction < 0 ? next - start + 1 : (int64_t)chunk->count;
            int64_t at = match_within(chunk, low, high, direction);
            if (at >= 0) {
                *found = start + at;
                return ERR_OK;
            }
        }
        if (direction > 0)
            number = number + 1 < pages->chunk_count ? number + 1 : 0;
        else
            number = number > 0 ? number - 1 : pages->chunk_count - 1;
    }
    return ERR_OK;
}

enum err pages_find(struct pages *pages, int64_t from, int direction, int64_t *found,
                    struct error *error) {
    *found = -1;
    if (pages->finder == NULL || pages->run_count == 0)
        return ERR_OK;
    if (pages->only_referenced)
        return pages_find_referenced(pages, from, direction, found, error);
    enum err err = begin(pages, error);
    if (err != ERR_OK)
        return err;
    err = find_from(pages, from, direction, found, error);
    end(pages);
    return err;
}
