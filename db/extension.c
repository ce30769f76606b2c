/* The entry of the loadable extension; not part of the program. Its functions come from the engine,
 * and work on the connection that it is loaded into. */
#include "db/sqlite.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "db/borrow.h"
#include "db/extension.h"

const sqlite3_api_routines *sqlite3_api;

enum { SQLITE_OLDEST = 3038000 }; /* sqlite3_error_offset, STRICT tables, RETURNING */

__attribute__((visibility("default"))) int
sqlite3_retailpulse_init(sqlite3 *handle, char **message, const sqlite3_api_routines *api);
__attribute__((visibility("default"))) int sqlite3_extension_init(sqlite3 *handle, char **message,
                                                                  const sqlite3_api_routines *api);

int sqlite3_retailpulse_init(sqlite3 *handle, char **message, const sqlite3_api_routines *api) {
    struct error error = {0};
    sqlite3_api = api;
    if (sqlite3_libversion_number() < SQLITE_OLDEST) {
        *message = sqlite3_mprintf("retail_pulse needs SQLite 3.38 or newer, this is %s",
                                   sqlite3_libversion());
        return SQLITE_ERROR;
    }
    struct db *db = db_borrow(handle);
    if (extension_fill(db, &error) != ERR_OK) {
        *message = sqlite3_mprintf("%s", error.message);
        return SQLITE_ERROR;
    }
    /* XGBoost's threads and thread-local data do not survive being unloaded. */
    return SQLITE_OK_LOAD_PERMANENTLY;
}

int sqlite3_extension_init(sqlite3 *handle, char **message, const sqlite3_api_routines *api) {
    return sqlite3_retailpulse_init(handle, message, api);
}
