/* Facts: whose sales there are. Shop 1 is the one whose files are imported here; others came with
 * `merge` or `import --shop`. */
#ifndef DB_SHOPS_H
#define DB_SHOPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "db/db.h"

enum { SHOP_OWN = 1, SHOPS_MAX = UINT16_MAX };

/* What shop 1 is called until somebody names it. */
extern const char shop_unnamed[];

struct shop_entry {
    int32_t id;
    char *name;
    bool sums_only;                 /* no single sales of it are here, only months of the cube */
    int64_t bands;                  /* of such a shop: as dimension_bands() was … */
    day_number first_day, last_day; /* … and the days of its sales */
    char merged_at[CLOCK_STAMP_SIZE];
};

struct shop_list {
    struct shop_entry *entries; /* ids are dense from 1, so entries[id - 1] is id's */
    int count;
};

enum err db_shops_load(struct db *db, struct shop_list *out, struct error *error);
void shop_list_free(struct shop_list *list);

/* NULL where there is none of the name; names are the same without regard to ASCII case. */
const struct shop_entry *shop_list_find(const struct shop_list *list, const char *name);

/* The id of a shop, added where its name is new. */
enum err db_shop_intern(struct db *db, const char *name, int32_t *id, struct error *error);

/* ERR_INPUT where another shop has the name. */
enum err db_shop_rename(struct db *db, int32_t id, const char *name, struct error *error);

/* Says how a shop came: sums_only, bands and days of `entry`, and when. */
enum err db_shop_merged(struct db *db, const struct shop_entry *entry, struct error *error);

#endif
