/* The pages of a database file as they lie on the disk, with what its log has that is newer: for
 * files that SQLite itself can no longer open (sqlite.org/fileformat2.html). */
#ifndef DB_RAW_PAGES_H
#define DB_RAW_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct raw_pages;

/* ERR_NOT_FOUND, ERR_IO. Closed with raw_pages_close (NULL is fine). */
enum err raw_pages_open(const char *path, struct raw_pages **out, struct error *error);
void raw_pages_close(struct raw_pages *pages);

size_t raw_pages_size(const struct raw_pages *pages);    /* of a page, in bytes */
uint32_t raw_pages_count(const struct raw_pages *pages); /* numbered from 1 */

/* False where the page is not there or cannot be read; `bytes` has room for one. */
bool raw_page_read(const struct raw_pages *pages, uint32_t page, unsigned char *bytes);

static inline uint32_t raw_big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

#endif
