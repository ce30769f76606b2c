/* What reads foreign bytes, each as a function that is given any bytes at all. The fuzzer calls one
 * of them by the million; the test calls each with what is in tests/fuzz/corpus/NAME, which is
 * seeds by hand and whatever ever broke something. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* X(name, what it is given) */
#define FUZZ_LIST(X)                                                                  \
    X(import, "a byte of options, then a file of sales: imported, and taken back")    \
    X(filter, "filters as they are typed")                                            \
    X(settings, "a settings file")                                                    \
    X(model, "a byte that says which, then a part of a stored model or segmentation") \
    X(customer, "a byte that says which, then a field or a line of fields")           \
    X(map, "arguments of --map a line, an empty line, a header")                      \
    X(text, "text that is to be shown or stored")

#define X(name, given) void fuzz_##name(const uint8_t *data, size_t size);
FUZZ_LIST(X)
#undef X

/* The folder that files go to: $FUZZ_FOLDER, which must be there. The caller frees. */
char *fuzz_path(const char *name);
void fuzz_write(const char *path, const uint8_t *data, size_t size);
char *fuzz_string(const uint8_t *data, size_t size); /* up to the first NUL; the caller frees */

/* What must hold whatever the bytes; ends the process where it does not. */
#define FUZZ_MUST(holds) FUZZ_MUST_ABOUT(holds, "")
#define FUZZ_MUST_ABOUT(holds, about)                       \
    do {                                                    \
        if (!(holds))                                       \
            fuzz_broken(__FILE__, __LINE__, #holds, about); \
    } while (0)
_Noreturn void fuzz_broken(const char *file, int line, const char *what, const char *about);

#endif
