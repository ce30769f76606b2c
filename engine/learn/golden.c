/* Golden rows, made and checked. */
#include "engine/learn/golden.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"

enum { GOLDEN_EXAMPLES = 4, GOLDEN_ROWS_MAX = 16 };

static const double tolerance = 1e-6;

static json_t *json_of(const float *values, int count) {
    json_t *array = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(array, isnan(values[i]) ? json_null() : json_real((double)values[i]));
    return array;
}

enum err golden_make(const struct examples *examples, const struct weighed_booster *boosters,
                     int count, char **json, struct error *error) {
    enum { ROWS = GOLDEN_EXAMPLES + 1 };
    size_t width = (size_t)examples->width;
    float *rows = xcalloc(ROWS * width + 1, sizeof *rows);
    json_t *row_list = json_array(), *booster_list = json_array();
    struct matrix *matrix = NULL;
    *json = NULL;
    for (size_t i = 0; i < GOLDEN_EXAMPLES; i++)
        memcpy(rows + i * width, examples->values + i * examples->rows / GOLDEN_EXAMPLES * width,
               width * sizeof *rows);
    for (size_t column = 0; column < width; column++)
        rows[GOLDEN_EXAMPLES * width + column] = NAN;
    for (size_t i = 0; i < ROWS; i++)
        json_array_append_new(row_list, json_of(rows + i * width, examples->width));
    enum err err = matrix_new(rows, ROWS, examples->width, 1, &matrix, error);
    for (int b = 0; err == ERR_OK && b < count; b++) {
        float margins[ROWS];
        err = booster_margins(boosters[b].booster, matrix, margins, error);
        if (err == ERR_OK)
            json_array_append_new(booster_list,
                                  json_pack("{s:f, s:o}", "weight", boosters[b].weight, "margins",
                                            json_of(margins, ROWS)));
    }
    json_t *golden = json_pack("{s:o, s:o}", "rows", row_list, "boosters", booster_list);
    if (err == ERR_OK) {
        char *dumped = json_dumps(golden, JSON_COMPACT | JSON_REAL_PRECISION(17));
        *json = xstrdup(dumped ? dumped : "{}");
        free(dumped);
    }
    json_decref(golden);
    matrix_free(matrix);
    free(rows);
    return err;
}

static bool read_numbers(const json_t *array, float *out, size_t count) {
    if (json_array_size(array) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *number = json_array_get(array, i);
        if (!json_is_null(number) && !json_is_number(number))
            return false;
        out[i] = json_is_null(number) ? NAN : (float)json_number_value(number);
    }
    return true;
}

static bool same_margins(const float *given, const float *due, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double apart = fabs((double)given[i] - (double)due[i]);
        if (!(apart <= tolerance * fmax(1, fabs((double)due[i]))))
            return false;
    }
    return true;
}

enum err golden_check(const char *json, int width, struct weighed_booster *boosters, int count,
                      struct error *error) {
    json_t *golden = json_loads(json, 0, NULL);
    const json_t *row_list = json_object_get(golden, "rows");
    const json_t *booster_list = json_object_get(golden, "boosters");
    size_t rows = json_array_size(row_list);
    bool sound =
        rows > 0 && rows <= GOLDEN_ROWS_MAX && json_array_size(booster_list) == (size_t)count;
    float *values = xcalloc((size_t)width * GOLDEN_ROWS_MAX + 1, sizeof *values);
    struct matrix *matrix = NULL;
    enum err err = ERR_OK;
    for (size_t i = 0; sound && i < rows; i++)
        sound =
            read_numbers(json_array_get(row_list, i), values + i * (size_t)width, (size_t)width);
    if (sound)
        err = matrix_new(values, rows, width, 1, &matrix, error);
    for (int b = 0; sound && err == ERR_OK && b < count; b++) {
        float due[GOLDEN_ROWS_MAX], given[GOLDEN_ROWS_MAX];
        const json_t *entry = json_array_get(booster_list, (size_t)b);
        boosters[b].weight = json_number_value(json_object_get(entry, "weight"));
        sound = isfinite(boosters[b].weight) && boosters[b].weight > 0 &&
                read_numbers(json_object_get(entry, "margins"), due, rows);
        if (sound)
            err = booster_margins(boosters[b].booster, matrix, given, error);
        if (sound && err == ERR_OK)
            sound = same_margins(given, due, rows);
        if (sound && err == ERR_OK)
            booster_unroll(boosters[b].booster, values, rows, given);
    }
    matrix_free(matrix);
    free(values);
    json_decref(golden);
    if (err == ERR_OK && !sound)
        err = error_set(error, ERR_DAMAGED,
                        "the stored model no longer gives the predictions that "
                        "it gave when it was trained");
    return err;
}
