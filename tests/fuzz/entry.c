/* Where libFuzzer comes in: $FUZZ_TARGET chooses what is fuzzed, so that one program serves all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void (*target)(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    const char *wanted = getenv("FUZZ_TARGET");
#define X(name, given)                                \
    if (wanted != NULL && strcmp(wanted, #name) == 0) \
        target = fuzz_##name;
    FUZZ_LIST(X)
#undef X
    if (target == NULL) {
        fprintf(stderr, "FUZZ_TARGET names nothing that is fuzzed\n");
        exit(2);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    target(data, size);
    return 0;
}
