/* What the dashboard asks of the engine when filters change, timed, and the answers in a form that
 * other databases' can be compared with. */
#ifndef BENCH_OURS_H
#define BENCH_OURS_H

#include <stdint.h>

#include "base/buffer.h"
#include "engine/shop.h"
#include "engine/slice/linked.h"

/* FOLDER/ROWS/NAME; the caller frees. */
char *bench_path(const char *folder, int64_t rows, const char *name);
struct shop *bench_shop(const char *folder, int64_t rows);

/* Back to a shop without filters: shop_facts are those of all sales. */
void our_whole(struct shop *shop);

/* Milliseconds of one change of filters until the lists stand that come at once, and (into
 * `every_ms`) until every list does: where sales are held as cells, days and what cuts cells are
 * streamed. NaN where these filters cannot be answered. A line a list, but for segments, goes into
 * `answers` where it isn't NULL. */
double our_lists(struct shop *shop, const struct slice *slice, double *every_ms,
                 struct buffer *answers);

/* Milliseconds of GROUP BY month, handset, location of all sales, and its line. */
double our_group(const struct shop *shop, struct buffer *answer);

/* Milliseconds of GROUP BY weekday, which no cell knows. */
double our_weekdays(const struct shop *shop);

/* How a list is compared, whoever counted: "groups, sales, their squares, revenue in minor units,
 * returning, from Facebook", each summed over the groups; nothing where there is none. */
struct list_sum {
    int64_t groups, sales, squares, revenue_minor, returning, facebook;
};
void list_answer(struct buffer *out, const struct list_sum *sum);

#endif
