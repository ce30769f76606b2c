/* What one sale is: the plain types that every room shares. No SQL, no SQLite. */
#ifndef DB_SALE_H
#define DB_SALE_H

#include <stdint.h>

#include "base/date.h"

/* The four yes/no questions. X(symbol, column and JSON name, how a person reads it) */
#define ANSWER_LIST(X)                       \
    X(FACEBOOK, "facebook", "From Facebook") \
    X(FOLLOWS, "follows", "Follows page")    \
    X(RETURNING, "returning", "Returning")   \
    X(HEARD, "heard", "Heard of shop")

enum answer {
#define X(symbol, ...) ANSWER_##symbol,
    ANSWER_LIST(X)
#undef X
        ANSWER_COUNT
};

enum { UNKNOWN = -1 }; /* an age, a gender or an answer that was left empty */

enum gender { GENDER_FEMALE, GENDER_MALE, GENDER_OTHER, GENDER_COUNT };

enum { AGE_MIN = 1, AGE_MAX = 130 };

struct sale {
    int64_t id;            /* row in the database; ascending in the order of import */
    int64_t price_minor;   /* above 0 */
    int64_t run;           /* the import that brought it */
    const char *reference; /* the shop's own number for the sale, NULL where the file has none */
    day_number day;
    int32_t location;             /* dictionary id from 1; 0: unknown */
    int32_t handset;              /* dictionary id from 1 */
    int32_t shop;                 /* whose sale it is, from 1 */
    int16_t age_years;            /* UNKNOWN or AGE_MIN … AGE_MAX */
    int8_t gender;                /* UNKNOWN or enum gender */
    int8_t answers[ANSWER_COUNT]; /* UNKNOWN, 0 or 1 */
};

/* A dictionary entry: a place or a handset. Ids are dense from 1, so entries[id - 1] is id's. */
struct term {
    char *name;
    char *brand; /* handsets only */
    int local;   /* locations only: 0 for places outside */
};

struct dictionary {
    struct term *entries;
    int count;
};

/* More places or handsets than this are another column's values. */
enum { TERMS_MAX = UINT16_MAX };

void dictionary_free(struct dictionary *dictionary);

#endif
