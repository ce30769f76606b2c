/* What sells best, and whether its lead is more than luck: against scipy 1.10.1 on the shop's own
 * file, and on sales made for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/best.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"

static struct best best_of(const struct facts *facts, enum dimension dimension, enum best_by by) {
    struct slice slice = {0};
    struct selection selection;
    struct grouping grouping;
    struct error error;
    struct best best;
    assert_int_equal(slice_select(&slice, facts, &selection, &error), ERR_OK);
    group_by(facts, &selection, &dimension, 1, &grouping);
    best_find(&grouping, by, &best);
    grouping_free(&grouping);
    selection_free(&selection);
    return best;
}

/* stats.binomtest(560, 1101).pvalue; 2 * stats.norm.sf(z), z = the lead of revenue over the root of
 * the summed squares of both handsets' prices (pandas 1.5.3) */
static void the_shops_leading_handset_is_not_clearly_ahead(void **state) {
    (void)state;
    struct facts shop;
    if (!facts_table_shop(&shop))
        skip();
    struct best best = best_of(&shop, DIMENSION_HANDSET, BEST_BY_SALES);
    assert_near(best.p, 0.587512078792073, 1e-9);
    assert_int_equal(best.verdict, VERDICT_UNCLEAR);
    assert_string_equal(best.sentence,
                        "Most sold: Moto G85 5G 8/128, 560; ahead of the next (Galaxy S24 Ultra "
                        "12/256, 541) by 19: unclear.");
    assert_string_equal(best.brief, "Most sold: Moto G85 5G 8/128, by 19: unclear");
    best = best_of(&shop, DIMENSION_HANDSET, BEST_BY_REVENUE);
    assert_near(best.value, 1999227600, 0);
    assert_near(best.next_value, 1751725900, 0);
    assert_near(best.p, 0.15582355695394073, 1e-9);
    assert_non_null(strstr(best.sentence, "iPhone 16 Pro Max 1TB"));
    best = best_of(&shop, DIMENSION_MONTH, BEST_BY_SALES); /* months differ in days */
    assert_int_equal(best.first, -1);
    assert_string_equal(best.sentence, "");
    facts_table_free(&shop);
}

/* 12 of P, 2 of Q, and 20 whose handset nobody wrote down: binomtest(12, 14).pvalue is
 * 0.012939453125 */
static void a_clear_lead_is_called_clear_and_the_unknown_do_not_compete(void **state) {
    (void)state;
    enum { SALES = 34 };
    struct facts_row rows[SALES];
    struct facts facts;
    for (int i = 0; i < SALES; i++)
        rows[i] = (struct facts_row){"2025-01-06", i < 12 ? "P" : i < 14 ? "Q" : NULL,
                                     30,           'F',
                                     "Brand A",    i < 12 ? 10 : 900,
                                     "nnnn",       0};
    facts_table(&facts, rows, SALES);
    struct best best = best_of(&facts, DIMENSION_LOCATION, BEST_BY_SALES);
    assert_near(best.p, 0.012939453125, 1e-12);
    assert_int_equal(best.verdict, VERDICT_HIGHER);
    assert_non_null(
        strstr(best.sentence, "Most sold: P, 12; ahead of the next (Q, 2) by 10: clear."));
    best = best_of(&facts, DIMENSION_LOCATION, BEST_BY_REVENUE); /* two dear ones prove little */
    assert_non_null(strstr(best.sentence, "Most revenue: Q"));
    assert_int_equal(best.verdict, VERDICT_UNCLEAR);
    best = best_of(&facts, DIMENSION_HANDSET, BEST_BY_SALES);
    assert_int_equal(best.first, -1); /* one alone leads nothing */
    facts_table_free(&facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shops_leading_handset_is_not_clearly_ahead),
        cmocka_unit_test(a_clear_lead_is_called_clear_and_the_unknown_do_not_compete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
