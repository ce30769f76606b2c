/* Sweeps, scenarios and batches: the same answers as one customer at a time, and what is said of
 * the differences between them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "engine/learn/ensemble.h"
#include "engine/learn/scenarios.h"
#include "engine/learn/sweep.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"
#include "tests/support/planted_shop.h"
#include "tests/support/scratch.h"

static char *shop_path, *untrained_path;
static struct shop *shop;
static struct predictor *predictor;

static int setup(void **state) {
    struct facts facts;
    struct error error;
    if (scratch_setup(state) != 0)
        return -1;
    shop_path = scratch_path(state, "shop.db");
    untrained_path = scratch_path(state, "untrained.db");
    planted_facts(&facts);
    facts_db(shop_path, &facts);
    facts_db(untrained_path, &facts);
    facts_table_free(&facts);
    planted_train(shop_path, ALGORITHM_GBTREE, true);
    shop = planted_open(shop_path);
    return shop_predictor(shop, &predictor, &error) == ERR_OK ? 0 : -1;
}

static int teardown(void **state) {
    shop_close(shop);
    free(shop_path);
    free(untrained_path);
    return scratch_teardown(state);
}

static void set(struct customer *customer, enum field field, const char *text) {
    const char *reason = "";
    if (!customer_set(customer, field, text, &reason))
        fail_msg("%s '%s' %s", field_name(field), text, reason);
}

static struct customer somebody(void) {
    struct customer customer;
    customer_init(&customer);
    set(&customer, FIELD_AGE, "30");
    set(&customer, FIELD_PRICE, "22,000");
    set(&customer, FIELD_GENDER, "F");
    set(&customer, FIELD_LOCATION, "Outside Rangamati");
    set(&customer, FIELD_HANDSET, "Pixel 7a 8/128");
    set(&customer, FIELD_DATE, "22-03-2025");
    set(&customer, FIELD_FOLLOWS, "no");
    set(&customer, FIELD_FACEBOOK, "yes");
    set(&customer, FIELD_RETURNING, "no");
    return customer;
}

static struct sweep sweep_of(const struct customer *customer, enum field field) {
    struct sweep sweep;
    struct error error = {0};
    if (predictor_sweep(predictor, customer, field, &sweep, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return sweep;
}

static void same_interval(struct interval a, struct interval b) {
    assert_near(a.estimate, b.estimate, 1e-12);
    assert_near(a.low, b.low, 1e-9);
    assert_near(a.high, b.high, 1e-9);
}

/* ------------------------------------------------------------------ sweeps */

static void every_point_of_a_sweep_is_the_single_prediction(void **state) {
    (void)state;
    struct customer customer = somebody();
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (field == FIELD_REFERENCE)
            continue;
        struct sweep sweep = sweep_of(&customer, (enum field)field);
        assert_true(sweep.count >= 2);
        for (int i = 0; i < sweep.count; i++) {
            struct customer changed = customer;
            struct prediction single;
            struct error error;
            char text[DIMENSION_LABEL_SIZE];
            const struct sweep_point *point = &sweep.points[i];
            bool unknown = strcmp(point->value, "unknown") == 0;
            snprintf(text, sizeof text, "%s", unknown ? "" : point->value);
            if (field == FIELD_DATE)
                date_iso((day_number)point->at, text);
            set(&changed, (enum field)field, text);
            assert_int_equal(predictor_predict(predictor, &changed, &single, &error), ERR_OK);
            for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
                same_interval(point->probability[outcome], single.outcomes[outcome].probability);
        }
        sweep_free(&sweep);
    }
}

static void a_sweep_has_the_customers_own_value_and_the_ends_of_the_past(void **state) {
    (void)state;
    const struct facts *facts = shop_facts(shop);
    int youngest = UINT8_MAX, eldest = 0;
    for (size_t row = 0; row < facts->count; row++) {
        if (facts->age[row] == 0)
            continue;
        youngest = facts->age[row] < youngest ? facts->age[row] : youngest;
        eldest = facts->age[row] > eldest ? facts->age[row] : eldest;
    }
    struct customer customer = somebody();
    customer.age_years = eldest + 7;
    struct sweep sweep = sweep_of(&customer, FIELD_AGE);
    assert_near(sweep.low, youngest, 0);
    assert_near(sweep.high, eldest, 0);
    assert_near(sweep.points[0].at, youngest, 0);
    assert_int_equal(sweep.own, sweep.count - 1);
    assert_true(sweep.points[sweep.own].own && sweep.points[sweep.own].outside);
    for (int i = 0; i < sweep.count - 1; i++) {
        assert_true(sweep.points[i].at < sweep.points[i + 1].at);
        assert_false(sweep.points[i].outside || sweep.points[i].own);
    }
    assert_true(sweep.outcomes[OUTCOME_RETURNING].highest < sweep.count - 1);
    sweep_free(&sweep);
    customer.age_years = UNKNOWN;
    sweep = sweep_of(&customer, FIELD_AGE);
    assert_int_equal(sweep.own, -1);
    sweep_free(&sweep);
}

static void prices_go_in_round_steps_between_the_extremes(void **state) {
    (void)state;
    struct customer customer = somebody();
    struct sweep sweep = sweep_of(&customer, FIELD_PRICE);
    double step = 0;
    int odd = 0;
    assert_non_null(strstr(sweep.grid, " by "));
    for (int i = 2; i < sweep.count - 2; i++) /* between the ends */
        step = fmax(step, sweep.points[i + 1].at - sweep.points[i].at);
    for (int i = 0; i < sweep.count; i++)
        odd += fabs(fmod(sweep.points[i].at, step)) > 1e-9;
    assert_true(odd <= 3); /* the two ends, and the customer's own */
    assert_true(sweep.count <= SWEEP_POINTS_MAX && sweep.count > 10);
    sweep_free(&sweep);
}

static void handsets_that_the_models_do_not_know_share_one_point(void **state) {
    (void)state;
    struct customer customer = somebody();
    set(&customer, FIELD_HANDSET, "Fairphone 5");
    struct sweep sweep = sweep_of(&customer, FIELD_HANDSET);
    const struct sweep_point *own = &sweep.points[sweep.own], *other = own + 1;
    assert_int_equal(sweep.own, sweep.count - 2);
    assert_string_equal(own->value, "Fairphone 5");
    assert_string_equal(other->value, "any other handset");
    assert_true(own->outside && other->outside);
    same_interval(own->probability[0], other->probability[0]);
    sweep_free(&sweep);
}

static void a_sweep_finds_what_was_planted_and_says_it(void **state) {
    (void)state;
    char text[512];
    struct customer customer = somebody();
    struct sweep sweep = sweep_of(&customer, FIELD_FOLLOWS);
    const struct sweep_outcome *returning = &sweep.outcomes[OUTCOME_RETURNING];
    assert_string_equal(sweep.points[returning->lowest].value, "no");
    assert_string_equal(sweep.points[returning->highest].value, "yes");
    assert_near(returning->gap.estimate,
                sweep.points[1].probability[0].estimate - sweep.points[0].probability[0].estimate,
                1e-12);
    assert_true(returning->gap.low > 0);
    sweep_sentence(&sweep, OUTCOME_RETURNING, text, sizeof text);
    assert_non_null(strstr(text, "beyond the model's own uncertainty"));
    assert_non_null(strstr(text, "The model has no skill")); /* no permutation test was made */
    sweep_free(&sweep);
    sweep = sweep_of(&customer, FIELD_RETURNING);
    assert_false(sweep.outcomes[OUTCOME_RETURNING].used);
    assert_true(sweep.outcomes[OUTCOME_FACEBOOK].used);
    sweep_sentence(&sweep, OUTCOME_RETURNING, text, sizeof text);
    assert_non_null(strstr(text, "what is being predicted"));
    sweep_free(&sweep);
}

static void an_answer_that_does_not_move_is_a_sentence_for_every_field(void **state) {
    (void)state;
    static const struct {
        enum field field;
        const char *words;
    } cases[] = {{FIELD_LOCATION, "25.0% wherever the customer comes from."},
                 {FIELD_AGE, "25.0% at every age."},
                 {FIELD_GENDER, "25.0% for every gender."},
                 {FIELD_HANDSET, "25.0% with every handset."},
                 {FIELD_PRICE, "25.0% at every price."},
                 {FIELD_DATE, "25.0% on every day."},
                 {FIELD_FACEBOOK, "25.0% whether the customer came from Facebook or not."},
                 {FIELD_FOLLOWS, "25.0% whether the customer follows the page or not."},
                 {FIELD_RETURNING, "25.0% whether the customer bought before or not."},
                 {FIELD_HEARD, "25.0% whether the customer had heard of the shop or not."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        struct sweep_point point = {0};
        point.probability[OUTCOME_RETURNING] = (struct interval){0.25, 0.2, 0.3};
        struct sweep sweep = {.field = cases[i].field, .points = &point, .count = 1};
        sweep.outcomes[OUTCOME_RETURNING].available = true;
        sweep.outcomes[OUTCOME_RETURNING].used = true;
        sweep.outcomes[OUTCOME_RETURNING].skill = true;
        sweep_sentence(&sweep, OUTCOME_RETURNING, text, sizeof text);
        assert_string_equal(text, cases[i].words);
    }
}

static void without_a_model_a_sweep_has_no_figures(void **state) {
    (void)state;
    struct shop *untrained = planted_open(untrained_path);
    struct predictor *none;
    struct sweep sweep;
    struct scenarios scenarios;
    struct error error;
    struct customer two[2] = {somebody(), somebody()};
    assert_int_equal(shop_predictor(untrained, &none, &error), ERR_OK);
    assert_int_equal(predictor_sweep(none, &two[0], FIELD_AGE, &sweep, &error), ERR_OK);
    assert_false(sweep.outcomes[0].available);
    assert_true(isnan(sweep.points[0].probability[0].estimate));
    sweep_free(&sweep);
    assert_int_equal(predictor_scenarios(none, two, 2, &scenarios, &error), ERR_OK);
    assert_false(scenarios.models[0].available);
    assert_true(isnan(scenarios.answers[1][0].difference.estimate));
    assert_non_null(predictor_problem(none, OUTCOME_FACEBOOK));
    shop_close(untrained);
}

static void a_sweep_is_fast_enough_for_every_key(void **state) {
    (void)state;
    struct customer customer = somebody();
    int64_t best = INT64_MAX;
    for (int round = 0; round < 5; round++) { /* the best round: others use the machine too */
        int64_t start = clock_elapsed_ms();
        struct sweep sweep = sweep_of(&customer, FIELD_PRICE);
        int64_t took = clock_elapsed_ms() - start;
        best = took < best ? took : best;
        sweep_free(&sweep);
    }
    assert_true(best < 30);
}

/* ------------------------------------------------------------------ the jackknife */

/* Every fold model's own probability of two customers, asked one by one. */
static void ask_folds(struct loaded_model *model, const struct traits *traits, double *out) {
    double row[FEATURES_WIDTH_MAX];
    float values[FEATURES_WIDTH_MAX], margin;
    struct matrix *matrix;
    struct error error;
    features_encode(&model->features, traits, row);
    for (int i = 0; i < model->features.width; i++)
        values[i] = (float)row[i];
    assert_int_equal(matrix_new(values, 1, model->features.width, 1, &matrix, &error), ERR_OK);
    for (int i = 0; i < model->count; i++) {
        assert_int_equal(booster_margins(model->boosters[i].booster, matrix, &margin, &error),
                         ERR_OK);
        out[i] = 1 / (1 + model->boosters[i].weight * exp(-(double)margin));
    }
    matrix_free(matrix);
}

/* The textbook's other form: the variance of the pseudo-values K·θ − (K − 1)·θ_k over K; z is
 * scipy.stats.norm.ppf(0.975), SciPy 1.10. */
static void a_difference_has_the_jackknife_interval_of_the_difference(void **state) {
    (void)state;
    struct loaded_model model;
    struct error error;
    struct traits traits[2] = {
        {.age_years = 30, .price = 22000, .handset = 1, .local = 1, .female = 1},
        {.age_years = 47, .price = 60000, .handset = 2, .local = 0, .female = 0}};
    traits[1].answers[ANSWER_FOLLOWS] = 1;
    double a[1 + PLANTED_FOLDS * PLANTED_REPEATS], b[1 + PLANTED_FOLDS * PLANTED_REPEATS];
    struct db *reader = scratch_reader(shop_path);
    assert_int_equal(loaded_model_open(reader, OUTCOME_RETURNING, &model, &error), ERR_OK);
    db_close(reader);
    ask_folds(&model, &traits[0], a);
    ask_folds(&model, &traits[1], b);
    double variance = 0;
    for (int repeat = 0; repeat < PLANTED_REPEATS; repeat++) {
        double pseudo[PLANTED_FOLDS], mean = 0;
        for (int k = 0; k < PLANTED_FOLDS; k++) {
            int own = 1 + repeat * PLANTED_FOLDS + k;
            pseudo[k] = PLANTED_FOLDS * (b[0] - a[0]) - (PLANTED_FOLDS - 1) * (b[own] - a[own]);
            mean += pseudo[k] / PLANTED_FOLDS;
        }
        for (int k = 0; k < PLANTED_FOLDS; k++)
            variance += (pseudo[k] - mean) * (pseudo[k] - mean) /
                        ((PLANTED_FOLDS - 1) * PLANTED_FOLDS) / PLANTED_REPEATS;
    }
    float values[2 * FEATURES_WIDTH_MAX];
    for (int i = 0; i < 2; i++) {
        double row[FEATURES_WIDTH_MAX];
        features_encode(&model.features, &traits[i], row);
        for (int column = 0; column < model.features.width; column++)
            values[i * model.features.width + column] = (float)row[column];
    }
    struct ensemble ensemble;
    assert_int_equal(ensemble_ask(&model, values, 2, &ensemble, &error), ERR_OK);
    struct interval difference = ensemble_difference(&ensemble, 1, 0);
    assert_true(variance > 0);
    assert_near(difference.estimate, b[0] - a[0], 1e-12);
    assert_near(difference.high - difference.estimate, 1.959963984540054 * sqrt(variance), 1e-9);
    assert_near(difference.estimate - difference.low, 1.959963984540054 * sqrt(variance), 1e-9);
    ensemble_free(&ensemble);
    loaded_model_free(&model);
}

/* numpy: e = [1, 2, 4, 7, 3, 3, 5, 9]; np.mean([((4-1)/4) * ((g - g.mean())**2).sum()
 * for g in np.split(np.array(e), 2)]) = 16.875, NumPy 1.24 */
static void the_jackknife_is_taken_within_each_repeat(void **state) {
    (void)state;
    const double estimates[] = {1, 2, 4, 7, 3, 3, 5, 9};
    assert_near(jackknife_variance(estimates, 4, 2), 16.875, 1e-12);
}

/* ------------------------------------------------------------------ scenarios */

static void scenarios_stand_beside_the_first(void **state) {
    (void)state;
    struct customer customers[3] = {somebody(), somebody(), somebody()};
    struct scenarios scenarios;
    struct error error;
    char text[1024];
    set(&customers[1], FIELD_FOLLOWS, "yes");
    set(&customers[2], FIELD_AGE, "31");
    assert_int_equal(predictor_scenarios(predictor, customers, 3, &scenarios, &error), ERR_OK);
    for (int field = 0; field < FIELD_COUNT; field++)
        assert_int_equal(scenarios.differs[field], field == FIELD_FOLLOWS || field == FIELD_AGE);
    double first = scenarios.answers[0][OUTCOME_RETURNING].probability.estimate;
    for (int i = 0; i < 3; i++) {
        struct prediction single;
        assert_int_equal(predictor_predict(predictor, &customers[i], &single, &error), ERR_OK);
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
            same_interval(scenarios.answers[i][outcome].probability,
                          single.outcomes[outcome].probability);
        const struct scenario_answer *own = &scenarios.answers[i][OUTCOME_RETURNING];
        assert_near(own->difference.estimate, own->probability.estimate - first, 1e-12);
    }
    assert_int_equal(scenarios.answers[1][OUTCOME_RETURNING].verdict, VERDICT_HIGHER);
    assert_int_equal(scenarios.answers[2][OUTCOME_RETURNING].verdict, VERDICT_UNCLEAR);
    scenarios_sentence(&scenarios, OUTCOME_RETURNING, text, sizeof text);
    assert_non_null(strstr(text, "B is higher than A by "));
    assert_non_null(strstr(text, "no skill"));
    customers[1] = customers[0];
    assert_int_equal(predictor_scenarios(predictor, customers, 2, &scenarios, &error), ERR_OK);
    scenarios_sentence(&scenarios, OUTCOME_RETURNING, text, sizeof text);
    assert_non_null(strstr(text, "gives all of them the same answer"));
    scenarios.answers[1][0].difference = (struct interval){0.01, -0.02, 0.04};
    scenarios_sentence(&scenarios, OUTCOME_RETURNING, text, 40); /* cut, not overrun */
    assert_int_equal(strlen(text), 39);
    scenarios_sentence(&scenarios, OUTCOME_RETURNING, text, sizeof text);
    assert_non_null(strstr(text, "The difference lies within the model's own uncertainty."));
}

static void too_many_scenarios_are_refused(void **state) {
    (void)state;
    struct customer customers[SCENARIOS_MAX + 1];
    struct scenarios scenarios;
    struct error error;
    for (int i = 0; i <= SCENARIOS_MAX; i++)
        customers[i] = somebody();
    assert_int_equal(
        predictor_scenarios(predictor, customers, SCENARIOS_MAX + 1, &scenarios, &error),
        ERR_INPUT);
    assert_int_equal(predictor_scenarios(predictor, customers, 0, &scenarios, &error), ERR_INPUT);
}

/* ------------------------------------------------------------------ many at once */

static void a_block_of_customers_gets_the_single_answers(void **state) {
    (void)state;
    enum { COUNT = 60 };
    struct customer customers[COUNT];
    struct estimate estimates[COUNT];
    struct error error;
    int yes = 0;
    for (int i = 0; i < COUNT; i++) {
        customers[i] = somebody();
        customers[i].age_years = i % 5 == 0 ? UNKNOWN : 18 + i / 2;
        customers[i].price_minor += i * 100000;
        customers[i].answers[ANSWER_FOLLOWS] = i % 3 - 1;
    }
    assert_int_equal(predictor_estimate(predictor, customers, COUNT, estimates, &error), ERR_OK);
    for (int i = 0; i < COUNT; i++) {
        struct prediction single;
        assert_int_equal(predictor_predict(predictor, &customers[i], &single, &error), ERR_OK);
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            same_interval(estimates[i].outcomes[outcome].probability,
                          single.outcomes[outcome].probability);
            assert_int_equal(estimates[i].outcomes[outcome].label, single.outcomes[outcome].label);
        }
        assert_string_equal(estimates[i].segment, single.segment);
        yes += estimates[i].outcomes[OUTCOME_RETURNING].label;
    }
    assert_in_range(yes, 1, COUNT - 1); /* both labels were put to the test */
    customers[7].age_years = AGE_MAX + 1;
    assert_int_equal(predictor_estimate(predictor, customers, COUNT, estimates, &error), ERR_INPUT);
    assert_int_equal(predictor_estimate(predictor, customers, 0, estimates, &error), ERR_OK);
}

/* ------------------------------------------------------------------ reading a customer */

static void a_value_that_cannot_be_read_leaves_the_customer_alone(void **state) {
    (void)state;
    static const struct {
        enum field field;
        const char *text;
    } bad[] = {{FIELD_AGE, "131"},     {FIELD_AGE, "x"},           {FIELD_PRICE, "-5"},
               {FIELD_PRICE, "1.234"}, {FIELD_DATE, "31-02-2025"}, {FIELD_DATE, "2025-13-01"},
               {FIELD_GENDER, "yes"},  {FIELD_HEARD, "perhaps"}};
    struct customer before = somebody();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct customer after = before;
        const char *reason = NULL;
        assert_false(customer_set(&after, bad[i].field, bad[i].text, &reason));
        assert_non_null(reason);
        for (int field = 0; field < FIELD_COUNT; field++)
            assert_false(customers_differ(&before, &after, (enum field)field));
    }
}

static void what_is_said_of_a_customer_can_be_read_again(void **state) {
    (void)state;
    struct customer customer = somebody(), again;
    customer_init(&again);
    for (int field = 0; field < FIELD_COUNT; field++) {
        char text[DIMENSION_LABEL_SIZE];
        customer_say(&customer, (enum field)field, text);
        if (field == FIELD_DATE)
            date_iso(customer.day, text);
        if (customer_knows(&customer, (enum field)field))
            set(&again, (enum field)field, text);
        assert_false(customers_differ(&customer, &again, (enum field)field));
        set(&again, (enum field)field, " ");
        assert_false(customer_knows(&again, (enum field)field));
    }
    customer.price_minor = 2200050;
    char text[DIMENSION_LABEL_SIZE];
    customer_say(&customer, FIELD_PRICE, text);
    assert_string_equal(text, "22,000.50");
}

static void a_season_without_sales_is_warned_of(void **state) {
    (void)state;
    struct customer customer = somebody();
    struct prediction prediction;
    struct error error;
    const struct facts *facts = shop_facts(shop);
    bool sold[367] = {false};
    int lonely = 0; /* a day of the year that is far from all sales */
    for (size_t row = 0; row < facts->count; row++)
        for (int near = -3; near <= 3; near++)
            sold[(date_day_of_year(facts->day[row]) - 1 + near + 366) % 366] = true;
    while (lonely < 365 && sold[lonely])
        lonely++;
    if (lonely == 365)
        skip(); /* these sales cover the year */
    assert_true(date_from_civil(2027, 1, 1, &customer.day));
    customer.day += lonely;
    assert_int_equal(predictor_predict(predictor, &customer, &prediction, &error), ERR_OK);
    assert_int_equal(prediction.warning_count, 1);
    assert_non_null(strstr(prediction.warnings[0], "no past sale was made around"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_point_of_a_sweep_is_the_single_prediction),
        cmocka_unit_test(a_sweep_has_the_customers_own_value_and_the_ends_of_the_past),
        cmocka_unit_test(prices_go_in_round_steps_between_the_extremes),
        cmocka_unit_test(handsets_that_the_models_do_not_know_share_one_point),
        cmocka_unit_test(a_sweep_finds_what_was_planted_and_says_it),
        cmocka_unit_test(an_answer_that_does_not_move_is_a_sentence_for_every_field),
        cmocka_unit_test(without_a_model_a_sweep_has_no_figures),
        cmocka_unit_test(a_sweep_is_fast_enough_for_every_key),
        cmocka_unit_test(a_difference_has_the_jackknife_interval_of_the_difference),
        cmocka_unit_test(the_jackknife_is_taken_within_each_repeat),
        cmocka_unit_test(scenarios_stand_beside_the_first),
        cmocka_unit_test(too_many_scenarios_are_refused),
        cmocka_unit_test(a_block_of_customers_gets_the_single_answers),
        cmocka_unit_test(a_value_that_cannot_be_read_leaves_the_customer_alone),
        cmocka_unit_test(what_is_said_of_a_customer_can_be_read_again),
        cmocka_unit_test(a_season_without_sales_is_warned_of),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
