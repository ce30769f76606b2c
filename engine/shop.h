/* Everything that a screen or a subcommand asks: one reader, the facts, the segmentation, the
 * models. */
#ifndef ENGINE_SHOP_H
#define ENGINE_SHOP_H

#include "db/db.h"
#include "engine/learn/predict.h"
#include "engine/slice/facts.h"
#include "engine/slice/slice.h"

struct shop;

/* Opens read-only and loads the facts, sale by sale or, where there are more than FACTS_IN_MEMORY,
 * as cells of the cube (engine/slice/cube.h); segmentation and models are loaded when first asked
 * for, except that the segmentation is assigned to the facts at once where there is one. */
enum err shop_open(const char *path, struct shop **out, struct error *error);

/* The same with another bound: each sale that is held one by one takes 25 bytes. */
enum err shop_open_up_to(const char *path, int64_t sales, struct shop **out, struct error *error);

/* The same without waiting for cells: where the database has summaries of them, the facts are those
 * at first (facts.summary is there), and the cells are read beside. Poll shop_fd, then call
 * shop_take. Where there are many cells, a refresh goes back to that. */
enum err shop_open_beside(const char *path, int64_t sales, struct shop **out, struct error *error);
int shop_fd(const struct shop *shop); /* readable once they are read; −1: nothing is being read */

/* Takes the cells over where they have been read; `taken` says so. Names of places and handsets
 * that the summary's facts gave stay where they are, unless there are more by now. After an error
 * the summary stays until the data change, and shop_problem says why. */
enum err shop_take(struct shop *shop, bool *taken, struct error *error);
const struct error *shop_problem(const struct shop *shop); /* NULL: there is none */

void shop_close(struct shop *shop);

/* Takes over what other processes committed. `changed` is false, at the cost of a microsecond,
 * where nobody did. Pointers from the getters below are stale where it is true. */
enum err shop_refresh(struct shop *shop, bool *changed, struct error *error);

bool shop_is_changed(const struct shop *shop); /* shop_take or shop_refresh would do something */

/* The days of the weekend as bits (0 Monday), for the dimension of that name; 0: the default. */
void shop_set_weekend(struct shop *shop, uint8_t days);

/* Makes shop_facts answer for this slice: cells that its filters would cut are taken apart first,
 * which takes as long as streaming the months that they leave. Nothing to do, at no cost, where the
 * sales are held one by one or the slice cuts no cell. Pointers from shop_facts may be stale. */
enum err shop_choose(struct shop *shop, const struct slice *slice, struct error *error);

/* For doing that beside: whether shop_choose would stream for this slice (until then shop_facts are
 * all the cells again); cells that were made from those, by cube_derive, are taken over. */
bool shop_must_derive(struct shop *shop, const struct slice *slice);

/* Whether shop_choose would sieve the sales in memory, which takes some frames: worth doing beside
 * for who has shop_list_facts to show meanwhile. */
bool shop_would_sieve(const struct shop *shop, const struct slice *slice);
void shop_take_derived(struct shop *shop, struct facts *derived);

/* Takes the sales into memory, eight bytes each, where they are held as cells and are not too many
 * (engine/slice/sale_columns.h): what cuts cells, and lists of days, then take milliseconds. A shop
 * that was opened beside does that by itself, beside, once a slice has filters. */
enum err shop_hold_sales(struct shop *shop, struct error *error);

struct db *shop_db(struct shop *shop);
const struct facts *shop_facts(const struct shop *shop);

/* What linked_compute takes for any slice, chosen or not: all cells where the sales are in memory,
 * which it then asks, else shop_facts. */
const struct facts *shop_list_facts(const struct shop *shop);

int64_t shop_sales(const struct shop *shop); /* all of them, counted once */

/* NULL where none was trained or it is damaged; `problem` (may be NULL) then says which, in words.
 */
const struct segmentation *shop_segmentation(const struct shop *shop, const char **problem);

/* Loaded on first use: that takes a tenth of a second, and where sales are not held one by one as
 * long as streaming them all. */
enum err shop_predictor(struct shop *shop, struct predictor **out, struct error *error);

/* For doing that beside: whether shop_predictor answers at once; all facts, whatever was chosen,
 * and a predictor that predictor_open made of these, which is taken over. */
bool shop_has_predictor(const struct shop *shop);
const struct facts *shop_all_facts(const struct shop *shop);
void shop_take_predictor(struct shop *shop, struct predictor *predictor);

#endif
