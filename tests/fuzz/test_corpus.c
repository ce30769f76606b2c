/* The saved corpus: seeds, and what ever broke something, go through what the fuzzers call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <locale.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/scratch.h"

typedef void fuzz_target(const uint8_t *data, size_t size);

static int set_up(void **state) {
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || scratch_setup(state) != 0)
        return -1;
    setenv("FUZZ_FOLDER", *state, 1);
    return 0;
}

/* Every file whole, cut off at a few places, and with a byte changed at as many: such files come
 * from real disks. */
static void give(fuzz_target *target, const char *path) {
    enum { PIECES = 8 };
    size_t length;
    char *bytes = scratch_read(path, &length);
    target((const uint8_t *)bytes, length);
    for (size_t piece = 1; piece < PIECES; piece++)
        target((const uint8_t *)bytes, length * piece / PIECES);
    for (size_t piece = 0; piece < PIECES && length > 1; piece++) {
        size_t at = 1 + (length - 1) * piece / PIECES; /* the first says what it is */
        bytes[at] ^= (char)(1u << piece);
        target((const uint8_t *)bytes, length);
        bytes[at] ^= (char)(1u << piece);
    }
    free(bytes);
}

static void give_all(fuzz_target *target, const char *name) {
    struct dirent **entries;
    char *folder = xasprintf("tests/fuzz/corpus/%s", name);
    int count = scandir(folder, &entries, NULL, alphasort), given = 0;
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            char *path = xasprintf("%s/%s", folder, entries[i]->d_name);
            give(target, path);
            given++;
            free(path);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    free(folder);
    print_message("%s: %d files\n", name, given);
    assert_true(given > 0);
}

#define X(name, given)                                            \
    static void no_saved_##name##_breaks_anything(void **state) { \
        (void)state;                                              \
        give_all(fuzz_##name, #name);                             \
    }
FUZZ_LIST(X)
#undef X

int main(void) {
    const struct CMUnitTest tests[] = {
#define X(name, given) cmocka_unit_test(no_saved_##name##_breaks_anything),
        FUZZ_LIST(X)
#undef X
    };
    return cmocka_run_group_tests(tests, set_up, scratch_teardown);
}
