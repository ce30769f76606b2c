/* Most of an overlapping export is known before it is inserted: by being the next sale in the order
 * in which an earlier file brought them, or else by a month's hashes, within a bounded memory. What
 * slips through is found when the run is settled. For db/sale_adder.c. */
#ifndef DB_PREFILTER_H
#define DB_PREFILTER_H

#include "db/duplicates.h"
#include "db/packs.h"
#include "db/sale.h"

enum { PREFILTER_SALES = 6000000 }; /* of earlier runs in memory at once: 48 MB */

struct prefilter;
/* `answered` is the adder's: which sales of earlier runs, ids up to `before_id`, stand for a copy.
 */
struct prefilter *prefilter_new(struct db *db, int64_t before_id, struct answered *answered);
void prefilter_free(struct prefilter *prefilter);

/* Whether the sale, with its shop, is there from an earlier run; which then has answered for it. */
enum err prefilter_finds(struct prefilter *prefilter, const struct sale *sale, uint32_t identity,
                         bool *found, struct error *error);

#endif
