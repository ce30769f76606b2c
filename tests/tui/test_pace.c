/* How fast and how long: by a clock that the test sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/pace.h"

enum { BEGIN_MS = 5000 };

/* `units` a second for `seconds`, told four times a second. */
static int64_t go_on(struct pace *pace, int64_t from_ms, int seconds, uint64_t *done, int units) {
    for (int i = 0; i < 4 * seconds; i++) {
        from_ms += 250;
        *done += (uint64_t)units / 4;
        pace_see(pace, "fits", *done, from_ms);
    }
    return from_ms;
}

static void steady_work_is_told_at_its_own_rate(void **state) {
    (void)state;
    struct pace pace = {0};
    uint64_t done = 0;
    pace_see(&pace, "fits", 0, BEGIN_MS);
    int64_t now_ms = go_on(&pace, BEGIN_MS, 10, &done, 40);
    assert_true(pace_rate(&pace, now_ms) > 39.9 && pace_rate(&pace, now_ms) < 40.1);
    double left_s = pace_left_s(&pace, done, 1200, now_ms); /* 800 to do */
    assert_true(left_s > 19.9 && left_s < 20.1);
}

static void nothing_is_promised_before_something_was_seen(void **state) {
    (void)state;
    struct pace pace = {0};
    pace_see(&pace, "fits", 0, BEGIN_MS);
    assert_true(pace_left_s(&pace, 0, 100, BEGIN_MS + 1000) < 0);
    pace_see(&pace, "fits", 50, BEGIN_MS + 100); /* a burst in a tenth of a second */
    assert_true(pace_left_s(&pace, 50, 100, BEGIN_MS + 100) < 0);
}

static void a_total_that_shrinks_shortens_the_time_at_once(void **state) {
    (void)state;
    struct pace pace = {0};
    uint64_t done = 0;
    pace_see(&pace, "fits", 0, BEGIN_MS);
    int64_t now_ms = go_on(&pace, BEGIN_MS, 10, &done, 40);
    double before_s = pace_left_s(&pace, done, 2000, now_ms);
    double after_s = pace_left_s(&pace, done, 1200, now_ms);
    assert_true(before_s > 39.9 && after_s < 20.1);
    assert_true(pace_left_s(&pace, done, done - 1, now_ms) == 0); /* never below none */
}

static void a_new_rate_takes_over_smoothly(void **state) {
    (void)state;
    struct pace pace = {0};
    uint64_t done = 0;
    pace_see(&pace, "fits", 0, BEGIN_MS);
    int64_t now_ms = go_on(&pace, BEGIN_MS, 20, &done, 40);
    now_ms = go_on(&pace, now_ms, 1, &done, 400);
    assert_true(pace_rate(&pace, now_ms) < 120); /* one second does not carry it away */
    now_ms = go_on(&pace, now_ms, 40, &done, 400);
    assert_true(pace_rate(&pace, now_ms) > 390);
}

static void work_that_stands_still_gets_slower(void **state) {
    (void)state;
    struct pace pace = {0};
    uint64_t done = 0;
    pace_see(&pace, "fits", 0, BEGIN_MS);
    int64_t now_ms = go_on(&pace, BEGIN_MS, 10, &done, 40);
    assert_true(pace_rate(&pace, now_ms + 60000) < 1);
}

static void another_unit_begins_anew(void **state) {
    (void)state;
    struct pace pace = {0};
    uint64_t done = 0;
    pace_see(&pace, "fits", 0, BEGIN_MS);
    int64_t now_ms = go_on(&pace, BEGIN_MS, 10, &done, 40);
    pace_see(&pace, "bytes", done, now_ms);
    assert_true(pace_rate(&pace, now_ms) == 0);
}

static void assert_duration(double seconds, const char *expected) {
    char text[32];
    pace_duration(seconds, text, sizeof text);
    assert_string_equal(text, expected);
}

static void durations_are_told_as_people_do(void **state) {
    (void)state;
    assert_duration(0.2, "1 s");
    assert_duration(89, "89 s");
    assert_duration(91, "2 min");
    assert_duration(5340, "89 min");
    assert_duration(5460, "1 h 31 min");
    assert_duration(1e9, "days");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steady_work_is_told_at_its_own_rate),
        cmocka_unit_test(nothing_is_promised_before_something_was_seen),
        cmocka_unit_test(a_total_that_shrinks_shortens_the_time_at_once),
        cmocka_unit_test(a_new_rate_takes_over_smoothly),
        cmocka_unit_test(work_that_stands_still_gets_slower),
        cmocka_unit_test(another_unit_begins_anew),
        cmocka_unit_test(durations_are_told_as_people_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
