#include "db/removal.h"

#include "db/connection.h"

static struct statement *of_run(struct db *db, enum sql sql, int64_t run_id, int64_t after_id,
                                int64_t until_id) {
    struct statement *statement = statement_get(db, sql);
    statement_bind_integer(statement, "run_id", run_id);
    statement_bind_integer(statement, "after_id", after_id);
    statement_bind_integer(statement, "until_id", until_id);
    return statement;
}

enum err db_run_sales(struct db *db, int64_t run_id, int64_t after_id, int64_t until_id,
                      void (*each)(void *context, int64_t sale_id), void *context,
                      struct error *error) {
    struct statement *list = of_run(db, SQL_SALES_OF_RUN, run_id, after_id, until_id);
    bool row;
    enum err err;
    while ((err = statement_step(list, &row, error)) == ERR_OK && row)
        each(context, statement_integer(list, 0));
    statement_end(list);
    return err;
}

enum err db_run_sales_remove(struct db *db, int64_t run_id, int64_t after_id, int64_t until_id,
                             int64_t *removed, struct error *error) {
    *removed = 0;
    enum err err =
        statement_run(of_run(db, SQL_SCORES_OF_RUN_REMOVE, run_id, after_id, until_id), error);
    if (err == ERR_OK)
        err = statement_run(of_run(db, SQL_SALES_OF_RUN_REMOVE, run_id, after_id, until_id), error);
    if (err == ERR_OK)
        *removed = sqlite3_changes64(db->handle);
    return err;
}

enum err db_import_undone(struct db *db, const struct import_undoing *undoing,
                          struct error *error) {
    struct statement *rejects = statement_get(db, SQL_REJECTS_OF_RUN_REMOVE);
    statement_bind_integer(rejects, "run_id", undoing->run_id);
    enum err err = statement_run(rejects, error);
    struct statement *keys = statement_get(db, SQL_TILL_FORGET_RUN);
    statement_bind_integer(keys, "run_id", undoing->run_id);
    if (err == ERR_OK)
        err = statement_run(keys, error);
    if (err == ERR_OK)
        err = statement_run_plain(db, SQL_SCORE_SOURCES_CLIP, error);
    if (err != ERR_OK)
        return err;
    struct statement *add = statement_get(db, SQL_IMPORT_UNDONE_ADD);
    statement_bind_integer(add, "run_id", undoing->run_id);
    statement_bind_text(add, "undone_at", undoing->undone_at);
    statement_bind_text(add, "who", undoing->who);
    statement_bind_integer(add, "sales", undoing->sales);
    return statement_run(add, error);
}

enum err db_terms_remove(struct db *db, int32_t last_location, int32_t last_handset,
                         struct error *error) {
    struct statement *remove = statement_get(db, SQL_LOCATIONS_REMOVE);
    statement_bind_integer(remove, "last_id", last_location);
    enum err err = statement_run(remove, error);
    if (err != ERR_OK)
        return err;
    remove = statement_get(db, SQL_HANDSETS_REMOVE);
    statement_bind_integer(remove, "last_id", last_handset);
    return statement_run(remove, error);
}

enum err db_has_learnt(struct db *db, bool *learnt, struct error *error) {
    int64_t count = 0;
    enum err err = statement_run_integer(statement_get(db, SQL_LEARNT), &count, error);
    *learnt = count != 0;
    return err;
}
