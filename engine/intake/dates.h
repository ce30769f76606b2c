/* One date format for a whole column: counted over its dates, decided once, never row by row. */
#ifndef ENGINE_INTAKE_DATES_H
#define ENGINE_INTAKE_DATES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/error.h"
#include "engine/intake/record.h"

struct date_choice {
    enum date_format format;         /* DATE_FORMAT_COUNT until one is decided */
    bool given;                      /* by the user: obeyed, not judged */
    int64_t read[DATE_FORMAT_COUNT]; /* how many of the dates seen each format can read */
    char example[32];                /* a date that only a month-first format can read */
    struct memo *memo;               /* somebody else's, or NULL: see engine/intake/memo.h */
};

void date_choice_init(struct date_choice *choice, const enum date_format *given);

void date_choice_see(struct date_choice *choice, struct raw_field date);

/* Takes, where none was taken yet, the detected format that reads most of the dates seen. */
void date_choice_decide(struct date_choice *choice);

/* Refuses (ERR_INPUT, naming --date-format) a column that a month-first format explains better:
 * until the 13th of a month such dates look like day-first ones, and every figure by month would be
 * wrong. */
enum err date_choice_check(const struct date_choice *choice, const char *file, struct error *error);

#endif
