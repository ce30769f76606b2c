/* Inside engine/slice: what linked lists are counted from, sale by sale (linked.c) and by
 * combination (linked_cells.c). */
#ifndef ENGINE_SLICE_LINKED_PASS_H
#define ENGINE_SLICE_LINKED_PASS_H

#include "engine/slice/column_cells.h"
#include "engine/slice/dimension.h"
#include "engine/slice/tables.h"

_Static_assert(DIMENSION_COUNT <= 32, "a bit for each dimension");

/* By a column's code, a bit for each dimension whose filters fail; NULL where none asks. */
struct linked_masks {
    uint32_t *days, *locations, *handsets, *ages, *genders, *answers, *segments, *price_bands,
        *shops;
    const struct tables *prices; /* of single sales: not a table but ranges */
};

/* What fails no filter is in every list; what fails one dimension's alone is in that list. */
struct linked_counts {
    struct column_cells all;
    struct column_cells
        beyond[DIMENSION_COUNT]; /* of the dimension's column; empty without filters */
};

struct sale_columns;

/* Adds the cells of a cube whose rows are in their order (engine/slice/cube_rows.h). The work is
 * one step for each combination that fails at most one dimension, or two where the months' filters
 * cut: that, and its cells; and the cells of the combinations that fail nowhere or somewhere,
 * whichever are fewer, for the list of months.
 *
 * With `columns`, of these cells, masks are those of single sales, and filters may cut cells: sales
 * of what is cut are looked at one by one, and lists of days and segments are added too. */
void linked_count_cells(const struct facts *facts, const struct linked_masks *masks,
                        const struct sale_columns *columns, struct linked_counts *counts);

/* Adds days and segments of every sale; masks are those of single sales. */
void linked_count_sales(const struct sale_columns *columns, const struct linked_masks *masks,
                        struct linked_counts *counts);

/* All sales by segment and, within one, by day; the caller frees. */
struct cell *linked_count_places(const struct sale_columns *columns);

#endif
