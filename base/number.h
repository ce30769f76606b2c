/* Numbers as text, the same in every locale. The program sets LC_CTYPE only, so printf and strtod
 * keep the decimal point. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_TEXT_SIZE 32

void number_grouped(int64_t value, char *text, size_t size); /* 8871 → "8,871" */

/* Whole text or nothing: no surrounding junk, no overflow, no inf or nan. */
bool number_parse_integer(const char *text, int64_t *value);
bool number_parse_real(const char *text, double *value);

#endif
