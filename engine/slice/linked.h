/* Linked lists: every dimension's values at once, each list under all filters but its own, so that
 * one sees what else could be chosen; and the choosing of values in such a list. */
#ifndef ENGINE_SLICE_LINKED_H
#define ENGINE_SLICE_LINKED_H

#include "engine/slice/group.h"

/* A list's own filters are those on its dimension; those on age, price and date are age_band's,
 * price_band's and day's, whose lists have no finer ones beside them. */
bool linked_owns(enum dimension dimension, const struct filter *filter);

struct linked_row {
    int code;
    char label[DIMENSION_LABEL_SIZE];
    struct cell cell; /* of the sales that all other dimensions' filters leave */
    bool kept;        /* the list's own filters leave some of them too */
};
struct linked_list {
    bool pending;            /* linked_complete makes it: its rows are empty until then */
    bool filtered;           /* it has filters of its own */
    struct linked_row *rows; /* that occur: by code where ordered, else by falling sales */
    int count, kept;
};
struct linked {
    struct linked_list lists[DIMENSION_COUNT];
    struct cell total; /* of the slice itself */
};

/* One pass over the facts, which counts for each sale the dimensions whose filters it fails: at
 * none it is in every list, at one in that list alone. ERR_INPUT where slice_select says so; but
 * cells with sales in memory (cube.columns) are asked any slice, and need not be derived for it.
 * The caller frees with linked_free, whatever the result. */
enum err linked_compute(const struct facts *facts, const struct slice *slice, struct linked *out,
                        struct error *error);
void linked_free(struct linked *linked);

/* Where the facts are cells, lists of days, weeks and weekdays, and those whose own filters cut
 * cells, take a pass over the sales: linked_compute leaves them pending, this makes them. Nothing
 * to do otherwise, nor where filters cut cells and sales are in memory: then that pass gave all. */
enum err linked_complete(const struct facts *facts, const struct slice *slice, struct linked *out,
                         struct error *error);
bool linked_is_pending(const struct linked *linked);

/* The filters after a choice in a dimension's list; each changes `slice` in place.
 *
 * Keeping takes the value besides those that are kept, or lets go of it where it is; any range or
 * exclusion of the list makes way. Excluding takes the value out of those kept or adds it to those
 * excluded, or lets it in again where it is excluded. A range takes the place of all the list's
 * filters: both codes are above 0, in any order; ages and prices become filters in years and
 * money. */
void linked_keep(struct slice *slice, enum dimension dimension, const char *label);
void linked_exclude(struct slice *slice, enum dimension dimension, const char *label);
void linked_range(struct slice *slice, const struct facts *facts, enum dimension dimension,
                  int code_a, int code_b);
/* Writes what ~ and !~ mean in the list as its values, so that one can be added or taken out. */
void linked_spell_out(struct slice *slice, const struct facts *facts, enum dimension dimension);
/* Drops the list's own filters; false where it has none. */
bool linked_release(struct slice *slice, enum dimension dimension);

#endif
