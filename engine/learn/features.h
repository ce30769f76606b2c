/* The one definition of what a model sees of a sale: k-means, training, the form and batches all
 * encode through it, and it is stored as JSON beside what was trained on it. */
#ifndef ENGINE_LEARN_FEATURES_H
#define ENGINE_LEARN_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/slice/facts.h"

/* The customer's fields that columns are made of. X(symbol, name in JSON and in explanations) */
#define FEATURE_FIELD_LIST(X) \
    X(AGE, "age")             \
    X(PRICE, "price")         \
    X(HANDSET, "handset")     \
    X(LOCATION, "location")   \
    X(GENDER, "gender")       \
    X(FACEBOOK, "facebook")   \
    X(FOLLOWS, "follows")     \
    X(HEARD, "heard")         \
    X(DATE, "date")           \
    X(RETURNING, "returning")

enum feature_field {
#define X(symbol, name) FEATURE_##symbol,
    FEATURE_FIELD_LIST(X)
#undef X
        FEATURE_FIELD_COUNT
};

const char *feature_field_name(enum feature_field field);

/* The most handsets that get a column of their own, the most sold first; all others share "none of
 * them", so that a long catalogue cannot blow up the matrix. */
enum { FEATURES_HANDSETS_MAX = 64, FEATURES_WIDTH_MAX = FEATURES_HANDSETS_MAX + 10 };

/* Columns, in this order, less those of a field that is left out:
 *   age        (years − mean) / population standard deviation
 *   price      (major units − median) / interquartile range (type 7 quantiles)
 *   handset    one column a handset, 1 where it is the one that was bought
 *   local      1 unless the place is outside
 *   female     1 or 0
 *   facebook, follows, heard   1 or 0
 *   sin, cos   of 2π · day of the year / days in the year
 *   returning  1 or 0
 */
struct features {
    double age_mean, age_sd;
    double price_median, price_iqr; /* major units */
    char **handsets;                /* names, by the order of their columns; owned */
    int handset_count;
    bool has[FEATURE_FIELD_COUNT];                   /* false for what a model must not see */
    enum feature_field field_of[FEATURES_WIDTH_MAX]; /* the field each column belongs to */
    double known_mean[FEATURES_WIDTH_MAX]; /* of each column where it is known; see below */
    int width;
};

/* Takes statistics and handsets from all sales. `left_out` is the answer that is to be predicted,
 * or UNKNOWN. The caller frees with features_free. */
void features_fit(struct features *features, const struct facts *facts, int left_out);
/* The same of the chosen fields alone, by `has`: the others have no columns. */
void features_fit_fields(struct features *features, const struct facts *facts,
                         const bool has[FEATURE_FIELD_COUNT]);
void features_free(struct features *features);

/* Reads names of fields, "age,price,handset"; blanks around them do not matter. ERR_USAGE, with the
 * names that there are, for any other, for one named twice and for none. */
enum err features_read_fields(const char *text, bool has[FEATURE_FIELD_COUNT], struct error *error);
/* The other way round; the caller frees. */
char *features_fields_text(const bool has[FEATURE_FIELD_COUNT]);

enum { FEATURES_COLUMN_SIZE = 96 };

/* What a column holds: "age", "handset Galaxy S24", "local", "female", "date sin". */
void features_column_name(const struct features *features, int column,
                          char name[FEATURES_COLUMN_SIZE]);

char *features_json(const struct features *features); /* the caller frees it */
/* ERR_DAMAGED where the text is not a definition that features_json wrote. */
enum err features_from_json(struct features *features, const char *json, struct error *error);

enum { HANDSET_UNKNOWN = -1, HANDSET_UNSEEN = -2 };

/* A sale or a customer, ready to be encoded. Anything but `handset` may be UNKNOWN (the two reals:
 * NaN). */
struct traits {
    double age_years;
    double price; /* major units */
    int handset;  /* position in the definition's handsets, HANDSET_UNKNOWN or HANDSET_UNSEEN */
    int local, female;
    int answers[ANSWER_COUNT];
    bool has_day;
    day_number day;
};

/* The position of a handset's name (without regard to ASCII case), or HANDSET_UNSEEN. */
int features_handset(const struct features *features, const char *name);

/* Writes `width` numbers. Unknown becomes NaN in every column of its field; a handset that the
 * definition does not have is 0 in all of them. */
void features_encode(const struct features *features, const struct traits *traits, double *row);

/* Replaces NaN by the mean of the known values: what k-means needs. */
void features_fill(const struct features *features, double *row);

/* Encodes the sales of these facts one after the other; matches handset names only once. */
struct feature_reader {
    const struct features *features;
    const struct facts *facts;
    int *handsets; /* by dictionary id; owned */
};
void feature_reader_open(struct feature_reader *reader, const struct features *features,
                         const struct facts *facts);
void feature_reader_close(struct feature_reader *reader);
void feature_reader_row(const struct feature_reader *reader, size_t row, double *out);

#endif
