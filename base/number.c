#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static enum digits chosen = DIGITS_COMMA;

static const char *const digits_names[DIGITS_COUNT] = {
#define X(symbol, name, example) name,
    DIGITS_LIST(X)
#undef X
};

bool digits_by_name(const char *name, enum digits *out) {
    for (int i = 0; i < DIGITS_COUNT; i++) {
        if (strcmp(digits_names[i], name) == 0) {
            *out = (enum digits)i;
            return true;
        }
    }
    return false;
}

void number_set_digits(enum digits digits) {
    chosen = digits;
}

/* Whether a separator stands before the last `left` digits. */
static bool is_parted(int left) {
    if (chosen == DIGITS_NONE)
        return false;
    if (chosen == DIGITS_LAKH)
        return left == 3 || (left > 3 && left % 2 == 1);
    return left % 3 == 0;
}

void number_grouped(int64_t value, char *text, size_t size) {
    char digits[NUMBER_TEXT_SIZE];
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int count = snprintf(digits, sizeof digits, "%" PRIu64, magnitude);
    size_t at = 0;
    if (value < 0 && at + 1 < size)
        text[at++] = '-';
    for (int i = 0; i < count && at + 1 < size; i++) {
        if (i > 0 && is_parted(count - i) && at + 2 < size)
            text[at++] = chosen == DIGITS_SPACE ? ' ' : ',';
        text[at++] = digits[i];
    }
    if (size > 0)
        text[at] = '\0';
}

int number_width(int64_t most, int least) {
    char text[NUMBER_TEXT_SIZE];
    number_grouped(most, text, sizeof text);
    int width = text_width(text);
    return width > least ? width : least;
}

bool number_parse_integer(const char *text, int64_t *value) {
    if (*text == '\0' || isspace((unsigned char)*text))
        return false;
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return false;
    *value = parsed;
    return true;
}

bool number_parse_real(const char *text, double *value) {
    if (*text == '\0' || isspace((unsigned char)*text))
        return false;
    char *end;
    double parsed = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}
