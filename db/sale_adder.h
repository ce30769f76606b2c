/* Adds the sales of one run, by the million: rows of table `sale` and of the packs as they come,
 * what turns out to be present already taken out at the end, month by month.
 *
 * Present means: a sale with a reference of its own equals one in the database in every field; of
 * sales without a reference, as many copies are kept as the one file that holds the most of them.
 * Within one run each stored sale answers for one copy. Only sales of the same shop are compared.
 *
 *     db_begin_trusting … sale_adder_open … sale_adder_add, again and again … sale_adder_settle
 *     … sale_adder_close … db_commit
 *
 * Everything that was there before must be packed (engine/intake/fold.h). */
#ifndef DB_SALE_ADDER_H
#define DB_SALE_ADDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/progress.h"
#include "db/db.h"
#include "db/packs.h"
#include "db/sale.h"

/* References that begin with `synthetic_prefix` are counted apart; it must outlive the adder. */
struct sale_adder;
enum err sale_adder_open(struct db *db, int64_t run_id, const char *synthetic_prefix,
                         struct sale_adder **out, struct error *error);
/* What is added from now on is of another run: runs that one adder adds count as one file. */
enum err sale_adder_run(struct sale_adder *adder, int64_t run_id, struct error *error);
void sale_adder_close(struct sale_adder *adder); /* NULL is fine */

/* Names are interned; nothing of `sale` needs to outlive the call, its id is ignored. The fields
 * are checked as the schema would: ERR_DATABASE where one cannot be. */
enum err sale_adder_add(struct sale_adder *adder, const struct sale *sale, struct error *error);

/* What became of the sales that were added. */
struct sale_tally {
    int64_t kept;
    int64_t present;   /* were there already: not kept */
    int64_t synthetic; /* of those kept */
};

/* Writes what is still in memory and takes the superfluous sales out; packs are complete then.
 * Reports phase "looking for duplicates". */
enum err sale_adder_settle(struct sale_adder *adder, const struct progress_sink *progress,
                           struct sale_tally *tally, struct error *error);

/* After settling: the months that sales were added to, ascending, and what tells these sales from
 * earlier ones: their ids lie above this. */
const struct shop_month *sale_adder_months(const struct sale_adder *adder, size_t *count);
int64_t sale_adder_before_id(const struct sale_adder *adder);

#endif
