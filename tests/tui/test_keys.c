/* The key map: the list itself, and what settings make of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/actions.h"

static enum action action_at(uint32_t character) {
    const struct key key = {KEY_KIND_CHARACTER, character};
    return action_of_key(&key);
}

static void no_key_of_the_list_means_two_things(void **state) {
    (void)state;
    struct error error = {0};
    actions_reset();
    if (actions_check(&error) != ERR_OK)
        fail_msg("%s", error.message);
}

static void every_key_of_the_list_is_a_key(void **state) {
    (void)state;
    for (int i = 1; i < ACTION_COUNT; i++) {
        struct error error = {0};
        if (action_bind((enum action)i, action_keys((enum action)i), &error) != ERR_OK)
            fail_msg("%s: %s", action_name((enum action)i), error.message);
    }
    actions_reset();
}

static void an_action_is_bound_to_other_keys(void **state) {
    (void)state;
    struct error error;
    enum action filter;
    assert_true(action_by_name("filter", &filter));
    assert_int_equal(action_bind(filter, "Z C-f", &error), ERR_OK);
    assert_int_equal(action_at('Z'), ACTION_FILTER);
    assert_int_equal(action_at('f'), ACTION_NONE);
    const struct key control = {KEY_KIND_CONTROL, 'f'};
    assert_int_equal(action_of_key(&control), ACTION_FILTER);
    assert_int_equal(actions_check(&error), ERR_OK);
    actions_reset();
    assert_int_equal(action_at('f'), ACTION_FILTER);
}

static void a_word_that_is_no_key_is_refused_with_the_names_of_keys(void **state) {
    (void)state;
    struct error error;
    assert_int_equal(action_bind(ACTION_FILTER, "f Hyper", &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "'Hyper' is no key"));
    assert_non_null(strstr(error.hint, "PgDn"));
    assert_int_equal(action_at('f'), ACTION_FILTER); /* nothing changed */
}

static void a_key_bound_twice_is_named_with_both_actions(void **state) {
    (void)state;
    struct error error;
    assert_int_equal(action_bind(ACTION_FILTER, "x", &error), ERR_OK);
    assert_int_equal(actions_check(&error), ERR_INPUT);
    assert_non_null(strstr(error.message, "filter"));
    assert_non_null(strstr(error.message, "drop"));
    actions_reset();
}

static void a_program_that_no_key_quits_is_refused(void **state) {
    (void)state;
    struct error error;
    assert_int_equal(action_bind(ACTION_QUIT, "", &error), ERR_OK);
    assert_int_equal(actions_check(&error), ERR_INPUT);
    actions_reset();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_of_the_list_means_two_things),
        cmocka_unit_test(every_key_of_the_list_is_a_key),
        cmocka_unit_test(an_action_is_bound_to_other_keys),
        cmocka_unit_test(a_word_that_is_no_key_is_refused_with_the_names_of_keys),
        cmocka_unit_test(a_key_bound_twice_is_named_with_both_actions),
        cmocka_unit_test(a_program_that_no_key_quits_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
