/* Any page of a slice's sales in an order, where they are too many to be held: for facts that are
 * cells (engine/slice/cube.h).
 *
 * The cells say how many sales each month has of each value that is sorted by. So a position among
 * millions is known to lie in one month of one value, and only that month's columns are read and
 * sorted: a page, a jump to a date and the position of a sale cost the same wherever they are. What
 * cells do not know (ages, prices, ids) is counted once, when the order is chosen.
 *
 * Equal sales follow one another by date and then by id, whichever way round the order is; what is
 * unknown comes last. Nothing is held but the counts and a few thousand ids. */
#ifndef ENGINE_SLICE_PAGES_H
#define ENGINE_SLICE_PAGES_H

#include "engine/slice/finder.h"
#include "engine/slice/order.h"
#include "engine/slice/slice.h"

struct pages;

struct pages_request {
    const struct facts *facts; /* cells; they and … */
    const struct slice *slice; /* … only here: copied */
    const struct selection *selection;
    enum order_by by;
    bool descending;
    bool (*go_on)(void *context); /* NULL: always; asked between packs */
    void *context;
};

/* ERR_INPUT: there is no such order of so many sales (scores; segments that nothing tells).
 * ERR_CANCELLED. ERR_BUSY, here and below, where another process has changed the packs:
 * shop_refresh, then open anew. */
enum err pages_open(const struct pages_request *request, struct pages **out, struct error *error);
void pages_close(struct pages *pages); /* NULL is fine */

/* How long pages_open takes, in seconds; 0 where nothing has to be counted. */
double pages_seconds(const struct facts *facts, enum order_by by);

int64_t pages_count(const struct pages *pages);

/* A place for `count` sales: the dictionaries and days are those of `facts`. */
struct facts pages_window(const struct facts *facts, size_t count);
void pages_window_free(struct facts *window);

/* Reads the sales at positions `from` … `from` + count − 1, as far as there are any, into the
 * window, which has room; window->count receives how many. */
enum err pages_read(struct pages *pages, int64_t from, size_t count, struct facts *window,
                    struct error *error);

/* What pages_read of this position needs first, the order of some thousand sales around it: whether
 * it is at hand, and reading it, which may take some milliseconds. Asks `go_on`. */
bool pages_is_ready(const struct pages *pages, int64_t position);
enum err pages_make_ready(struct pages *pages, int64_t position, struct error *error);

/* Where a sale stands, or would stand where it is not of the slice (`found` is false then).
 * ERR_NOT_FOUND where there is no such sale. */
enum err pages_locate(struct pages *pages, int64_t sale_id, int64_t *position, bool *found,
                      struct error *error);

/* By date alone: the first position of this day or, where it has no sale, of the next in the order
 * that has one; the count where there is none. */
enum err pages_seek_day(struct pages *pages, day_number day, int64_t *position,
                        struct error *error);

/* What to look for from now on, until the finder is closed; NULL: nothing. */
void pages_search(struct pages *pages, const struct finder *finder,
                  const struct selection *selection);

/* The nearest match after `from` (−1: before the first), or with `direction` −1 before it, going
 * round; −1: there is none. Asks `go_on`: ERR_CANCELLED where it says no. */
enum err pages_find(struct pages *pages, int64_t from, int direction, int64_t *found,
                    struct error *error);

#endif
