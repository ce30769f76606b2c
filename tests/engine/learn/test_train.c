/* Training: judged honestly, repeatable, all or nothing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>
#include <jansson.h>

#include "db/models.h"
#include "engine/learn/evaluate.h"
#include "engine/learn/folds.h"
#include "engine/learn/random.h"
#include "engine/learn/train.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"
#include "tests/support/scratch.h"

/* Sales whose "returning" is yes with probability `high` for followers, else `low`. */
static void plant(struct facts *facts, size_t count, double high, double low) {
    facts_table_random(facts, count, 21);
    gsl_rng *random = random_new(3, 3);
    for (size_t row = 0; row < count; row++) {
        int follows = facts_answer(facts, row, ANSWER_FOLLOWS);
        int returning = gsl_rng_uniform(random) < (follows == 1 ? high : low);
        int digit = facts->answers[row] / 9 % 3; /* "returning" is the third base-3 digit */
        facts->answers[row] = (uint8_t)(facts->answers[row] + (1 + returning - digit) * 9);
    }
    gsl_rng_free(random);
}

static struct train_options quick(void) {
    struct train_options options;
    train_defaults(&options);
    train_only(&options, ALGORITHM_GBTREE);
    options.segments = false;
    options.outcomes[OUTCOME_FACEBOOK] = false;
    options.folds = 4;
    options.repeats = 2;
    options.permutations = 0;
    return options;
}

static void must_train(const char *path, const struct train_options *options) {
    struct error error = {0};
    if (train_run(path, options, NULL, NULL, NULL, &error) != ERR_OK)
        fail_msg("%s", error.message);
}

static struct model_summary only_model(const char *path, const struct train_options *options) {
    struct error error = {0};
    struct model_summary *models;
    int count;
    must_train(path, options);
    struct db *reader = scratch_reader(path);
    assert_int_equal(models_list(reader, &models, &count, &error), ERR_OK);
    db_close(reader);
    assert_int_equal(count, 1);
    struct model_summary model = models[0];
    models_free(models, count);
    model.parameters = NULL;
    return model;
}

static void a_planted_signal_is_skill(void **state) {
    struct facts facts;
    char *path = scratch_path(state, "signal.db");
    plant(&facts, 900, 0.7, 0.2);
    facts_db(path, &facts);
    struct train_options options = quick();
    options.permutations = 30;
    struct model_summary model = only_model(path, &options);
    assert_true(model.skill);
    assert_true(model.active);
    assert_near(model.metrics.p_permutation, 1.0 / 31, 1e-12);
    assert_true(model.metrics.auc.low > 0.6);
    assert_true(model.metrics.log_loss_gain.low > 0);
    /* P(yes) is 0.7 for followers and 0.2 else: no AUC can be higher than this split's own */
    assert_true(model.metrics.auc.estimate < 0.8);
    assert_near(model.metrics.majority_accuracy,
                fmax(model.metrics.base_rate, 1 - model.metrics.base_rate), 1e-12);
    assert_near(model.metrics.always_yes_f1,
                2 * model.metrics.base_rate / (1 + model.metrics.base_rate), 1e-12);
    assert_near(model.metrics.threshold, model.metrics.base_rate, 1e-12);
    assert_int_equal(model.rows, 900);
    char sentence[200];
    model_sentence(&model, sentence, sizeof sentence);
    assert_non_null(strstr(sentence, "better than the base rate"));
    assert_null(strstr(sentence, "no better"));
    facts_table_free(&facts);
    free(path);
}

static void a_sample_is_drawn_evenly_and_said(void **state) {
    struct facts facts, sample;
    struct error error = {0};
    enum { SALES = 600, KEPT = 200, DRAWS = 400 };
    int times[SALES] = {0};
    char *path = scratch_path(state, "sample.db");
    plant(&facts, SALES, 0.5, 0.3);
    facts_db(path, &facts);
    struct db *reader = scratch_reader(path);
    struct sales_extent extent;
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        assert_int_equal(facts_load_sample(reader, KEPT, draw, &sample, &extent, &error), ERR_OK);
        assert_int_equal(sample.count, KEPT);
        assert_int_equal(extent.sales, SALES);
        for (size_t row = 0; row < KEPT; row++) {
            assert_true(row == 0 || sample.id[row] > sample.id[row - 1]);
            size_t whole = (size_t)(sample.id[row] - facts.id[0]);
            assert_int_equal(sample.price_minor[row], facts.price_minor[whole]);
            times[whole]++;
        }
        facts_free(&sample);
    }
    assert_int_equal(facts_load_sample(reader, SALES, 1, &sample, &extent, &error), ERR_OK);
    assert_int_equal(sample.count, SALES);
    facts_free(&sample);
    db_close(reader);
    /* binomial(400, 1/3): mean 133.3, standard deviation 9.43; 5 of them for 600 sales at once */
    for (int sale = 0; sale < SALES; sale++)
        assert_true(abs(times[sale] - DRAWS / 3) < 48);
    struct train_options options = quick();
    options.sample = 300;
    struct model_summary model = only_model(path, &options);
    assert_int_equal(model.rows, 300);
    assert_int_equal(model.metrics.sampled_from, SALES);
    options.sample = 0;
    model = only_model(path, &options);
    assert_int_equal(model.rows, SALES);
    assert_int_equal(model.metrics.sampled_from, 0);
    facts_table_free(&facts);
    free(path);
}

static void noise_is_no_skill(void **state) {
    struct facts facts;
    char *path = scratch_path(state, "noise.db");
    plant(&facts, 900, 0.3, 0.3);
    facts_db(path, &facts);
    struct train_options options = quick();
    options.permutations = 30;
    struct model_summary model = only_model(path, &options);
    assert_false(model.skill);
    assert_near(model.metrics.auc.estimate, 0.5, 0.07);
    assert_true(model.metrics.p_permutation > 0.05);
    facts_table_free(&facts);
    free(path);
}

static void without_a_permutation_test_there_is_no_skill(void **state) {
    (void)state;
    struct model_metrics metrics = {
        .auc = {0.9, 0.8, 1}, .log_loss_gain = {0.2, 0.1, 0.3}, .p_permutation = 0.01};
    assert_true(model_has_skill(&metrics));
    metrics.p_permutation = (double)NAN;
    assert_false(model_has_skill(&metrics));
    metrics.p_permutation = 0.05;
    assert_false(model_has_skill(&metrics));
    metrics.p_permutation = 0.01;
    metrics.auc.low = 0.5;
    assert_false(model_has_skill(&metrics));
    metrics.auc.low = 0.51;
    metrics.log_loss_gain.low = 0;
    assert_false(model_has_skill(&metrics));
}

/* The active model of "returning" with all its boosters. */
static struct model_record stored(const char *path) {
    struct model_record record;
    struct error error = {0};
    struct db *reader = scratch_reader(path);
    if (db_model_load(reader, "returning", &record, &error) != ERR_OK)
        fail_msg("%s", error.message);
    db_close(reader);
    return record;
}

static void a_seed_gives_the_same_model_whatever_the_threads(void **state) {
    struct facts facts;
    plant(&facts, 300, 0.5, 0.3);
    for (int algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++) {
        char name[32];
        snprintf(name, sizeof name, "threads%d.db", algorithm);
        char *path = scratch_path(state, name);
        facts_db(path, &facts);
        struct train_options options = quick();
        train_only(&options, (enum algorithm)algorithm);
        options.repeats = 1;
        options.permutations = 3;
        options.threads = 1;
        must_train(path, &options);
        struct model_record one = stored(path);
        options.threads = 2;
        must_train(path, &options);
        struct model_record two = stored(path);
        assert_int_equal(one.booster.length, two.booster.length);
        assert_memory_equal(one.booster.bytes, two.booster.bytes, one.booster.length);
        assert_int_equal(one.fold_count, 4);
        for (int i = 0; i < one.fold_count; i++) {
            assert_int_equal(one.folds[i].length, two.folds[i].length);
            assert_memory_equal(one.folds[i].bytes, two.folds[i].bytes, one.folds[i].length);
        }
        assert_string_equal(one.metrics, two.metrics);
        assert_string_equal(one.golden, two.golden);
        assert_string_equal(one.parameters, two.parameters);
        model_record_free(&two);
        options.seed = 2;
        must_train(path, &options);
        two = stored(path);
        assert_string_not_equal(one.golden, two.golden); /* the folds are others */
        model_record_free(&two);
        model_record_free(&one);
        free(path);
    }
    facts_table_free(&facts);
}

static void folds_hold_equal_parts_of_each_answer(void **state) {
    (void)state;
    enum { ROWS = 103, COUNT = 5 };
    uint8_t labels[ROWS], of[ROWS], again[ROWS], other[ROWS];
    int yes[COUNT] = {0}, all[COUNT] = {0};
    for (int i = 0; i < ROWS; i++)
        labels[i] = i % 4 == 0; /* 26 of 103 */
    folds_draw(labels, ROWS, COUNT, 9, 0, of);
    folds_draw(labels, ROWS, COUNT, 9, 0, again);
    folds_draw(labels, ROWS, COUNT, 9, 1, other);
    assert_memory_equal(of, again, ROWS);
    assert_memory_not_equal(of, other, ROWS);
    for (int i = 0; i < ROWS; i++) {
        all[of[i]]++;
        yes[of[i]] += labels[i];
    }
    for (int fold = 0; fold < COUNT; fold++) {
        assert_in_range(all[fold], 20, 21);
        assert_in_range(yes[fold], 5, 6);
    }
}

struct watched {
    uint64_t done, total;
    int reports, stop_after;
    int stored;
};

static bool watch(void *context, const struct progress *progress) {
    struct watched *watched = context;
    assert_true(watched->total == 0 || progress->total <= watched->total);
    assert_true(progress->done >= watched->done);
    assert_true(progress->done <= progress->total);
    assert_string_equal(progress->unit, "fits");
    watched->done = progress->done;
    watched->total = progress->total;
    return ++watched->reports != watched->stop_after;
}

static void count_stored(void *context, const char *what, const char *sentence) {
    struct watched *watched = context;
    assert_true(strlen(what) > 0 && strlen(sentence) > 10);
    watched->stored++;
}

static void progress_counts_every_fit_of_everything(void **state) {
    struct facts facts;
    struct error error = {0};
    struct watched watched = {0};
    struct progress_sink sink = {watch, &watched};
    char *path = scratch_path(state, "progress.db");
    plant(&facts, 300, 0.5, 0.3);
    facts_db(path, &facts);
    struct train_options options = quick();
    options.segments = true;
    options.outcomes[OUTCOME_FACEBOOK] = true;
    options.permutations = 2;
    options.tune = 2;
    options.folds = 3;
    assert_int_equal(train_run(path, &options, &sink, count_stored, &watched, &error), ERR_OK);
    /* of each outcome: folds × repeats × (3 candidates, the choice, its thresholds), folds ×
     * permutations × (3 candidates, the choice), 3 candidates and the final one, the split in time
     * and its choice among 3; segments, which keep one of the threads busy */
    assert_int_equal(watched.total,
                     2 * (3 * 2 * 5 + 3 * 2 * 4 + 4 + 1 + 3) + 350 * options.threads);
    assert_int_equal(watched.done, watched.total);
    assert_int_equal(watched.stored, 3 + 2 * (3 * 2 + 1)); /* a note for each tuned fold */
    facts_table_free(&facts);
    free(path);
}

static void cancelling_leaves_nothing(void **state) {
    struct facts facts;
    char *path = scratch_path(state, "cancel.db");
    plant(&facts, 300, 0.5, 0.3);
    facts_db(path, &facts);
    struct train_options options = quick();
    options.permutations = 5;
    const int stops[] = {1, 5, 17, 30}; /* of 38: a fold, the final one, a permutation */
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct watched watched = {.stop_after = stops[i]};
        struct progress_sink sink = {watch, &watched};
        struct error error = {0};
        struct model_record record;
        assert_int_equal(train_run(path, &options, &sink, count_stored, &watched, &error),
                         ERR_CANCELLED);
        assert_int_equal(watched.reports, stops[i]);
        assert_int_equal(watched.stored, 0);
        struct db *reader = scratch_reader(path);
        assert_int_equal(db_model_load(reader, "returning", &record, &error), ERR_NOT_FOUND);
        db_close(reader);
    }
    facts_table_free(&facts);
    free(path);
}

static void too_little_to_learn_from_is_refused(void **state) {
    struct facts facts;
    struct error error = {0};
    char *few = scratch_path(state, "few.db"), *same = scratch_path(state, "same.db");
    struct train_options options = quick();
    plant(&facts, 99, 0.5, 0.3);
    facts_db(few, &facts);
    assert_int_equal(train_run(few, &options, NULL, NULL, NULL, &error), ERR_NO_DATA);
    assert_non_null(strstr(error.message, "99"));
    facts_table_free(&facts);
    plant(&facts, 200, 0.01, 0.01);
    facts_db(same, &facts);
    assert_int_equal(train_run(same, &options, NULL, NULL, NULL, &error), ERR_NO_DATA);
    assert_non_null(strstr(error.message, "Returning"));
    options.folds = 1;
    assert_int_equal(train_run(same, &options, NULL, NULL, NULL, &error), ERR_USAGE);
    options.folds = 2;
    options.tune = 1;
    assert_int_equal(train_run(same, &options, NULL, NULL, NULL, &error), ERR_USAGE);
    assert_int_equal(train_run("/nonexistent/shop.db", &options, NULL, NULL, NULL, &error),
                     ERR_USAGE);
    options = quick();
    assert_int_equal(train_run("/nonexistent/shop.db", &options, NULL, NULL, NULL, &error),
                     ERR_NOT_FOUND);
    facts_table_free(&facts);
    free(few);
    free(same);
}

static void a_wrong_value_is_an_error_of_one_line(void **state) {
    (void)state;
    float values[] = {1, 2, 3, 4};
    float labels[] = {0, 1, 0, 1};
    struct matrix *matrix;
    struct booster *booster;
    struct error error = {0};
    assert_int_equal(matrix_new(values, 4, 1, 1, &matrix, &error), ERR_OK);
    assert_int_equal(matrix_label(matrix, labels, &error), ERR_OK);
    struct parameter wrong = {"max_depth", "two"};
    assert_int_equal(booster_train(matrix, &wrong, 1, 1, 1, 1, &booster, &error), ERR_FAILED);
    assert_non_null(strstr(error.message, "XGBoost says"));
    assert_null(strchr(error.message, '\n'));
    assert_null(booster);
    matrix_free(matrix);
}

/* Stratified 5-fold with the published parameters by scikit-learn and xgboost: mean ± standard
 * deviation between folds. Ours draws other folds, so it must lie within that spread. */
static void the_real_file_scores_as_the_reference_does(void **state) {
    static const struct {
        double value[5], sd[5];
    } reference[] = {
        {{0.4986, 0.3463, 0.2561, 0.5397, 0.5192}, {0.0314, 0.0188, 0.0090, 0.0667, 0.0150}},
        {{0.5118, 0.3977, 0.3505, 0.4689, 0.5066}, {0.0289, 0.0318, 0.0097, 0.0834, 0.0118}}};
    static const double base[] = {0.24732, 0.34833}, majority[] = {0.7527, 0.6517},
                        always[] = {0.3966, 0.5167};
    struct facts facts;
    if (!facts_table_shop(&facts))
        skip();
    struct error error = {0};
    struct model_summary *models;
    int count;
    char *path = scratch_path(state, "real.db");
    facts_db(path, &facts);
    struct train_options options = quick();
    options.outcomes[OUTCOME_FACEBOOK] = true;
    options.folds = 5;
    options.repeats = 3;
    must_train(path, &options);
    struct db *reader = scratch_reader(path);
    assert_int_equal(models_list(reader, &models, &count, &error), ERR_OK);
    db_close(reader);
    assert_int_equal(count, 2);
    for (int i = 0; i < count; i++) {
        const struct model_metrics *metrics = &models[i].metrics;
        const double ours[] = {metrics->accuracy, metrics->f1, metrics->precision, metrics->recall,
                               metrics->auc.estimate};
        assert_int_equal(models[i].target, i);
        for (int figure = 0; figure < 5; figure++)
            assert_near(ours[figure], reference[i].value[figure], reference[i].sd[figure]);
        assert_near(metrics->base_rate, base[i], 5e-6);
        assert_near(metrics->majority_accuracy, majority[i], 5e-5);
        assert_near(metrics->always_yes_f1, always[i], 5e-5);
        /* log loss of the base rate is its entropy */
        double p = metrics->base_rate;
        assert_near(metrics->base_log_loss, -p * log(p) - (1 - p) * log(1 - p), 1e-5);
        assert_near(metrics->base_brier, p * (1 - p), 1e-5);
        assert_true(metrics->log_loss_gain.low < 0); /* no skill, whatever the permutations say */
        assert_false(models[i].skill);
    }
    models_free(models, count);
    facts_table_free(&facts);
    free(path);
}

int main(int argc, char **argv) {
    /* As the program does for its worker: OpenMP reads its variables before main, and threads that
     * spin while they wait make two of them a hundred times slower than one on a busy machine. */
    if (!getenv("OMP_WAIT_POLICY") && argc > 0) {
        setenv("OMP_WAIT_POLICY", "passive", 1);
        execv("/proc/self/exe", argv);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_signal_is_skill),
        cmocka_unit_test(a_sample_is_drawn_evenly_and_said),
        cmocka_unit_test(noise_is_no_skill),
        cmocka_unit_test(without_a_permutation_test_there_is_no_skill),
        cmocka_unit_test(a_seed_gives_the_same_model_whatever_the_threads),
        cmocka_unit_test(folds_hold_equal_parts_of_each_answer),
        cmocka_unit_test(progress_counts_every_fit_of_everything),
        cmocka_unit_test(cancelling_leaves_nothing),
        cmocka_unit_test(too_little_to_learn_from_is_refused),
        cmocka_unit_test(a_wrong_value_is_an_error_of_one_line),
        cmocka_unit_test(the_real_file_scores_as_the_reference_does),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
