/* A folder for one test, removed with all that is in it. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include <stddef.h>

#include "db/db.h"
#include "db/sale.h"

/* cmocka set-up and tear-down; *state is the folder's path. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

char *scratch_path(void *const *state, const char *name); /* the caller frees */

/* Whole files; a failure fails the test. */
void scratch_write(const char *path, const void *bytes, size_t length);
void scratch_write_text(const char *path, const char *text);
int scratch_files(const char *folder);                /* how many there are in it */
char *scratch_read(const char *path, size_t *length); /* NUL-terminated; the caller frees */

/* Opens for writing or reading; a failure fails the test with the message. */
struct db *scratch_writer(const char *path);
struct db *scratch_reader(const char *path);

/* A finished import of these sales. Dictionary ids must be those of db_…_intern. */
int64_t scratch_import(struct db *writer, const struct sale *sales, int count, int *added);
int64_t scratch_import_as(struct db *writer, int32_t shop, const struct sale *sales, int count,
                          int *added);

/* Single sales as a till would add them, to the newest run: in table `sale` only, not in the packs
 * yet. */
void scratch_tail(struct db *writer, const struct sale *sales, int count);

#endif
