/* What is planted is found, as well as anybody could; where nothing is, nothing is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/intake/sample.h"
#include "engine/learn/score.h"
#include "engine/learn/train.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"
#include "tests/support/scratch.h"

static bool write_file(void *context, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, context) == length;
}

static void sample_facts(void *const *state, const struct sample_options *options,
                         struct facts *facts) {
    struct error error = {0};
    char *path = scratch_path(state, "sample.csv");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(sample_write(options, write_file, file, &error), ERR_OK);
    assert_int_equal(fclose(file), 0);
    assert_true(facts_table_csv(facts, path));
    free(path);
}

/* The AUC of the probabilities that the sales were drawn with: no other ranking does better but by
 * luck. */
static double best_auc(const struct facts *facts, const struct sample_options *options,
                       enum outcome outcome) {
    double *truth = xcalloc(facts->count, sizeof *truth), variance;
    uint8_t *labels = xcalloc(facts->count, 1);
    for (size_t row = 0; row < facts->count; row++) {
        labels[row] = facts_answer(facts, row, outcome_answer(outcome)) == 1;
        truth[row] =
            outcome == OUTCOME_FACEBOOK
                ? sample_facebook_probability(options, facts->age[row])
                : sample_returning_probability(options, facts->price_minor[row] / MONEY_MINOR,
                                               facts_answer(facts, row, ANSWER_FOLLOWS) == 1,
                                               facts_answer(facts, row, ANSWER_HEARD) == 1);
    }
    double auc = auc_delong(truth, labels, facts->count, &variance);
    free(labels);
    free(truth);
    return auc;
}

static struct model_summary *trained(const char *path, const struct train_options *options,
                                     int *count) {
    struct error error = {0};
    struct model_summary *models;
    if (train_run(path, options, NULL, NULL, NULL, &error) != ERR_OK)
        fail_msg("%s", error.message);
    struct db *reader = scratch_reader(path);
    assert_int_equal(models_list(reader, &models, count, &error), ERR_OK);
    db_close(reader);
    return models;
}

static void planted_effects_are_found_nearly_as_well_as_they_can_be(void **state) {
    const struct sample_options sample = {.rows = 20000, .seed = 11};
    struct facts facts;
    struct train_options options;
    int count;
    sample_facts(state, &sample, &facts);
    char *path = scratch_path(state, "planted.db");
    facts_db(path, &facts);
    train_defaults(&options);
    train_only(&options, ALGORITHM_GBTREE);
    options.segments = false;
    options.folds = 3;
    options.repeats = 1;
    options.permutations = 20;
    struct model_summary *models = trained(path, &options, &count);
    assert_int_equal(count, 2);
    for (int i = 0; i < count; i++) {
        double best = best_auc(&facts, &sample, models[i].target);
        assert_true(best > 0.55); /* there is something to find */
        assert_near(models[i].metrics.auc.estimate, best, 0.02);
        assert_near(models[i].metrics.p_permutation, 1.0 / 21, 1e-12);
        assert_true(models[i].metrics.time_split.possible);
        assert_near(models[i].metrics.time_split.auc.estimate, best, 0.05);
        assert_true(models[i].skill);
    }
    models_free(models, count);
    facts_table_free(&facts);
    free(path);
}

static void without_effects_no_algorithm_has_skill(void **state) {
    const struct sample_options sample = {.rows = 3000, .seed = 5, .no_effects = true};
    struct facts facts;
    struct train_options options;
    int count;
    sample_facts(state, &sample, &facts);
    char *path = scratch_path(state, "nothing.db");
    facts_db(path, &facts);
    train_defaults(&options);
    options.segments = false;
    options.folds = 2;
    options.repeats = 1;
    options.permutations = 20;
    struct model_summary *models = trained(path, &options, &count);
    assert_int_equal(count, OUTCOME_COUNT * ALGORITHM_COUNT);
    for (int i = 0; i < count; i++) {
        assert_false(models[i].skill);
        /* where nothing has skill, boosted trees predict */
        assert_int_equal(models[i].active, models[i].algorithm == ALGORITHM_GBTREE);
    }
    models_free(models, count);
    facts_table_free(&facts);
    free(path);
}

/* A permutation test on the tuned booster gives p of 0.13 and 0.20 on this file: no algorithm is to
 * be called better than chance, whatever the folds. */
static void on_the_real_file_no_algorithm_has_skill(void **state) {
    struct facts facts;
    struct train_options options;
    if (!facts_table_shop(&facts))
        skip();
    char *path = scratch_path(state, "real.db");
    facts_db(path, &facts);
    train_defaults(&options);
    options.segments = false;
    options.folds = 2;
    options.repeats = 1;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        int count;
        options.seed = seed;
        options.permutations = seed == 1 ? 20 : 4; /* 20 are the fewest that allow p < 0.05 */
        struct model_summary *models = trained(path, &options, &count);
        assert_int_equal(count, OUTCOME_COUNT * ALGORITHM_COUNT);
        for (int i = 0; i < count; i++) {
            const struct model_metrics *metrics = &models[i].metrics;
            assert_int_equal(metrics->seed, seed);
            assert_true(metrics->p_permutation > 0 && metrics->p_permutation <= 1);
            assert_true(metrics->log_loss_gain.low < 0);
            assert_false(models[i].skill);
        }
        models_free(models, count);
    }
    facts_table_free(&facts);
    free(path);
}

int main(int argc, char **argv) {
    /* as the program does for its worker */
    if (!getenv("OMP_NUM_THREADS") && argc > 0) {
        setenv("OMP_WAIT_POLICY", "passive", 1);
        setenv("OMP_NUM_THREADS", "1", 1);
        execv("/proc/self/exe", argv);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_effects_are_found_nearly_as_well_as_they_can_be),
        cmocka_unit_test(without_effects_no_algorithm_has_skill),
        cmocka_unit_test(on_the_real_file_no_algorithm_has_skill),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
