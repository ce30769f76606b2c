/* UTF-8 text from strangers: made safe where it enters, measured in columns where it is shown. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point of `length` bytes at `bytes` and returns how many bytes it took (at least
 * 1 where length > 0). Bytes that are not well-formed UTF-8 (RFC 3629) decode to U+FFFD, one at a
 * time. */
size_t text_decode(const char *bytes, size_t length, uint32_t *code_point);

/* The other way round: returns how many of the four bytes the code point takes. */
size_t text_encode(uint32_t code_point, char bytes[4]);

/* A copy that is safe to store, print and put into JSON: well-formed UTF-8 without control
 * characters (C0, DEL, C1, NUL), bidirectional overrides and isolates, or line separators, each of
 * which becomes U+FFFD; outer white space is dropped and inner runs of it become one space. The
 * caller frees it. */
char *text_clean(const char *bytes, size_t length);

/* As text_clean, but white space stays as it is: for raw lines shown to a person. The caller frees.
 */
char *text_printable(const char *bytes, size_t length);

/* Columns that the text takes on the screen; combining marks take none, wide characters two. */
int text_width(const char *text);

/* Bytes of the longest prefix that fits into `columns`; `used` receives its width. */
size_t text_clip(const char *text, int columns, int *used);

/* Compares without regard to ASCII case. */
bool text_same(const char *a, const char *b);
bool text_contains(const char *haystack, const char *needle); /* without regard to ASCII case */
bool text_starts(const char *text, const char *prefix);       /* without regard to ASCII case */

/* "Does he/she Come from Facebook Page?" → "doesheshecomefromfacebookpage": letters and digits in
 * lower case, all else dropped. `key` gets at most `size` − 1 bytes. */
void text_key(const char *text, char *key, size_t size);

#endif
