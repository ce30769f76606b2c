#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

char *fuzz_path(const char *name) {
    const char *folder = getenv("FUZZ_FOLDER");
    FUZZ_MUST(folder != NULL);
    return xasprintf("%s/%s", folder, name);
}

void fuzz_write(const char *path, const uint8_t *data, size_t size) {
    FILE *file = fopen(path, "wb");
    FUZZ_MUST_ABOUT(file != NULL, path);
    FUZZ_MUST(size == 0 || fwrite(data, 1, size, file) == size);
    FUZZ_MUST(fclose(file) == 0);
}

char *fuzz_string(const uint8_t *data, size_t size) {
    char *text = xmalloc(size + 1);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

_Noreturn void fuzz_broken(const char *file, int line, const char *what, const char *about) {
    fprintf(stderr, "%s:%d: does not hold: %s %s\n", file, line, what, about);
    abort();
}
