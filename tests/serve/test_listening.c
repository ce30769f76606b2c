/* Where the server listens, whom it lets in, what it refuses, and how it ends. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "tests/cli/run_program.h"
#include "tests/support/http.h"
#include "tests/support/scratch.h"

static const char token[] = "a-secret-of-more-than-sixteen";

static char *in_folder(const char *name) {
    return xasprintf("%s/%s", program_folder(), name);
}

static int make_shop(void **state) {
    (void)state;
    program_begin();
    program_output("import data/sample.csv", NULL);
    return 0;
}

static int remove_shop(void **state) {
    (void)state;
    program_end();
    return 0;
}

/* The status of a whole request, sent as it stands. */
static int status_of(const struct served *served, const char *request) {
    struct http_reply reply = {0};
    int fd = http_connect(served);
    http_send_text(fd, request);
    bool answered = http_read(fd, &reply);
    int status = answered ? reply.status : 0;
    http_reply_free(&reply);
    close(fd);
    return status;
}

static void it_answers_on_a_port_of_this_machine_and_on_a_socket_of_its_owner(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "");
    struct http_reply reply = http_get(&served, "/health");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "{\"status\":\"ok\",\"version\":\"" RETAIL_PULSE_VERSION
                                    "\",\"takes_sales\":false}");
    assert_true(http_has_header(&reply, "Content-Type: application/json"));
    http_reply_free(&reply);
    assert_int_equal(served_end(&served, SIGTERM), 0);

    char *path = in_folder("pulse.socket"), *arguments = xasprintf("--socket %s", path);
    served_start(&served, arguments);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    reply = http_get(&served, "/health");
    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    char *said;
    assert_int_equal(served_refusal(arguments, &said), 1); /* while the first one lives */
    assert_non_null(strstr(said, "another program serve there"));
    free(said);
    assert_int_equal(served_end(&served, SIGKILL), -1); /* leaves its socket behind, … */
    served_start(&served, arguments);                   /* … which is no hindrance */
    assert_int_equal(served_end(&served, SIGTERM), 0);
    assert_int_not_equal(access(path, F_OK), 0);
    free(arguments);
    free(path);
}

static void other_machines_are_let_in_with_a_token_only(void **state) {
    (void)state;
    char *said, *file = in_folder("token"), *arguments;
    assert_int_equal(served_refusal("--listen 0.0.0.0 --port 0", &said), 2);
    assert_non_null(strstr(said, "--token-file"));
    free(said);

    char *line = xasprintf("%s\n", token);
    scratch_write_text(file, line);
    chmod(file, 0640);
    arguments = xasprintf("--listen 0.0.0.0 --port 0 --token-file %s", file);
    assert_int_equal(served_refusal(arguments, &said), 1);
    assert_non_null(strstr(said, "can be read by others"));
    free(said);
    chmod(file, 0600);

    struct served served;
    served_start(&served, arguments);
    assert_int_equal(status_of(&served, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
    assert_int_equal(status_of(&served, "GET /api/sales HTTP/1.1\r\nHost: x\r\n\r\n"), 401);
    assert_int_equal(status_of(&served, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"), 401);
    static const char *const wrong[] = {"Bearer ", "Bearer a-secret-of-more-than-sixteem",
                                        "Basic a-secret-of-more-than-sixteen",
                                        "Bearer a-secret-of-more-than-sixteen-"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *request =
            xasprintf("GET /api/sales HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n", wrong[i]);
        assert_int_equal(status_of(&served, request), 401);
        free(request);
    }
    char *request = xasprintf("GET /api/sales HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                              "%s\r\n\r\n",
                              token);
    assert_int_equal(status_of(&served, request), 200);
    free(request);
    assert_int_equal(served_end(&served, SIGTERM), 0);

    scratch_write_text(file, "short\n");
    assert_int_equal(served_refusal(arguments, &said), 1);
    assert_non_null(strstr(said, "16"));
    free(said);
    free(arguments);
    free(line);
    free(file);
}

static void a_page_whose_name_leads_here_is_refused(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "");
    assert_int_equal(status_of(&served, "GET /api/sales HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
                     400);
    assert_int_equal(status_of(&served, "GET /health HTTP/1.1\r\nHost: 127.0.0.1.evil\r\n\r\n"),
                     400);
    assert_int_equal(status_of(&served, "GET /health HTTP/1.1\r\nHost: localhost:8000\r\n\r\n"),
                     200);
    assert_int_equal(status_of(&served, "GET /health HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n"), 200);
    served_end(&served, SIGTERM);
}

static void what_it_does_not_know_is_told_apart(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "");
    struct http_reply reply = http_get(&served, "/api/nothing");
    assert_int_equal(reply.status, 404);
    assert_string_equal(reply.body, "{\"detail\":\"Not Found\"}");
    http_reply_free(&reply);
    reply = http_get(&served, "/api/predict-returning-customer");
    assert_int_equal(reply.status, 405);
    assert_string_equal(reply.body, "{\"detail\":\"Method Not Allowed\"}");
    assert_true(http_has_header(&reply, "Allow: POST"));
    http_reply_free(&reply);
    reply = http_post(&served, "/api/sales", "Idempotency-Key: 1\r\n", "{}");
    assert_int_equal(reply.status, 405); /* read-only */
    assert_non_null(strstr(reply.body, "--allow-sales"));
    http_reply_free(&reply);
    reply = http_get(&served, "/api/overview?whre=age%3E30");
    assert_int_equal(reply.status, 400);
    assert_non_null(strstr(reply.body, "'whre'"));
    http_reply_free(&reply);
    reply = http_post(&served, "/api/predict-returning-customer", "", "{}");
    assert_int_equal(reply.status, 422);
    http_reply_free(&reply);
    served_end(&served, SIGTERM);
}

static void large_bodies_and_endless_ones_are_refused(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "");
    assert_int_equal(status_of(&served, "POST /api/predict HTTP/1.1\r\nHost: localhost\r\n"
                                        "Content-Length: 65537\r\n\r\n"),
                     413);
    char *body = xmalloc(65537);
    memset(body, ' ', 65536);
    memcpy(body, "{}", 2);
    body[65536] = '\0';
    struct http_reply reply = http_post(&served, "/api/predict", "", body);
    assert_int_equal(reply.status, 200); /* as much as there may be */
    http_reply_free(&reply);

    int fd = http_connect(&served);
    http_send_text(fd, "POST /api/predict HTTP/1.1\r\nHost: localhost\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n");
    int chunks = 0;
    for (; chunks < 100; chunks++) { /* 6.5 MB: it hangs up long before */
        http_send_text(fd, "10000\r\n");
        http_send(fd, body, 65536);
        if (send(fd, "\r\n", 2, MSG_NOSIGNAL) != 2)
            break;
    }
    assert_true(chunks < 100);
    close(fd);
    free(body);
    assert_int_equal(status_of(&served, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200);
    served_end(&served, SIGTERM);
}

static void who_sends_drop_by_drop_is_cut_off_while_others_are_served(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "");
    int slow = http_connect(&served), silent = http_connect(&served);
    struct http_reply reply;
    http_send_text(silent, "GET /hea");
    http_send_text(slow, "POST /api/predict HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Length: 1000\r\n\r\n");
    int64_t began_ms = clock_elapsed_ms();
    const struct timespec pause = {.tv_nsec = 200000000};
    while (send(slow, " ", 1, MSG_NOSIGNAL) == 1 && clock_elapsed_ms() - began_ms < 20000) {
        assert_int_equal(status_of(&served, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                         200);
        nanosleep(&pause, NULL);
    }
    int64_t took_ms = clock_elapsed_ms() - began_ms;
    assert_in_range(took_ms, 4000, 12000);
    assert_false(http_read(silent, &reply));
    assert_in_range(clock_elapsed_ms() - began_ms, 4000, 12000);
    close(silent);
    close(slow);
    served_end(&served, SIGTERM);
}

static void the_end_waits_for_what_was_begun_and_closes_what_was_not(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "");
    int begun = http_connect(&served), idle = http_connect(&served);
    struct http_reply reply;
    assert_true(http_exchange(idle, "GET", "/health", "", "", &reply));
    http_reply_free(&reply);
    http_send_text(begun, "POST /api/predict HTTP/1.1\r\nHost: localhost\r\n"
                          "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n");
    assert_true(http_exchange(idle, "GET", "/health", "", "", &reply)); /* it has been read */
    http_reply_free(&reply);
    kill(served.pid, SIGTERM);
    assert_false(http_read(idle, &reply));
    assert_int_equal(http_connect(&served), -1);
    http_send_text(begun, "{\"age\":30}");
    assert_true(http_read(begun, &reply));
    assert_int_equal(reply.status, 200);
    assert_true(http_has_header(&reply, "Connection: close"));
    http_reply_free(&reply);
    assert_int_equal(served_end(&served, 0), 0);
    close(begun);
    close(idle);
}

static void a_line_a_request_tells_nothing_of_customers(void **state) {
    (void)state;
    struct served served;
    served_start(&served, "");
    struct http_reply reply = http_get(&served, "/api/sales?where=age%3D47&limit=1");
    http_reply_free(&reply);
    reply = http_get(&served, "/customers/Rahima%0a47");
    http_reply_free(&reply);
    reply = http_post(&served, "/api/predict", "", "{\"age\":47}");
    http_reply_free(&reply);
    served_end(&served, SIGTERM);
    char *log = served_log(&served);
    const char *lines = strchr(log, '\n');
    assert_non_null(lines);
    int microseconds[3], used = 0;
    assert_int_equal(sscanf(lines + 1,
                            "GET /api/sales 200 %dus\nGET (unknown) 404 %dus\n"
                            "POST /api/predict 200 %dus\n%n",
                            &microseconds[0], &microseconds[1], &microseconds[2], &used),
                     3);
    assert_int_equal(lines[1 + used], '\0');
    assert_null(strstr(lines, "Rahima"));
    free(log);
    served_start(&served, "--quiet");
    reply = http_get(&served, "/health");
    http_reply_free(&reply);
    served_end(&served, SIGTERM);
    log = served_log(&served);
    assert_null(strstr(log, "/health"));
    free(log);
}

/* As systemd does: the socket at descriptor 3, LISTEN_PID that of the program. */
static struct served pass_on_socket(int log_fd) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 8), 0);
    getsockname(fd, (struct sockaddr *)&address, &size);
    struct served served = {.port = ntohs(address.sin_port)};
    const char *program = getenv("PROGRAM");
    char *db = in_folder("shop.db");
    served.pid = fork();
    if (served.pid == 0) {
        char pid[16];
        dup2(log_fd, 2);
        dup2(fd, 3);
        snprintf(pid, sizeof pid, "%d", (int)getpid());
        setenv("LISTEN_PID", pid, 1);
        setenv("LISTEN_FDS", "1", 1);
        execl(program != NULL ? program : "build/retail-pulse", "retail-pulse", "--db", db, "serve",
              (char *)NULL);
        _exit(127);
    }
    close(fd);
    free(db);
    return served;
}

static void a_socket_that_a_service_manager_passes_on_is_served(void **state) {
    (void)state;
    int null = open("/dev/null", O_WRONLY);
    struct served served = pass_on_socket(null);
    struct http_reply reply = http_get(&served, "/health"); /* waits in the socket until it is up */
    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    assert_int_equal(served_end(&served, SIGTERM), 0);
    close(null);
}

static void a_log_that_nobody_reads_stops_no_answer(void **state) {
    (void)state;
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    assert_true(fcntl(pipe_fds[1], F_SETPIPE_SZ, 4096) >= 4096);
    struct served served = pass_on_socket(pipe_fds[1]);
    int fd = http_connect(&served);
    const struct timeval patience = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bool answered = true;
    for (int i = 0; answered && i < 1000; i++) { /* 25 bytes of log each */
        struct http_reply reply;
        answered = http_exchange(fd, "GET", "/health", "", "", &reply);
        if (answered)
            http_reply_free(&reply);
    }
    assert_int_equal(served_end(&served, answered ? SIGTERM : SIGKILL), 0);
    close(fd);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}

static void what_cannot_be_is_refused_at_the_start(void **state) {
    (void)state;
    static const struct {
        const char *arguments, *says;
        int exit_code;
    } cases[] = {{"--port 99999", "65535", 2},
                 {"--socket /tmp/x --port 1", "--socket stands instead", 2},
                 {"--listen nowhere.example --port 0", "takes an address", 2},
                 {"--token-file /no/such/file --port 0", "cannot read", 1},
                 {"--allow-sales --read-only --port 0", "--read-only refuses", 1},
                 {"--socket /no/such/folder/socket", "cannot listen", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *said;
        assert_int_equal(served_refusal(cases[i].arguments, &said), cases[i].exit_code);
        if (strstr(said, cases[i].says) == NULL)
            fail_msg("%s: %s", cases[i].arguments, said);
        free(said);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_answers_on_a_port_of_this_machine_and_on_a_socket_of_its_owner),
        cmocka_unit_test(other_machines_are_let_in_with_a_token_only),
        cmocka_unit_test(a_page_whose_name_leads_here_is_refused),
        cmocka_unit_test(what_it_does_not_know_is_told_apart),
        cmocka_unit_test(large_bodies_and_endless_ones_are_refused),
        cmocka_unit_test(who_sends_drop_by_drop_is_cut_off_while_others_are_served),
        cmocka_unit_test(the_end_waits_for_what_was_begun_and_closes_what_was_not),
        cmocka_unit_test(a_line_a_request_tells_nothing_of_customers),
        cmocka_unit_test(a_socket_that_a_service_manager_passes_on_is_served),
        cmocka_unit_test(a_log_that_nobody_reads_stops_no_answer),
        cmocka_unit_test(what_cannot_be_is_refused_at_the_start),
    };
    return cmocka_run_group_tests(tests, make_shop, remove_shop);
}
