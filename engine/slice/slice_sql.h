/* A slice as SQL over the shop's tables, to be read, copied and changed by whoever wants more than
 * the screens show. The program itself never runs it. */
#ifndef ENGINE_SLICE_SLICE_SQL_H
#define ENGINE_SLICE_SLICE_SQL_H

#include "engine/slice/slice.h"

/* One SELECT of sales, revenue, mean price and both outcomes' shares, by up to two dimensions: the
 * figures of `explore --by`. Segments are asked of the function score(). The caller frees it. */
char *slice_sql(const struct slice *slice, const struct facts *facts, const enum dimension *by,
                int by_count);

#endif
