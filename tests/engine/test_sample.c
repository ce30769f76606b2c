/* engine/intake/sample: what its text claims is in the data, and nothing else is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "engine/intake/sample.h"

/* cmocka compares floats only. */
static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

static bool append(void *context, const char *bytes, size_t length) {
    buffer_append(context, bytes, length);
    return true;
}

static char *sample(int64_t rows, uint64_t seed, bool no_effects) {
    struct sample_options options = {.rows = rows, .seed = seed, .no_effects = no_effects};
    struct buffer out = {0};
    assert_int_equal(sample_write(&options, append, &out, NULL), ERR_OK);
    return buffer_take(&out);
}

enum { YOUNG, OLDER, FAN, PLAIN, EXPENSIVE, GROUPS };

/* Sales and how many of them say yes, by group: the first two from Facebook, the others returning.
 */
struct tally {
    int n[GROUPS], yes[GROUPS];
};

static void add(struct tally *tally, int group, bool yes) {
    tally->n[group]++;
    tally->yes[group] += yes;
}

static struct tally count(char *csv) {
    struct tally tally = {0};
    char *rest = csv;
    strsep(&rest, "\n");
    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        char *field[11];
        for (int i = 0; i < 11; i++)
            field[i] = strsep(&line, ",");
        assert_null(line);
        int age = atoi(field[3]);
        assert_in_range(age, 18, 60);
        bool follows = strcmp(field[8], "Yes") == 0, heard = strcmp(field[10], "Yes") == 0;
        bool expensive = atoi(field[6]) > 40000, returning = strcmp(field[9], "Yes") == 0;
        add(&tally, age < 25 ? YOUNG : OLDER, strcmp(field[7], "Yes") == 0);
        if (expensive && !(follows && heard))
            add(&tally, EXPENSIVE, returning);
        if (!expensive)
            add(&tally, follows && heard ? FAN : PLAIN, returning);
    }
    free(csv);
    return tally;
}

static double log_odds(const struct tally *tally, int group) {
    return log((double)tally->yes[group] / (tally->n[group] - tally->yes[group]));
}

/* Within four standard errors (Woolf 1955). */
static void assert_effect(const struct tally *tally, int with, int without, double expected) {
    double variance = 0;
    for (int i = 0; i < 2; i++) {
        int group = i == 0 ? with : without;
        variance += 1.0 / tally->yes[group] + 1.0 / (tally->n[group] - tally->yes[group]);
    }
    assert_near(log_odds(tally, with) - log_odds(tally, without), expected, 4 * sqrt(variance));
}

static void the_planted_effects_have_the_sizes_that_the_text_states(void **state) {
    (void)state;
    struct tally tally = count(sample(200000, 7, false));
    assert_effect(&tally, YOUNG, OLDER, 0.80);
    assert_effect(&tally, FAN, PLAIN, 0.60);
    assert_effect(&tally, EXPENSIVE, PLAIN, 0.70);
    assert_near(100.0 * tally.yes[YOUNG] / tally.n[YOUNG], 51, 1);
    assert_near(100.0 * tally.yes[OLDER] / tally.n[OLDER], 32, 1);
    assert_near(100.0 * tally.yes[FAN] / tally.n[FAN], 33, 1);
    assert_near(100.0 * tally.yes[PLAIN] / tally.n[PLAIN], 21, 1);
    assert_near(100.0 * tally.yes[EXPENSIVE] / tally.n[EXPENSIVE], 35, 1.5);
    static const char *const stated[] = {"+0.80",           "+0.60",           "+0.70",
                                         "51% against 32%", "33% against 21%", "35% against 21%"};
    for (size_t i = 0; i < sizeof stated / sizeof *stated; i++)
        assert_non_null(strstr(sample_effects_text, stated[i]));
}

static void without_effects_nothing_is_planted(void **state) {
    (void)state;
    struct tally tally = count(sample(200000, 7, true));
    assert_effect(&tally, YOUNG, OLDER, 0);
    assert_effect(&tally, FAN, PLAIN, 0);
    assert_effect(&tally, EXPENSIVE, PLAIN, 0);
}

static void prices_have_a_heavy_tail(void **state) {
    (void)state;
    char *csv = sample(20000, 3, false), *rest = csv;
    int above = 0, most = 0;
    strsep(&rest, "\n");
    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        for (int i = 0; i < 6; i++)
            strsep(&line, ",");
        int price = atoi(line);
        assert_true(price > 0);
        above += price > 40000;
        most = price > most ? price : most;
    }
    assert_in_range(above, 1600, 2600);
    assert_true(most > 150000);
    free(csv);
}

static void the_same_options_give_the_same_bytes_and_other_seeds_other_ones(void **state) {
    (void)state;
    static const uint64_t seeds[] = {0, 1, 2, 1ULL << 32, UINT64_MAX};
    char *texts[5];
    for (int i = 0; i < 5; i++) {
        texts[i] = sample(50, seeds[i], false);
        char *again = sample(50, seeds[i], false);
        assert_string_equal(texts[i], again);
        free(again);
        for (int other = 0; other < i; other++)
            assert_string_not_equal(texts[i], texts[other]);
    }
    for (int i = 0; i < 5; i++)
        free(texts[i]);
}

static bool refuse(void *context, const char *bytes, size_t length) {
    (void)bytes, (void)length;
    ++*(int *)context;
    return false;
}

static void a_reader_that_stops_ends_the_writing(void **state) {
    (void)state;
    struct sample_options options = {.rows = 1000000, .seed = 1};
    int calls = 0;
    assert_int_equal(sample_write(&options, refuse, &calls, NULL), ERR_IO);
    assert_int_equal(calls, 1);
    options.rows = 0;
    struct error error;
    assert_int_equal(sample_write(&options, append, NULL, &error), ERR_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_planted_effects_have_the_sizes_that_the_text_states),
        cmocka_unit_test(without_effects_nothing_is_planted),
        cmocka_unit_test(prices_have_a_heavy_tail),
        cmocka_unit_test(the_same_options_give_the_same_bytes_and_other_seeds_other_ones),
        cmocka_unit_test(a_reader_that_stops_ends_the_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
