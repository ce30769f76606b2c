/* The trees of a booster, unrolled into one array: a single customer is asked of many boosters at
 * once, where XGBoost takes twenty times as long to prepare each question as to answer it.
 *
 * The same float additions in the same order give the same margins, bit by bit; who unrolls a
 * booster sees to that (booster_unroll). */
#ifndef ENGINE_LEARN_FOREST_H
#define ENGINE_LEARN_FOREST_H

#include <stddef.h>

struct forest;

/* From XGBoost's text of each tree ("0:[f2<0.5] yes=1,no=2,missing=1", a line a node) and the
 * margin that a booster starts from. NULL where the text has anything else in it: a linear model,
 * splits by category, columns from `columns` on. The caller frees with forest_free. */
struct forest *forest_read(const char *const *trees, size_t count, int columns, float start);
void forest_free(struct forest *forest); /* NULL is fine */

/* Margins of rows, row-major, NaN where unknown. */
void forest_margins(const struct forest *forest, const float *values, size_t rows, int columns,
                    float *margins);

#endif
