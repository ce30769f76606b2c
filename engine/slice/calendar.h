/* The calendar as dimensions: years, quarters, months, ISO weeks and days as numbered periods,
 * weekdays and weekends as sets of days; and how much of each the data and the filters cover. */
#ifndef ENGINE_SLICE_CALENDAR_H
#define ENGINE_SLICE_CALENDAR_H

#include "engine/slice/slice.h"

enum { DAYS_IN_WEEK = 7, MONTHS_IN_YEAR = 12 };

/* A dimension of consecutive spans of days: year, quarter, month, week, day. */
bool calendar_is_period(enum dimension dimension);

/* A dimension that a sale's day decides: the periods, weekday and weekend. */
bool calendar_is_of_day(enum dimension dimension);

/* Periods of a kind are numbered without gaps over all years. */
int calendar_period(enum dimension dimension, day_number day);
day_number calendar_start(enum dimension dimension, int period);
day_number calendar_end(enum dimension dimension, int period); /* the day after its last */

#define PERIOD_LABEL_SIZE DATE_ISO_SIZE
/* "2025", "2025-Q1", "2025-02", "2025-W07" (ISO 8601), "2025-02-14" */
void calendar_label(enum dimension dimension, int period, char label[PERIOD_LABEL_SIZE]);

/* Reads a label back, "2025-w7" as well, and any shorter or longer date that stands for days of it:
 * a day may be a month or a year, a month a year. False where it is none. */
bool calendar_read(enum dimension dimension, const char *text, day_number *first, day_number *last,
                   char canonical[PERIOD_LABEL_SIZE]);
const char *calendar_example(enum dimension dimension); /* "2025-W07" and what else it may be */

/* Days of the weekend as bits, 0 Monday. */
enum { WEEKEND_DEFAULT = 1 << 4 | 1 << 5 /* Friday and Saturday */ };

/* Reads "fri,sat": names or beginnings of them that only one day has. ERR_INPUT says what is wrong.
 */
enum err calendar_read_weekend(const char *text, uint8_t *days, struct error *error);

/* Day by day, which groups of one or two dimensions it could hold sales of. Dimensions that a day
 * does not decide have no say: every covered day counts for each of their values. */
struct coverage {
    int days;     /* that both the data and the slice's filters on days cover */
    bool partial; /* a period that the data or the filters cut; days that a filter on the weekday
                     leaves out are not missing */
};
struct calendar {
    int64_t *keys; /* ascending: pairs of codes that some day has */
    struct coverage *covered;
    size_t count;
    int codes[2];
    bool of_day[2];
};
void calendar_open(struct calendar *calendar, const struct facts *facts,
                   const struct selection *selection, const enum dimension *dimensions,
                   int dimension_count);
void calendar_close(struct calendar *calendar);
struct coverage calendar_coverage(const struct calendar *calendar, const int code[2]);

#endif
