#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void number_grouped(int64_t value, char *text, size_t size) {
    char digits[NUMBER_TEXT_SIZE];
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int count = snprintf(digits, sizeof digits, "%" PRIu64, magnitude);
    size_t at = 0;
    if (value < 0 && at + 1 < size)
        text[at++] = '-';
    for (int i = 0; i < count && at + 1 < size; i++) {
        if (i > 0 && (count - i) % 3 == 0 && at + 2 < size)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    if (size > 0)
        text[at] = '\0';
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
