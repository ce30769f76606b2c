/* Inside engine/slice: what one filter names and how its value is read. Screens and subcommands use
 * engine/slice/slice.h. */
#ifndef ENGINE_SLICE_FILTER_H
#define ENGINE_SLICE_FILTER_H

#include "base/buffer.h"
#include "engine/slice/slice.h"

/* A field is a dimension or one of these; all are numbered in one row. */
enum { FIELD_DATE = DIMENSION_COUNT, FIELD_AGE, FIELD_PRICE, FIELD_COUNT };

const char *filter_field_name(int field);
bool filter_field_by_name(const char *name, int *field);
bool field_is_ordered(int field);

/* A field whose values are spans of days: date, month, week and the like. */
bool field_is_of_days(int field);

/* A field whose values are names without end, of which a part may be asked for: ~ and !~. */
bool field_is_of_names(int field);

const char *filter_operator_text(enum filter_operator op);

/* Steps over blanks; over a field's name (false, unmoved: no letters here); over an operator. */
const char *filter_skip_blanks(const char *at);
bool filter_read_word(const char **at, char *word, size_t size);
bool filter_read_operator(const char **at, enum filter_operator *op);

/* How the reading of one alternative of a value ended. */
enum alternative_end {
    ALTERNATIVE_LAST,     /* the text ends here */
    ALTERNATIVE_MORE,     /* behind a '|', which is passed */
    ALTERNATIVE_FILTER,   /* before the next filter's field */
    ALTERNATIVE_UNCLOSED, /* a quote is missing */
    ALTERNATIVE_STRAY     /* an operator, or text behind a closing quote, that belongs to nothing */
};

/* Reads one alternative into `text` (emptied first), without its quotes and outer blanks. */
enum alternative_end filter_read_alternative(const char **at, struct buffer *text, bool *quoted);

/* Appends text so that filter_read_alternative gives it back: in quotes where it needs them. */
void filter_write_alternative(struct buffer *out, const char *text);

/* What a filter asks of a value: a dimension's code, a day, years of age, minor units. */
struct filter_range {
    int64_t low, high; /* both included */
};
struct filter_test {
    enum filter_operator op;
    bool unknown; /* "unknown" is among the alternatives */
    struct filter_range *ranges;
    size_t count, capacity;
};

void filter_test_free(struct filter_test *test);
bool filter_test_holds(const struct filter_test *test, int64_t value, bool known);

/* Reads the value of `field operator` at `*at`, up to the end or the next filter. `canonical` (may
 * be NULL) receives the value in full, `test` (may be NULL) what it asks; both belong to the
 * caller whatever the result. With `exactly`, labels must be written out. */
enum err filter_read_value(const struct facts *facts, int field, enum filter_operator op,
                           const char **at, bool exactly, struct buffer *canonical,
                           struct filter_test *test, struct error *error);

/* The same as a user types it: where every alternative is part of several names, `*op` becomes ~
 * (or
 * !~) and the parts stay. */
enum err filter_read_typed(const struct facts *facts, int field, enum filter_operator *op,
                           const char **at, struct buffer *canonical, struct error *error);

#endif
