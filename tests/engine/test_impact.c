/* engine/analysis/impact and reach: on the real file against pandas, scipy 1.10.1, statsmodels
 * 0.13.5 and R 4.2.2; and on the synthetic shop, whose truth is known, as to false calls. */
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

#include "engine/analysis/impact_blocks.h"
#include "engine/analysis/reach.h"
#include "engine/intake/sample.h"
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

static struct selection everything(const struct facts *facts) {
    static const struct slice none;
    struct selection selection;
    assert_int_equal(slice_select(&none, facts, &selection, NULL), ERR_OK);
    return selection;
}

static void shop_impact(struct impact_options options, struct impact *impact) {
    if (!present)
        skip();
    struct selection selection = everything(&shop);
    impact_compute(&shop, &selection, options, impact);
    selection_free(&selection);
}

/* -------------------------------------------------------------------- adjusted */

/* StratifiedTable over the groups of pandas: .test_null_odds(correction=False),
 * .test_equal_odds(adjust=True). */
static void odds_are_adjusted_for_the_strata_that_were_chosen(void **state) {
    (void)state;
    static const struct {
        const char *strata;
        int factor; /* position among the five */
        int telling;
        double ratio, cmh, p, breslow_day, breslow_day_p;
    } known[] = {
        {"location,gender,age_band", 0, 24, 0.9544595771884026, 0.8058072973590047,
         0.3693627350708584, 15.12905362299712, 0.8899485874486717},
        {"location,gender,age_band", 2, 24, 0.9635202042884025, 0.54857396845626,
         0.4589009559212276, 33.28637477760228, 0.07620492328759199},
        {"month,gender", 1, 22, 1.0074077488047977, 0.021547121500780864, 0.8832982689710243,
         17.626194252654297, 0.6725211923172567},
        {"heard", 0, 2, 0.9576054879005713, 0.698462802850391, 0.40330069730433815,
         0.0003285197143768446, 0.9855390441152395},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct impact_options options = impact_defaults(OUTCOME_RETURNING);
        struct impact impact;
        assert_int_equal(impact_strata_parse(known[i].strata, &options, NULL), ERR_OK);
        shop_impact(options, &impact);
        const struct impact_adjusted *at = &impact.adjusted[known[i].factor];
        assert_int_equal(at->strata, known[i].telling);
        assert_int_equal(at->tests.breslow_day_df, known[i].telling - 1);
        assert_near(at->odds_ratio.estimate, known[i].ratio, 1e-12);
        assert_near(at->tests.cmh, known[i].cmh, 1e-10);
        assert_near(at->tests.p, known[i].p, 1e-10);
        assert_near(at->tests.breslow_day, known[i].breslow_day, 1e-8);
        assert_near(at->tests.breslow_day_p, known[i].breslow_day_p, 1e-9);
        assert_true(at->homogeneous);
        impact_free(&impact);
    }
}

static void strata_never_say_what_the_factor_is(void **state) {
    (void)state;
    struct impact_options options = impact_defaults(OUTCOME_RETURNING);
    struct impact impact;
    assert_int_equal(impact_strata_parse("engagement,location,returning,weekday", &options, NULL),
                     ERR_OK);
    shop_impact(options, &impact);
    assert_string_equal(impact.adjusted[0].held, "location, weekday"); /* facebook */
    assert_string_equal(impact.adjusted[3].held, "engagement, location, weekday");
    assert_string_equal(impact.adjusted[4].held, "engagement, weekday"); /* local */
    impact_free(&impact);
    assert_int_equal(impact_strata_parse("none", &options, NULL), ERR_OK);
    shop_impact(options, &impact);
    assert_string_equal(impact.adjusted[0].held, "nothing");
    assert_int_equal(impact.adjusted[0].strata, 1);
    /* the crude ratio of the difference's own table */
    assert_near(impact.adjusted[0].odds_ratio.estimate, impact.differences[0].odds_ratio.estimate,
                1e-12);
    impact_free(&impact);
}

/* Too many combinations are possible for each to have its place; which of them occur is what one of
 * the dimensions alone says. */
static void rare_strata_among_many_possible_ones_tell_the_same(void **state) {
    (void)state;
    enum { HANDSETS = 520, EACH = 12, ROWS = HANDSETS * EACH };
    static char names[HANDSETS][24], answers[ROWS][ANSWER_COUNT + 1];
    static struct facts_row rows[ROWS];
    unsigned seed = 5;
    for (int i = 0; i < ROWS; i++) {
        char *name = names[i % HANDSETS];
        snprintf(name, sizeof names[0], "Brand%d phone", i % HANDSETS); /* each its own brand */
        for (int answer = 0; answer < ANSWER_COUNT; answer++) {
            seed = seed * 1664525u + 1013904223u;
            answers[i][answer] = "yyynnnnn-"[(seed >> 16) % 9];
        }
        rows[i] = (struct facts_row){"2025-01-15",   "Old Town", 30, i % 3 == 0 ? 'F' : 'M', name,
                                     1000 + i % 900, answers[i], 0};
    }
    struct facts facts;
    facts_table(&facts, rows, ROWS);
    struct selection selection = everything(&facts);
    struct impact one = {.outcome = OUTCOME_RETURNING}, both = {.outcome = OUTCOME_RETURNING};
    struct impact_options options = impact_defaults(OUTCOME_RETURNING);
    assert_int_equal(impact_strata_parse("handset", &options, NULL), ERR_OK);
    impact_adjust(&facts, &selection, &options, &one);
    assert_int_equal(impact_strata_parse("brand,handset", &options, NULL), ERR_OK);
    impact_adjust(&facts, &selection, &options, &both);
    for (int i = 0; i < 4; i++) { /* facebook, follows, heard, gender */
        const struct impact_adjusted *dense = &one.adjusted[i], *sparse = &both.adjusted[i];
        assert_string_equal(sparse->held, "brand, handset");
        assert_int_equal(sparse->strata_total, HANDSETS);
        assert_in_range(sparse->strata, HANDSETS / 2, HANDSETS);
        assert_int_equal(sparse->strata, dense->strata);
        assert_near(sparse->odds_ratio.estimate, dense->odds_ratio.estimate, 1e-12);
        assert_near(sparse->odds_ratio.low, dense->odds_ratio.low, 1e-12);
        assert_near(sparse->tests.cmh, dense->tests.cmh, 1e-9);
        assert_near(sparse->tests.breslow_day, dense->tests.breslow_day, 1e-6);
    }
    selection_free(&selection);
    facts_table_free(&facts);
}

static void strata_that_cannot_be_are_refused_and_change_nothing(void **state) {
    (void)state;
    static const char *const wrong[] = {"",
                                        ",",
                                        "shoe_size",
                                        "gender,gender",
                                        "gender,month,location,brand,heard",
                                        "gender,nothing"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct impact_options options = impact_defaults(OUTCOME_FACEBOOK);
        struct error error;
        assert_int_equal(impact_strata_parse(wrong[i], &options, &error), ERR_USAGE);
        assert_int_equal(options.strata_count, 3);
        assert_int_equal(options.strata[2], DIMENSION_AGE_BAND);
    }
}

/* ----------------------------------------------------------------------- money */

/* scipy.stats.mannwhitneyu of the prices; the shift by numpy's median of all differences. */
static void prices_are_compared_by_ranks_too(void **state) {
    (void)state;
    static const struct {
        double u, p, shift;
    } known[] = {{7457955, 0.20029190135166108, 170},
                 {8896716, 0.7611779942014067, -35},
                 {9298388.5, 0.1968664140505989, -149},
                 {9428912.5, 0.9677816946112401, 3}};
    struct impact impact;
    shop_impact(impact_defaults(OUTCOME_RETURNING), &impact);
    for (int i = 0; i < 4; i++) {
        const struct rank_test *ranks = &impact.prices[i].ranks;
        assert_near(ranks->u, known[i].u, 0);
        assert_near(ranks->p, known[i].p, 1e-9);
        assert_near(ranks->shift.estimate / 100, known[i].shift, 0);
        assert_true(ranks->shift.low < ranks->shift.estimate &&
                    ranks->shift.estimate < ranks->shift.high);
    }
    impact_free(&impact);
}

/* pandas: revenue by day pivoted by the answer over all 300 days, scipy.stats.ttest_ind
 * (equal_var=False), and the ratio estimator's interval with numpy. */
static void revenue_is_compared_day_by_day(void **state) {
    (void)state;
    static const struct {
        double difference, share, low, high;
    } known[] = {
        {-371145.51, 0.24965639139922408, 0.23891043051652303, 0.2604023522819251},
        {-222018.38333333336, 0.3502450339238186, 0.33737726028149084, 0.3631128075661464}};
    struct impact impact;
    shop_impact(impact_defaults(OUTCOME_RETURNING), &impact);
    assert_int_equal(impact.days, 300);
    for (int i = 0; i < 2; i++) {
        const struct impact_revenue *at = &impact.revenues[i];
        assert_near(at->difference.estimate / 100, known[i].difference, 1e-6);
        assert_near(at->share.estimate, known[i].share, 1e-12);
        assert_near(at->share.low, known[i].low, 1e-12);
        assert_near(at->share.high, known[i].high, 1e-12);
        assert_int_equal(at->yes_minor + at->no_minor, 22238165700);
        assert_true(at->p < 1e-70 && at->ranks.p < 1e-60);
    }
    assert_near(impact.revenues[0].sales_share, 2194.0 / 8871, 1e-15);
    impact_free(&impact);
}

/* ----------------------------------------------------------------------- reach */

/* pandas: groupby of the three answers; numpy.corrcoef for phi. */
static void reach_counts_every_combination(void **state) {
    (void)state;
    static const struct {
        const char *label;
        int sales, returning;
        double mean;
    } known[] = {{"none", 1397, 337, 24993.385111},
                 {"Facebook", 726, 186, 25436.163912},
                 {"follows", 908, 249, 23865.376652},
                 {"heard", 2075, 532, 25222.825542},
                 {"Facebook + follows", 496, 115, 24159.475806},
                 {"Facebook + heard", 1116, 256, 25574.013441},
                 {"follows + heard", 1401, 328, 25389.508922},
                 {"all three", 752, 191, 25129.942819}};
    static const struct {
        int both, either;
        double jaccard, phi;
    } pairs[] = {{1248, 5399, 0.23115391739210964, 0.004347041140264582},
                 {1868, 6566, 0.28449588790740177, 0.003164609949667777},
                 {2153, 6748, 0.3190574985180794, 0.004802895085848292}};
    if (!present)
        skip();
    struct selection selection = everything(&shop);
    struct reach reach;
    reach_compute(&shop, &selection, &reach);
    assert_int_equal(reach.known, 8871);
    for (int i = 0; i < REACH_COMBINATIONS; i++) {
        char label[64];
        reach_label(reach.rows[i].channels, label, sizeof label);
        assert_string_equal(label, known[i].label);
        assert_int_equal(reach.rows[i].sales, known[i].sales);
        assert_near(reach.rows[i].returning.estimate, (double)known[i].returning / known[i].sales,
                    1e-12);
        assert_near(reach.rows[i].mean_price_minor / 100, known[i].mean, 1e-6);
        struct interval share = share_wilson(known[i].sales, 8871);
        assert_near(reach.rows[i].share.low, share.low, 0);
    }
    for (int i = 0; i < REACH_PAIRS; i++) {
        assert_int_equal(reach.pairs[i].both, pairs[i].both);
        assert_int_equal(reach.pairs[i].either, pairs[i].either);
        assert_near(reach.pairs[i].jaccard, pairs[i].jaccard, 1e-12);
        assert_near(reach.pairs[i].phi, pairs[i].phi, 1e-12);
        assert_int_equal(reach.pairs[i].verdict, VERDICT_UNCLEAR);
    }
    assert_non_null(strstr(reach.sentence, "15.7 % were reached by none"));
    selection_free(&selection);
}

static void unknown_channels_are_left_out_and_counted(void **state) {
    (void)state;
    struct facts_row rows[60];
    static const char *const answers[] = {"yyn-", "nny-", "-yny", "yyny", "nnnn", "y-y-"};
    for (int i = 0; i < 60; i++)
        rows[i] = (struct facts_row){"2025-01-01", "A", 30, 'F', "Pixel", 1000, answers[i % 6], 0};
    struct facts facts;
    facts_table(&facts, rows, 60);
    struct selection selection = everything(&facts);
    struct reach reach;
    reach_compute(&facts, &selection, &reach);
    assert_int_equal(reach.sales, 60);
    assert_int_equal(reach.known, 20);
    assert_int_equal(reach.unknown[0], 10); /* facebook */
    assert_int_equal(reach.unknown[1], 10); /* follows */
    assert_int_equal(reach.unknown[2], 30); /* heard */
    assert_int_equal(reach.rows[0].sales, 10);
    assert_int_equal(reach.rows[4].sales, 0); /* Facebook + follows: whether heard is not known */
    assert_int_equal(reach.rows[7].sales, 10);
    assert_near(reach.rows[7].returning.estimate, 0, 0);
    assert_int_equal(reach.pairs[0].known, 40);
    assert_int_equal(reach.pairs[0].verdict, VERDICT_HIGHER); /* always together here */
    assert_near(reach.pairs[0].phi, 1, 1e-12);
    selection_free(&selection);
    facts_table_free(&facts);
}

/* ----------------------------------------------------------------------- trend */

/* R's prop.trend.test over the eleven months. */
static void the_trend_by_month_is_rs(void **state) {
    (void)state;
    struct impact impact;
    shop_impact(impact_defaults(OUTCOME_RETURNING), &impact);
    const struct impact_trend *trend = &impact.trend;
    assert_int_equal(trend->count, 11);
    assert_near(trend->test.z * trend->test.z, 2.30583168464468, 1e-10);
    assert_near(trend->test.p, 0.128889275848723, 1e-10);
    assert_int_equal(trend->verdict, VERDICT_UNCLEAR);
    assert_true(trend->months[0].partial && !trend->months[5].partial && trend->months[10].partial);
    assert_int_equal(trend->months[0].known, 153);
    int64_t yes = 0, known = 0;
    for (int i = 0; i < trend->count; i++) {
        const struct impact_month *month = &trend->months[i];
        yes += month->yes;
        known += month->known;
        for (int j = 0; j < impact.difference_count; j++)
            assert_int_equal(month->differences[j].yes_n + month->differences[j].no_n,
                             month->known);
    }
    assert_int_equal(yes, 2194);
    assert_int_equal(known, 8871);
    impact_free(&impact);
}

/* ----------------------------------------------------------------------- power */

static void the_sales_that_a_difference_needs_keep_the_mix(void **state) {
    (void)state;
    struct impact_options options = impact_defaults(OUTCOME_RETURNING);
    options.difference = 0.01;
    struct impact impact;
    shop_impact(options, &impact);
    for (int i = 0; i < impact.power.count; i++) {
        const struct impact_needed *at = &impact.power.factors[i];
        const struct impact_difference *now = &impact.differences[i];
        assert_true(at->possible);
        assert_int_equal(at->total, at->yes + at->no);
        assert_near((double)at->no / (double)at->yes, (double)now->no_n / (double)now->yes_n, 1e-3);
        assert_int_equal(at->more, at->total - 8871);
        /* the pace is 8,871 sales in 300 days */
        assert_near((double)at->days, (double)at->more * 300 / 8871, 1);
        assert_near(at->detectable, now->detectable, 0);
    }
    impact_free(&impact);
    options.difference = 0.9; /* around a quarter it does not fit between 0 and 1 */
    shop_impact(options, &impact);
    assert_false(impact.power.factors[0].possible);
    assert_non_null(strstr(impact.power.sentence, "cannot be"));
    impact_free(&impact);
}

/* --------------------------------------------------------------------- methods */

/* 10 sales: what scipy.stats.fisher_exact([[4,1],[1,4]]) has, 0.2063492063492064. */
static void small_tables_are_tested_exactly_and_say_so(void **state) {
    (void)state;
    struct facts_row rows[15];
    static const char *const places[] = {"A", "Outside", "C"};
    for (int i = 0; i < 15; i++) {
        bool follows = i % 2 == 0;
        bool returning = i < 10 ? (follows ? i != 0 : i == 1) : false;
        const char *answers =
            follows ? (returning ? "nyyn" : "nynn") : (returning ? "nnyn" : "nnnn");
        rows[i] =
            (struct facts_row){"2025-01-01", places[i % 3], 30, 'F', "Pixel", 1000, answers, 0};
    }
    struct facts facts;
    facts_table(&facts, rows, 10);
    struct selection selection = everything(&facts);
    struct impact impact;
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_RETURNING), &impact);
    for (int i = 0; i < impact.test_count; i++) {
        const struct impact_test *test = &impact.tests[i];
        if (test->factor == DIMENSION_FOLLOWS) {
            assert_int_equal(test->method, METHOD_FISHER);
            assert_near(test->p, 0.2063492063492064, 1e-10);
            assert_true(fabs(test->chi_square.p - test->p) > 0.1);
        }
        if (test->factor == DIMENSION_LOCATION) {
            assert_int_equal(test->method, METHOD_MONTE_CARLO);
            assert_in_range((int)(1000 * test->p), 1, 1000);
        }
        if (test->factor == DIMENSION_GENDER)
            assert_true(isnan(test->p)); /* all women */
    }
    assert_string_equal(impact_method_name(METHOD_MONTE_CARLO), "monte carlo");
    impact_free(&impact);
    selection_free(&selection);
    facts_table_free(&facts);
}

/* ----------------------------------------------------------------- calibration */

static bool write_file(void *context, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, context) == length;
}

static void sample_facts(struct facts *facts, int64_t rows, uint64_t seed, bool no_effects) {
    char path[] = "/tmp/retail-pulse-sample-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    struct sample_options options = {.rows = rows, .seed = seed, .no_effects = no_effects};
    assert_int_equal(sample_write(&options, write_file, file, NULL), ERR_OK);
    fclose(file);
    assert_true(facts_table_csv(facts, path));
    remove(path);
}

/* Calls that impact makes, and how many it could make, of each kind. */
enum { CALL_TEST, CALL_DIFFERENCE, CALL_PRICE, CALL_ADJUSTED, CALL_STRATA, CALL_TREND, CALLS };

static void count_calls(const struct impact *impact, int called[CALLS], int possible[CALLS]) {
    bool any = false; /* Benjamini and Hochberg's promise is about the whole table */
    for (int i = 0; i < impact->test_count; i++)
        any = any || impact->tests[i].differs;
    called[CALL_TEST] += any;
    possible[CALL_TEST]++;
    for (int i = 0; i < impact->difference_count; i++, possible[CALL_DIFFERENCE]++)
        called[CALL_DIFFERENCE] += impact->differences[i].verdict != VERDICT_UNCLEAR;
    for (int i = 0; i < impact->price_count; i++, possible[CALL_PRICE]++)
        called[CALL_PRICE] += verdict_of(impact->prices[i].difference) != VERDICT_UNCLEAR;
    for (int i = 0; i < impact->adjusted_count; i++) {
        called[CALL_ADJUSTED] += impact->adjusted[i].verdict != VERDICT_UNCLEAR;
        called[CALL_STRATA] += !impact->adjusted[i].homogeneous;
        possible[CALL_ADJUSTED]++;
        possible[CALL_STRATA]++;
    }
    called[CALL_TREND] += impact->trend.verdict != VERDICT_UNCLEAR;
    possible[CALL_TREND]++;
}

/* The most that chance would call at 5 % each, but for one time in a thousand: P(X > bound) ≤ 0.001
 * for the binomial. */
static int most_by_chance(int possible) {
    double probability = pow(0.95, possible), sum = probability;
    int count = 0;
    while (sum < 0.999) {
        count++;
        probability *= (double)(possible - count + 1) / count * (0.05 / 0.95);
        sum += probability;
    }
    return count;
}

static void nothing_planted_is_called_no_more_often_than_promised(void **state) {
    (void)state;
    int called[CALLS] = {0}, possible[CALLS] = {0};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct facts facts;
        sample_facts(&facts, 4000, seed, true);
        struct selection selection = everything(&facts);
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            struct impact impact;
            impact_compute(&facts, &selection, impact_defaults((enum outcome)outcome), &impact);
            count_calls(&impact, called, possible);
            impact_free(&impact);
        }
        selection_free(&selection);
        facts_table_free(&facts);
    }
    assert_int_equal(possible[CALL_DIFFERENCE], 200);
    for (int i = 0; i < CALLS; i++) {
        print_message("kind %d: %d of %d, at most %d\n", i, called[i], possible[i],
                      most_by_chance(possible[i]));
        if (called[i] > most_by_chance(possible[i]))
            fail_msg("kind %d: %d of %d called", i, called[i], possible[i]);
    }
    assert_true(called[CALL_DIFFERENCE] > 0); /* a test that never calls would be no test */
}

/* The generator plants: followers who heard, and dear handsets, for returning; under 25 for
 * Facebook. */
static void what_was_planted_is_called(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct facts facts;
        struct impact impact;
        sample_facts(&facts, 12000, seed, false);
        struct selection selection = everything(&facts);
        impact_compute(&facts, &selection, impact_defaults(OUTCOME_RETURNING), &impact);
        for (int i = 0; i < impact.test_count; i++) {
            bool planted = impact.tests[i].factor == DIMENSION_FOLLOWS ||
                           impact.tests[i].factor == DIMENSION_HEARD ||
                           impact.tests[i].factor == DIMENSION_PRICE_BAND ||
                           impact.tests[i].factor == DIMENSION_HANDSET;
            if (planted && !impact.tests[i].differs)
                fail_msg("seed %d: %s is not called", (int)seed,
                         dimension_name(impact.tests[i].factor));
        }
        assert_int_equal(impact.differences[1].verdict, VERDICT_HIGHER); /* follows */
        assert_int_equal(impact.differences[2].verdict, VERDICT_HIGHER); /* heard */
        assert_int_equal(impact.adjusted[1].verdict, VERDICT_HIGHER);
        assert_int_equal(verdict_of(impact.prices[0].difference), VERDICT_HIGHER);
        impact_free(&impact);
        /* following tells only where they had heard of the shop: the strata are not alike */
        struct impact_options options = impact_defaults(OUTCOME_RETURNING);
        assert_int_equal(impact_strata_parse("heard", &options, NULL), ERR_OK);
        impact_compute(&facts, &selection, options, &impact);
        assert_false(impact.adjusted[1].homogeneous);
        impact_free(&impact);
        impact_compute(&facts, &selection, impact_defaults(OUTCOME_FACEBOOK), &impact);
        for (int i = 0; i < impact.test_count; i++) {
            if (impact.tests[i].factor == DIMENSION_AGE_BAND)
                assert_true(impact.tests[i].differs);
        }
        impact_free(&impact);
        selection_free(&selection);
        facts_table_free(&facts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odds_are_adjusted_for_the_strata_that_were_chosen),
        cmocka_unit_test(strata_never_say_what_the_factor_is),
        cmocka_unit_test(rare_strata_among_many_possible_ones_tell_the_same),
        cmocka_unit_test(strata_that_cannot_be_are_refused_and_change_nothing),
        cmocka_unit_test(prices_are_compared_by_ranks_too),
        cmocka_unit_test(revenue_is_compared_day_by_day),
        cmocka_unit_test(reach_counts_every_combination),
        cmocka_unit_test(unknown_channels_are_left_out_and_counted),
        cmocka_unit_test(the_trend_by_month_is_rs),
        cmocka_unit_test(the_sales_that_a_difference_needs_keep_the_mix),
        cmocka_unit_test(small_tables_are_tested_exactly_and_say_so),
        cmocka_unit_test(nothing_planted_is_called_no_more_often_than_promised),
        cmocka_unit_test(what_was_planted_is_called),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
