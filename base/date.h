/* Calendar dates as day numbers: days since 1970-01-01 in the proleptic Gregorian calendar. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

typedef int32_t day_number;

#define DATE_ISO_SIZE 11   /* "2025-03-22" and its NUL */
#define DATE_SHORT_SIZE 16 /* "22 Mar 2025" and its NUL */
#define MONTH_ISO_SIZE 8   /* "2025-03" and its NUL */

/* X(symbol, how a user writes it, separator, position of day, month, year, detected by itself)
 * Month-first dates are never guessed, only obeyed: they look like day-first ones until the 13th.
 */
#define DATE_FORMAT_LIST(X)                         \
    X(DMY_DASH, "dd-mm-yyyy", '-', 0, 1, 2, true)   \
    X(DMY_SLASH, "dd/mm/yyyy", '/', 0, 1, 2, true)  \
    X(YMD, "yyyy-mm-dd", '-', 2, 1, 0, true)        \
    X(MDY_SLASH, "mm/dd/yyyy", '/', 1, 0, 2, false) \
    X(MDY_DASH, "mm-dd-yyyy", '-', 1, 0, 2, false)

enum date_format {
#define X(symbol, ...) DATE_##symbol,
    DATE_FORMAT_LIST(X)
#undef X
        DATE_FORMAT_COUNT
};

const char *date_format_name(enum date_format format);
bool date_format_by_name(const char *name, enum date_format *format);
bool date_format_is_detected(enum date_format format);

/* Reads one date written exactly in `format` (one- or two-digit day and month, four-digit year from
 * 1970 to 9999). On false, `reason` (static) says what is wrong: "month 13 does not exist". */
bool date_parse(const char *text, enum date_format format, day_number *day, const char **reason);

bool date_from_civil(int year, int month, int day_of_month,
                     day_number *day); /* false: no such day */
void date_to_civil(day_number day, int *year, int *month, int *day_of_month);

int date_weekday(day_number day);      /* 0 Monday … 6 Sunday */
int date_day_of_year(day_number day);  /* 1 … 366 */
int date_days_in_year(day_number day); /* 365 or 366 */

/* The week of ISO 8601: it begins on Monday and belongs to the year that has its Thursday. */
void date_iso_week(day_number day, int *year, int *week);
bool date_from_iso_week(int year, int week, day_number *monday); /* false: no such week */

int date_month_index(day_number day);  /* year × 12 + month − 1 */
int date_days_in_month(int month_index);
day_number date_month_start(int month_index);

void date_iso(day_number day, char text[DATE_ISO_SIZE]);
void date_short(day_number day, char text[DATE_SHORT_SIZE]); /* "22 Mar 2025", or as set below */
void date_month_iso(int month_index, char text[MONTH_ISO_SIZE]);
const char *date_month_name(int month); /* 1 → "Jan" */

/* How dates are shown to people. X(symbol, name in the settings, example) */
#define DATE_LOOK_LIST(X)                   \
    X(WORDS, "words", "22 Mar 2025")        \
    X(ISO, "iso", "2025-03-22")             \
    X(DAY_FIRST, "day-first", "22-03-2025") \
    X(SLASHES, "slashes", "22/03/2025")

enum date_look {
#define X(symbol, ...) DATE_LOOK_##symbol,
    DATE_LOOK_LIST(X)
#undef X
        DATE_LOOK_COUNT
};

bool date_look_by_name(const char *name, enum date_look *out);

/* Like a locale, for the whole process: set once. Filters, JSON and CSV stay ISO. */
void date_set_look(enum date_look look);
const char *date_weekday_name(int weekday); /* 0 → "Mon" */

#endif
