/* The old service's three questions as its clients ask them, and all that the form shows. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/learn/random.h"
#include "tests/cli/run_program.h"
#include "tests/support/http.h"

static struct served served;
static int line_fd;

static const char impact[] = "/api/predict-facebook-marketing-impact",
                  returning[] = "/api/predict-returning-customer",
                  cluster[] = "/api/predict-customer-cluster";

static void import_sample(void) {
    char *arguments = xasprintf("sample --rows 1500 --seed 3 > '%s/sample.csv'", program_folder());
    program_output(arguments, NULL);
    free(arguments);
    arguments = xasprintf("import '%s/sample.csv'", program_folder());
    program_output(arguments, NULL);
    free(arguments);
}

static int begin(void **state) {
    (void)state;
    program_begin();
    import_sample();
    program_output("--quiet train returning facebook segments --algorithm gbtree --folds 2 "
                   "--repeats 1 --permutations 0",
                   NULL);
    served_start(&served, "--quiet");
    line_fd = http_connect(&served);
    return 0;
}

static int end(void **state) {
    (void)state;
    close(line_fd);
    int exit_code = served_end(&served, SIGTERM);
    program_end();
    return exit_code;
}

/* The status, and the body as JSON in `out` (NULL: not wanted; else the caller releases it). */
static int ask(const char *path, const char *body, json_t **out) {
    struct http_reply reply;
    if (!http_exchange(line_fd, "POST", path, "Content-Type: application/json\r\n", body, &reply))
        fail_msg("%s: the server hung up on %s", path, body);
    int status = reply.status;
    json_t *json = json_loads(reply.body, JSON_DECODE_ANY, NULL);
    if (json == NULL)
        fail_msg("%s: %s", path, reply.body);
    if (out != NULL)
        *out = json;
    else
        json_decref(json);
    http_reply_free(&reply);
    return status;
}

/* The web form's choices. */
static const char *const places[] = {"Inside Rangamati", "Rangamati Sadar", "Outside Rangamati"};
static const char *const handsets[] = {"Galaxy M35 5G 8/128", "iPhone 16 Pro 256GB",
                                       "A phone of next year 16/512"};

static char *form_body(int choice, bool with_returning, bool with_facebook) {
    char *last_one = with_returning
                         ? xasprintf(",\"is_returning_customer\":%s", choice & 1 ? "true" : "false")
                         : xstrdup("");
    char *last_two = with_facebook
                         ? xasprintf(",\"is_from_facebook_page\":%s", choice & 2 ? "true" : "false")
                         : xstrdup("");
    char *body = xasprintf(
        "{\"purchase_date\":\"2025-0%d-1%d\",\"location\":\"%s\",\"age\":%d,\"gender\":\"%s\","
        "\"mobile_name\":\"%s\",\"sale_price\":%d.5,\"is_facebook_page_follower\":%s,"
        "\"customer_already_know_about_shop\":%s%s%s}",
        choice % 9 + 1, choice % 9, places[choice % 3], 18 + choice % 33, choice & 4 ? "M" : "F",
        handsets[choice / 3 % 3], 12000 + choice * 1700, choice & 8 ? "true" : "false",
        choice & 16 ? "true" : "false", last_one, last_two);
    free(last_one);
    free(last_two);
    return body;
}

/* What the subcommand answers to the same customer. */
static json_t *by_hand(int choice, bool with_returning, bool with_facebook) {
    char *arguments = xasprintf(
        "predict --format json --date 2025-0%d-1%d --location '%s' --age %d --gender %s "
        "--handset '%s' --price %d.5 --follows %s --heard %s%s%s%s%s",
        choice % 9 + 1, choice % 9, places[choice % 3], 18 + choice % 33, choice & 4 ? "M" : "F",
        handsets[choice / 3 % 3], 12000 + choice * 1700, choice & 8 ? "yes" : "no",
        choice & 16 ? "yes" : "no", with_returning ? " --returning " : "",
        with_returning ? (choice & 1 ? "yes" : "no") : "", with_facebook ? " --facebook " : "",
        with_facebook ? (choice & 2 ? "yes" : "no") : "");
    json_t *json = program_json(arguments);
    free(arguments);
    return json;
}

static void the_old_forms_choices_are_answered_as_the_form_here_answers(void **state) {
    (void)state;
    int ones = 0;
    for (int choice = 0; choice < 32; choice += 5) {
        char *body = form_body(choice, true, false);
        json_t *answer, *expected = by_hand(choice, true, false);
        assert_int_equal(ask(impact, body, &answer), 200);
        assert_true(json_is_integer(answer));
        assert_int_equal(json_integer_value(answer),
                         json_is_true(json_at(expected, "facebook.label")));
        ones += json_integer_value(answer) == 1;
        json_decref(answer);
        json_decref(expected);
        free(body);

        body = form_body(choice, false, true);
        expected = by_hand(choice, false, true);
        assert_int_equal(ask(returning, body, &answer), 200);
        assert_int_equal(json_integer_value(answer),
                         json_is_true(json_at(expected, "returning.label")));
        ones += json_integer_value(answer) == 1;
        json_decref(answer);
        json_decref(expected);
        free(body);

        body = form_body(choice, true, true);
        expected = by_hand(choice, true, true);
        assert_int_equal(ask(cluster, body, &answer), 200);
        assert_true(json_is_string(answer));
        assert_string_equal(json_string_value(answer),
                            json_string_value(json_at(expected, "segment.name")));
        json_decref(answer);
        json_decref(expected);
        free(body);
    }
    assert_in_range(ones, 1, 13); /* both answers occur */
}

static void the_answer_is_bare_and_nothing_beside_it(void **state) {
    (void)state;
    char *body = form_body(1, true, false);
    struct http_reply reply = http_post(&served, impact, "", body);
    assert_int_equal(reply.length, 1);
    assert_true(reply.body[0] == '0' || reply.body[0] == '1');
    assert_true(http_has_header(&reply, "Content-Type: application/json"));
    http_reply_free(&reply);
    free(body);
}

/* One field of a whole body given another value (NULL: left out). */
static json_t *body_with(const char *field, const char *value) {
    char *whole = form_body(5, true, true);
    json_t *body = json_loads(whole, 0, NULL);
    free(whole);
    json_object_del(body, field);
    if (value != NULL)
        json_object_set_new(body, field, json_loads(value, JSON_DECODE_ANY, NULL));
    return body;
}

static int status_with(const char *field, const char *value, json_t **answer) {
    json_t *body = body_with(field, value);
    char *text = json_dumps(body, 0);
    int status = ask(cluster, text, answer);
    free(text);
    json_decref(body);
    return status;
}

/* What pydantic 1.10.4 says to these (class Customer(BaseModel): purchase_date: date, age: int, …;
 * ValidationError.errors()), and FastAPI 0.92 before "loc"; limits as conint(ge=1, le=130) and
 * confloat(gt=0) word them. */
static void what_is_wrong_is_told_in_the_old_services_words(void **state) {
    (void)state;
    static const struct {
        const char *field, *value, *message, *type;
    } cases[] = {
        {"age", NULL, "field required", "value_error.missing"},
        {"mobile_name", NULL, "field required", "value_error.missing"},
        {"age", "null", "none is not an allowed value", "type_error.none.not_allowed"},
        {"age", "\"thirty\"", "value is not a valid integer", "type_error.integer"},
        {"age", "\"30.0\"", "value is not a valid integer", "type_error.integer"},
        {"age", "[30]", "value is not a valid integer", "type_error.integer"},
        {"age", "0", "ensure this value is greater than or equal to 1",
         "value_error.number.not_ge"},
        {"age", "131", "ensure this value is less than or equal to 130",
         "value_error.number.not_le"},
        {"age", "\"99999999999999999999\"", "ensure this value is less than or equal to 130",
         "value_error.number.not_le"},
        {"sale_price", "\"cheap\"", "value is not a valid float", "type_error.float"},
        {"sale_price", "{}", "value is not a valid float", "type_error.float"},
        {"sale_price", "0", "ensure this value is greater than 0", "value_error.number.not_gt"},
        {"sale_price", "-5.5", "ensure this value is greater than 0", "value_error.number.not_gt"},
        {"sale_price", "1e300", "ensure this value is less than or equal to 1000000000000",
         "value_error.number.not_le"},
        {"is_facebook_page_follower", "\"perhaps\"", "value could not be parsed to a boolean",
         "type_error.bool"},
        {"is_facebook_page_follower", "2", "value could not be parsed to a boolean",
         "type_error.bool"},
        {"purchase_date", "\"2025-02-30\"", "invalid date format", "value_error.date"},
        {"purchase_date", "\"22-03-2025\"", "invalid date format", "value_error.date"},
        {"purchase_date", "\"\"", "invalid date format", "value_error.date"},
        {"purchase_date", "[]", "invalid type; expected date, string, bytes, int or float",
         "type_error"},
        {"purchase_date", "\"1969-12-31\"",
         "ensure this value is greater than or equal to 1970-01-01", "value_error.number.not_ge"},
        {"location", "[]", "str type expected", "type_error.str"},
        {"gender", "\"Q\"", "unexpected value; permitted: 'M', 'F'", "value_error.const"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *answer;
        int status = status_with(cases[i].field, cases[i].value, &answer);
        const char *message = json_string_value(json_at(answer, "detail[0].msg")),
                   *type = json_string_value(json_at(answer, "detail[0].type")),
                   *field = json_string_value(json_array_get(json_at(answer, "detail[0].loc"), 1));
        if (status != 422 || json_array_size(json_at(answer, "detail")) != 1 || message == NULL ||
            strcmp(message, cases[i].message) != 0 || strcmp(type, cases[i].type) != 0 ||
            strcmp(field, cases[i].field) != 0)
            fail_msg("%s = %s: %d %s", cases[i].field, cases[i].value, status,
                     json_dumps(answer, 0));
        json_decref(answer);
    }
}

/* pydantic 1.10.4: what its validators take for each of the types. */
static void what_the_old_service_took_is_taken(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"age", "\"30\""},
        {"age", "\" 30 \""},
        {"age", "30.9"},
        {"age", "true"},
        {"age", "\"+30\""},
        {"age", "\"3_0\""},
        {"sale_price", "\"22000.5\""},
        {"sale_price", "\"2.2e4\""},
        {"sale_price", "true"},
        {"is_facebook_page_follower", "\"yes\""},
        {"is_facebook_page_follower", "\"OFF\""},
        {"is_facebook_page_follower", "1"},
        {"is_facebook_page_follower", "0.0"},
        {"is_facebook_page_follower", "\"T\""},
        {"purchase_date", "\"2025-3-1\""},
        {"purchase_date", "1740787200"},
        {"purchase_date", "1740787200000"},
        {"purchase_date", "\"1740787200\""},
        {"location", "12"},
        {"location", "\"\""},
        {"location", "\"Nowhere at all\""},
        {"mobile_name", "3310"},
        {"mobile_name", "\"Pixel 99\""},
        {"unheard_of", "\"is passed over\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *answer;
        int status = status_with(cases[i][0], cases[i][1], &answer);
        if (status != 200)
            fail_msg("%s = %s: %d %s", cases[i][0], cases[i][1], status, json_dumps(answer, 0));
        json_decref(answer);
    }
}

static void several_mistakes_are_told_at_once_in_the_fields_order(void **state) {
    (void)state;
    json_t *answer;
    assert_int_equal(ask(returning, "{\"age\":0,\"gender\":null}", &answer), 422);
    static const char *const names[] = {"purchase_date",
                                        "location",
                                        "age",
                                        "gender",
                                        "mobile_name",
                                        "sale_price",
                                        "is_facebook_page_follower",
                                        "customer_already_know_about_shop",
                                        "is_from_facebook_page"};
    json_t *details = json_at(answer, "detail");
    assert_int_equal(json_array_size(details), 9);
    for (size_t i = 0; i < 9; i++) {
        json_t *where = json_object_get(json_array_get(details, i), "loc");
        assert_string_equal(json_string_value(json_array_get(where, 0)), "body");
        assert_string_equal(json_string_value(json_array_get(where, 1)), names[i]);
    }
    json_decref(answer);
}

/* FastAPI 0.92, request_body_to_args and get_request_handler. */
static void a_body_that_is_no_object_is_told_as_the_old_service_did(void **state) {
    (void)state;
    static const struct {
        const char *body, *message, *type;
    } cases[] = {{"", "field required", "value_error.missing"},
                 {"null", "field required", "value_error.missing"},
                 {"[]", "field required", "value_error.missing"}, /* each of the nine */
                 {"[1]", "value is not a valid dict", "type_error.dict"},
                 {"7", "value is not a valid dict", "type_error.dict"},
                 {"{\"age\":", "Expecting value", "value_error.jsondecode"},
                 {"age=30", "Expecting value", "value_error.jsondecode"},
                 {"{\"age\":\"\\u0000\"}", "Expecting value", "value_error.jsondecode"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *answer;
        assert_int_equal(ask(impact, cases[i].body, &answer), 422);
        const char *message = json_string_value(json_at(answer, "detail[0].msg"));
        assert_memory_equal(message, cases[i].message, strlen(cases[i].message));
        assert_string_equal(json_string_value(json_at(answer, "detail[0].type")), cases[i].type);
        json_decref(answer);
    }
    struct http_reply reply;
    assert_true(
        http_exchange(line_fd, "POST", impact, "Content-Type: text/plain\r\n", "{}", &reply));
    assert_int_equal(reply.status, 422);
    assert_non_null(strstr(reply.body, "type_error.dict"));
    http_reply_free(&reply);
    assert_true(http_exchange(line_fd, "POST", impact,
                              "Content-Type: application/x-www-form-urlencoded\r\n", "", &reply));
    assert_int_equal(reply.status, 422);
    assert_non_null(strstr(reply.body, "value_error.missing"));
    http_reply_free(&reply);
    json_t *answer, *expected = json_pack("{s:s}", "detail", "There was an error parsing the body");
    assert_int_equal(ask(impact, "{\"location\":\"\xE4\"}", &answer), 400);
    assert_true(json_equal(answer, expected));
    json_decref(answer);
    json_decref(expected);
    char *body = form_body(1, true, false), *place = strstr(body, "Rangamati");
    memcpy(place, "\xEF\xBF\xBD", 3); /* U+FFFD itself is a character as any other */
    assert_int_equal(ask(impact, body, NULL), 200);
    free(body);
}

static void what_the_old_service_did_not_look_at_is_passed_over(void **state) {
    (void)state;
    char *body = form_body(1, true, false), *path = xasprintf("%s?x=1&x=2&format=pdf", impact);
    struct http_reply reply;
    assert_true(http_exchange(line_fd, "POST", path,
                              "Content-Type: application/json\r\nIdempotency-Key: \xC3\xA4\r\n",
                              body, &reply));
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.length, 1);
    http_reply_free(&reply);
    free(path);
    free(body);
    assert_int_equal(ask("/api/predict?x=1", "{}", NULL), 400);
}

static void the_newer_question_is_answered_as_the_subcommand_answers(void **state) {
    (void)state;
    json_t *answer, *expected = program_json("predict --format json --age 30 --price 22000 "
                                             "--handset 'Pixel 7a 8/128' --follows yes");
    assert_int_equal(ask("/api/predict",
                         "{\"age\":30,\"price\":22000,\"handset\":\"Pixel 7a 8/128\","
                         "\"follows\":true,\"gender\":null}",
                         &answer),
                     200);
    assert_true(json_equal(answer, expected));
    json_decref(answer);
    assert_int_equal(ask("/api/predict",
                         "{\"age\":30,\"sale_price\":22000,\"mobile_name\":\"Pixel 7a 8/128\","
                         "\"is_facebook_page_follower\":1}",
                         &answer),
                     200);
    assert_true(json_equal(answer, expected));
    json_decref(answer);
    json_decref(expected);
    assert_int_equal(ask("/api/predict", "{\"aeg\":30}", &answer), 422);
    assert_string_equal(json_string_value(json_at(answer, "detail[0].type")), "value_error.extra");
    json_decref(answer);
    assert_int_equal(ask("/api/predict", "{\"price\":1,\"sale_price\":1}", NULL), 422);
}

static char *random_body(gsl_rng *random) {
    static const char *const values[] = {"30",
                                         "-1",
                                         "1e400",
                                         "1e-400",
                                         "\"\"",
                                         "null",
                                         "true",
                                         "[]",
                                         "{}",
                                         "\"yes\"",
                                         "9223372036854775808",
                                         "\"2025-03-01\"",
                                         "\"2025-13-01\"",
                                         "\"\\ud83d\\ude00\"",
                                         "\"Pixel 7a 8/128\"",
                                         "0.1",
                                         "\"F\"",
                                         "1e18",
                                         "-0.0",
                                         "\"0000-00-00\"",
                                         "\"9999-12-31\"",
                                         "[[[[[[]]]]]]",
                                         "\"\\u202e\\u0007\"",
                                         "253402300800",
                                         "-1e18"};
    static const char *const names[] = {"purchase_date",
                                        "location",
                                        "age",
                                        "gender",
                                        "mobile_name",
                                        "sale_price",
                                        "is_facebook_page_follower",
                                        "customer_already_know_about_shop",
                                        "is_returning_customer",
                                        "is_from_facebook_page",
                                        "date",
                                        "price",
                                        "handset",
                                        "\\u0061ge",
                                        ""};
    char *body = form_body((int)gsl_rng_uniform_int(random, 32), true, true);
    size_t length = strlen(body);
    switch (gsl_rng_uniform_int(random, 3)) {
    case 0: /* other values */
        for (int i = 0; i < 3; i++) {
            char *more = xasprintf("%.*s,\"%s\":%s}", (int)strlen(body) - 1, body,
                                   names[gsl_rng_uniform_int(random, 15)],
                                   values[gsl_rng_uniform_int(random, 25)]);
            free(body);
            body = more;
        }
        break;
    case 1: /* other bytes */
        for (int i = 0; i < 4; i++)
            body[gsl_rng_uniform_int(random, length)] =
                (char)(1 + gsl_rng_uniform_int(random, 255));
        break;
    default: /* cut off */
        body[gsl_rng_uniform_int(random, length)] = '\0';
    }
    return body;
}

static void random_bodies_right_and_wrong_are_answered_or_refused(void **state) {
    (void)state;
    enum { BODIES = 10000 };
    static const char *const paths[] = {impact, returning, cluster, "/api/predict"};
    gsl_rng *random = random_new(5, 1);
    int answered = 0, refused = 0;
    for (int i = 0; i < BODIES; i++) {
        char *body = random_body(random);
        int status = ask(paths[i % 4], body, NULL);
        answered += status == 200;
        refused += status == 422 || status == 400; /* 400: bytes that are no text */
        if (status != 200 && status != 422 && status != 400)
            fail_msg("%d: %s", status, body);
        free(body);
    }
    gsl_rng_free(random);
    assert_true(answered > 100 && refused > 100);
}

static void a_new_training_is_taken_up_within_seconds(void **state) {
    (void)state;
    char *body = form_body(7, true, true);
    program_output("segments --rename 'Practical Professionals=Steady hands'", NULL);
    program_output("segments --rename 'Budget-Conscious Youngsters=Young ones'", NULL);
    program_output("segments --rename 'Ambitious Tech Enthusiasts=Keen ones'", NULL);
    program_output("segments --rename 'Elite Tech Aficionados=The few'", NULL);
    json_t *expected = by_hand(7, true, true);
    int64_t until_ms = clock_elapsed_ms() + 15000;
    const struct timespec pause = {.tv_nsec = 50000000};
    bool same = false;
    while (!same && clock_elapsed_ms() < until_ms) {
        json_t *answer;
        assert_int_equal(ask(cluster, body, &answer), 200);
        same = json_equal(answer, json_at(expected, "segment.name"));
        json_decref(answer);
        nanosleep(&pause, NULL);
    }
    assert_true(same);
    json_decref(expected);
    free(body);
}

static void without_a_model_the_answer_is_that_there_is_none(void **state) {
    (void)state;
    struct served other;
    char *arguments = xasprintf("mv %s/shop.db %s/trained.db", program_folder(), program_folder());
    assert_int_equal(system(arguments), 0);
    free(arguments);
    import_sample();
    served_start(&other, "--quiet");
    char *body = form_body(1, true, true);
    struct http_reply reply = http_post(&other, returning, "", body);
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.body, "retail-pulse train returning"));
    http_reply_free(&reply);
    reply = http_post(&other, cluster, "", body);
    assert_int_equal(reply.status, 503);
    http_reply_free(&reply);
    reply = http_get(&other, "/api/segments");
    assert_int_equal(reply.status, 404);
    http_reply_free(&reply);
    free(body);
    assert_int_equal(served_end(&other, SIGTERM), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_old_forms_choices_are_answered_as_the_form_here_answers),
        cmocka_unit_test(the_answer_is_bare_and_nothing_beside_it),
        cmocka_unit_test(what_is_wrong_is_told_in_the_old_services_words),
        cmocka_unit_test(what_the_old_service_took_is_taken),
        cmocka_unit_test(several_mistakes_are_told_at_once_in_the_fields_order),
        cmocka_unit_test(a_body_that_is_no_object_is_told_as_the_old_service_did),
        cmocka_unit_test(what_the_old_service_did_not_look_at_is_passed_over),
        cmocka_unit_test(the_newer_question_is_answered_as_the_subcommand_answers),
        cmocka_unit_test(random_bodies_right_and_wrong_are_answered_or_refused),
        cmocka_unit_test(a_new_training_is_taken_up_within_seconds),
        cmocka_unit_test(without_a_model_the_answer_is_that_there_is_none),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
