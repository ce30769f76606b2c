/* The time of day and a stopwatch. RETAIL_PULSE_NOW (an ISO date or date and time) pins the former,
 * so that screens and tests can be repeated. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/date.h"

#define CLOCK_STAMP_SIZE 21 /* "2025-03-22T14:05:09Z" and its NUL */

int64_t clock_elapsed_ms(void);                 /* monotonic, from an arbitrary start */
day_number clock_today(void);                   /* in the local time zone */
void clock_stamp(char stamp[CLOCK_STAMP_SIZE]); /* now, UTC, ISO 8601 */

#endif
