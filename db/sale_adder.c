#include "db/sale_adder.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/duplicates.h"
#include "db/packs.h"
#include "db/prefilter.h"
#include "db/sale_batch.h"
#include "db/sales.h"

enum { ROWS_AT_ONCE = 512, REPORT_MS = 100 };

struct sale_adder {
    struct db *db;
    int64_t run_id;
    int32_t shop;      /* whose run it is */
    int64_t before_id; /* the last sale of earlier runs */
    int64_t next_id;
    int64_t locations, handsets; /* known to be there */
    const char *synthetic_prefix;
    size_t prefix_length;
    int64_t added, skipped, removed, synthetic;
    struct prefilter *prefilter; /* NULL where there are no earlier sales */
    struct packer *packer;
    struct answered answered;
    struct sale rows[ROWS_AT_ONCE]; /* not inserted yet; their references are in `texts` */
    size_t reference_at[ROWS_AT_ONCE];
    size_t row_count;
    struct buffer texts;
};

static enum err insert_all(struct sale_adder *adder, struct error *error);

enum err sale_adder_open(struct db *db, int64_t run_id, const char *synthetic_prefix,
                         struct sale_adder **out, struct error *error) {
    *out = NULL;
    struct sale_adder *adder = xcalloc(1, sizeof *adder);
    adder->db = db;
    adder->synthetic_prefix = synthetic_prefix;
    adder->prefix_length = strlen(synthetic_prefix);
    struct packed_state state;
    enum err err =
        statement_run_integer(statement_get(db, SQL_SALE_LAST_ID), &adder->before_id, error);
    if (err == ERR_OK)
        err = db_packed_state(db, &state, error);
    if (err == ERR_OK && state.last_sale_id != adder->before_id)
        err = error_set(error, ERR_DATABASE, "%s: sales are not packed yet", db->path);
    if (err == ERR_OK)
        err = packer_open(db, &adder->packer, error);
    if (err == ERR_OK)
        err = sale_adder_run(adder, run_id, error);
    if (err != ERR_OK) {
        sale_adder_close(adder);
        return err;
    }
    adder->next_id = adder->before_id + 1;
    adder->answered.end_id = adder->next_id;
    if (adder->before_id > 0)
        adder->prefilter = prefilter_new(db, adder->before_id, &adder->answered);
    *out = adder;
    return ERR_OK;
}

enum err sale_adder_run(struct sale_adder *adder, int64_t run_id, struct error *error) {
    enum err err = insert_all(adder, error);
    adder->run_id = run_id;
    if (err == ERR_OK)
        err = db_shop_of_run(adder->db, run_id, &adder->shop, error);
    if (err == ERR_OK && adder->shop == 0)
        err = error_set(error, ERR_DATABASE, "%s: there is no import %lld", adder->db->path,
                        (long long)run_id);
    return err;
}

void sale_adder_close(struct sale_adder *adder) {
    if (adder == NULL)
        return;
    packer_close(adder->packer);
    prefilter_free(adder->prefilter);
    answered_free(&adder->answered);
    buffer_free(&adder->texts);
    free(adder);
}

const struct shop_month *sale_adder_months(const struct sale_adder *adder, size_t *count) {
    return packer_months(adder->packer, count);
}

int64_t sale_adder_before_id(const struct sale_adder *adder) {
    return adder->before_id;
}

/* --------------------------------------------------------------------------------- inserting */

static enum err insert_all(struct sale_adder *adder, struct error *error) {
    if (adder->row_count == 0)
        return ERR_OK;
    for (size_t i = 0; i < adder->row_count; i++) { /* the texts have stopped moving */
        struct sale *sale = &adder->rows[i];
        if (sale->reference != NULL)
            sale->reference = adder->texts.data + adder->reference_at[i];
    }
    const struct sale_batch batch = {adder->rows, adder->row_count, adder->run_id};
    enum err err = sale_batch_insert(adder->db, &batch, error);
    adder->row_count = 0;
    buffer_clear(&adder->texts);
    return err;
}

/* ------------------------------------------------------------------------------------ adding */

static enum err refuse(const struct sale_adder *adder, const char *what, struct error *error) {
    return error_set(error, ERR_DATABASE, "%s: a sale with %s", adder->db->path, what);
}

static enum err check_names(struct sale_adder *adder, const struct sale *sale,
                            struct error *error) {
    enum err err = ERR_OK;
    if (sale->location > adder->locations)
        err = statement_run_integer(statement_get(adder->db, SQL_LOCATION_LAST_ID),
                                    &adder->locations, error);
    if (err == ERR_OK && sale->handset > adder->handsets)
        err = statement_run_integer(statement_get(adder->db, SQL_HANDSET_LAST_ID), &adder->handsets,
                                    error);
    if (err == ERR_OK && (sale->location < 0 || sale->location > adder->locations))
        return refuse(adder, "a location that does not exist", error);
    if (err == ERR_OK && (sale->handset < 1 || sale->handset > adder->handsets))
        return refuse(adder, "a handset that does not exist", error);
    return err;
}

static bool answers_sound(const struct sale *sale) {
    bool sound = true;
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        sound = sound && sale->answers[answer] >= UNKNOWN && sale->answers[answer] <= 1;
    return sound;
}

/* What the schema's constraints say, for the transaction does without them. */
static enum err check(struct sale_adder *adder, const struct sale *sale, struct error *error) {
    if (sale->location > adder->locations || sale->handset > adder->handsets ||
        sale->location < 0 || sale->handset < 1) {
        enum err err = check_names(adder, sale, error);
        if (err != ERR_OK)
            return err;
    }
    if (sale->day < 0)
        return refuse(adder, "a day before 1970", error);
    if (sale->price_minor <= 0)
        return refuse(adder, "a price that is not above zero", error);
    if (sale->age_years != UNKNOWN && (sale->age_years < AGE_MIN || sale->age_years > AGE_MAX))
        return refuse(adder, "an age that nobody has", error);
    if (sale->gender < UNKNOWN || sale->gender >= GENDER_COUNT || !answers_sound(sale))
        return refuse(adder, "an answer that there is not", error);
    return ERR_OK;
}

static bool is_synthetic(const struct sale_adder *adder, const struct sale *sale) {
    return sale->reference != NULL &&
           strncmp(sale->reference, adder->synthetic_prefix, adder->prefix_length) == 0;
}

enum err sale_adder_add(struct sale_adder *adder, const struct sale *sale, struct error *error) {
    enum err err = check(adder, sale, error);
    if (err != ERR_OK)
        return err;
    uint32_t identity = sale_identity(sale);
    if (adder->prefilter != NULL) {
        struct sale of_shop = *sale;
        of_shop.shop = adder->shop;
        bool found;
        err = prefilter_finds(adder->prefilter, &of_shop, identity, &found, error);
        adder->skipped += found;
        if (err != ERR_OK || found)
            return err;
    }
    struct sale *row = &adder->rows[adder->row_count];
    *row = *sale;
    row->id = adder->next_id++;
    row->shop = adder->shop;
    if (sale->reference != NULL) {
        adder->reference_at[adder->row_count] = adder->texts.length;
        buffer_append(&adder->texts, sale->reference, strlen(sale->reference) + 1);
    }
    adder->row_count++;
    adder->added++;
    adder->synthetic += is_synthetic(adder, sale);
    err = packer_add(adder->packer, row, identity, error);
    if (err == ERR_OK && adder->row_count == ROWS_AT_ONCE)
        err = insert_all(adder, error);
    return err;
}

/* ---------------------------------------------------------------------------------- settling */

static enum err remove_sales(struct sale_adder *adder, struct shop_month of,
                             const struct id_list *ids, struct error *error) {
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < ids->count; i++) {
        if (adder->synthetic > 0) {
            struct sale sale;
            err = db_sale_get(adder->db, ids->ids[i], &sale, error);
            if (err != ERR_OK)
                break;
            adder->synthetic -= is_synthetic(adder, &sale);
            free((char *)sale.reference);
        }
        struct statement *remove = statement_get(adder->db, SQL_SALE_REMOVE);
        statement_bind_integer(remove, "id", ids->ids[i]);
        err = statement_run(remove, error);
    }
    if (err == ERR_OK && ids->count > 0)
        err = db_packs_remove(adder->db, of, ids->ids, ids->count, packer_generation(adder->packer),
                              error);
    adder->removed += (int64_t)ids->count;
    return err;
}

static enum err settle_month(struct sale_adder *adder, struct shop_month of, struct error *error) {
    struct pack_list packs;
    struct id_list superfluous = {0};
    enum err err = db_packs_of_month(adder->db, of.shop, of.month, &packs, error);
    if (err != ERR_OK)
        return err;
    err = duplicates_of_month(adder->db, &packs, adder->before_id, &adder->answered, &superfluous,
                              error);
    if (err == ERR_OK)
        err = remove_sales(adder, of, &superfluous, error);
    id_list_free(&superfluous);
    pack_list_free(&packs);
    return err;
}

enum err sale_adder_settle(struct sale_adder *adder, const struct progress_sink *progress,
                           struct sale_tally *tally, struct error *error) {
    *tally = (struct sale_tally){0};
    enum err err = insert_all(adder, error);
    prefilter_free(adder->prefilter); /* its memory is wanted for the months */
    adder->prefilter = NULL;
    if (err == ERR_OK)
        err = packer_flush(adder->packer, error);
    size_t count;
    const struct shop_month *months = packer_months(adder->packer, &count);
    int64_t reported_ms = 0;
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        int64_t now_ms = clock_elapsed_ms();
        if (now_ms - reported_ms >= REPORT_MS &&
            !progress_report(progress, "looking for duplicates", "months", i, count))
            return error_set(error, ERR_CANCELLED, "cancelled while looking for duplicates");
        if (now_ms - reported_ms >= REPORT_MS)
            reported_ms = now_ms;
        err = settle_month(adder, months[i], error);
    }
    *tally = (struct sale_tally){.kept = adder->added - adder->removed,
                                 .present = adder->skipped + adder->removed,
                                 .synthetic = adder->synthetic};
    return err;
}
