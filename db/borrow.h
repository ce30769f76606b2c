/* A database on a connection that another program opened: what the loadable extension works on. */
#ifndef DB_BORROW_H
#define DB_BORROW_H

#include "db/db.h"
#include "db/sqlite.h"

/* Never fails: whose file it is shows when a function is used (db_borrowed_check). `handle` must
 * outlive it. */
struct db *db_borrow(sqlite3 *handle);
void db_give_back(struct db *db);

#endif
