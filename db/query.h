/* One statement that a person typed: the only SQL that is not in db/sql.h.
 *
 * It can read and do nothing else, whatever it says: on top of the connection being read-only an
 * authorizer refuses all that is not a SELECT, and limits keep hostile text from taking the
 * machine's memory. The caller's sink is asked all the while whether to go on. */
#ifndef DB_QUERY_H
#define DB_QUERY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/progress.h"
#include "db/db.h"
#include "db/value.h"

struct query;

/* No text or bytes in a query, nor a row, may be longer. */
enum { QUERY_LENGTH_MAX = 64 * 1024 * 1024 };

/* ERR_USAGE where the text is no single SELECT that SQLite understands: its message, and the place
 * in the hint. ERR_READ_ONLY where it would do anything but read. `sink` may be NULL and must live
 * until query_close. */
enum err query_open(struct db *db, const char *sql, const struct progress_sink *sink,
                    struct query **out, struct error *error);
/* ERR_INPUT where the SQL fails while it runs; ERR_CANCELLED where the sink said so. */
enum err query_step(struct query *query, bool *row, struct error *error);
void query_close(struct query *query); /* NULL is fine */

int query_columns(const struct query *query);
const char *query_name(const struct query *query, int column);
struct db_value query_value(const struct query *query, int column); /* until the next step */

#endif
