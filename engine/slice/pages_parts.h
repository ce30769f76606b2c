/* Inside engine/slice/pages*.c: how an order of a slice is divided. */
#ifndef ENGINE_SLICE_PAGES_PARTS_H
#define ENGINE_SLICE_PAGES_PARTS_H

#include "engine/slice/cube.h"
#include "engine/slice/pages.h"
#include "engine/slice/tables.h"

/* Sales that follow one another: of one group of keys and one month or, where months mix within the
 * group, of all months. */
struct run {
    uint64_t group; /* turned round for a descending order; ascending from run to run */
    int32_t month;  /* date_month_index; MONTHS_MIXED */
    int64_t start;  /* position of the first */
};
enum { MONTHS_MIXED = -1 };

/* Runs that are read together: one, or several with no more than CHUNK_SALES_MAX sales; where
 * months mix, each read goes through all of them, and takes more at once. The last ones stay within
 * CHUNK_BYTES_KEPT, or at least two. */
enum {
    CHUNK_SALES_MAX = 1024,
    CHUNK_MIXED_MAX = 65536,
    CHUNKS_KEPT = 8,
    CHUNKS_KEPT_LEAST = 2,
    CHUNK_BYTES_KEPT = 16 << 20
};

struct entry {
    uint64_t key; /* turned round likewise */
    uint32_t day; /* and MATCHED */
    uint32_t id;  /* above pages.first_id */
};
#define MATCHED (UINT32_C(1) << 31)

enum { MONTH_DAYS = 31 };

/* Of one run that has one month only the ids are kept, and where each day begins: `entries` is NULL
 * then. */
struct chunk {
    size_t number;
    unsigned search; /* the search whose matches are marked; 0: none */
    uint64_t used;   /* when, for keeping what was used last; 0: nothing is here */
    size_t count;
    struct entry *entries;         /* in order */
    uint32_t *ids;                 /* in order, above pages.first_id */
    size_t day_at[MONTH_DAYS + 1]; /* by day of the month, or backwards by date descending */
    uint64_t *matched;             /* a bit by position; NULL: none is marked */
};

struct pages {
    const struct facts *facts;
    struct tables tables;
    enum order_by by;
    bool descending;
    uint64_t *ranks;
    int64_t first_id, last_id;
    int first_month, months;
    uint16_t *month_at; /* of each day from the facts' first: above first_month */

    struct run *runs; /* and one more behind the last, for its start */
    size_t run_count;
    size_t *chunks; /* the first run of each, and one more */
    size_t chunk_count;
    struct chunk kept[CHUNKS_KEPT];
    uint64_t clock;
    uint32_t *ids_read; /* of a run, as they were read, and … */
    uint8_t *days_read; /* … their days of the month, from 0, and MATCHED_DAY */
    size_t read_most;   /* room in both */

    const struct finder *finder;
    unsigned search;     /* number of the present one */
    bool runs_tell_keys; /* each is of one key, which cells tell too */
    bool *may_match; /* what cells say: by key, where runs tell it, and month above first_month */
    bool *month_may; /* what dates and references say: by month above first_month */
    bool may_at_all;
    bool only_referenced; /* nothing but the finder's references can match; then … */
    int64_t *referenced;  /* … where those of the slice stand, ascending; NULL: not asked yet */
    size_t referenced_count;

    bool (*go_on)(void *context);
    void *context;

    /* what the runs were counted from; with other data they say nothing any more */
    const struct pack *packs;
    int64_t generation;
    size_t tail;
};

/* The month of one of the facts' days, above first_month: to take every sale's date apart would
 * cost more than all else. */
static inline size_t pages_month(const struct pages *pages, day_number day) {
    return pages->month_at[day - pages->facts->first_day];
}

/* The group that a key (order_key) belongs to, how many groups there are at most, the columns that
 * a key is made from; a key or group in the order's direction; the ids of a group of them. */
uint64_t pages_group(const struct pages *pages, uint64_t key, day_number day);
size_t pages_groups(const struct pages *pages);
unsigned pages_key_columns(enum order_by by);
uint64_t pages_turned(const struct pages *pages, uint64_t key);
uint64_t pages_unturned(const struct pages *pages, uint64_t turned);
void pages_group_ids(const struct pages *pages, uint64_t group, int64_t *first, int64_t *last);

bool pages_go_on(const struct pages *pages, struct error *error);

/* Calls `each` with the slice's rows of packs that `wanted` (NULL: all) and with those of the tail.
 * By month, shop and id; the tail comes last. */
typedef enum err pages_rows(void *context, const struct facts *window, const uint32_t *rows,
                            size_t count, struct error *error);
enum err pages_scan(struct pages *pages, unsigned columns,
                    bool (*wanted)(void *context, const struct pack *pack), pages_rows *each,
                    void *context, struct error *error);

/* pages_runs.c: fills runs and chunks, from the cells or, `by_sale`, from the packs. */
enum err pages_count_runs(struct pages *pages, const struct selection *selection, bool by_sale,
                          struct error *error);

/* pages_cells.c: calls `add` with the sales of a key by month above first_month, keys more than
 * once; by date just once, with all of them. */
typedef enum err pages_cell(void *context, uint64_t key, const uint32_t *sales,
                            struct error *error);
enum err pages_count_cells(const struct pages *pages, const struct selection *selection,
                           pages_cell *add, void *context, struct error *error);
void pages_look_at_cells(struct pages *pages, const struct selection *selection); /* may_match */

/* pages_chunk.c: the chunk with its matches marked where `matches` says so; until the next call. */
enum err pages_chunk(struct pages *pages, size_t number, bool matches, const struct chunk **out,
                     struct error *error);
bool pages_has_chunk(const struct pages *pages, size_t number);
void pages_forget_chunks(struct pages *pages);

/* The position in a chunk of what has this place in the order, or of the first behind it. */
size_t pages_chunk_place(const struct pages *pages, const struct chunk *chunk, uint64_t key,
                         day_number day, uint32_t id);
static inline uint32_t pages_chunk_id(const struct chunk *chunk, size_t at) {
    return chunk->entries != NULL ? chunk->entries[at].id : chunk->ids[at];
}

enum err pages_differ(const struct pages *pages, struct error *error); /* ERR_DAMAGED */

/* pages_month.c: the same of a run that has one month. */
enum err pages_read_month(struct pages *pages, struct chunk *chunk, bool matches,
                          struct error *error);
size_t pages_month_place(const struct pages *pages, const struct chunk *chunk, day_number day,
                         uint32_t id);

/* pages_places.c: one state of the database, the one that the runs were counted from; the chunk
 * that a position is in, the chunk's first position. */
enum err pages_begin(const struct pages *pages, struct error *error);
void pages_end(const struct pages *pages);
size_t pages_chunk_at(const struct pages *pages, int64_t position);
int64_t pages_chunk_start(const struct pages *pages, size_t chunk);

/* pages_find.c: the columns that a match is seen by. */
unsigned pages_match_columns(const struct pages *pages);

/* pages_referenced.c: pages_find where only references can match, which must be few enough. */
bool pages_may_ask(const struct finder *finder);
enum err pages_find_referenced(struct pages *pages, int64_t from, int direction, int64_t *found,
                               struct error *error);
void pages_forget_referenced(struct pages *pages);

#endif
