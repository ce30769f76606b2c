/* Many sales into table `sale` with one statement: SQLite reads the array itself, as a virtual
 * table of the writer's connection, which costs two thirds of binding each value. For
 * db/sale_adder.c. */
#ifndef DB_SALE_BATCH_H
#define DB_SALE_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "db/db.h"
#include "db/sale.h"

struct sale_batch {
    const struct sale *sales; /* ids count up from the next one of the table */
    size_t count;             /* at least 1 */
    int64_t run_id;
};

/* Once, when a connection for writing is opened. */
enum err sale_batch_register(struct db *db, struct error *error);

enum err sale_batch_insert(struct db *db, const struct sale_batch *batch, struct error *error);

#endif
