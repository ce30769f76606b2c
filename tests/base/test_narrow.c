/* base/narrow: columns in the smallest width, there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/narrow.h"

static void the_width_is_the_smallest_that_holds_the_largest_above_the_base(void **state) {
    (void)state;
    const int64_t ids[] = {5000000000, 5000000255, 5000000001};
    assert_int_equal(narrow_width(ids, sizeof *ids, 3, 5000000000), 1);
    assert_int_equal(narrow_width(ids, sizeof *ids, 3, 4999999999), 2); /* 256 above it */
    assert_int_equal(narrow_width(ids, sizeof *ids, 3, 0), 8);
    const uint32_t words[] = {0, UINT16_MAX};
    assert_int_equal(narrow_width(words, sizeof *words, 2, 0), 2);
    assert_int_equal(narrow_width(words, sizeof *words, 1, 0), 1);
    assert_int_equal(narrow_width(words, sizeof *words, 0, 0), 1);
    const uint64_t wide[] = {(uint64_t)UINT32_MAX + 1, UINT32_MAX};
    assert_int_equal(narrow_width(wide, sizeof *wide, 2, 0), 8);
    assert_int_equal(narrow_width(wide + 1, sizeof *wide, 1, 0), 4);
}

static void what_was_narrowed_comes_back_by_adding_the_base(void **state) {
    (void)state;
    const int64_t ids[] = {7000000123, 7000000000, 7000065535};
    unsigned char bytes[1 + 3 * sizeof(uint16_t)]; /* at an odd address */
    int64_t back[3];
    narrow_convert(ids, sizeof *ids, bytes + 1, 2, 3, (uint64_t)-7000000000);
    const unsigned char expected[] = {123, 0, 0, 0, 0xFF, 0xFF}; /* little-endian */
    assert_memory_equal(bytes + 1, expected, sizeof expected);
    narrow_convert(bytes + 1, 2, back, sizeof *back, 3, 7000000000);
    assert_memory_equal(back, ids, sizeof ids);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_width_is_the_smallest_that_holds_the_largest_above_the_base),
        cmocka_unit_test(what_was_narrowed_comes_back_by_adding_the_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
