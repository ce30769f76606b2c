/* Searches for parameters: kept trial by trial, cancelled, resumed; and models that are the same to
 * the byte however they came about. */
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
#include <sqlite3.h>

#include "base/memory.h"
#include "engine/learn/random.h"
#include "engine/learn/recipe.h"
#include "engine/learn/train.h"
#include "engine/learn/tuning.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"
#include "tests/support/scratch.h"

/* The first column of the first row, as text; the caller frees. */
static char *ask(const char *path, const char *sql) {
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    char *copy = xstrdup(text ? text : "");
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return copy;
}

static long ask_number(const char *path, const char *sql) {
    char *text = ask(path, sql);
    long number = strtol(text, NULL, 10);
    free(text);
    return number;
}

/* Everything about the models but when they were made. */
static char *fingerprint(const char *path) {
    return ask(path,
               "SELECT group_concat(line, char(10)) FROM (SELECT target || ' ' || algorithm || ' '"
               " || weights || ' ' || sampling || ' ' || active || ' ' || model.sha256 || ' ' ||"
               " out_of_fold.sha256 || ' ' || (SELECT group_concat(sha256) FROM (SELECT sha256"
               " FROM booster WHERE model_id = model.id ORDER BY position)) AS line FROM model"
               " JOIN out_of_fold ON model_id = model.id"
               " ORDER BY target, algorithm, weights, sampling)");
}

static char *shop(void *const *state, const char *name, size_t rows) {
    struct facts facts;
    char *path = scratch_path(state, name);
    facts_table_random(&facts, rows, 21);
    facts_db(path, &facts);
    facts_table_free(&facts);
    return path;
}

static struct train_options search(enum algorithm algorithm, int trials) {
    struct train_options options;
    train_defaults(&options);
    train_only(&options, algorithm);
    options.segments = false;
    options.outcomes[OUTCOME_FACEBOOK] = false;
    options.folds = 3;
    options.repeats = 2;
    options.permutations = 4;
    options.tune = trials;
    options.threads = 2;
    return options;
}

struct told {
    int reports, stop_after, notes;
    char last[512];
};

static bool watch(void *context, const struct progress *progress) {
    struct told *told = context;
    (void)progress;
    return ++told->reports != told->stop_after;
}

static void note(void *context, const char *what, const char *sentence) {
    struct told *told = context;
    if (strcmp(what, "tuning") != 0)
        return;
    told->notes++;
    snprintf(told->last, sizeof told->last, "%s", sentence);
}

static enum err train(const char *path, const struct train_options *options, struct told *told) {
    struct error error = {0};
    struct progress_sink sink = {watch, told};
    enum err err = train_run(path, options, &sink, note, told, &error);
    if (err != ERR_OK && err != ERR_CANCELLED)
        fail_msg("%s", error.message);
    return err;
}

static void a_search_that_was_stopped_goes_on_to_the_same_model(void **state) {
    enum { TRIALS = 4, OF_FOLD = TRIALS + 1, ALL = (3 * 2 + 1) * OF_FOLD };
    struct train_options options = search(ALGORITHM_TREE, TRIALS);
    struct told told = {0};
    char *whole = shop(state, "whole.db", 300), *stopped = shop(state, "stopped.db", 300);
    assert_int_equal(train(whole, &options, &told), ERR_OK);
    assert_int_equal(told.notes, 3 * 2 + 1); /* the best of each training fold, and of all sales */
    assert_non_null(strstr(told.last, "best of 5 trials is"));
    assert_non_null(strstr(told.last, "log loss 0."));
    assert_int_equal(ask_number(whole, "SELECT count(*) FROM tuning_trial"), ALL);
    assert_int_equal(ask_number(whole, "SELECT count(*) FROM tuning WHERE finished_at IS NOT NULL"),
                     1);

    const int stops[] = {7, 12, 30}; /* within the first repeat, twice; within the second */
    long known = 0;
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        told = (struct told){.stop_after = stops[i]};
        assert_int_equal(train(stopped, &options, &told), ERR_CANCELLED);
        long now = ask_number(stopped, "SELECT count(*) FROM tuning_trial");
        assert_true(now >= known && now > 0 && now <= ALL);
        known = now;
        assert_int_equal(ask_number(stopped, "SELECT count(*) FROM model"), 0);
        assert_int_equal(ask_number(stopped, "SELECT count(*) FROM tuning"), 1);
        assert_int_equal(
            ask_number(stopped, "SELECT count(*) FROM tuning WHERE finished_at IS NULL"), 1);
    }
    told = (struct told){0};
    assert_int_equal(train(stopped, &options, &told), ERR_OK);
    assert_int_equal(ask_number(stopped, "SELECT count(*) FROM tuning_trial"), ALL);
    char *one = fingerprint(whole), *other = fingerprint(stopped);
    assert_true(strlen(one) > 200);
    assert_string_equal(one, other);
    free(one);
    free(other);
    free(whole);
    free(stopped);
}

static int execute(const char *path, const char *sql) {
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    int changes = sqlite3_changes(handle);
    sqlite3_close(handle);
    return changes;
}

/* Trials that are known are believed, not computed again: a false one decides. */
static void known_trials_are_not_tried_again(void **state) {
    struct train_options options = search(ALGORITHM_TREE, 3);
    struct told told = {0};
    char *path = shop(state, "known.db", 300);
    assert_int_equal(train(path, &options, &told), ERR_OK);
    assert_int_equal(execute(path, "UPDATE tuning_trial SET log_loss = 0.01 * (1 + (number <> 2))"),
                     (3 * 2 + 1) * 4);
    told = (struct told){0};
    assert_int_equal(train(path, &options, &told), ERR_OK);
    assert_non_null(strstr(told.last, "best of 4 trials is 2, log loss 0.01000"));
    char *same = ask(path, "SELECT model.parameters ->> 'max_depth' = tuning_trial.parameters ->>"
                           " 'max_depth' FROM model, tuning_trial WHERE number = 2 AND fold = -1");
    assert_string_equal(same, "1");
    free(same);
    free(path);
}

static void more_trials_add_to_the_same_search_and_another_seed_is_another(void **state) {
    struct train_options options = search(ALGORITHM_TREE, 2);
    struct told told = {0};
    char *path = shop(state, "more.db", 300), *fresh = shop(state, "fresh.db", 300);
    options.permutations = 0;
    assert_int_equal(train(path, &options, &told), ERR_OK);
    options.tune = 5;
    assert_int_equal(train(path, &options, &told), ERR_OK);
    assert_int_equal(ask_number(path, "SELECT count(*) FROM tuning"), 1);
    assert_int_equal(ask_number(path, "SELECT count(*) FROM tuning_trial"), 7 * 6);
    assert_int_equal(ask_number(path, "SELECT plan ->> 'trials' FROM tuning"), 5);
    assert_int_equal(train(fresh, &options, &told), ERR_OK);
    char *grown = fingerprint(path), *at_once = fingerprint(fresh);
    assert_string_equal(grown, at_once);
    options.seed = 2;
    assert_int_equal(train(path, &options, &told), ERR_OK);
    assert_int_equal(ask_number(path, "SELECT count(*) FROM tuning"), 2); /* history is kept */
    free(grown);
    free(at_once);
    free(path);
    free(fresh);
}

struct seen {
    int trials;
};

static bool see_trial(void *context, const struct trial *trial) {
    struct seen *seen = context;
    assert_non_null(strstr(trial->parameters, "\"max_depth\""));
    assert_true(trial->log_loss > 0 && trial->auc > 0.2 && trial->seconds >= 0);
    seen->trials++;
    return true;
}

static bool see_search(void *context, const struct tuning_record *record) {
    int64_t *id = context;
    assert_string_equal(record->target, "returning");
    assert_string_equal(record->algorithm, "tree");
    assert_string_equal(record->weights, "balanced");
    assert_int_equal(record->trials, 7 * 3);
    assert_true(record->finished_at[0] != '\0');
    *id = record->id;
    return true;
}

static void searches_and_trials_can_be_listed(void **state) {
    struct train_options options = search(ALGORITHM_TREE, 2);
    struct told told = {0};
    struct error error = {0};
    struct seen seen = {0};
    int64_t id = 0;
    char *path = shop(state, "list.db", 300);
    options.permutations = 0;
    assert_int_equal(train(path, &options, &told), ERR_OK);
    struct db *reader = scratch_reader(path);
    assert_int_equal(db_tunings_list(reader, see_search, &id, &error), ERR_OK);
    assert_int_equal(db_trials_list(reader, id, see_trial, &seen, &error), ERR_OK);
    assert_int_equal(seen.trials, 7 * 3);
    db_close(reader);
    free(path);
}

static void every_model_is_the_same_with_any_number_of_threads(void **state) {
    char *prints[3];
    for (int threads = 1; threads <= 3; threads++) {
        char name[32];
        struct train_options options;
        struct told told = {0};
        snprintf(name, sizeof name, "threads%d.db", threads);
        char *path = shop(state, name, 200);
        train_defaults(&options);
        options.segments = false;
        options.weights[CLASS_WEIGHTS_NONE] = true;
        options.sampling[SAMPLING_OVER] = options.sampling[SAMPLING_UNDER] = true;
        options.folds = 3;
        options.repeats = 1;
        options.permutations = 3;
        options.threads = threads;
        assert_int_equal(train(path, &options, &told), ERR_OK);
        assert_int_equal(ask_number(path, "SELECT count(*) FROM model"), 2 * 5 * 2 * 3);
        assert_int_equal(ask_number(path, "SELECT count(*) FROM model WHERE active"), 2);
        prints[threads - 1] = fingerprint(path);
        free(path);
    }
    assert_string_equal(prints[0], prints[1]);
    assert_string_equal(prints[0], prints[2]);
    for (int i = 0; i < 3; i++)
        free(prints[i]);
}

/* ------------------------------------------------------------------- the space */

static double value_of(const struct recipe *recipe, const char *name) {
    if (strcmp(name, "rounds") == 0)
        return recipe->rounds;
    for (int i = 0; i < recipe->count; i++) {
        if (strcmp(recipe->parameters[i].name, name) == 0)
            return strtod(recipe->parameters[i].value, NULL);
    }
    fail_msg("%s is not drawn", name);
    return 0;
}

/* Evenly between the bounds that the help states: in 4,000 draws the ends are nearly reached, and
 * half of them lie below the middle of the scale (within 4 standard deviations). */
static void parameters_are_drawn_from_the_space_that_is_stated(void **state) {
    (void)state;
    static const struct {
        enum algorithm algorithm;
        const char *name;
        double low, high;
        bool log;
    } stated[] = {
        {ALGORITHM_GBTREE, "eta", 0.005, 0.3, true},
        {ALGORITHM_GBTREE, "lambda", 0.1, 10, true},
        {ALGORITHM_GBTREE, "subsample", 0.5, 1, false},
        {ALGORITHM_GBTREE, "colsample_bytree", 0.5, 1, false},
        {ALGORITHM_GBTREE, "min_child_weight", 1, 30, true},
        {ALGORITHM_DART, "rate_drop", 0.02, 0.3, false},
        {ALGORITHM_DART, "rounds", 20, 200, false},
        {ALGORITHM_LINEAR, "alpha", 0.0001, 1, true},
        {ALGORITHM_LINEAR, "eta", 0.05, 1, true},
        {ALGORITHM_FOREST, "max_depth", 2, 10, false},
        {ALGORITHM_FOREST, "colsample_bynode", 0.2, 1, false},
        {ALGORITHM_TREE, "max_depth", 1, 8, false},
        {ALGORITHM_TREE, "min_child_weight", 1, 30, true},
    };
    enum { DRAWS = 4000 };
    for (size_t i = 0; i < sizeof stated / sizeof *stated; i++) {
        double low = INFINITY, high = -INFINITY, below = 0;
        double end = stated[i].log ? log(stated[i].high) : stated[i].high;
        double begin = stated[i].log ? log(stated[i].low) : stated[i].low;
        gsl_rng *random = random_new(7, i);
        for (int draw = 0; draw < DRAWS; draw++) {
            struct recipe recipe;
            recipe_draw(&recipe, stated[i].algorithm, random);
            double value = value_of(&recipe, stated[i].name);
            assert_true(value >= stated[i].low && value <= stated[i].high);
            value = stated[i].log ? log(value) : value;
            low = fmin(low, value);
            high = fmax(high, value);
            below += value < (begin + end) / 2 ? 1 : value == (begin + end) / 2 ? 0.5 : 0;
        }
        gsl_rng_free(random);
        assert_true(low - begin < 0.01 * (end - begin));
        assert_true(end - high < 0.01 * (end - begin));
        assert_true(fabs(below / DRAWS - 0.5) < 4 * 0.5 / sqrt(DRAWS));
    }
}

int main(int argc, char **argv) {
    /* as the program does for its worker */
    if (!getenv("OMP_NUM_THREADS") && argc > 0) {
        setenv("OMP_WAIT_POLICY", "passive", 1);
        setenv("OMP_NUM_THREADS", "1", 1);
        execv("/proc/self/exe", argv);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_drawn_from_the_space_that_is_stated),
        cmocka_unit_test(a_search_that_was_stopped_goes_on_to_the_same_model),
        cmocka_unit_test(known_trials_are_not_tried_again),
        cmocka_unit_test(more_trials_add_to_the_same_search_and_another_seed_is_another),
        cmocka_unit_test(searches_and_trials_can_be_listed),
        cmocka_unit_test(every_model_is_the_same_with_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
