/* engine/analysis/association: figures of scikit-learn 1.2.1 and scipy 1.10.1 by the calls named.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/association.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"

static struct facts shop;
static bool present;

static int set_up(void **state) {
    (void)state;
    present = facts_table_shop(&shop);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&shop);
    return 0;
}

static void associate(const struct facts *facts, const char *filters, enum outcome outcome,
                      struct associations *out) {
    struct slice slice = {0};
    struct selection selection = {0};
    struct error error;
    if (slice_parse(&slice, facts, filters, &error) != ERR_OK ||
        slice_select(&slice, facts, &selection, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    slice_free(&slice);
    assert_int_equal(associations_compute(facts, &selection, outcome, out, NULL), ERR_OK);
    selection_free(&selection);
}

static const struct association *row_of(const struct associations *associations, const char *name) {
    for (int i = 0; i < associations->count; i++) {
        if (strcmp(associations->rows[i].name, name) == 0)
            return &associations->rows[i];
    }
    return NULL;
}

static void mutual_information_is_scikit_learns(void **state) {
    (void)state;
    static const int64_t counts[] = {12, 5, 3, 9, 7, 7}, apart[] = {5, 0, 0, 5},
                         independent[] = {2, 4, 3, 6}, nothing[] = {0, 0, 0, 0};
    /* mutual_info_score(None, None, contingency=[[12, 5], [3, 9], [7, 7]]) */
    assert_near(mutual_information(counts, 3, 2), 0.07076883851521532, 1e-15);
    assert_near(mutual_information(apart, 2, 2), log(2), 1e-15);
    assert_near(mutual_information(independent, 2, 2), 0, 1e-15);
    assert_true(isnan(mutual_information(nothing, 2, 2)));
}

static void correlation_is_scipys(void **state) {
    (void)state;
    static const double x[] = {1, 2, 3, 4, 5, 6}, y[] = {2, 1, 4, 3, 7, 5},
                        same[] = {3, 3, 3, 3, 3, 3};
    double p;
    struct interval r = correlation_pearson(x, y, 6, &p); /* scipy.stats.pearsonr(x, y) */
    assert_near(r.estimate, 0.7917946548886294, 1e-14);
    assert_near(p, 0.06051140336275671, 1e-13);
    assert_near(r.low, -0.05530515967334017, 1e-12);
    assert_near(r.high, 0.9761145801153426, 1e-12);
    r = correlation_pearson(x, x, 6, &p);
    assert_true(r.estimate == 1 && r.low == 1 && r.high == 1 && p == 0);
    r = correlation_pearson(x, same, 6, &p);
    assert_true(isnan(r.estimate) && isnan(p));
    r = correlation_pearson(x, y, 2, &p);
    assert_true(isnan(r.estimate) && isnan(p));
}

/* mutual_info_score(feature, outcome), and chi2_contingency(…, lambda_="log-likelihood",
 * correction=False) for G and p; V is sqrt(chi2 / n). */
static void the_shops_categories_have_scikit_learns_information(void **state) {
    (void)state;
    if (!present)
        skip();
    static const struct {
        enum outcome outcome;
        const char *name;
        double information, g, p, v;
        int df;
    } expected[] = {{OUTCOME_RETURNING, "location", 2.1366251287596727e-05, 0.37908003035341054,
                     0.8273396100943802, 0.006540039152817776, 2},
                    {OUTCOME_RETURNING, "handset", 0.0009532412093682871, 16.912405536611153,
                     0.391287090355531, 0.04366772185515337, 16},
                    {OUTCOME_RETURNING, "month", 0.0008185755327570002, 14.52316710217471,
                     0.15043738541902063, 0.04036102442382414, 10},
                    {OUTCOME_RETURNING, "weekday", 0.0002973969644146923, 5.276416942647019,
                     0.5088803869343723, 0.024302359869915833, 6},
                    {OUTCOME_RETURNING, "facebook", 3.968303170145959e-05, 0.7040563484332694,
                     0.40142404994610936, 0.008898728957768626, 1},
                    {OUTCOME_FACEBOOK, "gender", 2.900652361392808e-05, 0.514633741960985,
                     0.4731397954165786, 0.0076166264776254934, 1},
                    {OUTCOME_FACEBOOK, "heard", 5.008799433992017e-06, 0.08886611956296697,
                     0.7656236290461376, 0.0031646099496677755, 1}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct associations associations;
        associate(&shop, "", expected[i].outcome, &associations);
        const struct association *row = row_of(&associations, expected[i].name);
        assert_non_null(row);
        assert_near(row->information, expected[i].information, 1e-13);
        assert_near(row->g, expected[i].g, 1e-9);
        assert_near(row->p, expected[i].p, 1e-10);
        assert_near(row->cramers_v, expected[i].v, 1e-12);
        assert_int_equal(row->df, expected[i].df);
        assert_near(row->information_by_chance, expected[i].df / (2 * 8871.0), 1e-15);
        assert_near(row->share_of_entropy, row->information / associations.entropy, 1e-15);
    }
}

static void the_shops_numbers_have_scipys_correlation(void **state) {
    (void)state;
    if (!present)
        skip();
    static const struct {
        enum outcome outcome;
        const char *name, *level;
        double r, p, low, high;
    } expected[] = {{OUTCOME_RETURNING, "age", NULL, -0.021440112692298494, 0.043455457235391806,
                     -0.042231292689430426, -0.0006303716445376775},
                    {OUTCOME_RETURNING, "price", NULL, 0.00751947896954661, 0.4788584764662933,
                     -0.01329262336732491, 0.02832506894807358},
                    {OUTCOME_RETURNING, "heard", "yes", -0.007843852716087955, 0.46009631689133357,
                     -0.028649198586105346, 0.012968286407215562},
                    {OUTCOME_FACEBOOK, "follows", "yes", 0.004347041140264492, 0.6822647805588863,
                     -0.016464470569239772, 0.025154787887450146}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct associations associations;
        associate(&shop, "", expected[i].outcome, &associations);
        const struct association *row = row_of(&associations, expected[i].name);
        assert_near(row->correlation.estimate, expected[i].r, 1e-12);
        assert_near(row->correlation.low, expected[i].low, 1e-12);
        assert_near(row->correlation.high, expected[i].high, 1e-12);
        assert_near(row->correlation_p, expected[i].p, 1e-10);
        assert_true((row->level == NULL) == (expected[i].level == NULL));
    }
    struct associations associations;
    associate(&shop, "", OUTCOME_RETURNING, &associations);
    assert_near(associations.entropy, 0.5593747108572609, 1e-14); /* scipy.stats.entropy */
    /* mutual_info_score(outcome, numpy.searchsorted(Series.quantile(.1 … .9), x)) */
    assert_near(row_of(&associations, "age")->information, 0.0009864434625769941, 1e-14);
    assert_near(row_of(&associations, "price")->information, 0.0009973377532421501, 1e-14);
    assert_near(row_of(&associations, "price")->p, 0.03888454097026868, 1e-11);
}

static void the_shop_has_nothing_beyond_chance(void **state) {
    (void)state;
    if (!present)
        skip();
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        struct associations associations;
        associate(&shop, "", (enum outcome)outcome, &associations);
        assert_int_equal(associations.related, 0);
        assert_non_null(strstr(associations.sentence,
                               outcome == OUTCOME_RETURNING ? "None of the 13" : "None of the 12"));
    }
}

static void an_outcome_is_not_compared_with_what_is_made_of_it(void **state) {
    (void)state;
    struct facts facts;
    facts_table_random(&facts, 500, 1);
    struct associations associations;
    associate(&facts, "", OUTCOME_FACEBOOK, &associations);
    assert_null(row_of(&associations, "facebook"));
    assert_null(row_of(&associations, "engagement"));
    assert_null(row_of(&associations, "segment"));
    associate(&facts, "", OUTCOME_RETURNING, &associations);
    assert_null(row_of(&associations, "returning"));
    assert_non_null(row_of(&associations, "engagement"));
    facts_table_free(&facts);
}

/* Three in four women had bought before, one in four men; all else by turns. */
static void a_planted_difference_is_called_and_named(void **state) {
    (void)state;
    enum { SALES = 400 };
    static struct facts_row rows[SALES];
    for (int i = 0; i < SALES; i++) {
        bool woman = i % 2 == 0, yes = (i / 2) % 4 != 0;
        rows[i] = (struct facts_row){.date = i % 3 == 0 ? "2025-01-05" : "2025-02-06",
                                     .location = i % 5 == 0 ? "Outside" : "Sadar",
                                     .age = 20 + i % 7,
                                     .gender = woman ? 'F' : 'M',
                                     .handset = i % 11 < 5 ? "Pixel 7a" : "Moto G85",
                                     .price = 100 + i % 13,
                                     .answers = yes == woman ? "nnyn" : "nnnn"};
    }
    struct facts facts;
    facts_table(&facts, rows, SALES);
    struct associations associations;
    associate(&facts, "", OUTCOME_RETURNING, &associations);
    assert_int_equal(associations.related, 1);
    assert_string_equal(associations.rows[0].name, "gender");
    assert_string_equal(association_verdict(&associations.rows[0]), "related");
    assert_near(associations.rows[0].correlation.estimate, 0.5, 1e-15);
    /* scipy.stats.entropy([1, 1]) − scipy.stats.entropy([3, 1]) */
    assert_near(associations.rows[0].information, 0.13081203594113697, 1e-15);
    assert_non_null(strstr(associations.sentence, "1 of the"));
    assert_non_null(strstr(associations.sentence, "gender"));
    const struct association *facebook = row_of(&associations, "facebook");
    assert_int_equal(facebook->df, 0); /* everybody said no */
    assert_string_equal(association_verdict(facebook), "nothing to compare");
    assert_true(isnan(facebook->p) && isnan(facebook->cramers_v));
    assert_int_equal(associations.rows[associations.count - 1].df, 0); /* the untestable last */
    facts_table_free(&facts);
}

/* Independent columns, 40 shops: a table that calls anything related is wrong, and
 * Benjamini-Hochberg allows one in twenty of them (all null hypotheses hold: the family-wise rate
 * is 5 %). Of 80 tables 4 are expected; 10 or more have a probability of 0.6 % (1 -
 * scipy.stats.binom.cdf(9, 80, 0.05)). The information found must be what chance is said to give.
 */
static void of_nothing_little_is_made(void **state) {
    (void)state;
    int wrong = 0, rows = 0;
    double ratio = 0;
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct facts facts;
        facts_table_random(&facts, 3000, seed);
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            struct associations associations;
            associate(&facts, "", (enum outcome)outcome, &associations);
            wrong += associations.related > 0;
            for (int i = 0; i < associations.count; i++) {
                if (associations.rows[i].df == 0 ||
                    associations.rows[i].dimension == DIMENSION_ENGAGEMENT)
                    continue;
                ratio +=
                    associations.rows[i].information / associations.rows[i].information_by_chance;
                rows++;
            }
        }
        facts_table_free(&facts);
    }
    if (wrong >= 10)
        fail_msg("%d of 80 tables call something related", wrong);
    assert_near(ratio / rows, 1, 0.1);
}

static void an_outcome_that_nobody_answered_says_so(void **state) {
    (void)state;
    static const struct facts_row rows[] = {
        {"2025-01-05", "Sadar", 20, 'F', "Pixel 7a", 100, "y---", 0},
        {"2025-01-06", "Sadar", 30, 'M', "Pixel 7a", 200, "n---", 0},
    };
    struct facts facts;
    facts_table(&facts, rows, 2);
    struct associations associations;
    associate(&facts, "", OUTCOME_RETURNING, &associations);
    assert_int_equal(associations.known, 0);
    assert_true(isnan(associations.entropy));
    assert_non_null(strstr(associations.sentence, "Too few answers"));
    associate(&facts, "price>500", OUTCOME_FACEBOOK, &associations);
    assert_int_equal(associations.known, 0);
    facts_table_free(&facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutual_information_is_scikit_learns),
        cmocka_unit_test(correlation_is_scipys),
        cmocka_unit_test(the_shops_categories_have_scikit_learns_information),
        cmocka_unit_test(the_shops_numbers_have_scipys_correlation),
        cmocka_unit_test(the_shop_has_nothing_beyond_chance),
        cmocka_unit_test(an_outcome_is_not_compared_with_what_is_made_of_it),
        cmocka_unit_test(a_planted_difference_is_called_and_named),
        cmocka_unit_test(of_nothing_little_is_made),
        cmocka_unit_test(an_outcome_that_nobody_answered_says_so),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
