/* What was imported, and which rows were set aside, as documents; and how much the slice's sales
 * leave unknown. */
#ifndef REPORT_IMPORTS_H
#define REPORT_IMPORTS_H

#include <stdint.h>

#include "base/error.h"
#include "db/db.h"

#include "report/reading.h"

/* Both: the caller frees the document. */
enum err report_imports(struct db *db, struct document **out, struct error *error);

struct rejects_request {
    int64_t run;           /* of that import; 0: of all */
    int64_t limit, offset; /* limit 0: all of them */
};
enum err report_rejects(struct db *db, const struct rejects_request *request, struct document **out,
                        struct error *error);

/* What the slice's sales leave unknown, and what contradicts itself. */
enum err report_quality(const struct reading *reading, struct document **out, struct error *error);

/* All of it in one: imports, rows set aside (at most `reject_limit`; 0: none), what the slice's
 * sales leave unknown. */
enum err report_data(const struct reading *reading, int64_t reject_limit, struct document **out,
                     struct error *error);

#endif
