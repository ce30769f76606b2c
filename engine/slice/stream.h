/* The sales of a slice one by one, a pack at a time, where they are too many to be held: for what
 * cells of the cube cannot answer. Only the columns and months that are asked about are read. */
#ifndef ENGINE_SLICE_STREAM_H
#define ENGINE_SLICE_STREAM_H

#include "engine/slice/packed.h"
#include "engine/slice/slice.h"

struct tables;

/* `rows` of the window are of the slice. Its columns are those asked for and those that filters
 * needed; they hold until the call returns. */
typedef void stream_rows(void *context, const struct facts *window, const uint32_t *rows,
                         size_t count);

/* `facts` are cells (facts.cube is there). By month and, within one, by id; those not packed yet
 * come last. ERR_BUSY where another process has just changed the packs: shop_refresh first.
 * ERR_INPUT where a filter asks about segments and nothing tells them (facts.segment_rule). */
enum err stream_slice(const struct facts *facts, const struct slice *slice, unsigned columns,
                      stream_rows *each, void *context, struct error *error);

/* The same of any facts: the selection's sales, of cells streamed as above, else its rows as they
 * are, a block at a time. NULL: all sales. */
enum err stream_selection(const struct facts *facts, const struct selection *selection,
                          unsigned columns, stream_rows *each, void *context, struct error *error);

/* Columns that the filters look at; whether they leave any day of the month. */
unsigned stream_filter_columns(const struct tables *tables);
bool stream_month_is_asked(const struct tables *tables, int month);

/* The columns that a dimension is made from. */
unsigned stream_columns(enum dimension dimension);

#endif
