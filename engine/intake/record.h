/* One CSV record into one typed sale: the fields, their header names, their checks. */
#ifndef ENGINE_INTAKE_RECORD_H
#define ENGINE_INTAKE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/error.h"
#include "db/sale.h"
#include "engine/intake/memo.h"

/* X(symbol, name for --map and in messages, header that `export` and `sample` write, required) */
#define FIELD_LIST(X)                                                      \
    X(REFERENCE, "id", "Cus.ID", false)                                    \
    X(DATE, "date", "Date", true)                                          \
    X(LOCATION, "location", "Cus. Location", false)                        \
    X(AGE, "age", "Age", false)                                            \
    X(GENDER, "gender", "Gender", false)                                   \
    X(HANDSET, "handset", "Mobile Name", true)                             \
    X(PRICE, "price", "Sell Price", true)                                  \
    X(FACEBOOK, "facebook", "Does he/she Come from Facebook Page?", false) \
    X(FOLLOWS, "follows", "Does he/she Followed Our Page?", false)         \
    X(RETURNING, "returning", "Did he/she buy any mobile before?", false)  \
    X(HEARD, "heard", "Did he/she hear of our shop before?", false)

enum field {
#define X(symbol, ...) FIELD_##symbol,
    FIELD_LIST(X)
#undef X
        FIELD_COUNT
};

const char *field_name(enum field field);
const char *field_header(enum field field);
bool field_by_name(const char *name, enum field *out);

/* --map: another header's name for a field; "" says that the file has no such column (it is unknown
 * then, which a required field cannot be). NULL: by the known names. */
struct column_map {
    char *header[FIELD_COUNT];
};
enum err column_map_add(struct column_map *map, const char *field_equals_header,
                        struct error *error);
void column_map_free(struct column_map *map);

/* Which column holds which field; −1: none. Headers match whatever their order, case and spacing.
 * The id may be missing; any other missing column, and two columns for one field, are refused with
 * what the file has and how to map it. `match_required_only` (for batch prediction) lets optional
 * ones be missing. */
struct columns {
    int at[FIELD_COUNT];
    int count; /* columns of the header */
};
enum err columns_match(struct columns *columns, char *const *headers, int count,
                       const struct column_map *map, bool match_required_only, const char *file,
                       struct error *error);

/* A field as the CSV has it, not NUL-terminated. */
struct raw_field {
    const char *bytes;
    size_t length;
};

enum { NAME_BYTES_MAX = 160 }; /* of a location, handset or reference; longer ones are no names */

/* A checked record; 0 at first. Texts live until the next record_read. */
struct record {
    struct sale sale; /* location, handset: 0, to be interned from the names below */
    const char *reference, *location, *handset; /* clean UTF-8; NULL where empty */
    enum field bad_field;                       /* of a record that was not accepted … */
    char reason[192];                           /* … and why, naming the value */

    /* What makes reading millions quicker; NULL: nothing. */
    struct memo *memo; /* of one date format and one `today` */
    /* Whether this is a location or handset that was read before, exactly so: its number goes to
     * sale.location or sale.handset, and the name is not told. */
    int32_t (*known)(void *context, enum field field, struct raw_field raw); /* 0: is not */
    void *context;

    char names[3][NAME_BYTES_MAX + 1];
};

/* `dates` is the column's one format, `today` the last day that a sale can have. False sets
 * bad_field and reason. */
bool record_read(struct record *record, const struct raw_field *fields, int field_count,
                 const struct columns *columns, enum date_format dates, day_number today);

/* Single values, as the form, the command line and batch files need them too. Each is false with a
 * static reason that completes "age '200' …". */
bool field_read_age(const char *text, int *age_years, const char **reason);
bool field_read_gender(const char *text, int *gender, const char **reason);
bool field_read_answer(const char *text, int *answer, const char **reason);

/* The place is "local" unless its name has the word outside in it. */
bool location_is_local(const char *name);

/* "Galaxy S24 Ultra 12/256" → "Samsung": by the first words, else the first word itself. The caller
 * frees. */
char *handset_brand(const char *name);

#endif
