/* The nearest segment of many sales: what each value of each column adds to the squared distance
 * from each centroid, looked up, some ten nanoseconds a sale, and the same segments as
 * segmentation_nearest gives. */
#ifndef ENGINE_LEARN_SEGMENT_TABLES_H
#define ENGINE_LEARN_SEGMENT_TABLES_H

#include "engine/learn/segments.h"

struct segment_tables;

/* For sales of these dictionaries and days; both must outlive the tables. */
struct segment_tables *segment_tables_new(const struct segmentation *segmentation,
                                          const struct facts *facts);
void segment_tables_free(struct segment_tables *tables); /* NULL is fine */

/* As struct segment_rule asks: the segments, 1 + position, of the first `count` rows of `window`,
 * which has all columns but ids, shops and segments; `context` is a struct segment_tables. */
void segment_tables_assign(const void *context, const struct facts *window, size_t count,
                           uint8_t *segments);

#endif
