/* Facts made from a table of rows, for tests of what is computed from them. */
#ifndef TESTS_SUPPORT_FACTS_TABLE_H
#define TESTS_SUPPORT_FACTS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/slice/facts.h"

struct facts_row {
    const char *date;     /* "2025-01-31" */
    const char *location; /* NULL: unknown; "Outside …" is not local */
    int age;              /* 0: unknown */
    char gender;          /* 'F', 'M', 'o', or 0: unknown */
    const char *handset;  /* the first word is the brand */
    double price;         /* major units */
    const char *answers;  /* facebook, follows, returning, heard: 'y', 'n' or '-' (unknown) each */
    int segment;          /* 0: none, else 1 + position */
};

/* Each fills `facts`, which facts_table_free releases. */
void facts_table(struct facts *facts, const struct facts_row *rows, size_t count);
bool facts_table_csv(struct facts *facts, const char *path); /* the shop's own eleven columns */
void facts_table_random(struct facts *facts, size_t count, unsigned seed);

/* The real file that SHOP_CSV names; false, with the reason printed, where it is not there. */
bool facts_table_shop(struct facts *facts);

/* Names the segments; the array and its texts stay the caller's and must outlive the facts. */
void facts_table_segments(struct facts *facts, char **names, int count);

void facts_table_free(struct facts *facts);

#endif
