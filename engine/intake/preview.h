/* What an import would make of a file, from its beginning: enough for a person to say yes or no,
 * at once for a file of any size. Touches no database. */
#ifndef ENGINE_INTAKE_PREVIEW_H
#define ENGINE_INTAKE_PREVIEW_H

#include "engine/intake/dates.h"
#include "engine/intake/record.h"

enum { PREVIEW_LINES = 6, PREVIEW_ROWS = 1000 };

struct preview {
    int64_t size_bytes;
    char *lines[PREVIEW_LINES]; /* the header and the first rows as they stand, safe to show */
    int line_count;
    char *headers[FIELD_COUNT]; /* the column that is read as each field; NULL: none */
    int columns;                /* of the file, used or not */
    const char *dates;          /* how its dates are read; NULL where none can be */
    int64_t rows;               /* looked at: PREVIEW_ROWS or 4 MiB at most */
    int64_t usable;             /* of them */
    bool whole;                 /* these are all rows of the file */
    int64_t bad_line;           /* of the first row that would be set aside; 0: none */
    char bad_field[32], bad_reason[192];
};

/* What would refuse the file refuses it here, too, with the same words; `out` then has as much as
 * was read. The caller frees with preview_free in either case. */
enum err preview_read(const char *path, struct preview *out, struct error *error);
void preview_free(struct preview *preview);

#endif
