/* Numbers and dates from text as Python and pydantic 1 read them, for bodies that were written for
 * them. */
#ifndef SERVE_PYTHON_H
#define SERVE_PYTHON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"

/* int(): white space around it, a sign, single underscores between digits. Beyond 64 bits the
 * nearest that there is: out of any range. */
bool python_whole(const char *text, int64_t *out);

/* float(), but neither inf nor nan. */
bool python_real(const char *text, double *out);

/* Seconds since 1970, or milliseconds where they are many (datetime_parse.py, MS_WATERSHED); -1
 * where that is before 1970. */
bool python_day_of_seconds(double seconds, day_number *day);

/* \d{4}-\d{1,2}-\d{1,2} and no more; `early` is set where that is before 1970. */
bool python_day(const char *text, day_number *day, bool *early);

#endif
