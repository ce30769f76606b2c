/* Evaluation: nothing that is tested on takes part in what is trained or chosen. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "base/memory.h"
#include "engine/learn/evaluate.h"
#include "engine/learn/permutation.h"
#include "engine/learn/random.h"
#include "engine/learn/score.h"
#include "tests/support/near.h"

static struct examples table(size_t rows, int width) {
    struct examples examples = {.rows = rows, .width = width};
    examples.values = xcalloc(rows * (size_t)width, sizeof *examples.values);
    examples.labels = xcalloc(rows, 1);
    examples.sale_ids = xcalloc(rows, sizeof *examples.sale_ids);
    examples.days = xcalloc(rows, sizeof *examples.days);
    for (size_t row = 0; row < rows; row++) {
        examples.sale_ids[row] = 100 + (int64_t)row;
        examples.days[row] = (day_number)(row * 50 / rows);
    }
    return examples;
}

static struct evaluation evaluated(const struct examples *examples,
                                   const struct evaluation_plan *plan, int folds, int repeats,
                                   int threads, struct fits *fits) {
    struct splits splits;
    struct evaluation evaluation;
    struct error error = {0};
    splits_open(&splits, examples, folds, repeats, plan->seed);
    struct crew *crew = crew_open(threads, NULL, NULL);
    if (evaluate(&splits, plan, crew, fits, &evaluation, &error) != ERR_OK)
        fail_msg("%s", error.message);
    crew_close(crew);
    splits_close(&splits);
    return evaluation;
}

/* A strong interaction needs depth 2, which the recipe of depth 1 cannot see. */
static void the_choice_is_made_by_log_loss_inside_the_training_folds(void **state) {
    (void)state;
    struct examples examples = table(800, 2);
    gsl_rng *random = random_new(4, 4);
    for (size_t i = 0; i < examples.rows; i++) {
        int a = gsl_rng_uniform(random) < 0.5, b = gsl_rng_uniform(random) < 0.4;
        examples.values[i * 2] = (float)a;
        examples.values[i * 2 + 1] = (float)b;
        examples.labels[i] = gsl_rng_uniform(random) < (a != b ? 0.8 : 0.2);
    }
    gsl_rng_free(random);
    for (int better = 0; better < 2; better++) { /* the better candidate first, then last */
        struct recipe candidates[2];
        for (int i = 0; i < 2; i++) {
            recipe_default(&candidates[i], ALGORITHM_GBTREE);
            recipe_set(&candidates[i], "max_depth", i == better ? "2" : "1");
            recipe_set(&candidates[i], "eta", "0.3");
            recipe_set(&candidates[i], "colsample_bytree", "1");
        }
        const struct evaluation_plan plan = {
            .candidates = candidates, .candidate_count = 2, .costs = {1, 1}, .seed = 5};
        struct fits fits = {.total = evaluation_fits(3, 1, 2, 0)};
        struct evaluation evaluation = evaluated(&examples, &plan, 3, 1, 2, &fits);
        assert_true(evaluation.metrics.auc.estimate > 0.7); /* out of reach for depth 1 */
        assert_string_equal(evaluation.chosen.parameters[2].name, "max_depth");
        assert_string_equal(evaluation.chosen.parameters[2].value, "2");
        assert_int_equal(fits.done, fits.total);
        assert_int_equal(evaluation.metrics.tuned_trials, 1);
        evaluation_free(&evaluation);
    }
    examples_free(&examples);
}

/* Unlike any other, with labels by lot: what memorises its training rows knows nothing of others.
 */
static struct examples noise(size_t rows, double share) {
    struct examples examples = table(rows, 2);
    gsl_rng *random = random_new(6, 6);
    for (size_t i = 0; i < rows; i++) {
        examples.values[i * 2] = (float)gsl_rng_uniform(random);
        examples.values[i * 2 + 1] = (float)gsl_rng_uniform(random);
        examples.labels[i] = gsl_rng_uniform(random) < share;
    }
    gsl_rng_free(random);
    return examples;
}

static void oversampling_stays_inside_the_training_folds(void **state) {
    (void)state;
    struct examples examples = noise(600, 0.2), leaked = table(1200, 2);
    struct recipe memory;
    recipe_default(&memory, ALGORITHM_TREE);
    recipe_set(&memory, "max_depth", "12");
    recipe_set(&memory, "min_child_weight", "0");
    const struct evaluation_plan plan = {.candidates = &memory,
                                         .candidate_count = 1,
                                         .treatment = {.sampling = SAMPLING_OVER},
                                         .costs = {1, 1},
                                         .seed = 2};
    struct fits fits = {0};
    struct evaluation honest = evaluated(&examples, &plan, 4, 2, 2, &fits);
    assert_near(honest.metrics.auc.estimate, 0.5, 0.08);
    assert_int_equal(honest.predictions.rows, 600);

    /* the same, had the rows been repeated before they were dealt into folds */
    size_t *rows = xcalloc(600, sizeof *rows), *twice = xcalloc(1200, sizeof *twice);
    for (size_t i = 0; i < 600; i++)
        rows[i] = i;
    leaked.rows = resample(rows, examples.labels, 600, SAMPLING_OVER, 3, twice);
    for (size_t i = 0; i < leaked.rows; i++) {
        memcpy(&leaked.values[i * 2], &examples.values[twice[i] * 2], 2 * sizeof(float));
        leaked.labels[i] = examples.labels[twice[i]];
    }
    struct evaluation leaky = evaluated(&leaked, &plan, 4, 2, 2, &fits);
    assert_true(leaky.metrics.auc.estimate > 0.8);
    free(rows);
    free(twice);
    evaluation_free(&leaky);
    evaluation_free(&honest);
    examples_free(&leaked);
    examples_free(&examples);
}

static void resampling_draws_from_the_rows_it_is_given(void **state) {
    (void)state;
    uint8_t labels[100];
    size_t rows[60], out[120];
    for (int i = 0; i < 100; i++)
        labels[i] = i % 5 == 0;
    for (size_t i = 0; i < 60; i++)
        rows[i] = i + 20; /* 20 … 79: 12 of them yes */
    for (int sampling = 0; sampling < SAMPLING_COUNT; sampling++) {
        size_t count = resample(rows, labels, 60, (enum sampling)sampling, 9, out), yes = 0;
        int seen[100] = {0};
        for (size_t i = 0; i < count; i++) {
            assert_in_range(out[i], 20, 79);
            yes += labels[out[i]];
            seen[out[i]]++;
        }
        if (sampling == SAMPLING_NONE) {
            assert_int_equal(count, 60);
        } else if (sampling == SAMPLING_OVER) {
            assert_int_equal(count, 96);
            assert_int_equal(yes, 48);
        } else {
            assert_int_equal(count, 24);
            assert_int_equal(yes, 12);
        }
        for (int row = 20; row < 80; row++) {
            if (sampling != SAMPLING_UNDER || labels[row])
                assert_true(seen[row] >= 1); /* nothing of the rarer answer is lost */
            if (sampling != SAMPLING_OVER || !labels[row])
                assert_true(seen[row] <= 1);
        }
    }
}

/* With nothing to tell sales apart a converged model says what its training rows say: weights and
 * resampling taken out again, that is the base rate to the digit. */
static void class_weights_and_resampling_are_taken_out_exactly(void **state) {
    (void)state;
    struct examples examples = table(1000, 1);
    for (size_t i = 0; i < examples.rows; i++)
        examples.labels[i] = i % 8 == 0; /* 125 of 1,000 */
    struct recipe constant;
    recipe_default(&constant, ALGORITHM_LINEAR);
    constant.rounds = 60;
    for (int weights = 0; weights < CLASS_WEIGHTS_COUNT; weights++)
        for (int sampling = 0; sampling < SAMPLING_COUNT; sampling++) {
            const struct evaluation_plan plan = {
                .candidates = &constant,
                .candidate_count = 1,
                .treatment = {(enum class_weights)weights, (enum sampling)sampling},
                .costs = {1, 1},
                .seed = 1};
            struct fits fits = {0};
            struct evaluation evaluation = evaluated(&examples, &plan, 5, 1, 1, &fits);
            const struct out_of_fold *predictions = &evaluation.predictions;
            for (size_t row = 0; row < predictions->rows; row++)
                assert_near(logistic((double)predictions->log_odds[row]), 0.125, 1e-5);
            assert_near(evaluation.metrics.log_loss_skill, 0, 1e-6);
            evaluation_free(&evaluation);
        }
    examples_free(&examples);
}

static void the_mean_probability_is_near_the_base_rate_whatever_the_treatment(void **state) {
    (void)state;
    struct examples examples = table(2000, 1);
    gsl_rng *random = random_new(12, 1);
    double base = 0;
    for (size_t i = 0; i < examples.rows; i++) {
        double x = gsl_rng_uniform(random);
        examples.values[i] = (float)x;
        examples.labels[i] = gsl_rng_uniform(random) < 0.05 + 0.4 * x * x;
        base += examples.labels[i] / (double)examples.rows;
    }
    gsl_rng_free(random);
    struct recipe recipe;
    recipe_default(&recipe, ALGORITHM_GBTREE); /* many small steps: one large one overshoots */
    for (int weights = 0; weights < CLASS_WEIGHTS_COUNT; weights++)
        for (int sampling = 0; sampling < SAMPLING_COUNT; sampling++) {
            const struct evaluation_plan plan = {
                .candidates = &recipe,
                .candidate_count = 1,
                .treatment = {(enum class_weights)weights, (enum sampling)sampling},
                .costs = {1, 1},
                .seed = 1};
            struct fits fits = {0};
            struct evaluation evaluation = evaluated(&examples, &plan, 4, 1, 2, &fits);
            double mean = 0;
            for (size_t row = 0; row < examples.rows; row++)
                mean +=
                    logistic((double)evaluation.predictions.log_odds[row]) / (double)examples.rows;
            assert_near(mean, base, 0.015);
            evaluation_free(&evaluation);
        }
    examples_free(&examples);
}

static void each_sale_is_predicted_once_a_repeat_by_the_fold_that_held_it_back(void **state) {
    (void)state;
    struct examples examples = noise(203, 0.3);
    struct recipe recipe;
    recipe_default(&recipe, ALGORITHM_GBTREE);
    const struct evaluation_plan plan = {
        .candidates = &recipe, .candidate_count = 1, .costs = {1, 1}, .seed = 8};
    struct fits fits = {0};
    struct evaluation evaluation = evaluated(&examples, &plan, 5, 2, 2, &fits);
    const struct out_of_fold *predictions = &evaluation.predictions;
    uint8_t of[203];
    assert_int_equal(predictions->rows, 203);
    assert_int_equal(predictions->repeats, 2);
    assert_memory_equal(predictions->answers, examples.labels, 203);
    assert_int_equal(predictions->sale_ids[7], 107);
    double auc = 0;
    for (int repeat = 0; repeat < 2; repeat++) {
        folds_draw(examples.labels, 203, 5, 8, (uint64_t)repeat, of);
        assert_memory_equal(predictions->folds + repeat * 203, of, 203);
        for (int fold = 0; fold < 5; fold++) { /* the AUC can be computed again from them */
            double scores[203], variance;
            uint8_t labels[203];
            size_t count = 0;
            for (size_t row = 0; row < 203; row++)
                if (of[row] == fold) {
                    scores[count] = (double)predictions->log_odds[(size_t)repeat * 203 + row];
                    labels[count++] = examples.labels[row];
                }
            auc += auc_delong(scores, labels, count, &variance) / 10;
        }
    }
    assert_near(evaluation.metrics.auc.estimate, auc, 1e-12);
    evaluation_free(&evaluation);
    examples_free(&examples);
}

static void every_rule_is_judged_on_sales_that_did_not_choose_its_threshold(void **state) {
    (void)state;
    struct examples examples = table(1500, 1);
    gsl_rng *random = random_new(30, 1);
    for (size_t i = 0; i < examples.rows; i++) {
        examples.values[i] = (float)gsl_rng_uniform(random);
        examples.labels[i] = gsl_rng_uniform(random) < 0.45 * (double)examples.values[i];
    }
    gsl_rng_free(random);
    struct recipe recipe;
    recipe_default(&recipe, ALGORITHM_GBTREE);
    recipe_set(&recipe, "eta", "0.1");
    struct evaluation_plan plan = {.candidates = &recipe,
                                   .candidate_count = 1,
                                   .rule = THRESHOLD_F1,
                                   .costs = {1, 9},
                                   .seed = 3};
    struct fits fits = {0};
    struct evaluation evaluation = evaluated(&examples, &plan, 5, 2, 2, &fits);
    const struct model_metrics *metrics = &evaluation.metrics;
    const struct operating_point *points = metrics->points;
    for (int rule = 0; rule < THRESHOLD_RULE_COUNT; rule++) {
        const struct operating_point *point = &points[rule];
        assert_near(point->true_yes + point->false_yes + point->missed_yes + point->true_no, 1500,
                    1e-9);
        assert_near(point->true_yes + point->missed_yes, 1500 * metrics->base_rate, 1e-9);
        /* folds are equally large: the mean accuracy is that of all cells together */
        assert_near(point->accuracy, (point->true_yes + point->true_no) / 1500, 1e-9);
    }
    assert_near(points[THRESHOLD_EVEN].threshold, metrics->base_rate, 1e-15);
    assert_near(metrics->threshold, points[THRESHOLD_F1].threshold, 0);
    assert_near(metrics->f1, points[THRESHOLD_F1].f1, 0);
    assert_true(points[THRESHOLD_ACCURACY].accuracy >= points[THRESHOLD_EVEN].accuracy);
    /* a miss costs nine times as much: yes is worth saying from 1 in 10 on (Elkan 2001) */
    assert_near(points[THRESHOLD_COST].threshold, 0.1, 0.06);
    assert_true(points[THRESHOLD_COST].recall > points[THRESHOLD_EVEN].recall);
    evaluation_free(&evaluation);
    /* with two folds nothing is left to choose on */
    plan.rule = THRESHOLD_EVEN;
    evaluation = evaluated(&examples, &plan, 2, 1, 1, &fits);
    assert_true(isnan(evaluation.metrics.points[THRESHOLD_F1].f1));
    assert_false(isnan(evaluation.metrics.points[THRESHOLD_EVEN].f1));
    evaluation_free(&evaluation);
    examples_free(&examples);
}

/* Ten days of ten sales. For eight days the answer is what the feature says, then its opposite. */
static void the_split_in_time_trains_on_the_first_days_and_tests_on_the_last(void **state) {
    (void)state;
    struct examples examples = table(100, 1);
    for (size_t i = 0; i < 100; i++) {
        examples.days[i] = (day_number)(20000 + 2 * (i / 10)); /* closed every other day */
        examples.values[i] = (float)(i % 2);
        examples.labels[i] = (uint8_t)(i < 80 ? i % 2 : 1 - i % 2);
    }
    examples.labels[80] = 0; /* so that base rates differ: 40 of 80, 9 of 20 */
    struct recipe recipe;
    recipe_default(&recipe, ALGORITHM_GBTREE);
    recipe_set(&recipe, "colsample_bytree", "1");
    const struct evaluation_plan plan = {
        .candidates = &recipe, .candidate_count = 1, .costs = {1, 1}, .seed = 1};
    struct fits fits = {0};
    struct evaluation evaluation = evaluated(&examples, &plan, 2, 1, 1, &fits);
    const struct time_split *split = &evaluation.metrics.time_split;
    assert_true(split->possible);
    assert_int_equal(split->train_first, 20000);
    assert_int_equal(split->train_last, 20014);
    assert_int_equal(split->test_first, 20016);
    assert_int_equal(split->test_last, 20018);
    assert_int_equal(split->train_rows, 80);
    assert_int_equal(split->train_yes, 40);
    assert_int_equal(split->test_rows, 20);
    assert_int_equal(split->test_yes, 9);
    /* 9 yes below 10 no, and one no tied with them: 9 × (1/2) of 9 × 11 pairs */
    assert_near(split->auc.estimate, 4.5 / 99, 1e-12);
    assert_near(split->base_log_loss, log(2), 1e-12);
    assert_near(split->base_brier, 0.25, 1e-12);
    assert_true(split->log_loss > split->base_log_loss);
    evaluation_free(&evaluation);
    for (size_t i = 0; i < 100; i++)
        examples.days[i] = 20000; /* one day: nothing to split */
    evaluation = evaluated(&examples, &plan, 2, 1, 1, &fits);
    assert_false(evaluation.metrics.time_split.possible);
    evaluation_free(&evaluation);
    examples_free(&examples);
}

static void the_sequential_test_follows_besag_and_clifford(void **state) {
    (void)state;
    gsl_rng *random = random_new(77, 7);
    enum { RUNS = 20000, PLANNED = 99 };
    int small = 0, tiny = 0;
    for (int run = 0; run < RUNS; run++) {
        /* under the null the observed statistic is one of 100 alike */
        struct sequential_test test = {.planned = PLANNED, .stop = PERMUTATION_STOP};
        double observed = gsl_rng_uniform(random), drawn[PLANNED];
        for (int i = 0; i < PLANNED; i++)
            drawn[i] = gsl_rng_uniform(random);
        for (int i = 0; sequential_test_take(&test, drawn[i] >= observed); i++)
            ;
        /* the definition: l is where the h-th exceedance falls */
        int exceedances = 0, l = 0;
        while (l < PLANNED && exceedances < PERMUTATION_STOP)
            exceedances += drawn[l++] >= observed;
        double p = exceedances == PERMUTATION_STOP ? (double)PERMUTATION_STOP / l
                                                   : (exceedances + 1.0) / (PLANNED + 1);
        assert_int_equal(test.drawn, l);
        assert_near(sequential_test_p(&test), p, 1e-15);
        small += p <= 0.05;
        tiny += p <= 0.01;
    }
    gsl_rng_free(random);
    /* exact: P(p <= 0.05) = 0.05; four standard errors */
    assert_near((double)small / RUNS, 0.05, 4 * sqrt(0.05 * 0.95 / RUNS));
    assert_near((double)tiny / RUNS, 0.01, 4 * sqrt(0.01 * 0.99 / RUNS));
    const struct sequential_test none = {.planned = 0, .stop = 10};
    assert_true(isnan(sequential_test_p(&none)));
}

/* What is otherwise good has skill where the last of `reached` exceedances, the stop, comes with
 * draw `drawn`, or where so many are reached when all `planned` are drawn. */
static bool has_skill_after(int planned, int drawn, int reached) {
    struct sequential_test test = {.planned = planned, .stop = PERMUTATION_STOP};
    bool more = true;
    for (int i = 1; i <= drawn; i++) {
        assert_true(more);
        more = sequential_test_take(&test, i > drawn - reached);
    }
    assert_false(more);
    struct model_metrics metrics = {.auc = {0.6, 0.55, 0.65},
                                    .log_loss_gain = {0.01, 0.005, 0.015},
                                    .p_permutation = sequential_test_p(&test)};
    return model_has_skill(&metrics);
}

/* (1 + 4) / 101 = 0.0495, 6 / 101 = 0.059; 10 / 200 is not below 0.05, 10 / 201 is. */
static void the_verdict_at_the_stop_is_that_of_its_p(void **state) {
    (void)state;
    assert_true(has_skill_after(100, 100, 4));
    assert_false(has_skill_after(100, 100, 5));
    assert_false(has_skill_after(100, 100, PERMUTATION_STOP));
    assert_false(has_skill_after(1000, PERMUTATION_STOP, PERMUTATION_STOP));
    assert_false(has_skill_after(1000, 200, PERMUTATION_STOP));
    assert_true(has_skill_after(1000, 201, PERMUTATION_STOP));
}

static void the_permutation_test_stops_early_where_chance_does_as_well(void **state) {
    (void)state;
    struct examples examples = noise(300, 0.4);
    struct recipe recipe;
    recipe_default(&recipe, ALGORITHM_TREE);
    const struct evaluation_plan plan = {.candidates = &recipe,
                                         .candidate_count = 1,
                                         .costs = {1, 1},
                                         .permutations = 200,
                                         .seed = 4};
    struct evaluation evaluations[3];
    for (int threads = 1; threads <= 3; threads++) {
        struct fits fits = {.total = evaluation_fits(3, 1, 1, 200)};
        evaluations[threads - 1] = evaluated(&examples, &plan, 3, 1, threads, &fits);
        const struct model_metrics *metrics = &evaluations[threads - 1].metrics;
        assert_int_equal(fits.done, fits.total); /* the total has shrunk with it */
        assert_int_equal(metrics->permutations, 200);
        assert_int_equal(metrics->permutations_reached, 10);
        assert_true(metrics->permutations_run < 200);
        assert_near(metrics->p_permutation, 10.0 / metrics->permutations_run, 1e-15);
        assert_int_equal(metrics->permutations_run, evaluations[0].metrics.permutations_run);
    }
    for (int i = 0; i < 3; i++)
        evaluation_free(&evaluations[i]);
    examples_free(&examples);
}

static void a_linear_model_is_the_same_without_its_zeros(void **state) {
    (void)state;
    float values[60 * 3], labels[60];
    struct recipe recipe;
    struct matrix *dense, *sparse;
    struct booster *boosters[2];
    struct booster_bytes bytes[2];
    struct error error = {0};
    gsl_rng *random = random_new(3, 9);
    for (int i = 0; i < 60; i++) {
        values[i * 3] = (float)(i % 2);
        values[i * 3 + 1] = i % 7 == 0 ? NAN : (float)gsl_rng_uniform(random);
        values[i * 3 + 2] = (float)(i % 3 == 0);
        labels[i] = (float)(gsl_rng_uniform(random) < 0.4);
    }
    gsl_rng_free(random);
    recipe_default(&recipe, ALGORITHM_LINEAR);
    assert_int_equal(matrix_new(values, 60, 3, 1, &dense, &error), ERR_OK);
    assert_int_equal(matrix_new_sparse(values, 60, 3, 1, &sparse, &error), ERR_OK);
    for (int i = 0; i < 2; i++) {
        struct matrix *matrix = i == 0 ? dense : sparse;
        assert_int_equal(matrix_label(matrix, labels, &error), ERR_OK);
        assert_int_equal(recipe_train(&recipe, matrix, 1.5, 0.5, 1, 1, &boosters[i], &error),
                         ERR_OK);
        assert_int_equal(booster_save(boosters[i], &bytes[i], &error), ERR_OK);
    }
    assert_int_equal(bytes[0].length, bytes[1].length);
    assert_memory_equal(bytes[0].bytes, bytes[1].bytes, bytes[0].length);
    for (int i = 0; i < 2; i++) {
        booster_free(boosters[i]);
        free(bytes[i].bytes);
    }
    matrix_free(dense);
    matrix_free(sparse);
}

int main(int argc, char **argv) {
    /* as the program does for its worker */
    if (!getenv("OMP_NUM_THREADS") && argc > 0) {
        setenv("OMP_WAIT_POLICY", "passive", 1);
        setenv("OMP_NUM_THREADS", "1", 1);
        execv("/proc/self/exe", argv);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_choice_is_made_by_log_loss_inside_the_training_folds),
        cmocka_unit_test(oversampling_stays_inside_the_training_folds),
        cmocka_unit_test(resampling_draws_from_the_rows_it_is_given),
        cmocka_unit_test(class_weights_and_resampling_are_taken_out_exactly),
        cmocka_unit_test(the_mean_probability_is_near_the_base_rate_whatever_the_treatment),
        cmocka_unit_test(each_sale_is_predicted_once_a_repeat_by_the_fold_that_held_it_back),
        cmocka_unit_test(every_rule_is_judged_on_sales_that_did_not_choose_its_threshold),
        cmocka_unit_test(the_split_in_time_trains_on_the_first_days_and_tests_on_the_last),
        cmocka_unit_test(the_sequential_test_follows_besag_and_clifford),
        cmocka_unit_test(the_verdict_at_the_stop_is_that_of_its_p),
        cmocka_unit_test(the_permutation_test_stops_early_where_chance_does_as_well),
        cmocka_unit_test(a_linear_model_is_the_same_without_its_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
