#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#include "base/buffer.h"

#define REPLACEMENT 0xFFFDu

size_t text_decode(const char *bytes, size_t length, uint32_t *code_point) {
    const unsigned char *at = (const unsigned char *)bytes;
    *code_point = REPLACEMENT;
    if (length == 0)
        return 0;
    if (at[0] < 0x80) {
        *code_point = at[0];
        return 1;
    }
    size_t need;
    uint32_t value, smallest;
    if (at[0] >= 0xC2 && at[0] <= 0xDF) {
        need = 2, value = at[0] & 0x1Fu, smallest = 0x80;
    } else if (at[0] >= 0xE0 && at[0] <= 0xEF) {
        need = 3, value = at[0] & 0x0Fu, smallest = 0x800;
    } else if (at[0] >= 0xF0 && at[0] <= 0xF4) {
        need = 4, value = at[0] & 0x07u, smallest = 0x10000;
    } else {
        return 1;
    }
    if (length < need)
        return 1;
    for (size_t i = 1; i < need; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (at[i] & 0x3Fu);
    }
    if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 1;
    *code_point = value;
    return need;
}

size_t text_encode(uint32_t code, char bytes[4]) {
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(lead[length] | code);
    return length;
}

/* Characters that move the cursor, change the terminal's state or reorder what is around them. */
static bool is_dangerous(uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C ||
           (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || (code >= 0xFFF9 && code <= 0xFFFB) ||
           code == 0xFEFF || (code >= 0xE0000 && code <= 0xE007F);
}

static void append_safe(struct buffer *out, const char *bytes, size_t size, uint32_t code) {
    if (code == REPLACEMENT || is_dangerous(code))
        buffer_text(out, "\xEF\xBF\xBD");
    else
        buffer_append(out, bytes, size);
}

static bool is_blank(uint32_t code) {
    return code == ' ' || code == '\t' || code == '\n' || code == '\r' || code == '\v' ||
           code == '\f' || code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || code == 0x3000;
}

char *text_clean(const char *bytes, size_t length) {
    struct buffer out = {0};
    bool gap = false;
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t size = text_decode(bytes + at, length - at, &code);
        if (is_blank(code)) {
            gap = out.length != 0;
        } else {
            if (gap)
                buffer_append(&out, " ", 1);
            gap = false;
            append_safe(&out, bytes + at, size, code);
        }
        at += size;
    }
    return buffer_take(&out);
}

char *text_printable(const char *bytes, size_t length) {
    struct buffer out = {0};
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t size = text_decode(bytes + at, length - at, &code);
        append_safe(&out, bytes + at, size, code);
        at += size;
    }
    return buffer_take(&out);
}

static int code_width(uint32_t code) {
    if (code < 0x80)
        return code >= 0x20 && code != 0x7F;
    int width = wcwidth((wchar_t)code);
    return width >= 0 ? width : 1; /* the locale does not know it: drawn as one question mark */
}

size_t text_clip(const char *text, int columns, int *used) {
    size_t length = strlen(text), at = 0;
    int width = 0;
    while (at < length) {
        uint32_t code;
        size_t size = text_decode(text + at, length - at, &code);
        int more = code_width(code);
        if (width + more > columns)
            break;
        width += more;
        at += size;
    }
    if (used != NULL)
        *used = width;
    return at;
}

int text_width(const char *text) {
    int width;
    text_clip(text, 1 << 30, &width);
    return width;
}

bool text_same(const char *a, const char *b) {
    return strcasecmp(a, b) == 0;
}

bool text_contains(const char *haystack, const char *needle) {
    return strcasestr(haystack, needle) != NULL;
}

bool text_starts(const char *text, const char *prefix) {
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

void text_key(const char *text, char *key, size_t size) {
    size_t at = 0;
    for (; *text != '\0' && at + 1 < size; text++) {
        if (isalnum((unsigned char)*text) && (unsigned char)*text < 0x80)
            key[at++] = (char)tolower((unsigned char)*text);
    }
    key[at] = '\0';
}
