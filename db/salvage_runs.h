/* Inside db/salvage*.c: whose imports' sales are that only the columns still had. */
#ifndef DB_SALVAGE_RUNS_H
#define DB_SALVAGE_RUNS_H

#include "db/salvage.h"

/* Mends the imports of single sales that cannot be of the one that they say. */
enum err salvage_runs_straighten(struct db *db, struct error *error);

/* Gives an import to every sale whose run is below 0 (minus its shop): ids ascend from import to
 * import, so that it lies between those of its neighbours, and an import takes no more sales than
 * it brought. Adds an import where there is none to give. */
enum err salvage_runs_infer(struct db *db, struct salvaged *out, struct error *error);

/* Which imports have not all of their sales, and lets them say so from now on: they may be read
 * again. */
enum err salvage_runs_correct(struct db *db, struct salvaged *out, struct error *error);

#endif
