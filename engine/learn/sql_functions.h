/* The program's own functions in SQL: score(), predict(), segment_of(), and the statistics of
 * engine/analysis/sql_aggregates.h. */
#ifndef ENGINE_LEARN_SQL_FUNCTIONS_H
#define ENGINE_LEARN_SQL_FUNCTIONS_H

#include "base/error.h"
#include "db/db.h"

/* Adds them all to a connection, which owns from then on what they need. */
enum err sql_functions_add(struct db *db, struct error *error);

#endif
