/* Text from strangers: what comes out can be sent to a terminal and stored. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/fuzz/fuzz.h"

/* Controls of every kind, and what turns the reading direction or ends a line. */
static bool does_harm(uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C ||
           (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

static void must_be_safe(const char *text) {
    static const char replacement[] = "\xEF\xBF\xBD";
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t step = text_decode(text + at, length - at, &code);
        FUZZ_MUST(step > 0 && step <= length - at);
        FUZZ_MUST_ABOUT(!does_harm(code), text);
        FUZZ_MUST(code != 0xFFFD || strncmp(text + at, replacement, 3) == 0);
        at += step;
    }
}

void fuzz_text(const uint8_t *data, size_t size) {
    const char *bytes = size > 0 ? (const char *)data : "";
    char *clean = text_clean(bytes, size), *printable = text_printable(bytes, size), key[16];
    must_be_safe(clean);
    must_be_safe(printable);
    char *again = text_clean(clean, strlen(clean));
    FUZZ_MUST_ABOUT(strcmp(clean, again) == 0, clean);
    int width = text_width(clean), used = 0;
    FUZZ_MUST(width >= 0);
    for (int columns = 0; columns < 12; columns++) {
        size_t length = text_clip(clean, columns, &used);
        FUZZ_MUST(length <= strlen(clean) && used <= columns && used >= 0);
    }
    text_key(clean, key, sizeof key);
    FUZZ_MUST(strlen(key) < sizeof key);
    free(again);
    free(printable);
    free(clean);
}
