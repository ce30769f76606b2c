/* The columns of a sale that are numbers, and their values over a selection, sorted once for all
 * that is computed from them. */
#ifndef ENGINE_ANALYSIS_NUMERIC_H
#define ENGINE_ANALYSIS_NUMERIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/slice/slice.h"

/* X(symbol, name on the command line, in JSON and in filters, title, whether its values are money,
 * whether they are whole numbers by nature) */
#define NUMERIC_LIST(X)                     \
    X(PRICE, "price", "Price", true, false) \
    X(AGE, "age", "Age", false, true)

enum numeric {
#define X(symbol, ...) NUMERIC_##symbol,
    NUMERIC_LIST(X)
#undef X
        NUMERIC_COUNT
};

const char *numeric_name(enum numeric numeric);
const char *numeric_title(enum numeric numeric);
bool numeric_is_money(enum numeric numeric);
bool numeric_is_whole(enum numeric numeric);
bool numeric_by_name(const char *name, enum numeric *out);

/* Prices in major units, ages in years; false where it is not known. */
bool numeric_value(const struct facts *facts, size_t row, enum numeric numeric, double *value);

enum { NUMERIC_TEXT_SIZE = 40 };

/* How a value is shown: "21,682", "17,466.50", "34". */
void numeric_text(enum numeric numeric, double value, char text[NUMERIC_TEXT_SIZE]);

/* The known values, ascending. */
struct series {
    enum numeric numeric;
    double *values;
    size_t count;
    int64_t missing; /* sales of the selection without a value */
};

/* The caller frees with series_free. */
void series_take(const struct facts *facts, const struct selection *selection, enum numeric numeric,
                 struct series *out);
void series_free(struct series *series);

/* How many of the ascending values lie below `bound`. */
size_t values_below(const double *values, size_t count, double bound);

#endif
