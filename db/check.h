/* What SQLite itself can tell about a file: whether its pages, references and schema hold. */
#ifndef DB_CHECK_H
#define DB_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "db/db.h"

enum { CHECK_LINES_MAX = 20 };

/* What was found, in SQLite's words; nothing: all holds. */
struct check_result {
    char *lines[CHECK_LINES_MAX];
    int count;
};
void check_result_free(struct check_result *result);

/* Opens for reading whatever SQLite can open, whosever it is, of whatever version, whole or not. */
enum err db_open_to_check(const char *path, struct db **db, struct error *error);

struct check_identity {
    bool ours;
    bool unused; /* nobody's yet: without a table, as a first write leaves it that was cut off */
    int64_t schema, newest; /* versions */
};
enum err db_check_identity(struct db *db, struct check_identity *out, struct error *error);

/* Imports that never ended, and those taken back that still have sales (0 and 0, as it should be).
 */
enum err db_check_imports(struct db *db, int64_t *unended, int64_t *undone_with_sales,
                          struct error *error);

/* Every page, every row's shape, every index (PRAGMA integrity_check). A file so damaged that the
 * check cannot end is a line of the result, not an error. */
enum err db_check_pages(struct db *db, const struct progress_sink *progress, const char *phase,
                        struct check_result *out, struct error *error);

/* Rows that refer to what is not there: "3 rows of sale refer to no handset". */
enum err db_check_references(struct db *db, struct check_result *out, struct error *error);

/* Tables and indexes that are missing, too many, or other than the migrations make them. */
enum err db_check_schema(struct db *db, struct check_result *out, struct error *error);

#endif
