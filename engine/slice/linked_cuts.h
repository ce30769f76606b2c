/* Inside engine/slice: what the filters of linked lists decide of a combination as a whole, and
 * which bands of ages and prices they cut through. */
#ifndef ENGINE_SLICE_LINKED_CUTS_H
#define ENGINE_SLICE_LINKED_CUTS_H

#include "engine/slice/cube_sums.h"
#include "engine/slice/linked_pass.h"
#include "engine/slice/sale_sums.h"

enum { LINKED_BANDS = 16 };

struct linked_cuts {
    const struct linked_masks *masks;
    uint32_t by_age_band[LINKED_BANDS], by_price_band[LINKED_BANDS]; /* bits of what fails, … */
    bool cuts_age_band[LINKED_BANDS], cuts_price_band[LINKED_BANDS]; /* … of a cut band 0 */
};

/* `cells` are those of the combinations; masks may be of these or of single sales. */
void linked_cuts_read(struct linked_cuts *cuts, const struct facts *cells,
                      const struct linked_masks *masks);

/* What its sales must be asked, since its bands are cut: ASK_AGE, ASK_PRICE, both or 0. */
static inline unsigned linked_asked(const struct linked_cuts *cuts, const struct combination *of) {
    return (cuts->cuts_age_band[of->age_band] ? ASK_AGE : 0U) |
           (cuts->cuts_price_band[of->price_band] ? ASK_PRICE : 0U);
}

/* A bit for each dimension whose filters all sales of the combination fail; those on time and
 * segments, and those that cut its bands, are each sale's own. */
static inline uint32_t linked_failed(const struct linked_cuts *cuts, const struct combination *of) {
    const struct linked_masks *masks = cuts->masks;
    uint32_t failed = cuts->by_age_band[of->age_band] | cuts->by_price_band[of->price_band];
#define MARK(column, code)     \
    if (masks->column != NULL) \
    failed |= masks->column[code]
    MARK(locations, of->location);
    MARK(handsets, of->handset);
    MARK(shops, of->shop);
    MARK(genders, of->gender);
    MARK(answers, of->answers);
#undef MARK
    return failed;
}

static inline bool linked_fails_one(uint32_t bits) {
    return bits != 0 && (bits & (bits - 1)) == 0;
}

#endif
