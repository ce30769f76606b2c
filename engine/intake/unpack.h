/* Files packed by gzip or zstd, unpacked as they are read, by zlib and libzstd. */
#ifndef ENGINE_INTAKE_UNPACK_H
#define ENGINE_INTAKE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { UNPACK_MAGIC = 4 }; /* bytes that tell a packed file */

struct unpacker;
/* NULL where the file, by its first UNPACK_MAGIC bytes, is not packed (or not by one of these). */
struct unpacker *unpacker_new(const void *magic, size_t length);
void unpacker_free(struct unpacker *unpacker); /* NULL is fine */

struct unpacking {
    const char *in;
    size_t in_length; /* what is left of it afterwards, `in` moved on */
    char *out;
    size_t out_size; /* room; what is left of it afterwards, `out` moved on */
};
/* Unpacks as much as there are bytes and room. ERR_INPUT, naming `file`, where the bytes are not
 * what was packed. */
enum err unpacker_run(struct unpacker *unpacker, struct unpacking *step, const char *file,
                      struct error *error);

/* False where more bytes must follow: at the end of a file, it is cut off. */
bool unpacker_is_complete(const struct unpacker *unpacker);

#endif
