#include "db/sql.h"

static const char *const texts[] = {
#define X(symbol, text) [SQL_##symbol] = (text),
    SQL_LIST(X)
#undef X
};

const char *sql_text(enum sql sql) {
    return texts[sql];
}
