#include "db/till.h"

#include "db/connection.h"
#include "db/packs.h"

enum err db_till_find(struct db *db, const char *key, int64_t *sale_id, struct error *error) {
    struct statement *find = statement_get(db, SQL_TILL_FIND);
    statement_bind_text(find, "key", key);
    return statement_run_integer(find, sale_id, error);
}

enum err db_till_keep(struct db *db, const char *key, int64_t sale_id, int64_t run_id,
                      struct error *error) {
    struct statement *keep = statement_get(db, SQL_TILL_KEEP);
    statement_bind_text(keep, "key", key);
    statement_bind_integer(keep, "sale_id", sale_id);
    statement_bind_integer(keep, "run_id", run_id);
    return statement_run(keep, error);
}

static void bind_known(struct statement *add, const char *name, int64_t value, int64_t unknown) {
    if (value == unknown)
        statement_bind_null(add, name);
    else
        statement_bind_integer(add, name, value);
}

enum err db_till_add(struct db *db, struct sale *sale, struct error *error) {
    struct statement *add = statement_get(db, SQL_TILL_ADD);
    statement_bind_integer(add, "run_id", sale->run);
    statement_bind_text(add, "reference", sale->reference);
    statement_bind_integer(add, "day", sale->day);
    bind_known(add, "location_id", sale->location, 0);
    bind_known(add, "age_years", sale->age_years, UNKNOWN);
    bind_known(add, "gender", sale->gender, UNKNOWN);
    statement_bind_integer(add, "handset_id", sale->handset);
    statement_bind_integer(add, "price_minor", sale->price_minor);
    bind_known(add, "facebook", sale->answers[ANSWER_FACEBOOK], UNKNOWN);
    bind_known(add, "follows", sale->answers[ANSWER_FOLLOWS], UNKNOWN);
    bind_known(add, "bought_before", sale->answers[ANSWER_RETURNING], UNKNOWN);
    bind_known(add, "heard", sale->answers[ANSWER_HEARD], UNKNOWN);
    enum err err = statement_run(add, error);
    if (err == ERR_OK)
        sale->id = sqlite3_last_insert_rowid(db->handle);
    return err;
}

enum err db_till_unpacked(struct db *db, int64_t *sales, struct error *error) {
    struct packed_state state = {0};
    int64_t last_id = 0;
    enum err err = statement_run_integer(statement_get(db, SQL_SALE_LAST_ID), &last_id, error);
    if (err == ERR_OK)
        err = db_packed_state(db, &state, error);
    *sales = last_id - state.last_sale_id;
    return err;
}

enum err db_till_run_stands(struct db *db, int64_t run_id, int64_t sales, const char *digest,
                            bool *stands, struct error *error) {
    struct statement *find = statement_get(db, SQL_TILL_RUN_STANDS);
    statement_bind_integer(find, "run_id", run_id);
    statement_bind_integer(find, "imported", sales);
    statement_bind_text(find, "sha256", digest);
    int64_t found = 0;
    enum err err = statement_run_integer(find, &found, error);
    *stands = found != 0;
    return err;
}
