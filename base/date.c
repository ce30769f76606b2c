#include "base/date.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int day_at, month_at, year_at;
    char separator;
    bool detected;
} formats[] = {
#define X(symbol, name, separator, day, month, year, detected) \
    [DATE_##symbol] = {name, day, month, year, separator, detected},
    DATE_FORMAT_LIST(X)
#undef X
};

const char *date_format_name(enum date_format format) {
    return formats[format].name;
}

bool date_format_is_detected(enum date_format format) {
    return formats[format].detected;
}

bool date_format_by_name(const char *name, enum date_format *format) {
    for (size_t i = 0; i < DATE_FORMAT_COUNT; i++) {
        if (strcmp(name, formats[i].name) == 0) {
            *format = (enum date_format)i;
            return true;
        }
    }
    return false;
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* Days from civil and back: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013). */
bool date_from_civil(int year, int month, int day_of_month, day_number *day) {
    if (year < 1970 || year > 9999 || month < 1 || month > 12 || day_of_month < 1 ||
        day_of_month > month_length(year, month))
        return false;
    int shifted = month <= 2 ? year - 1 : year;
    int era = shifted / 400;
    int year_of_era = shifted - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    *day = era * 146097 + day_of_era - 719468;
    return true;
}

void date_to_civil(day_number day, int *year, int *month, int *day_of_month) {
    int shifted = day + 719468;
    int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = shifted - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

bool date_parse(const char *text, enum date_format format, day_number *day, const char **reason) {
    int parts[3] = {0}, digits[3] = {0};
    const char *at = text;
    for (int part = 0; part < 3; part++) {
        while (*at >= '0' && *at <= '9' && digits[part] < 4) {
            parts[part] = parts[part] * 10 + (*at++ - '0');
            digits[part]++;
        }
        char expected = part < 2 ? formats[format].separator : '\0';
        if (digits[part] == 0 || *at != expected) {
            *reason = "is not written like the other dates of this column";
            return false;
        }
        at++;
    }
    int year_at = formats[format].year_at;
    for (int part = 0; part < 3; part++) {
        bool right = part == year_at ? digits[part] == 4 : digits[part] <= 2;
        if (!right) {
            *reason = part == year_at ? "has a year that is not four digits"
                                      : "is not written like the other dates of this column";
            return false;
        }
    }
    int year = parts[year_at];
    int month = parts[formats[format].month_at];
    int day_of_month = parts[formats[format].day_at];
    if (date_from_civil(year, month, day_of_month, day))
        return true;
    if (year < 1970)
        *reason = "lies before 1970";
    else if (month < 1 || month > 12)
        *reason = "has a month that does not exist";
    else
        *reason = "has a day that this month does not have";
    return false;
}

int date_weekday(day_number day) {
    int weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return weekday < 0 ? weekday + 7 : weekday;
}

int date_day_of_year(day_number day) {
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    int passed = day_of_month;
    for (int earlier = 1; earlier < month; earlier++)
        passed += month_length(year, earlier);
    return passed;
}

void date_iso_week(day_number day, int *year, int *week) {
    day_number thursday = day - date_weekday(day) + 3;
    int month, day_of_month;
    date_to_civil(thursday, year, &month, &day_of_month);
    *week = (date_day_of_year(thursday) - 1) / 7 + 1;
}

bool date_from_iso_week(int year, int week, day_number *monday) {
    day_number fourth; /* of January, which the first week always has */
    int year_found, week_found;
    if (week < 1 || week > 53 || !date_from_civil(year, 1, 4, &fourth))
        return false;
    *monday = fourth - date_weekday(fourth) + (week - 1) * 7;
    date_iso_week(*monday, &year_found, &week_found);
    return year_found == year && week_found == week;
}

int date_days_in_year(day_number day) {
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    return is_leap(year) ? 366 : 365;
}

int date_month_index(day_number day) {
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    return year * 12 + month - 1;
}

int date_days_in_month(int month_index) {
    return month_length(month_index / 12, month_index % 12 + 1);
}

day_number date_month_start(int month_index) {
    day_number day = 0;
    date_from_civil(month_index / 12, month_index % 12 + 1, 1, &day);
    return day;
}

void date_iso(day_number day, char text[DATE_ISO_SIZE]) {
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    snprintf(text, DATE_ISO_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000u, (unsigned)month % 100u,
             (unsigned)day_of_month % 100u);
}

static enum date_look chosen = DATE_LOOK_WORDS;

bool date_look_by_name(const char *name, enum date_look *out) {
    static const char *const names[DATE_LOOK_COUNT] = {
#define X(symbol, name, example) name,
        DATE_LOOK_LIST(X)
#undef X
    };
    for (int i = 0; i < DATE_LOOK_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum date_look)i;
            return true;
        }
    }
    return false;
}

void date_set_look(enum date_look look) {
    chosen = look;
}

void date_short(day_number day, char text[DATE_SHORT_SIZE]) {
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    unsigned y = (unsigned)year % 10000u, m = (unsigned)month % 100u,
             d = (unsigned)day_of_month % 100u;
    switch (chosen) {
    case DATE_LOOK_ISO:
        snprintf(text, DATE_SHORT_SIZE, "%04u-%02u-%02u", y, m, d);
        return;
    case DATE_LOOK_DAY_FIRST:
        snprintf(text, DATE_SHORT_SIZE, "%02u-%02u-%04u", d, m, y);
        return;
    case DATE_LOOK_SLASHES:
        snprintf(text, DATE_SHORT_SIZE, "%02u/%02u/%04u", d, m, y);
        return;
    default:
        snprintf(text, DATE_SHORT_SIZE, "%u %s %04u", d, date_month_name(month), y);
    }
}

void date_month_iso(int month_index, char text[MONTH_ISO_SIZE]) {
    snprintf(text, MONTH_ISO_SIZE, "%04u-%02u", (unsigned)(month_index / 12) % 10000u,
             (unsigned)(month_index % 12 + 1) % 100u);
}

const char *date_month_name(int month) {
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return names[month - 1];
}

const char *date_weekday_name(int weekday) {
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return names[weekday];
}
