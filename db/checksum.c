#include "db/checksum.h"

#include <zlib.h>

int64_t checksum_of(const void *bytes, size_t length) {
    return (int64_t)crc32_z(0, bytes, length);
}

enum err db_damaged_derived(struct db *db, const char *what, struct error *error) {
    error_set(error, ERR_DAMAGED, "the stored %s in %s are damaged", what, db_path(db));
    error_hint(error, "retail-pulse rebuild makes them anew from the sales");
    return ERR_DAMAGED;
}
