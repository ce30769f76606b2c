/* Guesses what a misspelt word was meant to be. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stddef.h>

/* The candidate that begins with the text (three letters or more) or lies closest to it, at most
 * three slips away, without regard to ASCII case; NULL where none does. */
const char *near_miss(const char *text, const char *const *candidates, size_t count);

#endif
