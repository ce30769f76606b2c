/* The real shop's file, where it is there: the command line against figures from pandas, scipy,
 * scikit-learn and xgboost's Python package. */
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

#include "base/memory.h"
#include "tests/cli/run_program.h"

static const char *file;

static int begin(void **state) {
    (void)state;
    program_begin();
    file = getenv("SHOP_CSV");
    if (file == NULL || access(file, R_OK) != 0)
        file = NULL;
    return 0;
}

static int end(void **state) {
    (void)state;
    program_end();
    return 0;
}

static void needs_file(void) {
    if (file == NULL) {
        printf("skipped: the shop's file is not there (SHOP_CSV)\n");
        skip();
    }
}

static void assert_imported(double imported, double duplicates) {
    char *arguments = xasprintf("import '%s' --format json", file);
    json_t *root = program_json(arguments);
    assert_near(json_number_at(root, "imported"), imported, 0);
    assert_near(json_number_at(root, "duplicates"), duplicates, 0);
    assert_near(json_number_at(root, "rejected"), 0, 0);
    json_decref(root);
    free(arguments);
}

static void all_of_it_goes_in_and_nothing_the_second_time(void **state) {
    (void)state;
    needs_file();
    assert_imported(8871, 0);
    char *before = xstrdup(program_output("overview --format json", NULL));
    assert_imported(0, 8871);
    assert_string_equal(program_output("overview --format json", NULL), before);
    free(before);
}

static void the_overview_is_pandas(void **state) {
    (void)state;
    needs_file();
    json_t *root = program_json("overview --format json");
    assert_near(json_number_at(root, "sales"), 8871, 0);
    assert_near(json_number_at(root, "revenue"), 222381657, 0);
    assert_near(json_number_at(root, "mean_price"), 25068.38654, 5e-6);
    assert_near(json_number_at(root, "sd_price"), 18032.80271, 5e-6);
    assert_near(json_number_at(root, "median_price"), 21682, 0);
    assert_near(json_number_at(root, "share_returning"), 2194.0 / 8871, 1e-12);
    assert_near(json_number_at(root, "share_facebook"), 3090.0 / 8871, 1e-12);
    assert_near(json_number_at(root, "share_follows"), 3557.0 / 8871, 1e-12);
    assert_near(json_number_at(root, "share_heard"), 5344.0 / 8871, 1e-12);
    assert_string_equal(json_string_value(json_at(root, "first_date")), "2024-05-27");
    assert_string_equal(json_string_value(json_at(root, "last_date")), "2025-03-22");
    static const struct {
        const char *month;
        int sales;
    } months[] = {{"2024-05", 153}, {"2024-06", 861}, {"2024-07", 898}, {"2024-08", 912},
                  {"2024-09", 916}, {"2024-10", 943}, {"2024-11", 838}, {"2024-12", 935},
                  {"2025-01", 900}, {"2025-02", 874}, {"2025-03", 641}};
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        char path[64];
        snprintf(path, sizeof path, "months[month=%s].sales", months[i].month);
        assert_near(json_number_at(root, path), months[i].sales, 0);
    }
    assert_true(json_is_true(json_at(root, "months[month=2024-05].partial")));
    assert_near(json_number_at(root, "months[month=2024-05].days"), 5, 0);
    assert_true(json_is_true(json_at(root, "months[month=2025-03].partial")));
    assert_near(json_number_at(root, "months[month=2025-03].days"), 22, 0);
    assert_near(json_number_at(root, "locations[name=Rangamati Sadar].mean_price"), 25483.034993,
                5e-7);
    assert_near(json_number_at(root, "synthetic"), 0, 0);
    assert_null(strstr(program_output("overview", NULL), "SYNTHETIC"));
    json_decref(root);
}

static void every_chi_square_is_scipys(void **state) {
    (void)state;
    needs_file();
    static const struct {
        const char *outcome, *factor;
        double chi2;
        int df;
        double p, p_yates;
    } known[] = {
        {"facebook", "location", 1.758441, 2, 0.415106, 0.415106},
        {"facebook", "gender", 0.514633, 1, 0.473140, 0.486996},
        {"facebook", "handset", 10.396114, 16, 0.845140, 0.845140},
        {"facebook", "follows", 0.167633, 1, 0.682224, 0.698982},
        {"facebook", "returning", 0.702471, 1, 0.401955, 0.416613},
        {"facebook", "heard", 0.088841, 1, 0.765656, 0.783090},
        {"returning", "location", 0.379431, 2, 0.827194, 0.827194},
        {"returning", "gender", 0.013129, 1, 0.908775, 0.928307},
        {"returning", "handset", 16.915843, 16, 0.391063, 0.391063},
        {"returning", "facebook", 0.702471, 1, 0.401955, 0.416613},
        {"returning", "follows", 0.027008, 1, 0.869463, 0.889264},
        {"returning", "heard", 0.545797, 1, 0.460040, 0.475450},
    };
    json_t *answers[] = {program_json("impact --outcome facebook --format json"),
                         program_json("impact --outcome returning --format json")};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        json_t *answer = answers[strcmp(known[i].outcome, "returning") == 0];
        char path[64];
        snprintf(path, sizeof path, "tests[factor=%s]", known[i].factor);
        json_t *test = json_at(answer, path);
        assert_non_null(test);
        assert_near(json_number_at(test, "chi2"), known[i].chi2, 5.1e-7);
        assert_near(json_number_at(test, "df"), known[i].df, 0);
        assert_near(json_number_at(test, "p"), known[i].p, 5.1e-7);
        assert_near(json_number_at(test, "p_yates"), known[i].p_yates, 5.1e-7);
        assert_string_equal(json_string_value(json_at(test, "verdict")), "unclear");
    }
    json_decref(answers[0]);
    json_decref(answers[1]);
}

static void the_four_personas_are_scikit_learns(void **state) {
    (void)state;
    needs_file();
    static const struct {
        const char *name;
        double sales, age_mean, price_min, price_max, price_mean;
    } known[] = {
        {"Budget-Conscious Youngsters", 3808, 25.58, 12707, 35735, 20492.43},
        {"Practical Professionals", 3948, 42.22, 12702, 35134, 20477.22},
        {"Ambitious Tech Enthusiasts", 991, 33.91, 33068, 74981, 45705.11},
        {"Elite Tech Aficionados", 124, 35.04, 103000, 200465, 146843.83},
    };
    json_t *root = program_json("segments --k 4 --format json");
    assert_near(json_number_at(root, "inertia"), 38533.01, 38.5);
    assert_near(json_number_at(root, "silhouette"), 0.1540, 0.002);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char path[64];
        snprintf(path, sizeof path, "segments[name=%s]", known[i].name);
        json_t *segment = json_at(root, path);
        assert_non_null(segment);
        assert_near(json_number_at(segment, "sales"), known[i].sales, 3);
        assert_near(json_number_at(segment, "age_mean"), known[i].age_mean, 0.03);
        assert_near(json_number_at(segment, "price_mean"), known[i].price_mean, 15);
        assert_near(json_number_at(segment, "price_min"), known[i].price_min, 10);
        assert_near(json_number_at(segment, "price_max"), known[i].price_max, 10);
    }
    json_decref(root);
}

/* Means over folds wander with the split; allowed are three standard errors of a mean over 15 folds
 * whose spread the reference states, and for accuracy and F1, whose threshold may be chosen anew,
 * the spread itself. */
static void the_published_models_are_as_good_as_no_model(void **state) {
    (void)state;
    needs_file();
    static const struct {
        const char *target;
        double accuracy, accuracy_sd, f1, f1_sd, auc, auc_sd, base_rate, majority, always_yes;
    } known[] = {
        {"returning", 0.4986, 0.0314, 0.3463, 0.0188, 0.5192, 0.0150, 0.24732, 0.7527, 0.3966},
        {"facebook", 0.5118, 0.0289, 0.3977, 0.0318, 0.5066, 0.0118, 0.34833, 0.6517, 0.5167},
    };
    int exit_code;
    program_output(
        "train returning facebook --algorithm gbtree --folds 5 --repeats 3 --permutations 20",
        &exit_code);
    assert_int_equal(exit_code, 0);
    json_t *root = program_json("models --format json");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char path[64];
        snprintf(path, sizeof path, "models[target=%s]", known[i].target);
        json_t *model = json_at(root, path);
        assert_non_null(model);
        assert_near(json_number_at(model, "accuracy"), known[i].accuracy, known[i].accuracy_sd);
        assert_near(json_number_at(model, "f1"), known[i].f1, known[i].f1_sd);
        assert_near(json_number_at(model, "auc"), known[i].auc, 3 * known[i].auc_sd / sqrt(15));
        assert_near(json_number_at(model, "base_rate"), known[i].base_rate, 5e-6);
        assert_near(json_number_at(model, "baselines.majority_accuracy"), known[i].majority, 5e-5);
        assert_near(json_number_at(model, "baselines.always_yes_f1"), known[i].always_yes, 5e-5);
        assert_string_equal(json_string_value(json_at(model, "verdict")), "no skill");
    }
    json_decref(root);
}

static void predict_answers_and_its_reasons_add_up(void **state) {
    (void)state;
    needs_file();
    json_t *root = program_json("predict --age 30 --price 22000 --handset 'Galaxy A55 5G 8/128' "
                                "--location outside --facebook yes --format json");
    double sum = json_number_at(root, "returning.bias_log_odds");
    size_t i;
    json_t *each;
    json_array_foreach(json_at(root, "returning.contributions"), i, each) {
        sum += json_number_value(json_object_get(each, "log_odds"));
    }
    double probability = json_number_at(root, "returning.probability");
    assert_near(sum, log(probability / (1 - probability)), 1e-4);
    assert_string_equal(json_string_value(json_at(root, "returning.verdict")), "no skill");
    json_decref(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_it_goes_in_and_nothing_the_second_time),
        cmocka_unit_test(the_overview_is_pandas),
        cmocka_unit_test(every_chi_square_is_scipys),
        cmocka_unit_test(the_four_personas_are_scikit_learns),
        cmocka_unit_test(the_published_models_are_as_good_as_no_model),
        cmocka_unit_test(predict_answers_and_its_reasons_add_up),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
