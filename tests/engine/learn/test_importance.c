/* Importance against what Python's xgboost says of the very same booster. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/memory.h"
#include "engine/learn/importance.h"
#include "tests/support/near.h"
#include "tests/support/scratch.h"

enum { ROWS = 300, WIDTH = 5 };

/* Two columns belong to the handset; location, gender and the rest are not seen. */
static const struct features features = {
    .width = WIDTH,
    .field_of = {FEATURE_AGE, FEATURE_PRICE, FEATURE_HANDSET, FEATURE_HANDSET, FEATURE_FACEBOOK},
};

/* numpy: i = arange(300); columns ((i*7)%31-15)/8, ((i*11)%41-20)/10, i%3==0, i%3==1, i%5<2, and
 * every 17th age NaN; labels ((i*13)%29) + 6*column 1 + 5*column 4 > 17. */
static void make(struct examples *examples) {
    *examples = (struct examples){.rows = ROWS, .width = WIDTH};
    examples->values = xcalloc(ROWS * WIDTH, sizeof *examples->values);
    examples->labels = xcalloc(ROWS, 1);
    for (int i = 0; i < ROWS; i++) {
        float *row = &examples->values[i * WIDTH];
        row[0] = i % 17 == 0 ? NAN : (float)(i * 7 % 31 - 15) / 8;
        row[1] = (float)(i * 11 % 41 - 20) / 10;
        row[2] = i % 3 == 0;
        row[3] = i % 3 == 1;
        row[4] = i % 5 < 2;
        examples->labels[i] = (float)(i * 13 % 29) + 6 * row[1] + 5 * row[4] > 17;
    }
}

static struct booster *train(const struct examples *examples, const struct parameter *parameters,
                             int count, int rounds) {
    struct matrix *matrix;
    struct booster *booster;
    struct error error = {0};
    float labels[ROWS];
    for (int i = 0; i < ROWS; i++)
        labels[i] = examples->labels[i];
    assert_int_equal(matrix_new(examples->values, ROWS, WIDTH, 1, &matrix, &error), ERR_OK);
    assert_int_equal(matrix_label(matrix, labels, &error), ERR_OK);
    if (booster_train(matrix, parameters, count, rounds, 1, 1, &booster, &error) != ERR_OK)
        fail_msg("%s", error.message);
    matrix_free(matrix);
    return booster;
}

static struct booster *train_trees(const struct examples *examples) {
    static const struct parameter trees[] = {{"tree_method", "exact"}, {"max_depth", "3"}};
    return train(examples, trees, 2, 10);
}

static struct booster *train_linear(const struct examples *examples) {
    static const struct parameter linear[] = {{"booster", "gblinear"},
                                              {"updater", "coord_descent"},
                                              {"feature_selector", "cyclic"},
                                              {"eta", "0.5"},
                                              {"lambda", "0.01"}};
    return train(examples, linear, 5, 50);
}

/* Writes the booster where Python can read it: IMPORTANCE_BOOSTERS=/some/folder. */
static void keep(struct booster *booster, const char *name) {
    const char *folder = getenv("IMPORTANCE_BOOSTERS");
    struct booster_bytes bytes;
    struct error error = {0};
    if (!folder)
        return;
    char *path = xasprintf("%s/%s.json", folder, name);
    assert_int_equal(booster_save(booster, &bytes, &error), ERR_OK);
    scratch_write(path, bytes.bytes, bytes.length);
    free(bytes.bytes);
    free(path);
}

/* The gains as they stand in the model's own JSON, summed by column. */
static void gains_in_json(struct booster *booster, double gains[WIDTH]) {
    struct booster_bytes bytes;
    struct error error = {0};
    assert_int_equal(booster_save(booster, &bytes, &error), ERR_OK);
    json_t *model = json_loadb(bytes.bytes, bytes.length, 0, NULL);
    static const char *const way[] = {"learner", "gradient_booster", "model", "trees"};
    json_t *trees = model;
    for (size_t step = 0; step < sizeof way / sizeof *way; step++)
        trees = json_object_get(trees, way[step]);
    size_t i, node;
    json_t *tree, *left;
    memset(gains, 0, WIDTH * sizeof *gains);
    json_array_foreach(trees, i, tree) {
        json_array_foreach(json_object_get(tree, "left_children"), node, left) {
            if (json_integer_value(left) < 0)
                continue; /* a leaf */
            json_t *column = json_array_get(json_object_get(tree, "split_indices"), node);
            json_t *gain = json_array_get(json_object_get(tree, "loss_changes"), node);
            gains[json_integer_value(column)] += json_number_value(gain);
        }
    }
    json_decref(model);
    free(bytes.bytes);
}

static void the_gain_of_a_field_is_the_sum_over_its_columns_splits(void **state) {
    (void)state;
    struct examples examples;
    struct error error = {0};
    double gain[FEATURE_FIELD_COUNT], gains[WIDTH], total = 0;
    make(&examples);
    struct booster *booster = train_trees(&examples);
    keep(booster, "trees");
    assert_int_equal(importance_gain(booster, ALGORITHM_GBTREE, &features, &examples, gain, &error),
                     ERR_OK);
    gains_in_json(booster, gains);
    for (int column = 0; column < WIDTH; column++)
        total += gains[column];
    assert_near(gain[FEATURE_AGE], gains[0] / total, 1e-6);
    assert_near(gain[FEATURE_HANDSET], (gains[2] + gains[3]) / total, 1e-6);
    /* xgboost 1.7.4 in Python: Booster.get_score(importance_type="total_gain"), over its sum */
    assert_near(gain[FEATURE_AGE], 0.14946735951491133, 1e-6);
    assert_near(gain[FEATURE_PRICE], 0.7747821650373129, 1e-6);
    assert_near(gain[FEATURE_HANDSET], 0.010484478722195054, 1e-6);
    assert_near(gain[FEATURE_FACEBOOK], 0.06526599672558071, 1e-6);
    assert_true(isnan(gain[FEATURE_GENDER]));
    booster_free(booster);
    examples_free(&examples);
}

static void a_linear_model_is_weighed_by_its_coefficients(void **state) {
    (void)state;
    struct examples examples;
    struct error error = {0};
    double gain[FEATURE_FIELD_COUNT];
    make(&examples);
    struct booster *booster = train_linear(&examples);
    keep(booster, "linear");
    assert_int_equal(importance_gain(booster, ALGORITHM_LINEAR, &features, &examples, gain, &error),
                     ERR_OK);
    /* get_score(importance_type="weight") × numpy.nanstd of each column, over their sum */
    assert_near(gain[FEATURE_AGE], 0.013979015676811894, 1e-6);
    assert_near(gain[FEATURE_PRICE], 0.7411586319691168, 1e-6);
    assert_near(gain[FEATURE_HANDSET], 0.02836963500681517, 1e-6);
    assert_near(gain[FEATURE_FACEBOOK], 0.21649271734725614, 1e-6);
    booster_free(booster);
    examples_free(&examples);
}

/* numpy: abs(fields).mean(axis=0), fields the sums over columns of predict(…, pred_contribs=True)
 */
static void shap_is_summed_within_a_row_before_its_size_is_taken(void **state) {
    (void)state;
    struct examples examples;
    struct error error = {0};
    struct shap_sum sum = {0};
    double shap[FEATURE_FIELD_COUNT];
    size_t half[ROWS / 2];
    make(&examples);
    struct booster *booster = train_trees(&examples);
    /* in two parts, as folds are: even rows, then odd ones */
    for (size_t first = 0; first < 2; first++) {
        for (size_t i = 0; i < ROWS / 2; i++)
            half[i] = 2 * i + first;
        assert_int_equal(
            shap_sum_add(&sum, booster, &features, &examples, half, ROWS / 2, ROWS, 1, &error),
            ERR_OK);
    }
    assert_int_equal(sum.rows, ROWS);
    shap_sum_mean(&sum, &features, shap);
    assert_near(shap[FEATURE_AGE], 0.10665101755099991, 1e-6);
    assert_near(shap[FEATURE_PRICE], 0.9284850969538092, 1e-6);
    assert_near(shap[FEATURE_HANDSET], 0.03001982766824464, 1e-6);
    assert_near(shap[FEATURE_FACEBOOK], 0.27822356261312964, 1e-6);
    assert_true(isnan(shap[FEATURE_RETURNING]));
    booster_free(booster);
    examples_free(&examples);
}

/* The same of rows 0, 6, 12 … */
static void of_too_many_rows_every_kth_is_taken(void **state) {
    (void)state;
    struct examples examples;
    struct error error = {0};
    struct shap_sum sum = {0};
    double shap[FEATURE_FIELD_COUNT];
    make(&examples);
    struct booster *booster = train_trees(&examples);
    assert_int_equal(shap_sum_add(&sum, booster, &features, &examples, NULL, 0, 50, 1, &error),
                     ERR_OK);
    assert_int_equal(sum.rows, 50);
    shap_sum_mean(&sum, &features, shap);
    assert_near(shap[FEATURE_AGE], 0.09427220307290554, 1e-6);
    assert_near(shap[FEATURE_PRICE], 0.9596748878806829, 1e-6);
    assert_int_equal(importance_rows(ALGORITHM_GBTREE, 8871), 8871);
    assert_int_equal(importance_rows(ALGORITHM_GBTREE, 1000000), IMPORTANCE_ROWS_MAX);
    assert_int_equal(importance_rows(ALGORITHM_FOREST, 8871), IMPORTANCE_ROWS_FOREST);
    booster_free(booster);
    examples_free(&examples);
}

static void no_rows_give_no_shap(void **state) {
    (void)state;
    const struct shap_sum none = {0};
    double shap[FEATURE_FIELD_COUNT];
    shap_sum_mean(&none, &features, shap);
    assert_true(isnan(shap[FEATURE_AGE]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gain_of_a_field_is_the_sum_over_its_columns_splits),
        cmocka_unit_test(a_linear_model_is_weighed_by_its_coefficients),
        cmocka_unit_test(shap_is_summed_within_a_row_before_its_size_is_taken),
        cmocka_unit_test(of_too_many_rows_every_kth_is_taken),
        cmocka_unit_test(no_rows_give_no_shap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
