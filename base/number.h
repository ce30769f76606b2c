/* Numbers as text, the same in every locale. The program sets LC_CTYPE only, so printf and strtod
 * keep the decimal point. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_TEXT_SIZE 32

/* How people group digits. X(symbol, name in the settings, example) */
#define DIGITS_LIST(X)               \
    X(COMMA, "comma", "222,381,657") \
    X(LAKH, "lakh", "22,23,81,657")  \
    X(SPACE, "space", "222 381 657") \
    X(NONE, "none", "222381657")

enum digits {
#define X(symbol, ...) DIGITS_##symbol,
    DIGITS_LIST(X)
#undef X
        DIGITS_COUNT
};

bool digits_by_name(const char *name, enum digits *out);

/* Like a locale, for the whole process: set once, before anything is shown. JSON and CSV are never
 * grouped. */
void number_set_digits(enum digits digits);

void number_grouped(int64_t value, char *text, size_t size); /* 8871 → "8,871" */

/* The columns that numbers up to `most` take, and `least` at least. */
int number_width(int64_t most, int least);

/* Whole text or nothing: no surrounding junk, no overflow, no inf or nan. */
bool number_parse_integer(const char *text, int64_t *value);
bool number_parse_real(const char *text, double *value);

#endif
