/* A checksum of derived bytes: fast enough to be looked at with every read. */
#ifndef DB_CHECKSUM_H
#define DB_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "db/db.h"

int64_t checksum_of(const void *bytes, size_t length); /* CRC-32, ISO 3309 */

/* Packs or cube are not what was stored: ERR_DAMAGED, and how they are made anew. */
enum err db_damaged_derived(struct db *db, const char *what, struct error *error);

#endif
