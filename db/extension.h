/* What the loadable extension's entry asks of the engine above it. */
#ifndef DB_EXTENSION_H
#define DB_EXTENSION_H

#include "base/error.h"
#include "db/db.h"

/* Adds the functions to the connection; whoever is linked with the entry defines it. */
enum err extension_fill(struct db *db, struct error *error);

#endif
