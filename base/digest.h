/* SHA-256 (FIPS 180-4) by nettle: names the files that were imported, guards the stored boosters.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_TEXT_SIZE 65 /* 64 hexadecimal digits and a NUL */

struct digest;

struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *bytes, size_t length);
void digest_end(struct digest *digest, char text[DIGEST_TEXT_SIZE]); /* writes the text and frees */

void digest_of(const void *bytes, size_t length, char text[DIGEST_TEXT_SIZE]);

/* Texts with their NULs, so that moving a byte from one into the next shows. */
void digest_of_texts(const char *const *texts, size_t count, char text[DIGEST_TEXT_SIZE]);

#endif
