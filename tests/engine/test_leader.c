/* Which month is best per day, and whether its lead is more than noise: against scipy on the shop's
 * own file, and on days made for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/overview.h"
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

static struct leader leader_of(const struct facts *facts, const char *filters, char label[16]) {
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    struct overview overview;
    if (slice_parse(&slice, facts, filters, &error) != ERR_OK ||
        slice_select(&slice, facts, &selection, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    overview_compute(facts, &selection, &overview);
    struct leader leader = overview.leader;
    snprintf(label, 16, "%s", leader.month < 0 ? "" : overview.months[leader.month].label);
    overview_free(&overview);
    selection_free(&selection);
    slice_free(&slice);
    return leader;
}

/* scipy 1.10.1 stats.t.ppf(1 - 0.025 / months, Welch-Satterthwaite df) over pandas 1.5.3's daily
 * sums with empty days as 0 */
static void the_lead_of_the_best_month_is_judged_by_its_days(void **state) {
    (void)state;
    char label[16];
    if (!present)
        skip();
    struct leader leader = leader_of(&shop, "", label);
    assert_string_equal(label, "2024-09");
    assert_int_equal(leader.months, 10);
    assert_near(leader.per_day_minor / 100, 797339.8333333334, 1e-6);
    assert_near(leader.difference.estimate / 100, 62307.55786163523, 1e-3);
    assert_near(leader.difference.low / 100, -34900.361549895824, 1e-2);
    assert_near(leader.difference.high / 100, 159515.4772731663, 1e-2);
    assert_int_equal(leader.verdict, VERDICT_UNCLEAR);
    assert_non_null(strstr(leader.sentence, "2024-09 is the best month"));
    assert_non_null(strstr(leader.sentence, "noise would do as much"));
    leader = leader_of(&shop, "date<=2024-07-20", label);
    assert_string_equal(label, "2024-06");
    assert_int_equal(leader.months, 2);
    assert_near(leader.difference.low / 100, -70239.15036881038, 1e-2);
    assert_near(leader.difference.high / 100, 136583.55036881054, 1e-2);
}

/* January takes 90 and 110 by turns, February 190 and 210, March 1,000 on each of five days. */
static void a_few_good_days_are_no_month(void **state) {
    (void)state;
    enum { JANUARY = 31, FEBRUARY = 28, MARCH = 5, DAYS = JANUARY + FEBRUARY + MARCH };
    static char dates[DAYS][32];
    static struct facts_row rows[DAYS];
    char label[16];
    for (int i = 0; i < DAYS; i++) {
        int month = i < JANUARY ? 1 : i < JANUARY + FEBRUARY ? 2 : 3;
        int day = i - (month == 1 ? 0 : month == 2 ? JANUARY : JANUARY + FEBRUARY);
        double price = month == 3 ? 1000 : month * 100 + (day % 2 == 0 ? -10 : 10);
        snprintf(dates[i], sizeof dates[i], "2025-%02d-%02d", month, day + 1);
        rows[i] = (struct facts_row){dates[i], "A", 30, 'F', "P", price, "nnnn", 0};
    }
    struct facts facts;
    facts_table(&facts, rows, DAYS);
    struct leader leader = leader_of(&facts, "", label);
    assert_string_equal(label, "2025-02");
    assert_int_equal(leader.months, 2);
    assert_near(leader.difference.estimate / 100, 100.3225806451613, 1e-9);
    assert_near(leader.difference.low / 100, 94.21520188362518, 1e-7);
    assert_near(leader.difference.high / 100, 106.4299594066974, 1e-7);
    assert_int_equal(leader.verdict, VERDICT_HIGHER);
    assert_non_null(strstr(leader.brief, "higher"));
    leader = leader_of(&facts, "month=2025-02", label); /* one month leads nothing */
    assert_int_equal(leader.month, -1);
    assert_string_equal(leader.sentence, "");
    facts_table_free(&facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lead_of_the_best_month_is_judged_by_its_days),
        cmocka_unit_test(a_few_good_days_are_no_month),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
