#include "base/money.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

bool money_parse_whole(const char *digits, size_t length, int64_t *minor) {
    enum { DIGITS_MAX = 12 }; /* as many as are below MONEY_MAX_MINOR in any case */
    int64_t value = 0;
    if (length > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned digit = (unsigned)(unsigned char)digits[i] - '0';
        if (digit > 9)
            return false;
        value = value * 10 + (int64_t)digit;
    }
    *minor = value * MONEY_MINOR;
    return value > 0;
}

bool money_parse(const char *text, int64_t *minor, const char **reason) {
    const char *at = text;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    int64_t whole = 0, fraction = 0;
    int digits = 0, decimals = 0, since_comma = -1;
    bool grouped = true;
    for (; (*at >= '0' && *at <= '9') || *at == ','; at++) {
        if (*at == ',') {
            grouped = grouped && digits > 0 && (since_comma < 0 ? digits <= 3 : since_comma == 3);
            since_comma = 0;
            continue;
        }
        if (whole > MONEY_MAX_MINOR / MONEY_MINOR) {
            *reason = "is larger than a price can be";
            return false;
        }
        whole = whole * 10 + (*at - '0');
        digits++;
        since_comma += since_comma >= 0;
    }
    grouped = grouped && (since_comma < 0 || since_comma == 3);
    if (*at == '.') {
        for (at++; *at >= '0' && *at <= '9'; at++, decimals++) {
            if (decimals < 2)
                fraction = fraction * 10 + (*at - '0');
            else if (*at != '0') {
                *reason = "has more than two decimals";
                return false;
            }
        }
    }
    if (*at != '\0' || digits + decimals == 0 || !grouped) {
        *reason = "is not a number";
        return false;
    }
    int64_t value = whole * MONEY_MINOR + (decimals == 1 ? fraction * 10 : fraction);
    if (negative || value == 0) {
        *reason = "is not above zero";
        return false;
    }
    if (value > MONEY_MAX_MINOR) {
        *reason = "is larger than a price can be";
        return false;
    }
    *minor = value;
    return true;
}

void money_plain(int64_t minor, char text[MONEY_TEXT_SIZE]) {
    const char *sign = minor < 0 ? "-" : "";
    uint64_t size = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    unsigned fraction = (unsigned)(size % MONEY_MINOR);
    if (fraction == 0)
        snprintf(text, MONEY_TEXT_SIZE, "%s%llu", sign, (unsigned long long)(size / MONEY_MINOR));
    else
        snprintf(text, MONEY_TEXT_SIZE, "%s%llu.%02u", sign,
                 (unsigned long long)(size / MONEY_MINOR), fraction);
}

void money_grouped(int64_t minor, char text[MONEY_TEXT_SIZE]) {
    int64_t half = minor < 0 ? -MONEY_MINOR / 2 : MONEY_MINOR / 2;
    number_grouped((minor + half) / MONEY_MINOR, text, MONEY_TEXT_SIZE);
}

void money_short(double minor, char text[MONEY_TEXT_SIZE]) {
    static const struct {
        double above;
        double unit;
        const char *suffix;
    } scales[] = {{999.95e9, 1e12, "T"}, {999.95e6, 1e9, "G"}, {999.95e3, 1e6, "M"}};
    double major = minor / MONEY_MINOR;
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        if (fabs(major) >= scales[i].above) {
            snprintf(text, MONEY_TEXT_SIZE, "%.1f%s", major / scales[i].unit, scales[i].suffix);
            return;
        }
    }
    number_grouped((int64_t)llround(major), text, MONEY_TEXT_SIZE);
}

static char sign_text[8];

void money_set_sign(const char *sign) {
    snprintf(sign_text, sizeof sign_text, "%s", sign);
}

const char *money_sign(void) {
    return sign_text;
}

const char *money_heading(const char *title, char text[MONEY_HEADING_SIZE]) {
    snprintf(text, MONEY_HEADING_SIZE, "%s%s%s", title, sign_text[0] != '\0' ? ", " : "",
             sign_text);
    return text;
}
