/* The feature definition: what columns say of a sale, and of what is not known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/learn/features.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"

/* Ages 20, 30, 40 (population sd √(200/3)); prices 100, 200, 300, 400, 500 (median 300, IQR 200).
 */
static const struct facts_row rows[] = {
    {"2025-01-01", "Inside Town", 20, 'F', "Alpha 1", 100, "ynyn", 0},
    {"2025-04-02", "Outside Town", 30, 'M', "Beta 2", 200, "nyny", 0},
    {"2024-12-31", NULL, 40, 0, "Alpha 1", 300, "----", 0},
    {"2025-07-02", "Inside Town", 0, 'o', "Gamma 3", 400, "yyyy", 0},
    {"2025-07-02", "Inside Town", 0, 'F', "Alpha 1", 500, "nnnn", 0},
};

enum {
    AGE,
    PRICE,
    ALPHA,
    BETA,
    GAMMA,
    LOCAL,
    FEMALE,
    FACEBOOK,
    FOLLOWS,
    HEARD,
    SIN,
    COS,
    RETURNING
};

static void fitted(struct facts *facts, struct features *features, int left_out) {
    facts_table(facts, rows, sizeof rows / sizeof *rows);
    features_fit(features, facts, left_out);
}

static void encode(const struct facts *facts, const struct features *features, size_t row,
                   double *out) {
    struct feature_reader reader;
    feature_reader_open(&reader, features, facts);
    feature_reader_row(&reader, row, out);
    feature_reader_close(&reader);
}

static void every_column_says_what_its_definition_says(void **state) {
    (void)state;
    struct facts facts;
    struct features features;
    double row[FEATURES_WIDTH_MAX];
    fitted(&facts, &features, UNKNOWN);
    assert_int_equal(features.width, 13);
    encode(&facts, &features, 0, row);
    assert_near(row[AGE], -10 / sqrt(200.0 / 3), 1e-12);
    assert_near(row[PRICE], -1, 1e-12);
    const double rest[] = {1, 0, 0, 1, 1, 1, 0, 0};
    for (int i = 0; i < 8; i++)
        assert_near(row[ALPHA + i], rest[i], 0);
    assert_near(row[SIN], sin(2 * M_PI / 365), 1e-12);
    assert_near(row[COS], cos(2 * M_PI / 365), 1e-12);
    assert_near(row[RETURNING], 1, 0);
    encode(&facts, &features, 2, row); /* the 366th day of 366 */
    assert_near(row[SIN], 0, 1e-12);
    assert_near(row[COS], 1, 1e-12);
    encode(&facts, &features, 3, row); /* neither female nor male */
    assert_near(row[FEMALE], 0, 0);
    features_free(&features);
    facts_table_free(&facts);
}

static void what_is_not_known_is_nan_and_fills_with_the_mean_of_the_known(void **state) {
    (void)state;
    struct facts facts;
    struct features features;
    double row[FEATURES_WIDTH_MAX];
    fitted(&facts, &features, UNKNOWN);
    encode(&facts, &features, 2, row);
    const int unknown[] = {LOCAL, FEMALE, FACEBOOK, FOLLOWS, HEARD, RETURNING};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_true(isnan(row[unknown[i]]));
    features_fill(&features, row);
    assert_near(row[LOCAL], 0.75, 1e-12);   /* 3 of 4 */
    assert_near(row[FEMALE], 0.5, 1e-12);   /* 2 of 4 */
    assert_near(row[FACEBOOK], 0.5, 1e-12); /* 2 of 4 */
    encode(&facts, &features, 3, row);
    assert_true(isnan(row[AGE]));
    features_fill(&features, row);
    assert_near(row[AGE], 0, 1e-12);
    features_free(&features);
    facts_table_free(&facts);
}

static void an_unseen_handset_is_none_and_an_unknown_one_is_nan(void **state) {
    (void)state;
    struct facts facts;
    struct features features;
    double row[FEATURES_WIDTH_MAX];
    fitted(&facts, &features, UNKNOWN);
    assert_int_equal(features_handset(&features, "BETA 2"), 1);
    assert_int_equal(features_handset(&features, "Delta 4"), HANDSET_UNSEEN);
    struct traits traits = {.handset = HANDSET_UNSEEN};
    features_encode(&features, &traits, row);
    for (int i = ALPHA; i <= GAMMA; i++)
        assert_near(row[i], 0, 0);
    traits.handset = HANDSET_UNKNOWN;
    features_encode(&features, &traits, row);
    for (int i = ALPHA; i <= GAMMA; i++)
        assert_true(isnan(row[i]));
    features_free(&features);
    facts_table_free(&facts);
}

static void a_model_does_not_see_its_target(void **state) {
    (void)state;
    struct facts facts;
    struct features features;
    fitted(&facts, &features, ANSWER_FACEBOOK);
    assert_int_equal(features.width, 12);
    assert_false(features.has[FEATURE_FACEBOOK]);
    for (int column = 0; column < features.width; column++)
        assert_int_not_equal(features.field_of[column], FEATURE_FACEBOOK);
    assert_int_equal(features.field_of[11], FEATURE_RETURNING);
    features_free(&features);
    facts_table_free(&facts);
}

static void the_stored_definition_encodes_the_same(void **state) {
    (void)state;
    struct facts facts;
    struct features features, again;
    struct error error;
    double once[FEATURES_WIDTH_MAX], twice[FEATURES_WIDTH_MAX];
    facts_table_random(&facts, 400, 3);
    features_fit(&features, &facts, ANSWER_RETURNING);
    char *json = features_json(&features);
    assert_int_equal(features_from_json(&again, json, &error), ERR_OK);
    assert_int_equal(again.width, features.width);
    for (size_t row = 0; row < facts.count; row++) {
        encode(&facts, &features, row, once);
        encode(&facts, &again, row, twice);
        features_fill(&features, once);
        features_fill(&again, twice);
        assert_memory_equal(once, twice, (size_t)features.width * sizeof(double));
    }
    free(json);
    features_free(&again);
    features_free(&features);
    facts_table_free(&facts);
}

static void a_damaged_definition_is_refused(void **state) {
    (void)state;
    static const char *const damaged[] = {
        "",
        "[]",
        "{}",
        "{\"version\":1}",
        "{\"version\":2,\"fields\":[\"age\"],\"age_mean\":1,\"age_sd\":1,\"price_median\":1,"
        "\"price_iqr\":1,\"handsets\":[],\"known_mean\":[0]}",
        "{\"version\":1,\"fields\":[\"shoe size\"],\"age_mean\":1,\"age_sd\":1,\"price_median\":1,"
        "\"price_iqr\":1,\"handsets\":[],\"known_mean\":[0]}",
        "{\"version\":1,\"fields\":[\"age\"],\"age_mean\":1,\"age_sd\":0,\"price_median\":1,"
        "\"price_iqr\":1,\"handsets\":[],\"known_mean\":[0]}",
        "{\"version\":1,\"fields\":[\"age\",\"age\"],\"age_mean\":1,\"age_sd\":1,"
        "\"price_median\":1,\"price_iqr\":1,\"handsets\":[],\"known_mean\":[0,0]}",
        "{\"version\":1,\"fields\":[\"age\",\"handset\"],\"age_mean\":1,\"age_sd\":1,"
        "\"price_median\":1,\"price_iqr\":1,\"handsets\":[7],\"known_mean\":[0,0]}",
        "{\"version\":1,\"fields\":[\"age\"],\"age_mean\":1,\"age_sd\":1,\"price_median\":1,"
        "\"price_iqr\":1,\"handsets\":[],\"known_mean\":[0,1]}"};
    static const char sound[] =
        "{\"version\":1,\"fields\":[\"age\"],\"age_mean\":1,\"age_sd\":1,\"price_median\":1,"
        "\"price_iqr\":1,\"handsets\":[],\"known_mean\":[0]}";
    struct features features;
    struct error error;
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
        assert_int_equal(features_from_json(&features, damaged[i], &error), ERR_DAMAGED);
    assert_int_equal(features_from_json(&features, sound, &error), ERR_OK);
    features_free(&features);
}

static void only_the_handsets_sold_most_get_columns(void **state) {
    (void)state;
    enum { HANDSETS = FEATURES_HANDSETS_MAX + 20 };
    static char names[HANDSETS][24];
    struct facts_row many[3 * HANDSETS];
    struct facts facts;
    struct features features;
    size_t count = 0;
    for (int i = 0; i < HANDSETS; i++) {
        snprintf(names[i], sizeof names[i], "Phone %d", i);
        /* the last ones sell three times, the first ones once */
        for (int sold = 0; sold < (i < 20 ? 1 : 3); sold++)
            many[count++] =
                (struct facts_row){"2025-01-01", "Inside", 30, 'F', names[i], 100 + i, "nnnn", 0};
    }
    facts_table(&facts, many, count);
    features_fit(&features, &facts, UNKNOWN);
    assert_int_equal(features.handset_count, FEATURES_HANDSETS_MAX);
    assert_int_equal(features.width, FEATURES_WIDTH_MAX);
    assert_int_equal(features_handset(&features, "Phone 0"), HANDSET_UNSEEN);
    assert_int_equal(features_handset(&features, "Phone 20"), 0);
    features_free(&features);
    facts_table_free(&facts);
}

/* The shop's statistics: mean age 34.047007, median 21,682, interquartile range 8,311, 17
 * handsets (pandas, scikit-learn). */
static void the_real_file_has_the_reference_statistics(void **state) {
    (void)state;
    struct facts facts;
    struct features features;
    if (!facts_table_shop(&facts))
        skip();
    features_fit(&features, &facts, UNKNOWN);
    assert_int_equal(features.width, 27);
    assert_near(features.age_mean, 34.047007, 5e-7);
    assert_near(features.price_median, 21682, 0);
    assert_near(features.price_iqr, 8311, 0);
    features_free(&features);
    facts_table_free(&facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_says_what_its_definition_says),
        cmocka_unit_test(what_is_not_known_is_nan_and_fills_with_the_mean_of_the_known),
        cmocka_unit_test(an_unseen_handset_is_none_and_an_unknown_one_is_nan),
        cmocka_unit_test(a_model_does_not_see_its_target),
        cmocka_unit_test(the_stored_definition_encodes_the_same),
        cmocka_unit_test(a_damaged_definition_is_refused),
        cmocka_unit_test(only_the_handsets_sold_most_get_columns),
        cmocka_unit_test(the_real_file_has_the_reference_statistics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
