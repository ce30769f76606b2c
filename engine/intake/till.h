/* Sales one by one, as a till sends them: each once, however often it is sent.
 *
 * What tells a sale from the same one sent again is its key: one of the till's own, else the sale's
 * reference. A sale with a reference that an import brought counts as sent already. Sales without a
 * reference are told apart by their keys alone: two customers may buy the same thing. */
#ifndef ENGINE_INTAKE_TILL_H
#define ENGINE_INTAKE_TILL_H

#include "base/digest.h"
#include "db/db.h"
#include "engine/learn/customer.h"

enum till_outcome {
    TILL_ADDED,
    TILL_PRESENT, /* this very sale is there already */
    TILL_CONFLICT /* another sale is there under this key or reference; nothing is stored */
};

struct till_entry {
    const char *key;
    const char *reference;           /* NULL: none */
    const struct customer *customer; /* with day, handset and price */
    enum till_outcome outcome;
    bool reference_taken; /* the conflict is one of the reference, not of the key */
    int64_t sale_id;      /* but for a conflict */
};

/* The run that the sales are entered under: one a day, begun with the first of them. */
struct till_book {
    int64_t run_id; /* 0: none yet */
    day_number day;
    int64_t sales;
    char started_at[CLOCK_STAMP_SIZE];
    char digest[DIGEST_TEXT_SIZE]; /* of all keys and sales so far */
};

/* Stores the first entries in one transaction, all or none of them; `taken` receives how many: all,
 * unless one has the reference of another before it. On disk when this returns. */
enum err till_store(struct db *writer, struct till_book *book, struct till_entry *entries,
                    int count, int *taken, struct error *error);

/* Packs what was stored, where it is as much as `least`: readers look at single sales one by one.
 */
enum err till_pack(struct db *writer, int64_t least, struct error *error);

#endif
