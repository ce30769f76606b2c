/* What short texts were read as: a file of millions of sales has a few thousand different dates and
 * a handful of answers, and remembering them is quicker than reading them. */
#ifndef ENGINE_INTAKE_MEMO_H
#define ENGINE_INTAKE_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum memo_kind { MEMO_DAY, MEMO_DATE_FORMATS, MEMO_AGE, MEMO_GENDER, MEMO_ANSWER };

struct memo; /* of a fixed size: later texts displace earlier ones */
struct memo *memo_new(void);
void memo_free(struct memo *memo); /* NULL is fine */

/* Bytes as they stand in the file. False, and nothing is remembered, where the memo is NULL, the
 * text is longer than 16 bytes, empty or not known. */
bool memo_find(const struct memo *memo, enum memo_kind kind, const char *bytes, size_t length,
               int32_t *value);
void memo_keep(struct memo *memo, enum memo_kind kind, const char *bytes, size_t length,
               int32_t value);

/* A hash of bytes for tables in memory. */
uint32_t memo_hash(const char *bytes, size_t length);

#endif
