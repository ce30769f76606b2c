/* Slices that the user gave names, per database, in what the dashboard remembers (tui/recall.h). */
#ifndef TUI_NAMED_H
#define TUI_NAMED_H

#include <stdbool.h>

#include "base/error.h"
#include "tui/recall.h"

enum { NAMED_MAX = 64, NAMED_NAME_SIZE = 128 };

int named_count(const struct recall *recall);
/* Of 0 … count − 1, in the order in which they were saved; NULL beyond. */
const char *named_name(const struct recall *recall, int position);
const char *named_filters(const struct recall *recall, int position);

/* Saves filters under a name, in place of what had it (letter case counts for nothing). False where
 * there are too many, or the text cannot be kept. */
bool named_save(struct recall *recall, const char *name, const char *filters);
void named_drop(struct recall *recall, int position);

/* Filters as typed, every @name in the place of a filter (@'two words' too) replaced by what is
 * kept under it. NULL (ERR_INPUT) where nothing is called so. The caller frees. */
char *named_expand(const struct recall *recall, const char *text, struct error *error);

#endif
