/* Finding sales by what somebody typed: part of a place's or handset's name, a whole reference, a
 * price, a day or a month. One reading of it for the screen and the command line. */
#ifndef ENGINE_SLICE_FINDER_H
#define ENGINE_SLICE_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"
#include "engine/slice/facts.h"

struct finder {
    const struct facts *facts;
    bool *places, *handsets;                     /* owned; by dictionary id */
    int64_t price_from_minor, price_below_minor; /* from ≥ below: no price was typed */
    bool has_days;
    day_number first_day, last_day;
    int64_t *referenced; /* owned, ascending ids of sales */
    size_t referenced_count;
    day_number *referenced_days; /* owned, theirs; NULL where they are too many to be asked */
};

/* Reads the text and looks references up in the database (NULL: in none). Prices as "22,000" (any
 * fraction of it) or "22000.50"; dates as 2025-03-22, 22-03-2025, 22/03/2025, 2025-03. Meanwhile
 * `go_on` (NULL: always) is asked: ERR_CANCELLED where it says no. Valid until
 * the facts change; the caller frees with finder_close, after an error too. */
enum err finder_open(struct finder *finder, const struct facts *facts, struct db *db,
                     const char *text, bool (*go_on)(void *context), void *context,
                     struct error *error);
void finder_close(struct finder *finder);

/* `facts`: the finder's, or some of their sales. */
bool finder_matches(const struct finder *finder, const struct facts *facts, uint32_t row);

/* Position of the nearest match after `from` (−1: before the first), or with `direction` −1 before
 * it, going round; −1: there is none. Asks `go_on` between every million rows; *stopped is true
 * where it said no. */
long finder_next(const struct finder *finder, const uint32_t *rows, long count, long from,
                 int direction, bool (*go_on)(void *context), void *context, bool *stopped);

#endif
