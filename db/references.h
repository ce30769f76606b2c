/* Sales by their reference, the shop's own number: by hashes beside the packs instead of an index,
 * which would cost an import as much as all the rest. */
#ifndef DB_REFERENCES_H
#define DB_REFERENCES_H

#include <stdbool.h>

#include "base/error.h"
#include "db/db.h"
#include "db/duplicates.h"

/* Adds the ids of all sales that have this reference, without regard to ASCII case, ascending.
 * Reads two bytes a sale; where packs were written by an older program and have no hashes, every
 * sale. Between portions `go_on` (NULL: always) is asked: ERR_CANCELLED where it says no. */
enum err db_references_find(struct db *db, const char *reference, bool (*go_on)(void *context),
                            void *context, struct id_list *ids, struct error *error);

#endif
