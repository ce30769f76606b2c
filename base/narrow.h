/* Columns of unsigned integers, little-endian, in the smallest of 1, 2, 4 or 8 bytes that holds the
 * largest: how sales and sums by month stand in the database. */
#ifndef BASE_NARROW_H
#define BASE_NARROW_H

#include <stddef.h>
#include <stdint.h>

/* The width that `count` values of `size` bytes (1, 2, 4 or 8) need once `base` is taken off. */
size_t narrow_width(const void *values, size_t size, size_t count, uint64_t base);

/* From values of one size to those of another, adding `add` (modulo 2^64) to each. The addresses
 * need not be aligned; larger values than the new size holds lose their high bytes. */
void narrow_convert(const void *from, size_t from_size, void *to, size_t to_size, size_t count,
                    uint64_t add);

#endif
