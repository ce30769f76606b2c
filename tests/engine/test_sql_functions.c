/* The statistics as SQL functions, against NumPy 1.24.2, SciPy 1.10.1 and statsmodels 0.13.5; what
 * they refuse; and the fence around a person's SQL, as far as the command line cannot show it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/query.h"
#include "engine/learn/sql_functions.h"
#include "tests/support/near.h"
#include "tests/support/scratch.h"

#define X "(SELECT column1 AS x FROM (VALUES (7), (1), (3), (NULL), (10), (2), (2.5), (-4), (100)))"

static struct db *shop(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct error error;
    db_close(scratch_writer(path));
    struct db *db = scratch_reader(path);
    free(path);
    if (sql_functions_add(db, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return db;
}

/* The first value of the first row; the query must succeed. */
static struct db_value answer(struct db *db, const char *sql) {
    struct error error;
    struct query *query;
    bool row = false;
    if (query_open(db, sql, NULL, &query, &error) != ERR_OK ||
        query_step(query, &row, &error) != ERR_OK)
        fail_msg("%s: %s (%s)", sql, error.message, error.hint);
    assert_true(row);
    struct db_value value = query_value(query, 0);
    value.bytes = NULL; /* gone with the query */
    query_close(query);
    return value;
}

static void assert_answer(struct db *db, const char *sql, double expected) {
    struct db_value value = answer(db, sql);
    if (value.kind != VALUE_REAL ||
        !(fabs(value.real - expected) <= 1e-12 * fmax(1, fabs(expected))))
        fail_msg("%s: %.17g instead of %.17g", sql, value.real, expected);
}

static void assert_no_value(struct db *db, const char *sql) {
    if (answer(db, sql).kind != VALUE_NULL)
        fail_msg("%s: not NULL", sql);
}

static void assert_refused(struct db *db, const char *sql, const char *message) {
    struct error error = {0};
    struct query *query;
    bool row;
    enum err err = query_open(db, sql, NULL, &query, &error);
    if (err == ERR_OK)
        err = query_step(query, &row, &error);
    query_close(query);
    if (err == ERR_OK || strstr(error.message, message) == NULL)
        fail_msg("%s: '%s' instead of '%s'", sql, error.message, message);
}

/* numpy.quantile(x, p), whose default is type 7 */
static void quantiles_are_those_of_numpy(void **state) {
    struct db *db = shop(state);
    assert_answer(db, "SELECT median(x) FROM " X, 2.75);
    assert_answer(db, "SELECT quantile(x, 0) FROM " X, -4);
    assert_answer(db, "SELECT quantile(x, 0.1) FROM " X, -0.5);
    assert_answer(db, "SELECT quantile(x, 0.25) FROM " X, 1.75);
    assert_answer(db, "SELECT quantile(x, 0.9) FROM " X, 37);
    assert_answer(db, "SELECT quantile(x, 1) FROM " X, 100);
    assert_answer(db, "SELECT median(column1) FROM (VALUES (5))", 5);
    db_close(db);
}

/* scipy.stats.skew(x) */
static void skewness_is_that_of_scipy(void **state) {
    struct db *db = shop(state);
    assert_answer(db, "SELECT skewness(x) FROM " X, 2.203353188815439);
    assert_no_value(db, "SELECT skewness(column1) FROM (VALUES (5), (5))");
    db_close(db);
}

/* statsmodels.stats.proportion.proportion_confint(yes, n, method='wilson') */
static void wilson_is_that_of_statsmodels(void **state) {
    struct db *db = shop(state);
    assert_answer(db, "SELECT wilson_low(3, 10)", 0.10779126740630104);
    assert_answer(db, "SELECT wilson_high(3, 10)", 0.6032218525388546);
    assert_answer(db, "SELECT wilson_low(0, 5)", 0);
    assert_answer(db, "SELECT wilson_high(0, 5)", 0.43448246478317487);
    assert_answer(db, "SELECT wilson_low(5, 5)", 0.5655175352168252);
    assert_answer(db, "SELECT wilson_low(column1) FROM (VALUES (1), (0), (NULL), (0))",
                  0.06149194472039626);
    assert_answer(db, "SELECT wilson_high(column1) FROM (VALUES (1), (0.0), (NULL), (0))",
                  0.7923403991979523);
    db_close(db);
}

#define TIMES(table, n)                                                                        \
    "WITH RECURSIVE t (a, b, n) AS (VALUES " table "), r (a, b, n) AS (SELECT a, b, n FROM t " \
    "UNION ALL SELECT a, b, n - 1 FROM r WHERE n > 1) SELECT " n " FROM r"

/* scipy.stats.chi2_contingency(table, correction=False).pvalue */
static void chi_square_is_that_of_scipy(void **state) {
    struct db *db = shop(state);
    assert_answer(db,
                  TIMES("('m', 1, 10), ('m', 2, 20), ('m', 3, 30), ('f', 1, 6), ('f', 2, 9), "
                        "('f', 3, 17)",
                        "chi2_p(a, b)"),
                  0.873028283380073);
    assert_answer(db, TIMES("('a', 0, 8), ('a', 1, 2), ('b', 0, 3), ('b', 1, 9)", "chi2_p(a, b)"),
                  0.010197876776240265);
    /* as in SQL, 1 and 1.0 are one value, 'a' and x'61' are two; a pair with NULL is left out */
    assert_answer(db,
                  TIMES("('a', 0, 4), ('a', 0.0, 4), ('a', 1, 2), ('b', 0, 3), ('b', 1, 9), "
                        "(NULL, 1, 7), ('a', NULL, 50)",
                        "chi2_p(a, b)"),
                  0.010197876776240265);
    assert_no_value(db, "SELECT chi2_p(1, column1) FROM (VALUES (1), (2))");
    db_close(db);
}

static void groups_do_not_mix(void **state) {
    struct db *db = shop(state);
    assert_answer(db,
                  "SELECT max(m) FROM (SELECT median(column2) AS m FROM (VALUES ('a', 1), "
                  "('b', 10), ('a', 2), ('b', 30)) GROUP BY column1)",
                  20);
    db_close(db);
}

static void a_group_of_nothing_is_null(void **state) {
    struct db *db = shop(state);
    assert_no_value(db, "SELECT median(x) FROM " X " WHERE 0");
    assert_no_value(db, "SELECT quantile(x, 0.5) FROM " X " WHERE x IS NULL");
    assert_no_value(db, "SELECT skewness(x) FROM " X " WHERE 0");
    assert_no_value(db, "SELECT wilson_low(x) FROM " X " WHERE 0");
    assert_no_value(db, "SELECT wilson_high(0, 0)");
    assert_no_value(db, "SELECT wilson_high(NULL, 3)");
    assert_no_value(db, "SELECT chi2_p(x, x) FROM " X " WHERE 0");
    db_close(db);
}

static void what_is_of_the_wrong_type_is_an_error_not_a_zero(void **state) {
    struct db *db = shop(state);
    assert_refused(db, "SELECT median('7')", "median takes numbers");
    assert_refused(db, "SELECT skewness(x'00')", "skewness takes numbers");
    assert_refused(db, "SELECT quantile(1, 1.5)", "p must be a number from 0 to 1");
    assert_refused(db, "SELECT quantile(1, NULL)", "p must be a number from 0 to 1");
    assert_refused(db, "SELECT quantile(x, x / 1000.0) FROM " X " WHERE x > 0",
                   "p must be the same in every row");
    assert_refused(db, "SELECT wilson_low(2)", "take answers");
    assert_refused(db, "SELECT wilson_low('yes')", "take answers");
    assert_refused(db, "SELECT wilson_low(4, 3)", "0 <= yes <= n");
    assert_refused(db, "SELECT wilson_high(-1, 3)", "0 <= yes <= n");
    assert_refused(db, "SELECT wilson_high(0.5, 3)", "0 <= yes <= n");
    assert_refused(db, "SELECT median()", "wrong number of arguments");
    db_close(db);
}

static void too_many_categories_are_refused(void **state) {
    struct db *db = shop(state);
    assert_refused(db,
                   "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 2001)"
                   " SELECT chi2_p(n, n % 2) FROM c",
                   "at most 2000 different values");
    /* one fewer is counted: each value occurs once, so nothing can be told from chance */
    struct db_value value =
        answer(db, "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 2000)"
                   " SELECT chi2_p(n, n % 2) FROM c");
    assert_near(value.real, 0.4894866615843932, 1e-9); /* scipy.stats.chi2.sf(2000, 1999) */
    db_close(db);
}

struct patience {
    int asked, until;
};

static bool ask(void *context, const struct progress *progress) {
    struct patience *patience = context;
    (void)progress;
    return ++patience->asked < patience->until;
}

static void the_sink_ends_a_query_without_end(void **state) {
    struct db *db = shop(state);
    struct patience patience = {0, 10};
    struct progress_sink sink = {ask, &patience};
    struct error error;
    struct query *query;
    bool row;
    assert_int_equal(query_open(db,
                                "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
                                " SELECT count(*) FROM c",
                                &sink, &query, &error),
                     ERR_OK);
    assert_int_equal(query_step(query, &row, &error), ERR_CANCELLED);
    assert_int_equal(patience.asked, 10);
    query_close(query);
    assert_answer(db, "SELECT 1.5", 1.5); /* the next one is not asked by that sink */
    db_close(db);
}

static void a_writers_connection_only_reads_too(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    assert_refused(db, "DELETE FROM location", "may only read: DELETE");
    assert_refused(db, "UPDATE sqlite_master SET sql = ''", "may not be modified");
    assert_refused(db, "PRAGMA writable_schema = 1", "this PRAGMA is refused");
    db_close(db);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(quantiles_are_those_of_numpy),
        SCRATCH_TEST(skewness_is_that_of_scipy),
        SCRATCH_TEST(wilson_is_that_of_statsmodels),
        SCRATCH_TEST(chi_square_is_that_of_scipy),
        SCRATCH_TEST(groups_do_not_mix),
        SCRATCH_TEST(a_group_of_nothing_is_null),
        SCRATCH_TEST(what_is_of_the_wrong_type_is_an_error_not_a_zero),
        SCRATCH_TEST(too_many_categories_are_refused),
        SCRATCH_TEST(the_sink_ends_a_query_without_end),
        SCRATCH_TEST(a_writers_connection_only_reads_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
