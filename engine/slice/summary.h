/* What a shop's cells add up to by one column at a time: a few kilobytes a month, kept beside them
 * in the same transaction, so that the first picture of ten million sales waits for none of their
 * cells.
 *
 * Figures of the whole shop by one dimension, and by two that are made from the answers, are those
 * of the cells to the last digit; nothing else can be told. */
#ifndef ENGINE_SLICE_SUMMARY_H
#define ENGINE_SLICE_SUMMARY_H

#include "db/cube.h"
#include "engine/slice/cube_cells.h"
#include "engine/slice/group.h"

/* The columns; months and shops follow from whose summary it is. */
enum summary_axis {
    SUMMARY_LOCATION,
    SUMMARY_HANDSET,
    SUMMARY_GENDER,
    SUMMARY_AGE_BAND,
    SUMMARY_PRICE_BAND,
    SUMMARY_ANSWERS,
    SUMMARY_AXES
};

/* Of all months and shops together, and of each row of the facts that it belongs to. */
struct summary {
    size_t codes[SUMMARY_AXES];
    struct cell *cells[SUMMARY_AXES];
    struct cell *rows;
};
void summary_free(struct summary *summary); /* NULL is fine */

/* A month's cells as bytes: for each axis how many codes there are, and of each what is above the
 * code before, sales, revenue, squares and, but for the answers, who was asked and said yes; all as
 * LEB128 (DWARF 5, §7.6). Replaces what is in the buffer. */
void summary_encode(const struct cube_cells *cells, struct buffer *out);

/* Writes those that are missing, and drops those of months that are gone, within db_begin …
 * db_commit. Months whose cells are damaged stay without: whoever reads the cells tells. */
enum err summary_write_missing(struct db *db, struct error *error);

/* Reads what stands beside these months into `facts`: one row for each of them (its sales, revenue
 * and first day), then one for each sale of `tail`, and `facts->summary`. The dictionaries are
 * there, and the tail's are the same. False, the facts unchanged, where a summary is missing or not
 * sound: then the cells have to be read. */
bool summary_read(struct db *db, const struct cube_month_list *months, const struct facts *tail,
                  struct facts *facts);

/* Of all the sales: by a dimension's codes; by those of two dimensions that are made from the
 * answers, the second's going round first. False where the summary cannot tell. */
bool summary_cells(const struct facts *facts, const struct dimension_view *views, int count,
                   struct cell *cells);

#endif
