/* Periods are plain numbers, so that codes of dimensions ascend with time and an empty month has
 * its place. Coverage is one pass over the days, never over the sales. */
#include "engine/slice/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"

enum { MONTHS_IN_QUARTER = 3 };

bool calendar_is_period(enum dimension dimension) {
    return dimension == DIMENSION_YEAR || dimension == DIMENSION_QUARTER ||
           dimension == DIMENSION_MONTH || dimension == DIMENSION_WEEK ||
           dimension == DIMENSION_DAY;
}

bool calendar_is_of_day(enum dimension dimension) {
    return calendar_is_period(dimension) || dimension == DIMENSION_WEEKDAY ||
           dimension == DIMENSION_WEEKEND;
}

int calendar_period(enum dimension dimension, day_number day) {
    switch (dimension) {
    case DIMENSION_YEAR:
        return date_month_index(day) / MONTHS_IN_YEAR;
    case DIMENSION_QUARTER:
        return date_month_index(day) / MONTHS_IN_QUARTER;
    case DIMENSION_MONTH:
        return date_month_index(day);
    case DIMENSION_WEEK: /* of its Monday; 1970-01-05, day 4, was the first */
        return (day - date_weekday(day) - 4) / DAYS_IN_WEEK;
    default:
        return day;
    }
}

day_number calendar_start(enum dimension dimension, int period) {
    switch (dimension) {
    case DIMENSION_YEAR:
        return date_month_start(period * MONTHS_IN_YEAR);
    case DIMENSION_QUARTER:
        return date_month_start(period * MONTHS_IN_QUARTER);
    case DIMENSION_MONTH:
        return date_month_start(period);
    case DIMENSION_WEEK:
        return period * DAYS_IN_WEEK + 4;
    default:
        return period;
    }
}

/* Not the start of the next one: the calendar of base/date ends with the year 9999. */
day_number calendar_end(enum dimension dimension, int period) {
    int months = dimension == DIMENSION_YEAR      ? MONTHS_IN_YEAR
                 : dimension == DIMENSION_QUARTER ? MONTHS_IN_QUARTER
                 : dimension == DIMENSION_MONTH   ? 1
                                                  : 0;
    if (months == 0)
        return calendar_start(dimension, period + 1);
    int last = (period + 1) * months - 1;
    return date_month_start(last) + date_days_in_month(last);
}

void calendar_label(enum dimension dimension, int period, char label[PERIOD_LABEL_SIZE]) {
    int year, week;
    switch (dimension) {
    case DIMENSION_YEAR:
        snprintf(label, PERIOD_LABEL_SIZE, "%04u", (unsigned)period % 10000u);
        break;
    case DIMENSION_QUARTER:
        snprintf(label, PERIOD_LABEL_SIZE, "%04u-Q%u", (unsigned)(period / 4) % 10000u,
                 (unsigned)(period % 4) % 10u + 1);
        break;
    case DIMENSION_MONTH:
        date_month_iso(period, label);
        break;
    case DIMENSION_WEEK:
        date_iso_week(calendar_start(dimension, period), &year, &week);
        snprintf(label, PERIOD_LABEL_SIZE, "%04u-W%02u", (unsigned)year % 10000u,
                 (unsigned)week % 100u);
        break;
    default:
        date_iso(period, label);
        break;
    }
}

/* --------------------------------------------------------------- reading */

const char *calendar_example(enum dimension dimension) {
    switch (dimension) {
    case DIMENSION_YEAR:
        return "2025";
    case DIMENSION_QUARTER:
        return "2025-Q1 or 2025";
    case DIMENSION_MONTH:
        return "2025-01 or 2025";
    case DIMENSION_WEEK:
        return "2025-W07";
    default:
        return "2025-01-31, 2025-01 or 2025";
    }
}

/* "2025", "2025-1", "2025-01-31": how many parts it has, 0 where it is none of these. */
static int read_parts(const char *text, int parts[3]) {
    const char *at = text;
    for (int count = 0; count < 3; count++) {
        int digits = 0, most = count == 0 ? 4 : 2;
        for (; *at >= '0' && *at <= '9' && digits < most; at++, digits++)
            parts[count] = parts[count] * 10 + (*at - '0');
        if (digits == 0 || (count == 0 && digits != most))
            return 0;
        if (*at == '\0')
            return count + 1;
        if (*at++ != '-')
            return 0;
    }
    return 0;
}

/* "2025-Q1", "2025-W07", "2025w7": the letter is given. */
static bool read_numbered(const char *text, char letter, int *year, int *number) {
    char digits[5];
    int64_t value;
    if (strspn(text, "0123456789") != 4)
        return false;
    memcpy(digits, text, 4);
    digits[4] = '\0';
    *year = atoi(digits);
    text += text[4] == '-' ? 5 : 4;
    if ((*text | ' ') != (letter | ' ') || strspn(text + 1, "0123456789") > 2 ||
        !number_parse_integer(text + 1, &value) || value < 1)
        return false;
    *number = (int)value;
    return true;
}

bool calendar_read(enum dimension dimension, const char *text, day_number *first, day_number *last,
                   char canonical[PERIOD_LABEL_SIZE]) {
    int parts[3] = {0}, count = read_parts(text, parts), year, number;
    enum dimension kind = DIMENSION_DAY;
    if (count == 0) {
        if (dimension == DIMENSION_WEEK && read_numbered(text, 'W', &year, &number) &&
            date_from_iso_week(year, number, first)) {
            kind = DIMENSION_WEEK;
        } else if (dimension == DIMENSION_QUARTER && read_numbered(text, 'Q', &year, &number) &&
                   number <= 4 && date_from_civil(year, number * 3, 1, first)) {
            kind = DIMENSION_QUARTER;
        } else {
            return false;
        }
    } else {
        static const enum dimension kinds[] = {DIMENSION_YEAR, DIMENSION_MONTH, DIMENSION_DAY};
        kind = kinds[count - 1];
        bool fits = kind == dimension || dimension == DIMENSION_DAY ||
                    (kind == DIMENSION_YEAR &&
                     (dimension == DIMENSION_MONTH || dimension == DIMENSION_QUARTER));
        if (!fits ||
            !date_from_civil(parts[0], count >= 2 ? parts[1] : 1, count == 3 ? parts[2] : 1, first))
            return false;
    }
    int period = calendar_period(kind, *first);
    *first = calendar_start(kind, period);
    *last = calendar_end(kind, period) - 1;
    calendar_label(kind, period, canonical);
    return true;
}

enum err calendar_read_weekend(const char *text, uint8_t *days, struct error *error) {
    static const char *const names[DAYS_IN_WEEK] = {"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
    static const char hint[] = "For example: fri,sat - or sat,sun, or sun alone.";
    char *copy = xstrdup(text), *rest = NULL;
    uint8_t found = 0;
    enum err result = ERR_OK;
    for (char *word = strtok_r(copy, ", \t", &rest); word != NULL && result == ERR_OK;
         word = strtok_r(NULL, ", \t", &rest)) {
        int matches = 0, day = 0;
        for (int i = 0; i < DAYS_IN_WEEK; i++) {
            if (text_starts(names[i], word)) {
                matches++;
                day = i;
            }
        }
        if (matches == 1) {
            found |= (uint8_t)(1u << day);
            continue;
        }
        result = error_set(error, ERR_INPUT,
                           matches == 0 ? "the weekend: '%.40s' is no day of the week"
                                        : "the weekend: '%.40s' could be several days",
                           word);
    }
    free(copy);
    if (result == ERR_OK && found == 0)
        result = error_set(error, ERR_INPUT, "the weekend needs at least one day");
    if (result == ERR_OK && found == 0x7F)
        result = error_set(error, ERR_INPUT, "the weekend cannot be the whole week");
    if (result != ERR_OK)
        return error_hint(error, "%s", hint);
    *days = found;
    return ERR_OK;
}

/* -------------------------------------------------------------- coverage */

struct day_of_key {
    int64_t key;
    bool covered;
};

static int compare_days(const void *left, const void *right) {
    const struct day_of_key *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

static int64_t key_of(const struct calendar *calendar, const int code[2]) {
    int first = calendar->of_day[0] ? code[0] : 0, second = calendar->of_day[1] ? code[1] : 0;
    return (int64_t)first * calendar->codes[1] + second;
}

static bool is_covered(const struct facts *facts, const struct selection *selection,
                       day_number day) {
    return day >= facts->first_day && day <= facts->last_day &&
           (selection->days == NULL || selection->days[day - facts->first_day] != 0);
}

/* All days of the periods that the data touch: a cut month has days before or after them. */
static void whole_span(const struct facts *facts, const enum dimension *dimensions,
                       int dimension_count, day_number *first, day_number *end) {
    *first = facts->first_day;
    *end = facts->last_day + 1;
    for (int d = 0; d < dimension_count; d++) {
        if (!calendar_is_period(dimensions[d]))
            continue;
        day_number start =
            calendar_start(dimensions[d], calendar_period(dimensions[d], facts->first_day));
        day_number stop =
            calendar_end(dimensions[d], calendar_period(dimensions[d], facts->last_day));
        *first = start < *first ? start : *first;
        *end = stop > *end ? stop : *end;
    }
}

void calendar_open(struct calendar *calendar, const struct facts *facts,
                   const struct selection *selection, const enum dimension *dimensions,
                   int dimension_count) {
    *calendar = (struct calendar){.codes = {1, 1}};
    if (facts->count == 0)
        return;
    struct dimension_view views[2] = {0};
    bool period = false;
    for (int d = 0; d < dimension_count; d++) {
        dimension_open(&views[d], facts, dimensions[d]);
        calendar->codes[d] = views[d].codes;
        calendar->of_day[d] = calendar_is_of_day(dimensions[d]);
        period = period || calendar_is_period(dimensions[d]);
    }
    day_number first, end;
    whole_span(facts, dimensions, dimension_count, &first, &end);
    struct day_of_key *days = xcalloc((size_t)(end - first), sizeof *days);
    size_t count = 0;
    for (day_number day = first; day < end; day++) {
        if (selection->weekdays != 0 && (selection->weekdays >> date_weekday(day) & 1) == 0)
            continue;
        int code[2] = {0, 0};
        bool any = true;
        for (int d = 0; d < dimension_count; d++) {
            if (calendar->of_day[d])
                code[d] = dimension_code_of_day(&views[d], day);
            any = any && (!calendar->of_day[d] || code[d] != 0);
        }
        if (any)
            days[count++] =
                (struct day_of_key){key_of(calendar, code), is_covered(facts, selection, day)};
    }
    if (count > 1)
        qsort(days, count, sizeof *days, compare_days);
    calendar->keys = xcalloc(count, sizeof *calendar->keys);
    calendar->covered = xcalloc(count, sizeof *calendar->covered);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || days[i].key != days[i - 1].key)
            calendar->keys[calendar->count++] = days[i].key;
        struct coverage *here = &calendar->covered[calendar->count - 1];
        here->days += days[i].covered;
        here->partial = here->partial || (period && !days[i].covered);
    }
    free(days);
    for (int d = 0; d < dimension_count; d++)
        dimension_close(&views[d]);
}

void calendar_close(struct calendar *calendar) {
    free(calendar->keys);
    free(calendar->covered);
    *calendar = (struct calendar){0};
}

static int compare_keys(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

struct coverage calendar_coverage(const struct calendar *calendar, const int code[2]) {
    int64_t key = key_of(calendar, code);
    const int64_t *found = calendar->count == 0 ? NULL
                                                : bsearch(&key, calendar->keys, calendar->count,
                                                          sizeof *calendar->keys, compare_keys);
    return found != NULL ? calendar->covered[found - calendar->keys] : (struct coverage){0, false};
}
