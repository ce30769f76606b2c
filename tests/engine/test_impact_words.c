/* What engine/analysis/impact and reach say in sentences where there is little or nothing to say:
 * no sentence claims more than its figures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/impact.h"
#include "engine/analysis/reach.h"
#include "tests/support/facts_table.h"

enum { ROWS_MOST = 4000 };

static void compute_with(const struct facts_row *rows, size_t count, struct impact_options options,
                         struct impact *impact, struct reach *reach) {
    static const struct slice none;
    struct facts facts;
    struct selection selection;
    facts_table(&facts, rows, count);
    assert_int_equal(slice_select(&none, &facts, &selection, NULL), ERR_OK);
    if (impact != NULL)
        impact_compute(&facts, &selection, options, impact);
    if (reach != NULL)
        reach_compute(&facts, &selection, reach);
    selection_free(&selection);
    facts_table_free(&facts);
}

static void compute(const struct facts_row *rows, size_t count, enum outcome outcome,
                    struct impact *impact, struct reach *reach) {
    compute_with(rows, count, impact_defaults(outcome), impact, reach);
}

static void expect_part(const char *sentence, const char *part) {
    if (strstr(sentence, part) == NULL)
        fail_msg("not in '%s': %s", sentence, part);
}

static void expect_without(const char *sentence, const char *part) {
    if (strstr(sentence, part) != NULL)
        fail_msg("in '%s': %s", sentence, part);
}

/* Of sales that all came from Facebook, nothing differs in coming from Facebook. */
static void an_outcome_that_everybody_has_is_not_compared(void **state) {
    (void)state;
    static const char *const answers[] = {"yyyn", "ynny", "yynn", "ynyy"};
    struct facts_row rows[200];
    for (int i = 0; i < 200; i++)
        rows[i] = (struct facts_row){
            "2025-01-01", i % 3 ? "A" : "Outside", 30, i % 2 ? 'F' : 'M', "Pixel",
            1000,         answers[i % 4],          0};
    struct impact impact;
    compute(rows, 200, OUTCOME_FACEBOOK, &impact, NULL);
    assert_string_equal(impact.sentence, "Everybody in this slice came from Facebook, so there is "
                                         "nothing to compare.");
    assert_true(isnan(impact.detectable_difference));
    expect_without(impact.power.sentence, "Two halves");
    impact_free(&impact);
    for (int i = 0; i < 200; i++)
        rows[i].answers = "nynn";
    compute(rows, 200, OUTCOME_RETURNING, &impact, NULL);
    expect_part(impact.sentence, "Nobody in this slice is returning");
    impact_free(&impact);
}

/* Newcombe's interval of 1/1 against 0/1 reaches from −0.12 to 1, so 100 points are "plausible". */
static void two_sales_rule_nothing_out(void **state) {
    (void)state;
    static const struct facts_row rows[] = {
        {"2025-01-01", "A", 30, 'F', "Pixel", 1000, "yyyn", 0},
        {"2025-03-01", "A", 30, 'M', "Pixel", 2000, "nnny", 0},
    };
    struct impact impact;
    compute(rows, 2, OUTCOME_RETURNING, &impact, NULL);
    expect_part(impact.sentence, "Next to nothing is ruled out");
    expect_without(impact.sentence, "is plausible");
    expect_without(impact.adjusted_sentence, "between strata");
    impact_free(&impact);
}

static void channels_that_do_not_vary_are_not_said_to_overlap_by_chance(void **state) {
    (void)state;
    static const struct facts_row row = {"2025-01-01", "A", 30, 'F', "Pixel", 1000, "yyyn", 0};
    struct reach reach;
    compute(&row, 1, OUTCOME_RETURNING, NULL, &reach);
    expect_part(reach.sentence, "cannot be said");
    static const char *const answers[] = {"ynnn", "nynn", "ynnn", "nynn"};
    struct facts_row rows[400];
    for (int i = 0; i < 400; i++)
        rows[i] = (struct facts_row){"2025-01-01", "A", 30, 'F', "Pixel", 1000, answers[i % 4], 0};
    compute(rows, 400, OUTCOME_RETURNING, NULL, &reach);
    expect_part(reach.sentence, "go together less than by chance");
    for (int i = 0; i < 400; i++)
        rows[i].answers = i % 2 ? (i % 4 == 1 ? "yynn" : "ynnn") : (i % 4 == 0 ? "nynn" : "nnnn");
    compute(rows, 400, OUTCOME_RETURNING, NULL, &reach);
    expect_part(reach.sentence, "No two channels overlap clearly more or less than by chance.");
}

/* Following is known of a tenth and lacks sales; having heard is rare, needs more sales than that,
 * and has them: the sentence is about what is lacking. */
static void the_sentence_on_power_is_about_the_factor_that_lacks_most(void **state) {
    (void)state;
    static struct facts_row rows[ROWS_MOST];
    for (int i = 0; i < ROWS_MOST; i++) {
        static char answers[ROWS_MOST][5];
        char follows = i % 10 ? '-' : i % 20 ? 'y' : 'n', heard = i % 16 ? 'n' : 'y';
        snprintf(answers[i], sizeof answers[i], "-%c%c%c", follows, i / 2 % 8 < 6 ? 'n' : 'y',
                 heard);
        rows[i] = (struct facts_row){"2025-01-01", NULL, 30, 0, "Pixel", 1000, answers[i], 0};
    }
    struct impact_options options = impact_defaults(OUTCOME_RETURNING);
    options.difference = 0.1;
    struct impact impact;
    compute_with(rows, ROWS_MOST, options, &impact, NULL);
    const struct impact_needed *follows = &impact.power.factors[1],
                               *heard = &impact.power.factors[2];
    assert_int_equal(follows->factor, DIMENSION_FOLLOWS);
    assert_int_equal(heard->factor, DIMENSION_HEARD);
    assert_true(follows->more > 0);
    assert_int_equal(heard->more, 0);
    assert_true(heard->total > follows->total);
    expect_part(impact.power.sentence, "by Follows page it takes");
    expect_without(impact.power.sentence, "they are there");
    impact_free(&impact);
}

static void more_sales_than_a_shop_lives_to_see_are_not_told_in_days(void **state) {
    (void)state;
    struct facts_row rows[20];
    static const char *const answers[] = {"yyyn", "nnnn", "nyyn", "ynny", "nnny"};
    for (int i = 0; i < 20; i++)
        rows[i] = (struct facts_row){
            i ? "2025-01-01" : "2025-12-31", "A", 30, 'F', "Pixel", 1000, answers[i % 5], 0};
    struct impact impact;
    compute(rows, 20, OUTCOME_RETURNING, &impact, NULL);
    expect_part(impact.power.sentence, "no shop lives to see");
    expect_without(impact.power.sentence, "days");
    impact_free(&impact);
}

/* A woman's one dear phone moves the revenue of women furthest from their sales, with an interval
 * as wide; those who had heard pay a fifth more, surely. The sentence that says "not what their
 * number alone would bring" must be about the latter. */
static void the_sentence_on_revenue_is_about_a_factor_that_is_apart(void **state) {
    (void)state;
    static struct facts_row rows[ROWS_MOST];
    static char dates[ROWS_MOST][16];
    for (int i = 0; i < ROWS_MOST; i++) {
        bool heard = i % 5 == 0; /* on every day some */
        snprintf(dates[i], sizeof dates[i], "2025-%02d-%02d", i / 28 % 12 + 1, i % 28 + 1);
        rows[i] = (struct facts_row){dates[i],
                                     "A",
                                     30,
                                     i % 7 < 3 ? 'F' : 'M',
                                     "Pixel",
                                     heard ? 1200 : 1000,
                                     heard ? "nnny" : "nnnn",
                                     0};
    }
    rows[1].price = 900000;
    rows[1].answers = "nnn-";
    struct impact impact;
    compute(rows, ROWS_MOST, OUTCOME_FACEBOOK, &impact, NULL);
    const struct impact_revenue *women = NULL, *heard = NULL;
    for (int i = 0; i < impact.revenue_count; i++) {
        const struct impact_revenue *at = &impact.revenues[i];
        women = at->factor == DIMENSION_GENDER ? at : women;
        heard = at->factor == DIMENSION_HEARD ? at : heard;
    }
    assert_non_null(women);
    assert_non_null(heard);
    assert_true(women->share.estimate - women->sales_share >
                heard->share.estimate - heard->sales_share);
    assert_true(women->share.low < women->sales_share);
    assert_true(heard->share.low > heard->sales_share);
    expect_part(impact.revenue_sentence, "Customers who had heard of the shop bring");
    expect_part(impact.revenue_sentence, "that is not what their number alone would bring");
    impact_free(&impact);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outcome_that_everybody_has_is_not_compared),
        cmocka_unit_test(two_sales_rule_nothing_out),
        cmocka_unit_test(channels_that_do_not_vary_are_not_said_to_overlap_by_chance),
        cmocka_unit_test(the_sentence_on_power_is_about_the_factor_that_lacks_most),
        cmocka_unit_test(more_sales_than_a_shop_lives_to_see_are_not_told_in_days),
        cmocka_unit_test(the_sentence_on_revenue_is_about_a_factor_that_is_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
