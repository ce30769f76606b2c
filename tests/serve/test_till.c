/* The till's sales: each stored once, on the disk before it is acknowledged, whatever comes
 * between.
 */
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

#include "base/clock.h"
#include "base/memory.h"
#include "tests/cli/run_program.h"
#include "tests/support/http.h"
#include "tests/support/pty.h"
#include "tests/support/scratch.h"

static const char first_sale[] = "{\"date\":\"2026-01-14\",\"handset\":\"Pixel 9 12/256\","
                                 "\"price\":98999.5,\"age\":31,\"gender\":\"F\",\"location\":"
                                 "\"Rangamati Sadar\",\"facebook\":true,\"heard\":false}";

static int begin(void **state) {
    (void)state;
    program_begin(); /* today is 2026-01-15 */
    char *csv = xasprintf("%s/sample.csv", program_folder()),
         *arguments = xasprintf("sample --rows 300 --seed 3 > '%s'", csv);
    program_output(arguments, NULL);
    free(arguments);
    arguments = xasprintf("import '%s'", csv);
    program_output(arguments, NULL);
    free(arguments);
    free(csv);
    return 0;
}

static int end(void **state) {
    (void)state;
    program_end();
    return 0;
}

static int64_t sales_of_shop(void) {
    json_t *overview = program_json("overview --format json");
    int64_t sales = json_integer_value(json_at(overview, "sales"));
    json_decref(overview);
    return sales;
}

/* The status; `id` receives the sale's, 0 where there is none. */
static int post(const struct served *served, const char *key, const char *body, int64_t *id) {
    char *header = key != NULL ? xasprintf("Idempotency-Key: %s\r\n", key) : xstrdup("");
    struct http_reply reply = http_post(served, "/api/sales", header, body);
    json_t *json = json_loads(reply.body, 0, NULL);
    int status = reply.status;
    if (id != NULL)
        *id = json_integer_value(json_object_get(json, "id"));
    if (status == 200 || status == 201)
        assert_int_equal(json_is_true(json_object_get(json, "created")), status == 201);
    json_decref(json);
    http_reply_free(&reply);
    free(header);
    return status;
}

static void a_sale_is_stored_once_however_often_it_is_sent(void **state) {
    (void)state;
    struct served served;
    int64_t id, again, before = sales_of_shop();
    served_start(&served, "--quiet --allow-sales");
    assert_int_equal(post(&served, "till-1/1", first_sale, &id), 201);
    assert_int_equal(post(&served, "till-1/1", first_sale, &again), 200);
    assert_int_equal(again, id);
    assert_int_equal(post(&served, "till-1/1",
                          "{\"date\":\"2026-01-14\",\"handset\":"
                          "\"Pixel 9 12/256\",\"price\":98999}",
                          NULL),
                     409);
    assert_int_equal(post(&served, "till-1/2", first_sale, &again), 201); /* another customer */
    assert_int_not_equal(again, id);
    assert_int_equal(sales_of_shop(), before + 2);
    assert_int_equal(served_end(&served, SIGTERM), 0);
    served_start(&served, "--quiet --allow-sales"); /* what it knew is in the database */
    assert_int_equal(post(&served, "till-1/1", first_sale, &again), 200);
    assert_int_equal(again, id);
    served_end(&served, SIGTERM);

    char *arguments = xasprintf("sales --format json --offset %lld --limit 1", (long long)before);
    json_t *sales = program_json(arguments), *sale = json_at(sales, "sales[0]");
    json_t *expected = json_loads("{\"reference\":null,\"date\":\"2026-01-14\",\"location\":"
                                  "\"Rangamati Sadar\",\"age\":31,\"gender\":\"F\",\"handset\":"
                                  "\"Pixel 9 12/256\",\"price\":98999.5,\"facebook\":true,"
                                  "\"follows\":null,\"returning\":null,\"heard\":false}",
                                  0, NULL);
    const char *key;
    json_t *value;
    json_object_foreach(expected, key, value) {
        if (!json_equal(json_object_get(sale, key), value))
            fail_msg("%s: %s", key, json_dumps(sale, 0));
    }
    json_decref(expected);
    json_decref(sales);
    free(arguments);
}

static void a_reference_that_an_import_brought_counts_as_sent(void **state) {
    (void)state;
    struct served served;
    json_t *sales = program_json("sales --format json --limit 1"),
           *sale = json_at(sales, "sales[0]");
    int64_t id = json_integer_value(json_object_get(sale, "id")), found, before = sales_of_shop();
    json_object_del(sale, "id");
    json_object_del(sale, "segment");
    char *same = json_dumps(sale, 0);
    json_object_set_new(sale, "price", json_integer(1));
    char *other = json_dumps(sale, 0);
    served_start(&served, "--quiet --allow-sales");
    assert_int_equal(post(&served, NULL, same, &found), 200);
    assert_int_equal(found, id);
    assert_int_equal(post(&served, "till-1/77", same, &found), 200);
    assert_int_equal(found, id);
    assert_int_equal(post(&served, NULL, other, NULL), 409);
    assert_int_equal(post(&served, "till-1/78", other, NULL), 409);
    struct http_reply reply =
        http_post(&served, "/api/sales", "Idempotency-Key: till-1/78\r\n", other);
    assert_non_null(strstr(reply.body, "under this reference"));
    http_reply_free(&reply);
    reply = http_post(&served, "/api/sales", "Idempotency-Key: till-1/77\r\n", other);
    assert_int_equal(reply.status, 409);
    assert_non_null(strstr(reply.body, "under this key"));
    http_reply_free(&reply);
    served_end(&served, SIGTERM);
    assert_int_equal(sales_of_shop(), before);
    free(same);
    free(other);
    json_decref(sales);
}

static void what_is_no_sale_is_refused_and_nothing_is_stored(void **state) {
    (void)state;
    static const struct {
        const char *body;
        int status;
    } cases[] = {
        {"{\"date\":\"2026-01-16\",\"handset\":\"Pixel\",\"price\":1}", 422}, /* tomorrow */
        {"{\"date\":\"2026-01-15\",\"handset\":\"Pixel\",\"price\":1.005}", 422},
        {"{\"date\":\"2026-01-15\",\"handset\":\"Pixel\",\"price\":0}", 422},
        {"{\"date\":\"2026-01-15\",\"handset\":\" \",\"price\":1}", 422},
        {"{\"date\":\"2026-01-15\",\"price\":1}", 422},
        {"{\"date\":\"2026-01-15\",\"handset\":\"Pixel\",\"price\":1,\"agee\":3}", 422},
        {"{\"date\":\"2026-01-15\",\"handset\":\"Pixel\",\"price\":1,\"age\":131}", 422},
        {"[]", 422},
        {"", 422},
    };
    struct served served;
    int64_t before = sales_of_shop();
    served_start(&served, "--quiet --allow-sales");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = post(&served, "k", cases[i].body, NULL);
        if (status != cases[i].status)
            fail_msg("%s: %d", cases[i].body, status);
    }
    assert_int_equal(post(&served, NULL, first_sale, NULL), 400); /* neither key nor reference */
    assert_int_equal(post(&served, "\xC3\xA4", first_sale, NULL), 400);
    struct http_reply reply;
    int fd = http_connect(&served); /* as a page of another site could, without being asked */
    assert_true(http_exchange(fd, "POST", "/api/sales",
                              "Content-Type: text/plain\r\nIdempotency-Key: k\r\n", first_sale,
                              &reply));
    assert_int_equal(reply.status, 415);
    http_reply_free(&reply);
    close(fd);
    served_end(&served, SIGTERM);
    assert_int_equal(sales_of_shop(), before);
}

/* ------------------------------------------------------------------ beside others */

static void an_import_that_writes_is_waited_for_but_not_for_ever(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "--quiet --allow-sales");
    char *path = xasprintf("%s/shop.db", program_folder());
    struct db *writer = scratch_writer(path);
    int64_t began_ms = clock_elapsed_ms();
    assert_int_equal(post(&served, "w-1", first_sale, NULL), 503);
    assert_in_range(clock_elapsed_ms() - began_ms, 3000, 20000);
    db_close(writer);
    assert_int_equal(post(&served, "w-1", first_sale, NULL), 201);
    began_ms = clock_elapsed_ms(); /* and the other way round: it lets go of the lock */
    writer = scratch_writer(path);
    assert_in_range(clock_elapsed_ms() - began_ms, 0, 3000);
    db_close(writer);
    free(path);
    served_end(&served, SIGTERM);
}

static void the_end_stores_what_was_sent(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "--quiet --allow-sales");
    char *path = xasprintf("%s/shop.db", program_folder());
    struct db *writer = scratch_writer(path);
    int fd = http_connect(&served);
    char *request = xasprintf("POST /api/sales HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                              "application/json\r\nIdempotency-Key: e-1\r\nContent-Length: "
                              "%zu\r\n\r\n%s",
                              strlen(first_sale), first_sale);
    http_send_text(fd, request);
    const struct timespec pause = {.tv_nsec = 300000000};
    nanosleep(&pause, NULL); /* it waits for the lock now */
    kill(served.pid, SIGTERM);
    nanosleep(&pause, NULL);
    db_close(writer);
    struct http_reply reply;
    assert_true(http_read(fd, &reply));
    assert_int_equal(reply.status, 201);
    http_reply_free(&reply);
    close(fd);
    assert_int_equal(served_end(&served, 0), 0);
    free(request);
    free(path);
}

static void post_part(int fd, const char *key, const char *body, size_t length) {
    char *request = xasprintf("POST /api/sales HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                              "application/json\r\nIdempotency-Key: %s\r\nContent-Length: "
                              "%zu\r\n\r\n%.*s",
                              key, strlen(body), (int)length, body);
    http_send_text(fd, request);
    free(request);
}

/* Two signals, and while the answer to a whole request is waited for the rest of another comes. */
static void a_request_that_is_whole_too_late_does_no_harm(void **state) {
    (void)state;
    const struct timespec pause = {.tv_nsec = 300000000};
    struct served served;
    struct http_reply reply;
    int64_t before = sales_of_shop();
    served_start(&served, "--quiet --allow-sales");
    char *path = xasprintf("%s/shop.db", program_folder());
    struct db *writer = scratch_writer(path);
    int whole = http_connect(&served), half = http_connect(&served);
    post_part(whole, "h-1", first_sale, strlen(first_sale));
    post_part(half, "h-2", first_sale, 10);
    nanosleep(&pause, NULL);
    kill(served.pid, SIGTERM);
    nanosleep(&pause, NULL);
    kill(served.pid, SIGTERM);
    nanosleep(&pause, NULL);
    http_send_text(half, first_sale + 10);
    db_close(writer);
    assert_true(http_read(whole, &reply));
    assert_int_equal(reply.status, 201);
    http_reply_free(&reply);
    if (http_read(half, &reply)) {
        assert_int_equal(reply.status, 503);
        http_reply_free(&reply);
    }
    assert_int_equal(served_end(&served, 0), 0);
    assert_int_equal(sales_of_shop(), before + 1);
    close(whole);
    close(half);
    free(path);
}

static void a_third_signal_ends_it_at_once(void **state) {
    (void)state;
    const struct timespec pause = {.tv_nsec = 300000000};
    struct served served;
    served_start(&served, "--quiet --allow-sales");
    char *path = xasprintf("%s/shop.db", program_folder());
    struct db *writer = scratch_writer(path);
    int fd = http_connect(&served);
    post_part(fd, "t-1", first_sale, strlen(first_sale));
    nanosleep(&pause, NULL); /* it waits for the lock now */
    kill(served.pid, SIGTERM);
    nanosleep(&pause, NULL);
    kill(served.pid, SIGTERM);
    nanosleep(&pause, NULL);
    assert_int_equal(served_end(&served, SIGTERM), -1);
    db_close(writer);
    close(fd);
    free(path);
    int exit_code;
    program_output("doctor", &exit_code);
    assert_int_equal(exit_code, 0);
}

static void an_import_taken_back_takes_the_keys_with_it(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "--quiet --allow-sales");
    int64_t before = sales_of_shop();
    assert_int_equal(post(&served, "u-1", first_sale, NULL), 201);
    json_t *imports = program_json("imports --format json");
    const char *file = json_string_value(json_at(imports, "imports[0].file"));
    assert_string_equal(file, "till 2026-01-15");
    char *arguments = xasprintf("--quiet import --undo %lld",
                                (long long)json_integer_value(json_at(imports, "imports[0].id")));
    int exit_code;
    program_output(arguments, &exit_code);
    assert_int_equal(exit_code, 0);
    assert_int_equal(sales_of_shop(), before);
    assert_int_equal(post(&served, "u-1", first_sale, NULL), 201); /* under a new import */
    assert_int_equal(sales_of_shop(), before + 1);
    served_end(&served, SIGTERM);
    program_output("doctor", &exit_code);
    assert_int_equal(exit_code, 0);
    free(arguments);
    json_decref(imports);
}

static void an_open_dashboard_shows_a_sale_without_a_key(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "--quiet --allow-sales");
    char *arguments = xasprintf("--db %s/shop.db", program_folder());
    struct pty *pty = pty_start(arguments, "xterm-256color", 24, 80);
    char now[32], then[32];
    int64_t sales = sales_of_shop();
    snprintf(now, sizeof now, "%lld", (long long)sales);
    snprintf(then, sizeof then, "%lld", (long long)sales + 1);
    assert_true(sales < 999); /* no comma */
    assert_true(pty_shows(pty, now, 30));
    assert_int_equal(post(&served, "d-1", first_sale, NULL), 201);
    assert_true(pty_shows(pty, then, 2)); /* a busy machine has twice the second */
    pty_end(pty);
    free(arguments);
    served_end(&served, SIGTERM);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sale_is_stored_once_however_often_it_is_sent),
        cmocka_unit_test(a_reference_that_an_import_brought_counts_as_sent),
        cmocka_unit_test(what_is_no_sale_is_refused_and_nothing_is_stored),
        cmocka_unit_test(an_import_that_writes_is_waited_for_but_not_for_ever),
        cmocka_unit_test(the_end_stores_what_was_sent),
        cmocka_unit_test(a_request_that_is_whole_too_late_does_no_harm),
        cmocka_unit_test(a_third_signal_ends_it_at_once),
        cmocka_unit_test(an_import_taken_back_takes_the_keys_with_it),
        cmocka_unit_test(an_open_dashboard_shows_a_sale_without_a_key),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
