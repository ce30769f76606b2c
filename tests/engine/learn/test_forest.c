/* Trees unrolled: the margins that XGBoost gives, to the last bit, and nothing for what is no sum
 * of trees. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "base/memory.h"
#include "engine/learn/forest.h"
#include "engine/learn/random.h"
#include "engine/learn/recipe.h"

enum { ROWS = 3000, COLUMNS = 7, ASKED = 8 };

/* A tenth is unknown; values repeat, so that many lie on the edge of a split. */
static void draw(float *values, float *labels) {
    gsl_rng *random = random_new(4, 1);
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        values[i] =
            gsl_rng_uniform(random) < 0.1 ? NAN : (float)gsl_rng_uniform_int(random, 40) / 7.0F;
    for (size_t row = 0; row < ROWS; row++)
        labels[row] = gsl_rng_uniform(random) < (values[row * COLUMNS] > 2 ? 0.7 : 0.2);
    gsl_rng_free(random);
}

static struct booster *train(enum algorithm algorithm, struct matrix *matrix) {
    struct recipe recipe;
    struct booster *booster;
    struct error error;
    recipe_default(&recipe, algorithm);
    assert_int_equal(recipe_train(&recipe, matrix, 1.7, 0.41, 5, 1, &booster, &error), ERR_OK);
    return booster;
}

static void compare(enum algorithm algorithm, bool unrolls) {
    static float values[ROWS * COLUMNS], labels[ROWS], due[ROWS], given[ROWS];
    struct matrix *matrix;
    struct error error;
    draw(values, labels);
    assert_int_equal(matrix_new(values, ROWS, COLUMNS, 1, &matrix, &error), ERR_OK);
    assert_int_equal(matrix_label(matrix, labels, &error), ERR_OK);
    struct booster *booster = train(algorithm, matrix);
    assert_int_equal(booster_margins(booster, matrix, due, &error), ERR_OK);
    assert_int_equal(booster_unroll(booster, values, ASKED, due), unrolls);
    assert_int_equal(booster_is_unrolled(booster), unrolls);
    assert_int_equal(booster_margins_dense(booster, values, ROWS, given, &error), ERR_OK);
    if (unrolls)
        assert_memory_equal(given, due, sizeof due);
    booster_free(booster);
    matrix_free(matrix);
}

static void unrolled_trees_give_the_margins_of_xgboost_bit_by_bit(void **state) {
    (void)state;
    compare(ALGORITHM_GBTREE, true);
    compare(ALGORITHM_FOREST, true);
    compare(ALGORITHM_TREE, true);
}

static void what_is_no_sum_of_trees_is_left_to_xgboost(void **state) {
    (void)state;
    compare(ALGORITHM_DART, false);
    compare(ALGORITHM_LINEAR, false);
}

static void trees_that_give_other_margins_are_not_used(void **state) {
    (void)state;
    static float values[ROWS * COLUMNS], labels[ROWS], due[ROWS];
    struct matrix *matrix;
    struct error error;
    draw(values, labels);
    assert_int_equal(matrix_new(values, ROWS, COLUMNS, 1, &matrix, &error), ERR_OK);
    assert_int_equal(matrix_label(matrix, labels, &error), ERR_OK);
    struct booster *booster = train(ALGORITHM_GBTREE, matrix);
    assert_int_equal(booster_margins(booster, matrix, due, &error), ERR_OK);
    due[ASKED - 1] = nextafterf(due[ASKED - 1], 9);
    assert_false(booster_unroll(booster, values, ASKED, due));
    booster_free(booster);
    matrix_free(matrix);
}

static bool reads(const char *tree) {
    struct forest *forest = forest_read(&tree, 1, COLUMNS, 0);
    bool read = forest != NULL;
    forest_free(forest);
    return read;
}

static void a_tree_is_followed_by_hand(void **state) {
    (void)state;
    static const char *const trees[] = {
        "0:[f2<0.5] yes=1,no=2,missing=2\n\t1:leaf=0.25\n"
        "\t2:[f0<-3] yes=3,no=4,missing=3\n\t\t3:leaf=1\n\t\t4:leaf=2\n",
        "0:leaf=-8\n"};
    const float unknown = NAN;
    const float rows[] = {0,   0, 0.25F,   0, 0, 0, 0, /* below: 0.25 */
                          -4,  0, 0.5F,    0, 0, 0, 0, /* on the edge is not below, then below: 1 */
                          -3,  0, unknown, 0, 0, 0, 0, /* unknown goes on, on the edge: 2 */
                          NAN, 0, 9,       0, 0, 0, 0}; /* 1 */
    static const float due[] = {-107.75F, -107, -106, -107};
    float margins[4];
    struct forest *forest = forest_read(trees, 2, COLUMNS, -100);
    assert_non_null(forest);
    forest_margins(forest, rows, 4, COLUMNS, margins);
    assert_memory_equal(margins, due, sizeof due);
    forest_free(forest);
}

static void texts_that_are_no_trees_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "0:leaf=1",                                                    /* no end of line */
        "1:leaf=1\n",                                                  /* no root */
        "0:leaf=inf\n",                                                /* no number */
        "bias:\n0.1\nweight:\n1\n",                                    /* a linear model */
        "0:[f7<1] yes=1,no=2,missing=1\n\t1:leaf=1\n\t2:leaf=2\n",     /* no such column */
        "0:[f1<1] yes=1,no=9,missing=1\n\t1:leaf=1\n\t2:leaf=2\n",     /* no such node */
        "0:[f1<1] yes=0,no=2,missing=2\n\t1:leaf=1\n\t2:leaf=2\n",     /* round and round */
        "0:[f1<1] yes=1,no=2,missing=3\n\t1:leaf=1\n\t2:leaf=2\n",     /* a third way */
        "0:[f1:{1,2}] yes=1,no=2,missing=1\n\t1:leaf=1\n\t2:leaf=2\n", /* categories */
        "0:[f1<1] yes=1,no=2,missing=1\n\t1:leaf=1\n\t2:leaf=2\nand more",
    };
    assert_true(reads("0:[f1<1] yes=1,no=2,missing=1\n\t1:leaf=1\n\t2:leaf=2\n"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (reads(bad[i]))
            fail_msg("read: %s", bad[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unrolled_trees_give_the_margins_of_xgboost_bit_by_bit),
        cmocka_unit_test(what_is_no_sum_of_trees_is_left_to_xgboost),
        cmocka_unit_test(trees_that_give_other_margins_are_not_used),
        cmocka_unit_test(a_tree_is_followed_by_hand),
        cmocka_unit_test(texts_that_are_no_trees_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
