#include "engine/analysis/sql_aggregates.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort_double.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/functions.h"
#include "engine/analysis/distribution.h"
#include "engine/analysis/statistics.h"

static bool is_number(const struct db_value *value) {
    return value->kind == VALUE_INTEGER || value->kind == VALUE_REAL;
}

/* ------------------------------------------------------------------ median, quantile, skewness */

struct numbers {
    double *values;
    size_t count, capacity;
    double probability; /* of quantile */
    bool has_probability;
};

static enum err numbers_add(struct numbers *numbers, const char *name, const struct db_value *value,
                            struct error *error) {
    if (value->kind == VALUE_NULL)
        return ERR_OK;
    if (!is_number(value))
        return error_set(error, ERR_INPUT, "%s takes numbers", name);
    if (numbers->count == AGGREGATE_NUMBERS_MAX)
        return error_set(error, ERR_INPUT, "%s: more than %d values", name,
                         (int)AGGREGATE_NUMBERS_MAX);
    if (numbers->count == numbers->capacity) {
        numbers->capacity = numbers->capacity != 0 ? numbers->capacity * 2 : 64;
        numbers->values =
            xreallocarray(numbers->values, numbers->capacity, sizeof *numbers->values);
    }
    numbers->values[numbers->count++] = value->real;
    return ERR_OK;
}

static void numbers_release(void *state) {
    struct numbers *numbers = state;
    free(numbers->values);
    numbers->values = NULL;
}

static enum err quantile_of(struct numbers *numbers, double probability, struct db_value *result) {
    if (numbers->count == 0)
        return ERR_OK; /* NULL */
    gsl_sort(numbers->values, 1, numbers->count);
    result->kind = VALUE_REAL;
    result->real = quantile_sorted_real(numbers->values, numbers->count, probability);
    return ERR_OK;
}

static enum err median_step(void *context, void *state, const struct db_value *arguments, int count,
                            struct error *error) {
    (void)context;
    (void)count;
    return numbers_add(state, "median", &arguments[0], error);
}

static enum err median_final(void *context, void *state, struct db_value *result,
                             struct error *error) {
    (void)context;
    (void)error;
    return quantile_of(state, 0.5, result);
}

static enum err quantile_step(void *context, void *state, const struct db_value *arguments,
                              int count, struct error *error) {
    struct numbers *numbers = state;
    double probability = arguments[1].real;
    (void)context;
    (void)count;
    if (!is_number(&arguments[1]) || !(probability >= 0 && probability <= 1))
        return error_set(error, ERR_INPUT, "quantile(x, p): p must be a number from 0 to 1");
    if (numbers->has_probability && numbers->probability != probability)
        return error_set(error, ERR_INPUT, "quantile(x, p): p must be the same in every row");
    numbers->probability = probability;
    numbers->has_probability = true;
    return numbers_add(numbers, "quantile", &arguments[0], error);
}

static enum err quantile_final(void *context, void *state, struct db_value *result,
                               struct error *error) {
    struct numbers *numbers = state;
    (void)context;
    (void)error;
    return quantile_of(numbers, numbers->probability, result);
}

static enum err skewness_step(void *context, void *state, const struct db_value *arguments,
                              int count, struct error *error) {
    (void)context;
    (void)count;
    return numbers_add(state, "skewness", &arguments[0], error);
}

static enum err skewness_final(void *context, void *state, struct db_value *result,
                               struct error *error) {
    const struct numbers *numbers = state;
    (void)context;
    (void)error;
    result->kind = VALUE_REAL; /* NaN becomes NULL */
    result->real = shape_of_values(numbers->values, numbers->count).skewness;
    return ERR_OK;
}

/* ------------------------------------------------------------------ Wilson's interval */

struct answers {
    int64_t yes, count;
};

static enum err wilson_step(void *context, void *state, const struct db_value *arguments, int count,
                            struct error *error) {
    struct answers *answers = state;
    (void)context;
    (void)count;
    if (arguments[0].kind == VALUE_NULL)
        return ERR_OK;
    if (!is_number(&arguments[0]) || (arguments[0].real != 0 && arguments[0].real != 1))
        return error_set(error, ERR_INPUT, "wilson_low and wilson_high take answers: 0, 1 or NULL");
    answers->yes += arguments[0].real != 0;
    answers->count++;
    return ERR_OK;
}

static struct db_value wilson_end(int64_t yes, int64_t count, bool high) {
    struct interval share = share_wilson(yes, count);
    return (struct db_value){.kind = count > 0 ? VALUE_REAL : VALUE_NULL,
                             .real = high ? share.high : share.low};
}

static enum err wilson_low_final(void *context, void *state, struct db_value *result,
                                 struct error *error) {
    const struct answers *answers = state;
    (void)context;
    (void)error;
    *result = wilson_end(answers->yes, answers->count, false);
    return ERR_OK;
}

static enum err wilson_high_final(void *context, void *state, struct db_value *result,
                                  struct error *error) {
    const struct answers *answers = state;
    (void)context;
    (void)error;
    *result = wilson_end(answers->yes, answers->count, true);
    return ERR_OK;
}

static enum err wilson_of_counts(const struct db_value *arguments, bool high,
                                 struct db_value *result, struct error *error) {
    if (arguments[0].kind == VALUE_NULL || arguments[1].kind == VALUE_NULL)
        return ERR_OK;
    if (arguments[0].kind != VALUE_INTEGER || arguments[1].kind != VALUE_INTEGER ||
        arguments[0].integer < 0 || arguments[0].integer > arguments[1].integer)
        return error_set(error, ERR_INPUT, "%s(yes, n) takes counts with 0 <= yes <= n",
                         high ? "wilson_high" : "wilson_low");
    *result = wilson_end(arguments[0].integer, arguments[1].integer, high);
    return ERR_OK;
}

static enum err wilson_low_call(void *context, const struct db_value *arguments, int count,
                                struct db_value *result, struct error *error) {
    (void)context;
    (void)count;
    return wilson_of_counts(arguments, false, result, error);
}

static enum err wilson_high_call(void *context, const struct db_value *arguments, int count,
                                 struct db_value *result, struct error *error) {
    (void)context;
    (void)count;
    return wilson_of_counts(arguments, true, result, error);
}

/* ------------------------------------------------------------------ chi-square */

/* Different values, numbered in the order they came: open addressing over their bytes. */
struct values {
    struct key {
        char *bytes; /* a letter for the type, then the value */
        size_t length;
        uint64_t hash;
    } * keys;
    int count, key_capacity;
    int *slots; /* 1 + index into keys; 0: free */
    int slot_count;
};

static uint64_t hash_of(const char *bytes, size_t length) { /* FNV-1a, 64 bits */
    uint64_t hash = 0xCBF29CE484222325U;
    for (size_t i = 0; i < length; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): buffer_append wrote it */
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001B3U;
    return hash;
}

static int *slot_of(const struct values *values, const char *bytes, size_t length, uint64_t hash) {
    for (size_t at = hash;; at++) {
        int *slot = &values->slots[at & (size_t)(values->slot_count - 1)];
        const struct key *key = &values->keys[*slot - 1];
        if (*slot == 0 ||
            (key->hash == hash && key->length == length && memcmp(key->bytes, bytes, length) == 0))
            return slot;
    }
}

static void values_grow(struct values *values) {
    values->key_capacity = values->key_capacity != 0 ? values->key_capacity * 2 : 16;
    values->keys = xreallocarray(values->keys, (size_t)values->key_capacity, sizeof *values->keys);
    free(values->slots);
    values->slot_count = values->key_capacity * 2;
    values->slots = xcalloc((size_t)values->slot_count, sizeof *values->slots);
    for (int i = 0; i < values->count; i++) {
        const struct key *key = &values->keys[i];
        *slot_of(values, key->bytes, key->length, key->hash) = i + 1;
    }
}

/* The value's number; −1 where there would be more than `most`. */
static int values_number(struct values *values, const char *bytes, size_t length, int most) {
    uint64_t hash = hash_of(bytes, length);
    if (values->count == values->key_capacity)
        values_grow(values);
    int *slot = slot_of(values, bytes, length, hash);
    if (*slot != 0)
        return *slot - 1;
    if (values->count == most)
        return -1;
    char *copy = xmalloc(length + 1);
    memcpy(copy, bytes, length);
    values->keys[values->count] = (struct key){copy, length, hash};
    *slot = ++values->count;
    return values->count - 1;
}

static void values_free(struct values *values) {
    for (int i = 0; i < values->count; i++)
        free(values->keys[i].bytes);
    free(values->keys);
    free(values->slots);
    *values = (struct values){0};
}

struct pairs {
    struct values rows, columns, cells; /* a cell's bytes are its two numbers */
    int64_t *counts;                    /* by the cell's number */
    int capacity;
    struct buffer key;
};

/* Equal in SQL is equal here: 1 and 1.0 are one value. */
static void key_make(struct buffer *key, const struct db_value *value) {
    buffer_clear(key);
    bool whole = value->kind == VALUE_INTEGER ||
                 (value->kind == VALUE_REAL && value->real == floor(value->real) &&
                  fabs(value->real) < 9e15);
    if (whole) {
        int64_t integer = value->kind == VALUE_INTEGER ? value->integer : (int64_t)value->real;
        buffer_append(key, "i", 1);
        buffer_append(key, &integer, sizeof integer);
    } else if (value->kind == VALUE_REAL) {
        buffer_append(key, "r", 1);
        buffer_append(key, &value->real, sizeof value->real);
    } else {
        buffer_append(key, value->kind == VALUE_TEXT ? "t" : "b", 1);
        buffer_append(key, value->bytes, value->length);
    }
}

static int side_number(struct pairs *pairs, struct values *side, const struct db_value *value) {
    key_make(&pairs->key, value);
    return values_number(side, pairs->key.data, pairs->key.length, AGGREGATE_CATEGORIES_MAX);
}

static enum err pairs_step(void *context, void *state, const struct db_value *arguments, int count,
                           struct error *error) {
    struct pairs *pairs = state;
    (void)context;
    (void)count;
    if (arguments[0].kind == VALUE_NULL || arguments[1].kind == VALUE_NULL)
        return ERR_OK;
    int cell[2] = {side_number(pairs, &pairs->rows, &arguments[0]),
                   side_number(pairs, &pairs->columns, &arguments[1])};
    if (cell[0] < 0 || cell[1] < 0)
        return error_set(error, ERR_INPUT, "chi2_p takes at most %d different values a column",
                         (int)AGGREGATE_CATEGORIES_MAX);
    int number = values_number(&pairs->cells, (const char *)cell, sizeof cell, INT32_MAX);
    if (number >= pairs->capacity) {
        int before = pairs->capacity;
        pairs->capacity = before != 0 ? before * 2 : 64;
        pairs->counts =
            xreallocarray(pairs->counts, (size_t)pairs->capacity, sizeof *pairs->counts);
        memset(pairs->counts + before, 0,
               (size_t)(pairs->capacity - before) * sizeof *pairs->counts);
    }
    pairs->counts[number]++;
    return ERR_OK;
}

static enum err pairs_final(void *context, void *state, struct db_value *result,
                            struct error *error) {
    struct pairs *pairs = state;
    int rows = pairs->rows.count, columns = pairs->columns.count;
    (void)context;
    (void)error;
    if (rows < 2 || columns < 2)
        return ERR_OK; /* nothing to test: NULL */
    int64_t *table = xcalloc((size_t)rows * (size_t)columns, sizeof *table);
    for (int i = 0; i < pairs->cells.count; i++) {
        int cell[2];
        memcpy(cell, pairs->cells.keys[i].bytes, sizeof cell);
        table[(size_t)cell[0] * (size_t)columns + (size_t)cell[1]] = pairs->counts[i];
    }
    result->kind = VALUE_REAL;
    result->real = chi_square_test(table, rows, columns).p;
    free(table);
    return ERR_OK;
}

static void pairs_release(void *state) {
    struct pairs *pairs = state;
    values_free(&pairs->rows);
    values_free(&pairs->columns);
    values_free(&pairs->cells);
    free(pairs->counts);
    pairs->counts = NULL;
    buffer_free(&pairs->key);
}

/* ------------------------------------------------------------------ the list */

enum err sql_aggregates_add(struct db *db, struct error *error) {
    static const struct db_function functions[] = {
        {"median", 1, false, NULL, sizeof(struct numbers), median_step, median_final,
         numbers_release},
        {"quantile", 2, false, NULL, sizeof(struct numbers), quantile_step, quantile_final,
         numbers_release},
        {"skewness", 1, false, NULL, sizeof(struct numbers), skewness_step, skewness_final,
         numbers_release},
        {"wilson_low", 1, false, NULL, sizeof(struct answers), wilson_step, wilson_low_final, NULL},
        {"wilson_high", 1, false, NULL, sizeof(struct answers), wilson_step, wilson_high_final,
         NULL},
        {"wilson_low", 2, false, wilson_low_call, 0, NULL, NULL, NULL},
        {"wilson_high", 2, false, wilson_high_call, 0, NULL, NULL, NULL},
        {"chi2_p", 2, false, NULL, sizeof(struct pairs), pairs_step, pairs_final, pairs_release},
    };
    return db_functions_add(db, functions, sizeof functions / sizeof *functions, NULL, error);
}
