/* The loadable extension brings the same functions as `retail-pulse sql`. */
#include "db/extension.h"
#include "engine/learn/sql_functions.h"

enum err extension_fill(struct db *db, struct error *error) {
    return sql_functions_add(db, error);
}
