/* Inside engine/slice: sums of a combination's cells over the months that pass, from ranges of the
 * few months that pass or, taken away from all, that do not. */
#ifndef ENGINE_SLICE_MONTH_RANGES_H
#define ENGINE_SLICE_MONTH_RANGES_H

#include "engine/slice/cube_rows.h"
#include "engine/slice/expect.h"

enum { MONTH_RANGES_MAX = 4 };

struct month_range {
    size_t from, below; /* of the sums' months */
};

struct month_ranges {
    const struct facts *facts;
    const struct cube_rows *rows;
    const uint32_t *failed; /* by day from the first, not 0 where it does not pass; NULL: all do */
    bool outside;           /* the ranges are of what does not pass */
    bool by_row;            /* too many ranges, or rows that cannot be found by month */
    size_t count;
    struct month_range ranges[MONTH_RANGES_MAX];
};

/* Months pass as wholes. */
struct month_ranges month_ranges_of(const struct facts *facts, const struct cube_rows *rows,
                                    const uint32_t *failed);
struct combination_sums month_ranges_sums(const struct month_ranges *ranges, size_t combination);

/* Asks ahead for what that will read; month_ranges_expect_bits before it, for what this does. */
void month_ranges_expect(const struct month_ranges *ranges, size_t combination);
static inline void month_ranges_expect_bits(const struct cube_rows *rows, size_t combination) {
    if (rows->sums.month_bits != NULL)
        expect_line(&rows->sums.month_bits[combination * rows->sums.month_words]);
    expect_line(&rows->combinations[combination]);
}

/* Bits that are set (Warren, Hacker's Delight, section 5-1). */
static inline size_t month_ranges_bits(uint64_t bits) {
    bits -= bits >> 1 & 0x5555555555555555U;
    bits = (bits & 0x3333333333333333U) + (bits >> 2 & 0x3333333333333333U);
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    return (size_t)(bits * 0x0101010101010101U >> 56);
}

/* How many months before this one there are. */
static inline size_t month_ranges_before(const uint64_t *bits, size_t month) {
    size_t before = 0;
    for (; month >= 64; month -= 64)
        before += month_ranges_bits(*bits++);
    return month == 0 ? before : before + month_ranges_bits(*bits << (64 - month));
}

#endif
