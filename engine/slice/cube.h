/* The cube in memory: facts whose rows are cells, for tables too large to hold sale by sale.
 *
 * A cell is a month's sales of one place, handset, gender, age band, price band and set of answers:
 * seven columns that multiply to a few million cells however many sales there are, and from which
 * local, brand, quarter, year and engagement follow. Figures by these, under any filters on these,
 * come from the cells within a frame. Days, weeks and weekdays would multiply the cells by up to
 * thirty, segments by as many as there are, exact ages and prices by hundreds: then there would be
 * no fewer cells than sales. What asks for them is streamed from the packs (engine/slice/stream.h),
 * exact too, about 10 ns a sale of the months asked about, or comes from the sales in memory
 * (engine/slice/sale_columns.h) where these are held; a slice that filters by them gets cells of
 * its own once (cube_derive) and is then as quick as any until those filters change. Linked lists
 * ask sales in memory without these.
 */
#ifndef ENGINE_SLICE_CUBE_H
#define ENGINE_SLICE_CUBE_H

#include <stdatomic.h>

#include "db/packs.h"
#include "engine/slice/cube_rows.h"
#include "engine/slice/facts.h"
#include "engine/slice/slice.h"

/* Sales that are held one by one: all lists of so many take a few milliseconds, of more they are
 * quicker from cells. */
enum { FACTS_IN_MEMORY = 200000 };

struct cube {
    struct db *db;            /* the reader: for what is streamed */
    struct cube_span *months; /* by month and, within one, shop */
    int month_count;
    struct cube_rows rows; /* how the cells are ordered, and their sums */
    struct pack_list packs;
    struct facts tail; /* the sales that are not packed yet, one by one */
    int64_t generation;
    const atomic_bool *stop; /* set from another thread: reading and streaming end; may be NULL */
    atomic_size_t *streamed; /* how many packs were passed over so far, for others; may be NULL */

    const struct sale_columns *columns; /* borrowed; NULL while sales are not held */

    struct slice applied; /* of a derived cube: filters that its cells have passed already */
};

/* The sales one by one where there are at most `limit` of them and sales of every shop (a limit of
 * INT64_MAX does without those of which only sums are here), else as cells, where the database
 * has these and they are this program's; one by one otherwise. The caller frees with facts_free,
 * which must come before closing the reader. */
enum err cube_open(struct db *db, int64_t limit, struct facts *out, struct error *error);

/* The same until `stop` is set: ERR_CANCELLED then. */
enum err cube_open_until(struct db *db, int64_t limit, const atomic_bool *stop, struct facts *out,
                         struct error *error);

/* Where cube_open would give cells: what is known without reading them (engine/slice/summary.h), at
 * once, and `told` is true. Else nothing is opened. */
enum err cube_glance(struct db *db, int64_t limit, bool *told, struct facts *out,
                     struct error *error);

/* Whether the cells are those of the sales that the database holds now: what has changed is
 * something else. */
enum err cube_is_current(struct db *db, const struct facts *facts, bool *current,
                         struct error *error);

/* ERR_CANCELLED once whoever started this wants it to end. */
enum err cube_go_on(const struct cube *cube, struct error *error);

/* Takes over what other processes committed: the months from the first that changed on. */
enum err cube_refresh(struct db *db, struct facts *facts, struct error *error);
void cube_close(struct cube *cube); /* NULL is fine */

/* Which of the slice's filters no cell can pass or fail as a whole: borrowed copies, of which only
 * the array is the caller's to free. */
enum err cube_fine_filters(const struct facts *facts, const struct slice *slice, struct slice *fine,
                           struct error *error);

/* The cells of those sales alone that pass these filters: to be used in place of `facts`, whose
 * dictionaries they borrow. The caller frees with cube_derived_free. */
enum err cube_derive(const struct facts *facts, const struct slice *fine, struct facts *out,
                     struct error *error);
void cube_derived_free(struct facts *derived);

/* Whether all cells have passed the filter already. */
bool cube_has_passed(const struct facts *facts, const struct filter *filter);

/* ERR_INPUT, in words: filters cut cells that were not derived by them. */
enum err cube_refuse(struct error *error);

#endif
