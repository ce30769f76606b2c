#include "tui/clipboard.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/base64.h>

#include "base/memory.h"

enum clipboard_way clipboard_way(void) {
    const char *tmux = getenv("TMUX"), *type = getenv("TERM");
    if (tmux != NULL && tmux[0] != '\0')
        return CLIPBOARD_TMUX;
    return type != NULL && strncmp(type, "screen", 6) == 0 && getenv("STY") != NULL
               ? CLIPBOARD_SCREEN
               : CLIPBOARD_PLAIN;
}

/* screen takes no more than 768 bytes in one string, so that each part goes in its own. */
static void in_parts(struct buffer *out, const char *text, size_t length) {
    enum { PART = 700 };
    for (size_t at = 0; at < length; at += PART) {
        buffer_text(out, "\033P");
        buffer_append(out, text + at, length - at < PART ? length - at : PART);
        buffer_text(out, "\033\\");
    }
}

void clipboard_sequence(struct buffer *out, enum clipboard_way way, const char *text,
                        size_t length) {
    struct buffer plain = {0};
    size_t taken = length < CLIPBOARD_MAX ? length : CLIPBOARD_MAX;
    char *encoded = xcalloc(1, BASE64_ENCODE_RAW_LENGTH(taken) + 1);
    base64_encode_raw(encoded, taken, (const uint8_t *)text);
    buffer_printf(&plain, "\033]52;c;%s\a", encoded);
    if (way == CLIPBOARD_TMUX)
        buffer_printf(out, "\033Ptmux;\033%s\033\\", plain.data);
    else if (way == CLIPBOARD_SCREEN)
        in_parts(out, plain.data, plain.length);
    else
        buffer_append(out, plain.data, plain.length);
    free(encoded);
    buffer_free(&plain);
}
