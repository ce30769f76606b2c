/* The figures over HTTP are those of the subcommands; sales come a page at a time; the description
 * is of what is there. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/cli/run_program.h"
#include "tests/support/http.h"

enum { SALES = 1500 };

static struct served served;

static int begin(void **state) {
    (void)state;
    program_begin();
    char *arguments =
        xasprintf("sample --rows %d --seed 3 > '%s/sample.csv'", SALES, program_folder());
    program_output(arguments, NULL);
    free(arguments);
    arguments = xasprintf("import '%s/sample.csv'", program_folder());
    program_output(arguments, NULL);
    free(arguments);
    program_output("--quiet train returning segments --algorithm tree --folds 2 --repeats 1 "
                   "--permutations 0",
                   NULL);
    served_start(&served, "--quiet");
    return 0;
}

static int end(void **state) {
    (void)state;
    int exit_code = served_end(&served, SIGTERM);
    program_end();
    return exit_code;
}

static json_t *get_json(const char *path) {
    struct http_reply reply = http_get(&served, path);
    json_t *json = json_loads(reply.body, 0, NULL);
    if (reply.status != 200 || json == NULL)
        fail_msg("%s: %d %s", path, reply.status, reply.body);
    http_reply_free(&reply);
    return json;
}

static void each_answers_what_the_subcommand_prints_byte_for_byte(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"/api/overview", "overview --format json"},
        {"/api/overview?format=csv", "overview --format csv"},
        {"/api/overview?where=age%3E%3D30&where=gender%3DF",
         "overview --format json --where 'age>=30' --where gender=F"},
        {"/api/impact", "impact --format json"},
        {"/api/impact?outcome=facebook&where=age%3C40",
         "impact --format json --outcome facebook --where 'age<40'"},
        {"/api/segments", "segments --format json"},
        {"/api/segments?format=csv&where=gender=F", "segments --format csv --where gender=F"},
        {"/api/models", "models --format json"},
        {"/api/models?target=returning&format=csv", "models --format csv --target returning"},
        {"/api/sales?format=csv", "sales --format csv"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *printed = program_output(cases[i][1], NULL);
        struct http_reply reply = http_get(&served, cases[i][0]);
        assert_int_equal(reply.status, 200);
        assert_true(reply.length > 100);
        if (strcmp(reply.body, printed) != 0)
            fail_msg("%s is not %s:\n%.500s\n%.500s", cases[i][0], cases[i][1], reply.body,
                     printed);
        bool csv = strstr(cases[i][1], "csv") != NULL;
        assert_true(http_has_header(&reply, csv ? "Content-Type: text/csv; charset=utf-8"
                                                : "Content-Type: application/json"));
        http_reply_free(&reply);
    }
}

static void the_accept_header_asks_for_csv_too(void **state) {
    (void)state;
    struct http_reply reply;
    int fd = http_connect(&served);
    assert_true(http_exchange(fd, "GET", "/api/sales?limit=1", "Accept: text/csv\r\n", "", &reply));
    assert_memory_equal(reply.body, "id,reference,", 13);
    http_reply_free(&reply);
    close(fd);
}

static void pages_of_sales_follow_one_another_without_gap_or_overlap(void **state) {
    (void)state;
    static const char *const filters[] = {"", "&where=gender%3DF"};
    for (int filter = 0; filter < 2; filter++) {
        int64_t after = 0, last = 0, total = 0, seen = 0;
        int pages = 0;
        do {
            char *path =
                xasprintf("/api/sales?limit=400&after=%lld%s", (long long)after, filters[filter]);
            json_t *page = get_json(path), *sales = json_at(page, "sales"), *sale;
            size_t i;
            json_array_foreach(sales, i, sale) {
                int64_t id = json_integer_value(json_object_get(sale, "id"));
                assert_true(id > last);
                last = id;
            }
            seen += (int64_t)json_array_size(sales);
            total = json_integer_value(json_at(page, "total"));
            after = json_integer_value(json_at(page, "next")); /* 0 where it is null */
            assert_true(after == 0 || after == last);
            pages++;
            json_decref(page);
            free(path);
        } while (after != 0 && pages < 100);
        assert_int_equal(seen, total);
        assert_int_equal(pages, (total + 399) / 400);
        assert_true(filter == 0 ? total == SALES : total > 400 && total < SALES);
    }
    struct http_reply reply = http_get(&served, "/api/sales?limit=10&format=csv");
    assert_true(http_has_header(&reply, "X-Next-After: 10"));
    http_reply_free(&reply);
    reply = http_get(&served, "/api/sales?limit=10&after=1000000");
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "\"next\": null"));
    http_reply_free(&reply);
}

static void what_cannot_be_read_is_told_with_400(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"/api/overview?where=colour%3Dred", "colour"},
        {"/api/overview?where=age%3E%3E", "detail"},
        {"/api/overview?where=@mine", "detail"},
        {"/api/impact?outcome=wealth", "wealth"},
        {"/api/sales?limit=0", "limit"},
        {"/api/sales?limit=10001", "limit"},
        {"/api/sales?limit=ten", "limit"},
        {"/api/sales?after=-1", "after"},
        {"/api/sales?limit=1&limit=2", "twice"},
        {"/api/overview?format=xml", "xml"},
        {"/api/overview?where=a%00b", "NUL"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_reply reply = http_get(&served, cases[i][0]);
        json_t *json = json_loads(reply.body, 0, NULL);
        const char *detail = json_string_value(json_at(json, "detail"));
        if (reply.status != 400 || detail == NULL || strstr(reply.body, cases[i][1]) == NULL)
            fail_msg("%s: %d %s", cases[i][0], reply.status, reply.body);
        json_decref(json);
        http_reply_free(&reply);
    }
}

static void the_description_names_every_request_that_is_answered(void **state) {
    (void)state;
    json_t *description = get_json("/openapi.json"), *paths = json_at(description, "paths"),
           *operations, *operation;
    assert_string_equal(json_string_value(json_at(description, "openapi")), "3.0.3");
    const char *path, *method;
    int count = 0;
    struct http_reply page = http_get(&served, "/");
    assert_int_equal(page.status, 200);
    assert_true(http_has_header(&page, "Content-Type: text/html; charset=utf-8"));
    assert_null(strstr(page.body, "<script"));
    json_object_foreach(paths, path, operations) {
        json_object_foreach(operations, method, operation) {
            bool get = strcmp(method, "get") == 0;
            struct http_reply reply =
                get ? http_get(&served, path) : http_post(&served, path, "", "[]");
            if (reply.status != (get ? 200 : 422))
                fail_msg("%s %s: %d %s", method, path, reply.status, reply.body);
            http_reply_free(&reply);
            assert_non_null(strstr(page.body, path));
            assert_non_null(json_object_get(operation, "responses"));
            count++;
        }
    }
    assert_int_equal(count, 12); /* all but the sales that a till posts */
    assert_null(json_at(paths, "/api/sales.post"));
    json_t *body = json_object_get(
        json_object_get(json_at(description, "components.schemas"), "ReturningCustomer"),
        "required");
    assert_int_equal(json_array_size(body), 9);
    http_reply_free(&page);
    json_decref(description);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answers_what_the_subcommand_prints_byte_for_byte),
        cmocka_unit_test(the_accept_header_asks_for_csv_too),
        cmocka_unit_test(pages_of_sales_follow_one_another_without_gap_or_overlap),
        cmocka_unit_test(what_cannot_be_read_is_told_with_400),
        cmocka_unit_test(the_description_names_every_request_that_is_answered),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
