/* The server is killed while tills send sales and dashboards look on: 480 sales and three deaths by
 * default, 100,000 sales and ten deaths by `make faults`. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
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
#include "base/number.h"
#include "tests/cli/run_program.h"
#include "tests/faults/attempt.h"
#include "tests/support/http.h"
#include "tests/support/pty.h"

enum {
    CONNECTIONS = 8,
    DASHBOARDS = 2,
    SALES_EACH = 60,
    KILLS = 3,
    SALES_EACH_ALL = 12500,
    KILLS_ALL = 10
};

static int sales_each, kills;
static struct served till;
static pthread_mutex_t till_mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_int acknowledged;

/* Sends each sale until it is acknowledged, as a till that has lost its server does. */
static void *send_all(void *context) {
    int which = (int)(intptr_t)context, fd = -1;
    for (int i = 0; i < sales_each; i++) {
        char *headers = xasprintf("Content-Type: application/json\r\nIdempotency-Key: c%d-%d\r\n",
                                  which, i),
             *body = xasprintf("{\"date\":\"2026-01-15\",\"handset\":\"Kill %d\",\"price\":%d}",
                               which, 1 + i);
        struct http_reply reply = {0};
        for (;;) {
            const struct timespec pause = {.tv_nsec = 2000000};
            if (fd < 0) {
                pthread_mutex_lock(&till_mutex);
                fd = http_connect(&till);
                pthread_mutex_unlock(&till_mutex);
            }
            if (fd >= 0 && http_exchange(fd, "POST", "/api/sales", headers, body, &reply) &&
                (reply.status == 200 || reply.status == 201))
                break;
            http_reply_free(&reply);
            if (fd >= 0)
                close(fd);
            fd = -1;
            nanosleep(&pause, NULL);
        }
        http_reply_free(&reply);
        atomic_fetch_add(&acknowledged, 1);
        free(headers);
        free(body);
    }
    close(fd);
    return NULL;
}

static void kill_again_and_again(void) {
    for (int number = 1; number <= kills; number++) {
        const struct timespec pause = {.tv_nsec = 1000000};
        while (atomic_load(&acknowledged) < number * CONNECTIONS * (sales_each / (kills + 1)))
            nanosleep(&pause, NULL);
        served_end(&till, SIGKILL);
        struct served next;
        served_start(&next, "--quiet --allow-sales");
        pthread_mutex_lock(&till_mutex);
        till = next;
        pthread_mutex_unlock(&till_mutex);
    }
}

/* Each sale has a price of its own among those of its connection. */
static void look_for_each(void) {
    char *seen = xcalloc((size_t)(CONNECTIONS * sales_each), 1);
    json_t *sales = program_json("sales --format json --limit 0"), *list = json_at(sales, "sales"),
           *sale;
    size_t i;
    json_array_foreach(list, i, sale) {
        int which = -1, price = (int)json_integer_value(json_object_get(sale, "price"));
        sscanf(json_string_value(json_object_get(sale, "handset")), "Kill %d", &which);
        assert_in_range(which, 0, CONNECTIONS - 1);
        assert_in_range(price, 1, sales_each);
        seen[which * sales_each + price - 1]++;
    }
    assert_int_equal(json_array_size(list), CONNECTIONS * sales_each);
    for (int each = 0; each < CONNECTIONS * sales_each; each++)
        assert_int_equal(seen[each], 1);
    json_decref(sales);
    free(seen);
}

static void every_acknowledged_sale_is_there_once_though_the_server_is_killed(void **state) {
    (void)state;
    pthread_t threads[CONNECTIONS];
    struct pty *dashboards[DASHBOARDS];
    char *arguments = xasprintf("--db %s/shop.db", program_folder()), total[NUMBER_TEXT_SIZE];
    int64_t began_ms = clock_elapsed_ms();
    served_start(&till, "--quiet --allow-sales");
    for (int i = 0; i < DASHBOARDS; i++)
        dashboards[i] = pty_start(arguments, "xterm-256color", 24, 80);
    for (int i = 0; i < CONNECTIONS; i++)
        pthread_create(&threads[i], NULL, send_all, (void *)(intptr_t)i);
    kill_again_and_again();
    for (int i = 0; i < CONNECTIONS; i++)
        pthread_join(threads[i], NULL);
    number_grouped(CONNECTIONS * sales_each, total, sizeof total);
    for (int i = 0; i < DASHBOARDS; i++) { /* both show all of them, untouched */
        assert_true(pty_shows(dashboards[i], total, 10));
        pty_end(dashboards[i]);
    }
    assert_int_equal(served_end(&till, SIGTERM), 0);
    look_for_each();
    int exit_code;
    program_output("doctor", &exit_code);
    assert_int_equal(exit_code, 0);
    printf("%d sales by %d connections, %d killed in %.1f s: lost 0, twice 0\n",
           CONNECTIONS * sales_each, CONNECTIONS, kills,
           (double)(clock_elapsed_ms() - began_ms) / 1000);
    free(arguments);
}

static int begin(void **state) {
    (void)state;
    program_begin(); /* today is 2026-01-15 */
    sales_each = faults_all() ? SALES_EACH_ALL : SALES_EACH;
    kills = faults_all() ? KILLS_ALL : KILLS;
    return 0;
}

static int end(void **state) {
    (void)state;
    program_end();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_acknowledged_sale_is_there_once_though_the_server_is_killed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
