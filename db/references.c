#include "db/references.h"

#include <stdlib.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/packs.h"
#include "db/sales.h"

enum { IDS_AT_ONCE = 200000 };

struct search {
    struct db *db;
    const char *reference;
    uint16_t hash;
    bool (*go_on)(void *context);
    void *context;
    struct id_list *found;
    bool unhashed; /* there are sales of which no hash is known */
    uint16_t *hashes;
    int64_t *ids;
};

static enum err ask(const struct search *search, struct error *error) {
    bool on = search->go_on == NULL || search->go_on(search->context);
    return on ? ERR_OK : error_set(error, ERR_CANCELLED, "The search was stopped");
}

/* ------------------------------------------------------------------------------ sale by sale */

static enum err scan(struct search *search, int64_t after_id, int64_t last_id,
                     struct error *error) {
    enum err err = ERR_OK;
    for (; err == ERR_OK && after_id < last_id; after_id += IDS_AT_ONCE) {
        struct statement *find = statement_get(search->db, SQL_SALES_BY_REFERENCE);
        statement_bind_integer(find, "after_id", after_id);
        statement_bind_integer(find, "until_id", after_id + IDS_AT_ONCE);
        statement_bind_text(find, "reference", search->reference);
        bool row;
        while ((err = statement_step(find, &row, error)) == ERR_OK && row)
            id_list_add(search->found, statement_integer(find, 0));
        statement_end(find);
        if (err == ERR_OK)
            err = ask(search, error);
    }
    return err;
}

/* ---------------------------------------------------------------------------- by the hashes */

/* Two texts may have one hash: the sale itself decides. */
static enum err check(struct search *search, int64_t id, struct error *error) {
    struct statement *find = statement_get(search->db, SQL_SALE_HAS_REFERENCE);
    statement_bind_integer(find, "id", id);
    statement_bind_text(find, "reference", search->reference);
    int64_t found;
    enum err err = statement_run_integer(find, &found, error);
    if (err == ERR_OK && found != 0)
        id_list_add(search->found, id);
    return err;
}

static enum err look_in_pack(struct search *search, const struct pack *pack, struct error *error) {
    enum err err =
        db_pack_read(search->db, pack, &(struct pack_rows){.reference = search->hashes}, error);
    bool ids_known = false;
    for (int32_t row = 0; err == ERR_OK && row < pack->sales && !search->unhashed; row++) {
        search->unhashed = search->hashes[row] == REFERENCE_UNKNOWN;
        if (search->hashes[row] != search->hash)
            continue;
        if (!ids_known)
            err = db_pack_read(search->db, pack, &(struct pack_rows){.id = search->ids}, error);
        ids_known = true;
        if (err == ERR_OK)
            err = check(search, search->ids[row], error);
    }
    return err;
}

static enum err look_in_packs(struct search *search, struct error *error) {
    struct pack_list packs;
    enum err err = db_packs_list(search->db, &packs, error);
    search->hashes = xcalloc(PACK_SALES_MAX, sizeof *search->hashes);
    search->ids = xcalloc(PACK_SALES_MAX, sizeof *search->ids);
    for (size_t i = 0; err == ERR_OK && i < packs.count && !search->unhashed; i++) {
        err = look_in_pack(search, &packs.packs[i], error);
        if (err == ERR_OK)
            err = ask(search, error);
    }
    free(search->hashes);
    free(search->ids);
    pack_list_free(&packs);
    return err;
}

static int compare_ids(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* In one state of the database: what is in the packs, and which sales are in none yet. */
static enum err look(struct search *search, struct packed_state *state, struct error *error) {
    enum err err = db_snapshot_begin(search->db, error);
    if (err != ERR_OK)
        return err;
    err = db_packed_state(search->db, state, error);
    if (err == ERR_OK)
        err = look_in_packs(search, error);
    db_snapshot_end(search->db);
    return err;
}

enum err db_references_find(struct db *db, const char *reference, bool (*go_on)(void *context),
                            void *context, struct id_list *ids, struct error *error) {
    struct search search = {.db = db,
                            .reference = reference,
                            .hash = sale_reference_hash(reference),
                            .go_on = go_on,
                            .context = context,
                            .found = ids};
    struct packed_state state;
    size_t first = ids->count;
    enum err err = look(&search, &state, error);
    if (err == ERR_DAMAGED || (err == ERR_OK && search.unhashed)) {
        state.last_sale_id = 0; /* the sales themselves are there all the same */
        ids->count = first;
        err = ERR_OK;
    }
    struct sales_extent extent;
    if (err == ERR_OK)
        err = db_sales_extent(db, &extent, error);
    if (err == ERR_OK)
        err = scan(&search, state.last_sale_id, extent.last_id, error);
    if (ids->count > first)
        qsort(ids->ids + first, ids->count - first, sizeof *ids->ids, compare_ids);
    return err;
}
