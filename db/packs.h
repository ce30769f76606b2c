/* The sales as columns, by month and shop: what must see each sale is computed from these.
 *
 * Derived from table `sale`. A pack has up to PACK_SALES_MAX sales of one month of a shop, by
 * ascending id, in ten columns; a scan reads only the columns it needs, at memory speed. Sales
 * with ids above packed_state.last_sale_id stand in no pack yet (the tail): readers take them from
 * db_sales_scan. Packs of a month overlap in their ids with packs of other months, never with each
 * other. */
#ifndef DB_PACKS_H
#define DB_PACKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "db/db.h"
#include "db/sale.h"

enum { PACK_SALES_MAX = 16384 };

struct packed_state {
    int64_t last_sale_id; /* 0: nothing is packed, every sale is of the tail */
    int64_t generation;   /* one more with every write of packs or cube */
    int64_t bands;        /* the cube's, as dimension_bands() */
};
enum err db_packed_state(struct db *db, struct packed_state *out, struct error *error);
enum err db_packed_put(struct db *db, const struct packed_state *state, struct error *error);

struct pack {
    int64_t id;
    int32_t month; /* date_month_index */
    int32_t shop;  /* whose sales they are */
    int32_t sales; /* 1 … PACK_SALES_MAX */
    int64_t first_sale_id, last_sale_id;
    int64_t generation; /* a pack whose generation is the same has not changed */
};

struct pack_list {
    struct pack *packs; /* by month, within one by shop, and then by sale id */
    size_t count;
    int64_t sales; /* of all of them */
};

/* All packs, or those of one month of a shop. Freed with pack_list_free; empty after an error. */
enum err db_packs_list(struct db *db, struct pack_list *out, struct error *error);
enum err db_packs_of_month(struct db *db, int32_t shop, int month, struct pack_list *out,
                           struct error *error);
void pack_list_free(struct pack_list *list);

/* Where a pack's sales go: each NULL (not read) or with room for pack.sales values. */
struct pack_rows {
    int64_t *id;           /* ascending */
    uint8_t *day_of_month; /* from 1 */
    uint16_t *location;    /* dictionary id; 0 unknown */
    uint16_t *handset;     /* dictionary id */
    uint8_t *age;          /* years; 0 unknown */
    uint8_t *gender;       /* 0 unknown, else 1 + enum gender */
    uint8_t *answers;      /* base-3 digits (0 unknown, 1 no, 2 yes), facebook least significant */
    int64_t *price_minor;
    uint32_t *identity;  /* sale_identity(): equal for equal sales */
    uint16_t *reference; /* sale_reference_hash(); REFERENCE_UNKNOWN: there is one, by an older
                            program */
};

/* ERR_DAMAGED where a checksum does not hold; the hint says how packs are made anew. */
enum err db_pack_read(struct db *db, const struct pack *pack, const struct pack_rows *into,
                      struct error *error);

/* A hash of all that makes a sale the same sale, but for its day; odd where it has a reference. */
uint32_t sale_identity(const struct sale *sale);

/* A hash of a reference without regard to ASCII case; 0 only where there is none (NULL). */
enum { REFERENCE_UNKNOWN = UINT16_MAX };
uint16_t sale_reference_hash(const char *reference);

uint8_t sale_pack_answers(const struct sale *sale);

/* ---- writing, within db_begin … db_commit */

/* Appends sales to the packs of their months. Memory stays within about 40 MB, whatever the order
 * of the months; in an unhappy order packs get written more than once. */
struct packer;
enum err packer_open(struct db *db, struct packer **out, struct error *error);
void packer_close(struct packer *packer); /* NULL is fine; what was not flushed is dropped */

/* Ids ascend from call to call, above every id that is packed already. */
enum err packer_add(struct packer *packer, const struct sale *sale, uint32_t identity,
                    struct error *error);
/* Writes what is still in memory. */
enum err packer_flush(struct packer *packer, struct error *error);

/* A month of a shop. */
struct shop_month {
    int32_t shop, month;
};
/* Those that were added to, ascending by shop and month; of the packer. */
const struct shop_month *packer_months(const struct packer *packer, size_t *count);
int64_t packer_generation(const struct packer *packer); /* of the packs it writes */

/* Takes sales (ascending ids, all of this month) out of the month's packs and closes the gaps. */
enum err db_packs_remove(struct db *db, struct shop_month of, const int64_t *ids, size_t count,
                         int64_t generation, struct error *error);

enum err db_packs_clear(struct db *db, struct error *error); /* packs, cube and state */

#endif
