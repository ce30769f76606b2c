#include "engine/intake/till.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/user.h"
#include "db/audit.h"
#include "db/imports.h"
#include "db/references.h"
#include "db/sales.h"
#include "db/till.h"
#include "engine/intake/fold.h"

/* A sale that is there, with what it must be compared to. */
static enum err compare(struct db *db, int64_t sale_id, const struct sale *sent,
                        struct till_entry *entry, struct error *error) {
    struct sale stored;
    enum err err = db_sale_get(db, sale_id, &stored, error);
    if (err != ERR_OK)
        return err;
    entry->outcome = sale_same(&stored, sent) ? TILL_PRESENT : TILL_CONFLICT;
    entry->sale_id = sale_id;
    free((char *)stored.reference);
    return ERR_OK;
}

/* A sale that is but compared must not leave its names behind. */
static enum err find_names(struct db *db, const struct customer *customer, struct sale *sale,
                           struct error *error) {
    enum err err = db_handset_find(db, customer->handset, &sale->handset, error);
    if (err == ERR_OK && customer->location[0] != '\0') {
        err = db_location_find(db, customer->location, &sale->location, error);
        if (sale->location == 0)
            sale->location = -1; /* a place that no sale has, not one unknown */
    }
    return err;
}

static enum err intern_names(struct db *db, const struct customer *customer, struct sale *sale,
                             struct error *error) {
    char *brand = handset_brand(customer->handset);
    enum err err = db_handset_intern(db, customer->handset, brand, &sale->handset, error);
    free(brand);
    if (err == ERR_OK && customer->location[0] != '\0')
        err = db_location_intern(db, customer->location, location_is_local(customer->location),
                                 &sale->location, error);
    return err;
}

/* All but its names. */
static void make_sale(const struct till_entry *entry, struct sale *sale) {
    const struct customer *customer = entry->customer;
    *sale = (struct sale){.reference = entry->reference,
                          .day = customer->day,
                          .price_minor = customer->price_minor,
                          .age_years = (int16_t)customer->age_years,
                          .gender = (int8_t)customer->gender};
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        sale->answers[answer] = (int8_t)customer->answers[answer];
}

/* ------------------------------------------------------------------ the run */

static enum err open_run(struct db *db, struct till_book *book, struct error *error) {
    char day[DATE_ISO_SIZE];
    date_iso(book->day, day);
    clock_stamp(book->started_at);
    struct import_run run = {.file = xasprintf("till %s", day), .who = user_name()};
    memcpy(run.started_at, book->started_at, sizeof run.started_at);
    enum err err = db_import_start(db, &run, error);
    book->run_id = run.id;
    char *subject = xasprintf("import %lld: %s", (long long)run.id, run.file);
    if (err == ERR_OK)
        err = db_audit(db, AUDIT_TILL, subject, error, "sales of the day, as they come");
    free(subject);
    import_run_free(&run);
    return err;
}

/* A run that was taken back must not get sales again, nor does a new day's sale belong to the old.
 * Where an older copy of the database was put back the run is not there, or another has its id. */
static enum err see_to_run(struct db *db, struct till_book *book, struct error *error) {
    const day_number today = clock_today();
    bool stands = book->run_id != 0 && book->day == today;
    enum err err = ERR_OK;
    if (stands)
        err = db_till_run_stands(db, book->run_id, book->sales, book->digest, &stands, error);
    if (err == ERR_OK && !stands)
        *book = (struct till_book){.day = today}; /* begun with its first sale */
    return err;
}

static enum err enter(struct db *db, const struct till_book *book, struct error *error) {
    struct import_run run = {.id = book->run_id, .rows = book->sales, .imported = book->sales};
    memcpy(run.sha256, book->digest, sizeof run.sha256);
    clock_stamp(run.finished_at);
    return db_import_finish(db, &run, error);
}

/* ------------------------------------------------------------------ one sale */

static enum err add(struct db *db, struct till_book *book, struct sale *sale,
                    struct till_entry *entry, struct error *error) {
    enum err err = book->run_id == 0 ? open_run(db, book, error) : ERR_OK;
    sale->run = book->run_id;
    if (err == ERR_OK)
        err = db_till_add(db, sale, error);
    if (err == ERR_OK)
        err = db_till_keep(db, entry->key, sale->id, book->run_id, error);
    if (err != ERR_OK)
        return err;
    char id[32];
    snprintf(id, sizeof id, "%lld", (long long)sale->id);
    const char *texts[] = {book->digest, entry->key, id};
    digest_of_texts(texts, sizeof texts / sizeof *texts, book->digest);
    book->sales++;
    entry->outcome = TILL_ADDED;
    entry->sale_id = sale->id;
    return ERR_OK;
}

/* `referenced`: the sales that bear its reference, from before the transaction. */
static enum err store_one(struct db *db, struct till_book *book, struct till_entry *entry,
                          const struct id_list *referenced, struct error *error) {
    struct sale sale;
    int64_t known = 0;
    make_sale(entry, &sale);
    enum err err = db_till_find(db, entry->key, &known, error);
    if (err == ERR_OK)
        err = known != 0 || referenced->count > 0 ? find_names(db, entry->customer, &sale, error)
                                                  : intern_names(db, entry->customer, &sale, error);
    if (err != ERR_OK)
        return err;
    if (known != 0)
        return compare(db, known, &sale, entry, error);
    for (size_t i = 0; i < referenced->count; i++) {
        err = compare(db, referenced->ids[i], &sale, entry, error);
        if (err != ERR_OK)
            return err;
        if (entry->outcome == TILL_PRESENT) {
            struct sale stored;
            err = db_sale_get(db, entry->sale_id, &stored, error);
            if (err != ERR_OK)
                return err;
            free((char *)stored.reference);
            return db_till_keep(db, entry->key, entry->sale_id, stored.run, error);
        }
    }
    entry->reference_taken = referenced->count > 0;
    return entry->reference_taken ? ERR_OK : add(db, book, &sale, entry, error);
}

/* ------------------------------------------------------------------ many */

static bool has_reference_before(const struct till_entry *entries, int at) {
    for (int i = 0; entries[at].reference != NULL && i < at; i++) {
        if (entries[i].reference != NULL && text_same(entries[i].reference, entries[at].reference))
            return true;
    }
    return false;
}

/* Under the writer's lock nothing changes until the transaction. */
static enum err find_references(struct db *db, const struct till_entry *entries, int count,
                                struct id_list *found, int *taken, struct error *error) {
    enum err err = ERR_OK;
    *taken = 0;
    while (err == ERR_OK && *taken < count && !has_reference_before(entries, *taken)) {
        const struct till_entry *entry = &entries[*taken];
        int64_t known = 0;
        if (entry->reference != NULL)
            err = db_till_find(db, entry->key, &known, error);
        if (err == ERR_OK && entry->reference != NULL && known == 0)
            err = db_references_find(db, entry->reference, NULL, NULL, &found[*taken], error);
        (*taken)++;
    }
    return err;
}

enum err till_store(struct db *writer, struct till_book *book, struct till_entry *entries,
                    int count, int *taken, struct error *error) {
    struct till_book changed = *book;
    struct id_list *found = xcalloc((size_t)count + 1, sizeof *found);
    enum err err = find_references(writer, entries, count, found, taken, error);
    if (err == ERR_OK)
        err = db_begin(writer, error);
    if (err == ERR_OK) {
        err = see_to_run(writer, &changed, error);
        const int64_t sales_before = changed.sales;
        for (int i = 0; err == ERR_OK && i < *taken; i++)
            err = store_one(writer, &changed, &entries[i], &found[i], error);
        if (err == ERR_OK && changed.sales > sales_before)
            err = enter(writer, &changed, error);
        if (err == ERR_OK)
            err = db_commit(writer, error);
        if (err == ERR_OK)
            *book = changed;
        else
            db_rollback(writer);
    }
    for (int i = 0; i < count; i++)
        id_list_free(&found[i]);
    free(found);
    return err;
}

enum err till_pack(struct db *writer, int64_t least, struct error *error) {
    int64_t unpacked;
    enum err err = db_till_unpacked(writer, &unpacked, error);
    if (err != ERR_OK || unpacked < least || unpacked == 0)
        return err;
    err = db_begin(writer, error);
    if (err == ERR_OK)
        err = sales_fold(writer, NULL, error);
    if (err == ERR_OK)
        return db_commit(writer, error);
    db_rollback(writer);
    return err;
}
