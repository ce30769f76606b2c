/* Whole numbers of 128 bits, for sums of squares of money: exact, so that the order in which sales
 * are added cannot show. */
#ifndef BASE_UINT128_H
#define BASE_UINT128_H

__extension__ typedef unsigned __int128 uint128;

/* A sum beyond 128 bits cannot be honest; it stays at the largest. */
static inline uint128 uint128_add(uint128 a, uint128 b) {
    uint128 sum;
    return __builtin_add_overflow(a, b, &sum) ? ~(uint128)0 : sum;
}

#endif
