/* What was written into the database, by whom, as a document. */
#ifndef REPORT_AUDIT_H
#define REPORT_AUDIT_H

#include <stdint.h>

#include "base/error.h"
#include "db/db.h"

struct document;

/* Newest first, `limit` at most (0: all). The caller frees the document. */
enum err report_audit(struct db *db, int64_t limit, struct document **out, struct error *error);

#endif
