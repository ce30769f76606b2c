#include "tests/support/http.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "tests/cli/run_program.h"
#include "tests/support/scratch.h"

enum { START_SECONDS = 30, REPLY_SECONDS = 60 };

static const char *program(void) {
    const char *given = getenv("PROGRAM");
    return given != NULL ? given : "build/retail-pulse";
}

char *served_log(const struct served *served) {
    size_t length;
    return scratch_read(served->log, &length);
}

/* "retail-pulse: serving FILE on http://127.0.0.1:40123/" */
static bool read_place(struct served *served, const char *log) {
    const char *place = strstr(log, "retail-pulse: serving ");
    if (place == NULL || strchr(place, '\n') == NULL)
        return false;
    const char *port = strstr(place, " on http://");
    if (port != NULL)
        served->port = atoi(strchr(port + strlen(" on http://"), ':') + 1);
    return true;
}

void served_start(struct served *served, const char *arguments) {
    static int count;
    *served = (struct served){0};
    snprintf(served->log, sizeof served->log, "%s/log%d", program_folder(), count++);
    const char *socket_at = strstr(arguments, "--socket ");
    if (socket_at != NULL)
        snprintf(served->socket, sizeof served->socket, "%.*s", (int)strcspn(socket_at + 9, " "),
                 socket_at + 9);
    bool placed = socket_at != NULL || strstr(arguments, "--port") != NULL;
    char *command =
        xasprintf("exec '%s' --db '%s/shop.db' serve %s %s </dev/null >/dev/null 2>'%s'", program(),
                  program_folder(), placed ? "" : "--port 0", arguments, served->log);
    served->pid = fork();
    if (served->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    free(command);
    const struct timespec pause = {.tv_nsec = 20000000};
    for (int i = 0; i < START_SECONDS * 50; i++) {
        nanosleep(&pause, NULL);
        char *log = access(served->log, F_OK) == 0 ? served_log(served) : xstrdup("");
        bool ready = read_place(served, log);
        free(log);
        if (ready)
            return;
        if (waitpid(served->pid, NULL, WNOHANG) == served->pid)
            break;
    }
    char *log = served_log(served);
    fail_msg("the server did not start: %s", log);
}

int served_end(struct served *served, int signal_number) {
    int status;
    kill(served->pid, signal_number);
    if (waitpid(served->pid, &status, 0) != served->pid)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int served_refusal(const char *arguments, char **said) {
    char *log = xasprintf("%s/refusal", program_folder());
    char *command = xasprintf("timeout 10 '%s' --db '%s/shop.db' serve %s </dev/null 2>'%s'",
                              program(), program_folder(), arguments, log);
    int status = system(command);
    size_t length;
    *said = scratch_read(log, &length);
    free(command);
    free(log);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ------------------------------------------------------------------ connections */

void http_reply_free(struct http_reply *reply) {
    free(reply->headers);
    free(reply->body);
    *reply = (struct http_reply){0};
}

bool http_has_header(const struct http_reply *reply, const char *line) {
    const char *at = reply->headers != NULL ? strstr(reply->headers, line) : NULL;
    return at != NULL && at > reply->headers && at[-1] == '\n' && at[strlen(line)] == '\r';
}

int http_connect(const struct served *served) {
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    struct sockaddr_in port = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)served->port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval patience = {.tv_sec = REPLY_SECONDS};
    snprintf(path.sun_path, sizeof path.sun_path, "%.107s", served->socket);
    bool unix_socket = served->socket[0] != '\0';
    int fd = socket(unix_socket ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr *address =
        unix_socket ? (const struct sockaddr *)&path : (const struct sockaddr *)&port;
    if (connect(fd, address, unix_socket ? sizeof path : sizeof port) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

void http_send(int fd, const void *bytes, size_t length) {
    const char *at = bytes;
    while (length > 0) {
        ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        at += sent;
        length -= (size_t)sent;
    }
}

void http_send_text(int fd, const char *text) {
    http_send(fd, text, strlen(text));
}

bool http_read(int fd, struct http_reply *reply) {
    struct buffer got = {0};
    const char *end = NULL;
    char chunk[65536];
    *reply = (struct http_reply){0};
    size_t wanted = 0;
    while (end == NULL || got.length < wanted) {
        ssize_t length = recv(fd, chunk,
                              end == NULL                          ? 1
                              : wanted - got.length < sizeof chunk ? wanted - got.length
                                                                   : sizeof chunk,
                              0);
        if (length <= 0) {
            buffer_free(&got);
            return false;
        }
        buffer_append(&got, chunk, (size_t)length);
        if (end == NULL && (end = strstr(got.data, "\r\n\r\n")) != NULL) {
            const char *said = strcasestr(got.data, "\r\nContent-Length: ");
            reply->headers = xstrndup(got.data, (size_t)(end - got.data) + 2);
            reply->length = said != NULL ? (size_t)atol(said + strlen("\r\nContent-Length: ")) : 0;
            wanted = got.length + reply->length;
        }
    }
    reply->status = atoi(reply->headers + strlen("HTTP/1.1 "));
    reply->body = xstrndup(got.data + got.length - reply->length, reply->length);
    buffer_free(&got);
    return true;
}

bool http_exchange(int fd, const char *method, const char *path, const char *headers,
                   const char *body, struct http_reply *reply) {
    char *request =
        xasprintf("%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %zu\r\n\r\n%s", method,
                  path, headers, strlen(body), body);
    http_send_text(fd, request);
    free(request);
    return http_read(fd, reply);
}

static struct http_reply ask(const struct served *served, const char *method, const char *path,
                             const char *headers, const char *body) {
    struct http_reply reply = {0};
    int fd = http_connect(served);
    if (fd < 0 || !http_exchange(fd, method, path, headers, body, &reply))
        fail_msg("%s %s: no reply", method, path);
    close(fd);
    return reply;
}

struct http_reply http_get(const struct served *served, const char *path) {
    return ask(served, "GET", path, "", "");
}

struct http_reply http_post(const struct served *served, const char *path, const char *headers,
                            const char *body) {
    char *all = xasprintf("Content-Type: application/json\r\n%s", headers);
    struct http_reply reply = ask(served, "POST", path, all, body);
    free(all);
    return reply;
}
