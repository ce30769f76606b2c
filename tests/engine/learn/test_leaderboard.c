/* The leaderboard: what needs no model beside the models, damage beside soundness, and what can be
 * shown of one of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "db/models.h"
#include "db/tuning.h"
#include "engine/learn/leaderboard.h"
#include "engine/learn/metrics_json.h"
#include "engine/learn/model_detail.h"
#include "engine/learn/tuning_history.h"
#include "tests/support/near.h"
#include "tests/support/scratch.h"

static struct model_summary model(int64_t id, double log_loss, bool skill) {
    return (struct model_summary){.id = id,
                                  .algorithm = ALGORITHM_GBTREE,
                                  .active = id == 1,
                                  .skill = skill,
                                  .metrics = {.base_rate = 0.247,
                                              .auc = {0.55, 0.52, 0.58},
                                              .log_loss = log_loss,
                                              .base_log_loss = 0.5595,
                                              .base_brier = 0.185991}};
}

static const struct leader *find(const struct leader *rows, int count, enum baseline baseline) {
    for (int i = 0; i < count; i++)
        if (!rows[i].model && rows[i].baseline == baseline)
            return &rows[i];
    fail();
    return NULL;
}

/* scikit-learn 1.2.1 on 247 yes and 753 no: DummyClassifier(strategy="most_frequent") and
 * ("constant", constant=1), with accuracy_score, f1_score, brier_score_loss, matthews_corrcoef,
 * average_precision_score, roc_auc_score */
static void baselines_are_what_scikit_learns_dummies_reach(void **state) {
    (void)state;
    const struct model_summary models[] = {model(1, 0.56, false)};
    struct leader *rows;
    int count = leaderboard_make(models, 1, OUTCOME_RETURNING, &rows);
    assert_int_equal(count, 1 + BASELINE_COUNT);
    const struct leader *majority = find(rows, count, BASELINE_MAJORITY);
    assert_near(majority->accuracy, 0.753, 1e-15);
    assert_near(majority->f1, 0, 0);
    assert_near(majority->mcc, 0, 0);
    assert_near(majority->brier, 0.247, 1e-15);
    assert_true(isnan(majority->log_loss));
    const struct leader *yes = find(rows, count, BASELINE_ALWAYS_YES);
    assert_near(yes->accuracy, 0.247, 1e-15);
    assert_near(yes->f1, 0.3961507618283881, 1e-15);
    assert_near(yes->brier, 0.753, 1e-15);
    assert_near(yes->pr_auc, 0.247, 1e-15);
    assert_near(yes->auc.estimate, 0.5, 0);
    const struct leader *rate = find(rows, count, BASELINE_RATE);
    assert_near(rate->log_loss, 0.5595, 0);
    assert_true(isnan(rate->accuracy));
    free(rows);
}

static void a_model_worse_than_the_base_rate_stands_below_it(void **state) {
    (void)state;
    struct model_summary models[] = {model(1, 0.57, false), model(2, 0.55, true),
                                     model(3, 0.5595, false)};
    struct leader *rows;
    char text[256];
    int count = leaderboard_make(models, 3, OUTCOME_RETURNING, &rows);
    assert_int_equal(count, 6);
    assert_int_equal(rows[0].model->id, 2);
    assert_null(rows[1].model);
    assert_int_equal(rows[1].baseline, BASELINE_RATE);
    assert_int_equal(rows[2].model->id, 3); /* as good is not better */
    assert_int_equal(rows[3].model->id, 1);
    leaderboard_sentence(rows, count, text, sizeof text);
    assert_string_equal(text, "Skill: 1 of 3 better than always answering the base rate (24.7%); "
                              "best: Boosted trees, AUC 0.550.");
    free(rows);
    assert_int_equal(leaderboard_make(models, 3, OUTCOME_FACEBOOK, &rows), 0);
    leaderboard_sentence(rows, 0, text, sizeof text);
    assert_string_equal(text, "");
    free(rows);
}

static void without_skill_the_sentence_says_so_first(void **state) {
    (void)state;
    struct model_summary models[] = {model(1, 0.57, false), model(2, 0.58, false)};
    struct leader *rows;
    char text[256];
    for (int models_used = 1; models_used <= 2; models_used++) {
        int count = leaderboard_make(models, models_used, OUTCOME_RETURNING, &rows);
        leaderboard_sentence(rows, count, text, sizeof text);
        assert_memory_equal(text, "No skill: ", 10);
        free(rows);
    }
}

/* ------------------------------------------------------------------ with a database */

enum { ROWS = 200, YES = 39 };

static void make_predictions(struct out_of_fold *predictions) {
    out_of_fold_make(predictions, ROWS, 2);
    for (int i = 0; i < ROWS; i++) {
        float score = (float)(i * 37 % 101 - 70) / 20;
        predictions->sale_ids[i] = i + 1;
        predictions->answers[i] = (i * 53 + 11) % 97 < 24 + (i * 37 % 101 - 70) / 20.0 * 6;
        predictions->folds[i] = predictions->folds[ROWS + i] = (uint8_t)(i % 5);
        predictions->log_odds[i] = score;
        predictions->log_odds[ROWS + i] = (float)(i % 3) - score; /* a second, worse repeat */
    }
}

static char *registry(void **state) {
    char *path = scratch_path(state, "models.db");
    struct db *writer = scratch_writer(path);
    struct error error = {0};
    struct out_of_fold predictions;
    struct model_metrics metrics = model(1, 0.56, false).metrics;
    metrics.threshold = 1 / (1 + exp(1.0)); /* log odds −1 */
    metrics.pr_auc = (double)NAN;
    for (int rule = 0; rule < THRESHOLD_RULE_COUNT; rule++)
        metrics.points[rule].accuracy = (double)NAN; /* as stored before they were kept */
    char *text = metrics_json(&metrics);
    make_predictions(&predictions);
    const char *const algorithms[] = {"gbtree", "dart", "linear"};
    for (int i = 0; i < 3; i++) {
        struct model_record record = {.target = "returning",
                                      .algorithm = (char *)algorithms[i],
                                      .weights = "balanced",
                                      .sampling = "none",
                                      .trained_at = "2025-03-22T10:00:00Z",
                                      .rows = ROWS,
                                      .parameters = "{}",
                                      .features = "{}",
                                      .metrics = text,
                                      .golden = "{}",
                                      .verdict = "no skill",
                                      .booster = {"{}", 2},
                                      .out_of_fold = i == 2 ? NULL : &predictions};
        if (db_model_store(writer, &record, &error) != ERR_OK)
            fail_msg("%s", error.message);
    }
    out_of_fold_free(&predictions);
    free(text);
    db_close(writer);
    return path;
}

static void change(const char *path, const char *statement) {
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, statement, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(handle), 1);
    sqlite3_close(handle);
}

static struct model_summary *list(const char *path, int *count) {
    struct db *reader = scratch_reader(path);
    struct error error = {0};
    struct model_summary *models;
    assert_int_equal(models_list(reader, &models, count, &error), ERR_OK);
    db_close(reader);
    return models;
}

static const struct model_summary *by_algorithm(const struct model_summary *models, int count,
                                                enum algorithm algorithm) {
    for (int i = 0; i < count; i++)
        if (models[i].algorithm == algorithm)
            return &models[i];
    fail();
    return NULL;
}

static void a_damaged_model_is_listed_as_such_beside_the_others(void **state) {
    char *path = registry(state), text[256];
    change(path, "UPDATE model SET verdict = 'skill' WHERE algorithm = 'dart'");
    int count;
    struct model_summary *models = list(path, &count);
    assert_int_equal(count, 3);
    const struct model_summary *dart = by_algorithm(models, count, ALGORITHM_DART);
    assert_true(dart->damaged);
    assert_true(isnan(dart->metrics.auc.estimate));
    assert_false(dart->skill);
    model_sentence(dart, text, sizeof text);
    assert_non_null(strstr(text, "damaged"));
    assert_int_not_equal(models_best(models, count, OUTCOME_RETURNING), (int)(dart - models));
    struct leader *rows;
    int used = leaderboard_make(models, count, OUTCOME_RETURNING, &rows);
    assert_int_equal(used, 3 + BASELINE_COUNT);
    assert_ptr_equal(rows[used - 1].model, dart);
    assert_string_equal(leader_verdict(&rows[used - 1]), "damaged");
    free(rows);
    struct error error = {0};
    assert_int_equal(models_use(path, dart->id, NULL, text, sizeof text, &error), ERR_DAMAGED);
    models_free(models, count);
    free(path);
}

static void a_model_whose_bytes_changed_is_listed_as_damaged(void **state) {
    char *path = registry(state), text[400];
    change(path, "UPDATE booster SET bytes = x'7b5d' WHERE model_id ="
                 " (SELECT id FROM model WHERE algorithm = 'gbtree')");
    change(path, "DELETE FROM booster WHERE model_id ="
                 " (SELECT id FROM model WHERE algorithm = 'dart')");
    int count;
    struct model_summary *models = list(path, &count);
    assert_true(by_algorithm(models, count, ALGORITHM_GBTREE)->damaged);
    assert_true(by_algorithm(models, count, ALGORITHM_DART)->damaged);
    assert_false(by_algorithm(models, count, ALGORITHM_LINEAR)->damaged);
    struct leader *rows;
    int used = leaderboard_make(models, count, OUTCOME_RETURNING, &rows);
    leaderboard_sentence(rows, used, text, sizeof text);
    assert_non_null(strstr(text, "2 stored models are damaged (their checksums do not hold)"));
    assert_non_null(strstr(text, "train again"));
    free(rows);
    models_free(models, count);
    free(path);
}

static void another_model_can_be_put_to_use(void **state) {
    char *path = registry(state), title[128];
    struct error error = {0};
    int count;
    struct model_summary *models = list(path, &count);
    assert_int_equal(models[0].algorithm, ALGORITHM_LINEAR); /* the newest */
    int64_t id = by_algorithm(models, count, ALGORITHM_GBTREE)->id;
    models_free(models, count);
    assert_int_equal(models_use(path, id, NULL, title, sizeof title, &error), ERR_OK);
    assert_string_equal(title, "Returning: Boosted trees");
    models = list(path, &count);
    assert_int_equal(models[0].id, id);
    assert_true(models[0].active);
    assert_false(models[1].active || models[2].active);
    models_free(models, count);
    assert_int_equal(models_use(path, 4711, NULL, title, sizeof title, &error), ERR_NOT_FOUND);
    free(path);
}

static const struct curve_point *first_from(const struct curve *curve, double x) {
    for (int i = 0; i < curve->count; i++)
        if (curve->points[i].x >= x)
            return &curve->points[i];
    fail();
    return NULL;
}

/* scikit-learn 1.2.1, numpy.mean over 2 repeats of 5 folds, the scores as numpy.float32 are stored:
 * roc_auc_score, average_precision_score, numpy.interp(x, *roc_curve()[:2]), the first precision of
 * precision_recall_curve from the top whose recall reaches x, and at log odds −1 accuracy_score,
 * f1_score, precision_score, recall_score, matthews_corrcoef and half the sum of confusion_matrix
 */
static void a_models_detail_is_the_mean_of_its_folds(void **state) {
    char *path = registry(state);
    struct model_detail detail;
    struct error error = {0};
    int count;
    struct model_summary *models = list(path, &count);
    struct db *reader = scratch_reader(path);
    const struct model_summary *trees = by_algorithm(models, count, ALGORITHM_GBTREE);
    assert_int_equal(model_detail_load(reader, trees, 1000, &detail, &error), ERR_OK);
    assert_true(detail.available);
    assert_int_equal(detail.sales, ROWS);
    assert_int_equal(detail.yes, YES);
    assert_int_equal(detail.folds, 5);
    assert_int_equal(detail.repeats, 2);
    assert_near(detail.auc.estimate, trees->metrics.auc.estimate, 0);
    assert_near(detail.roc.area, 0.5313470062083973, 1e-12);
    assert_near(detail.precision_recall.area, 0.27663641513755816, 1e-12);
    assert_near(first_from(&detail.precision_recall, 0.111)->y, 0.35317460317460314, 1e-12);
    assert_near(first_from(&detail.precision_recall, 0.333)->y, 0.27792805732279413, 1e-12);
    assert_near(first_from(&detail.precision_recall, 0.777)->y, 0.24804511476043642, 1e-12);
    const struct curve_point *after = first_from(&detail.roc, 0.333);
    double along = (0.333 - after[-1].x) / (after->x - after[-1].x);
    assert_near(after[-1].y + along * (after->y - after[-1].y), 0.3831349206349206, 1e-12);
    assert_near(detail.average_precision.estimate, 0.27663641513755816, 1e-12);
    assert_near(detail.chosen.accuracy, 0.3975, 1e-12);
    assert_near(detail.chosen.f1, 0.36599504148242396, 1e-12);
    assert_near(detail.chosen.precision, 0.23931003980539584, 1e-12);
    assert_near(detail.chosen.recall, 0.8515873015873016, 1e-12);
    assert_near(detail.chosen.mcc, 0.10729339428702186, 1e-12);
    assert_near(detail.chosen.true_yes, 33, 1e-12);
    assert_near(detail.chosen.false_yes, 114.5, 1e-12);
    assert_near(detail.chosen.missed_yes, 6, 1e-12);
    assert_near(detail.chosen.true_no, 46.5, 1e-12);
    model_detail_free(&detail);
    db_close(reader);
    models_free(models, count);
    free(path);
}

/* The same at log odds 1.5, from which on 30 % are answered yes. */
static void every_threshold_has_the_leaderboards_figures(void **state) {
    char *path = registry(state);
    struct model_detail detail;
    struct error error = {0};
    int count;
    struct model_summary *models = list(path, &count);
    struct db *reader = scratch_reader(path);
    struct model_summary trees = *by_algorithm(models, count, ALGORITHM_GBTREE);
    assert_int_equal(model_detail_load(reader, &trees, 64, &detail, &error), ERR_OK);
    assert_true(detail.roc.count <= 64);
    for (int i = 0; i < DETAIL_CUTS; i++) {
        const struct operating_point *at = &detail.cuts[i];
        double said = at->true_yes + at->false_yes;
        assert_near(said + at->missed_yes + at->true_no, ROWS, 1e-9);
        assert_near(at->true_yes + at->missed_yes, YES, 1e-9);
        assert_true(said >= 2 * i && said <= 2 * i + 4); /* few sales share a score */
        assert_true(i == 0 || at->threshold <= at[-1].threshold);
    }
    const struct operating_point *third = &detail.cuts[30];
    assert_near(third->threshold, 1 / (1 + exp(-1.5)), 1e-12);
    assert_near(third->accuracy, 0.575, 1e-12);
    assert_near(third->f1, 0.09197540873760386, 1e-12);
    assert_near(third->precision, 0.062330151358789145, 1e-12);
    assert_near(third->recall, 0.19404761904761905, 1e-12);
    assert_near(third->mcc, -0.12709440572253464, 1e-12);
    assert_near(third->true_yes, 7.5, 1e-12);
    assert_near(third->false_yes, 53.5, 1e-12);
    const struct operating_point *at = &detail.cuts[detail.chosen_cut];
    assert_true(fabs(at->true_yes + at->false_yes - 147.5) <= 1);
    model_detail_free(&detail);

    /* what the leaderboard says is shown as it stands, were it computed otherwise */
    trees.metrics.points[trees.metrics.threshold_rule] =
        (struct operating_point){.threshold = 0.5, .accuracy = 0.625, .true_yes = 20};
    assert_int_equal(model_detail_load(reader, &trees, 64, &detail, &error), ERR_OK);
    assert_near(detail.chosen.accuracy, 0.625, 0);
    model_detail_free(&detail);
    db_close(reader);
    models_free(models, count);
    free(path);
}

static void missing_or_damaged_predictions_are_told_not_failed(void **state) {
    char *path = registry(state);
    struct model_detail detail;
    struct error error = {0};
    int count;
    change(path, "UPDATE out_of_fold SET answers = zeroblob(200) WHERE model_id ="
                 " (SELECT id FROM model WHERE algorithm = 'dart')");
    struct model_summary *models = list(path, &count);
    struct db *reader = scratch_reader(path);
    assert_int_equal(
        model_detail_load(reader, by_algorithm(models, count, ALGORITHM_DART), 64, &detail, &error),
        ERR_OK);
    assert_false(detail.available);
    assert_non_null(strstr(detail.problem, "damaged"));
    model_detail_free(&detail);
    assert_int_equal(model_detail_load(reader, by_algorithm(models, count, ALGORITHM_LINEAR), 64,
                                       &detail, &error),
                     ERR_OK);
    assert_false(detail.available);
    assert_non_null(strstr(detail.problem, "No predictions were kept"));
    model_detail_free(&detail);
    db_close(reader);
    models_free(models, count);
    free(path);
}

static void add_search(struct db *writer, const char *identity, const char *started,
                       const struct trial *trials, size_t count, const char *finished) {
    struct error error = {0};
    int64_t id;
    struct tuning_record record = {.target = "returning",
                                   .algorithm = "gbtree",
                                   .weights = "balanced",
                                   .sampling = "none",
                                   .identity = (char *)identity,
                                   .plan = "{}"};
    snprintf(record.started_at, sizeof record.started_at, "%s", started);
    assert_int_equal(db_tuning_begin(writer, &record, &id, &error), ERR_OK);
    assert_int_equal(db_tuning_add(writer, id, trials, count, finished, &error), ERR_OK);
}

static void a_search_is_told_candidate_by_candidate_while_it_runs(void **state) {
    static const char *const deep = "{\"rounds\":20,\"booster\":\"gbtree\",\"eta\":0.125}";
    const struct trial trials[] = {
        {0, 0, 0, 0.60, 0.50, 1, "{}"}, {0, 0, 1, 0.70, 0.51, 1, "{}"},
        {0, 0, 3, 0.50, 0.60, 1, deep}, {0, 1, 0, 0.62, 0.54, 1, "{}"},
        {0, 1, 3, 0.54, 0.62, 2, deep},
    };
    const struct trial older[] = {{0, 0, 0, 0.1, 0.9, 1, "{}"}};
    struct error error = {0};
    struct tuning_history history;
    char text[320], *path = scratch_path(state, "tuning.db");
    struct db *writer = scratch_writer(path);
    add_search(writer, "a", "2025-01-01T00:00:00Z", older, 1, "2025-01-01T01:00:00Z");
    add_search(writer, "b", "2025-02-01T00:00:00Z", trials, 5, NULL);
    const struct model_summary trees = model(1, 0.56, false);
    assert_int_equal(tuning_history_load(writer, &trees, &history, &error), ERR_OK);
    assert_true(history.found);
    assert_false(history.finished);
    assert_int_equal(history.trials, 5);
    assert_int_equal(history.count, 3); /* number 2 is not known yet */
    assert_int_equal(history.candidates[2].number, 3);
    assert_int_equal(history.candidates[2].tried, 2);
    assert_near(history.candidates[0].log_loss, 0.61, 1e-12);
    assert_near(history.candidates[1].best_so_far, 0.61, 1e-12);
    assert_near(history.candidates[2].best_so_far, 0.52, 1e-12);
    assert_near(history.candidates[2].auc, 0.61, 1e-12);
    assert_near(history.candidates[2].seconds, 3, 1e-12);
    assert_int_equal(history.best, 2);
    tuning_parameters_text(&history.candidates[2], text, sizeof text);
    assert_string_equal(text, "rounds 20, eta 0.125");
    tuning_history_sentence(&history, text, sizeof text);
    assert_non_null(strstr(text, "3 candidates, 5 trials (running"));
    assert_non_null(strstr(text, "number 3, log loss 0.5200 against 0.6100"));
    tuning_history_free(&history);
    struct model_summary linear = trees;
    linear.algorithm = ALGORITHM_LINEAR;
    assert_int_equal(tuning_history_load(writer, &linear, &history, &error), ERR_OK);
    assert_false(history.found);
    tuning_history_sentence(&history, text, sizeof text);
    assert_memory_equal(text, "No parameters have been searched", 32);
    tuning_history_free(&history);
    db_close(writer);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baselines_are_what_scikit_learns_dummies_reach),
        cmocka_unit_test(a_model_worse_than_the_base_rate_stands_below_it),
        cmocka_unit_test(without_skill_the_sentence_says_so_first),
        cmocka_unit_test_setup_teardown(a_damaged_model_is_listed_as_such_beside_the_others,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(another_model_can_be_put_to_use, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_models_detail_is_the_mean_of_its_folds, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(every_threshold_has_the_leaderboards_figures, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_model_whose_bytes_changed_is_listed_as_damaged,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(a_search_is_told_candidate_by_candidate_while_it_runs,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(missing_or_damaged_predictions_are_told_not_failed,
                                        scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
