/* The first import into a database that nobody else has open: without the log, through which every
 * page would be written twice. For db/connection.c. */
#ifndef DB_ALONE_H
#define DB_ALONE_H

#include <stdbool.h>

#include "base/error.h"
#include "db/db.h"

/* Begins the transaction where the database has no sales yet and nobody else reads it; false, and
 * nothing has changed, where not. Until alone_end nobody can read: there is nothing to be read. */
bool alone_begin(struct db *db);

/* After commit or rollback: back to the log, unless somebody reads just then; the next writer does
 * it in that case. */
void alone_end(struct db *db);

#endif
