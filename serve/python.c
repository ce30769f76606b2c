#include "serve/python.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

/* Strips white space and the underscores between digits; false where these stand elsewhere or the
 * text is longer than any number. */
static bool plain_number(const char *text, char *out, size_t size) {
    size_t length = strlen(text), kept = 0;
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    size_t at = 0;
    while (at < length && isspace((unsigned char)text[at]))
        at++;
    for (; at < length; at++) {
        if (text[at] == '_') {
            if (at == 0 || at + 1 == length || !isdigit((unsigned char)text[at - 1]) ||
                !isdigit((unsigned char)text[at + 1]))
                return false;
            continue;
        }
        if (kept + 1 == size)
            return false;
        out[kept++] = text[at];
    }
    out[kept] = '\0';
    return kept > 0;
}

bool python_whole(const char *text, int64_t *out) {
    char number[64];
    if (!plain_number(text, number, sizeof number))
        return false;
    const char *digits = number + (*number == '+' || *number == '-');
    if (digits[strspn(digits, "0123456789")] != '\0' || *digits == '\0')
        return false;
    if (!number_parse_integer(number + (*number == '+'),
                              out)) /* beyond 64 bits: out of any range */
        *out = *number == '-' ? INT64_MIN : INT64_MAX;
    return true;
}

bool python_real(const char *text, double *out) {
    char number[64], *end;
    if (!plain_number(text, number, sizeof number) ||
        number[strspn(number, "+-0123456789.eE")] != '\0') /* hexadecimal, inf and nan */
        return false;
    *out = strtod(number, &end);
    return *end == '\0' && end != number;
}

bool python_day_of_seconds(double seconds, day_number *day) {
    const double watershed = 2e10, last = 2932896; /* 9999-12-31 */
    if (!isfinite(seconds))
        return false;
    while (fabs(seconds) > watershed)
        seconds /= 1000;
    double days = floor(seconds / 86400);
    *day = days < 0 ? -1 : (day_number)fmin(days, last);
    return true;
}

bool python_day(const char *text, day_number *day, bool *early) {
    static const char *const parts[] = {"dddd-dd-dd", "dddd-d-dd", "dddd-dd-d", "dddd-d-d"};
    bool shaped = false;
    int year = 0, month = 0, day_of_month = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !shaped; i++) {
        shaped = strlen(text) == strlen(parts[i]);
        for (const char *at = text, *want = parts[i]; shaped && *at != '\0'; at++, want++)
            shaped = *want == 'd' ? isdigit((unsigned char)*at) != 0 : *at == *want;
    }
    if (!shaped || sscanf(text, "%4d-%2d-%2d", &year, &month, &day_of_month) != 3)
        return false;
    *early = year > 0 && year < 1970 && date_from_civil(year + 2000, month, day_of_month, day);
    return *early || date_from_civil(year, month, day_of_month, day);
}
