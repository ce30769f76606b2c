/* Databases as programs before this one left them. */
#ifndef TESTS_SUPPORT_OLD_SCHEMA_H
#define TESTS_SUPPORT_OLD_SCHEMA_H

#include <stdint.h>

enum { OLD_SALES = 3000 };

/* In the scratch folder, of this schema version: two imports, of 1,000 sales and of the rest, with
 * references "C1" and on. In the place of an earlier one; the caller frees the path. */
char *old_schema_database(void **state, int version);
char *old_schema_database_of(void **state, int version, int sales);

int64_t old_schema_version(const char *path); /* that the database has now */

#endif
