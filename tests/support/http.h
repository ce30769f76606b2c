/* The server as its clients have it: the built program, asked over real sockets. */
#ifndef TESTS_SUPPORT_HTTP_H
#define TESTS_SUPPORT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct served {
    pid_t pid;
    int port;         /* 0: a Unix socket */
    char socket[128]; /* its path */
    char log[128];    /* the file that its standard error goes to */
};

/* Starts `retail-pulse --db shop.db serve ARGUMENTS` on the database of tests/cli/run_program.h and
 * waits until it says where it serves; on a free port unless the arguments name a place. A failure
 * fails the test. */
void served_start(struct served *served, const char *arguments);

/* Sends the signal and waits; the exit code, −1 where it died of a signal. */
int served_end(struct served *served, int signal_number);

char *served_log(const struct served *served); /* the caller frees */

/* What `retail-pulse serve ARGUMENTS` says where it refuses to start; its exit code. The caller
 * frees the text. */
int served_refusal(const char *arguments, char **said);

struct http_reply {
    int status;
    char *headers; /* as they came, with the status line */
    char *body;
    size_t length;
};
void http_reply_free(struct http_reply *reply);
bool http_has_header(const struct http_reply *reply, const char *line); /* "Allow: GET" */

int http_connect(const struct served *served);
void http_send(int fd, const void *bytes, size_t length); /* a broken pipe is fine */
void http_send_text(int fd, const char *text);
/* Reads one reply, its body by Content-Length; false where the connection ended without one. */
bool http_read(int fd, struct http_reply *reply);

/* A request on a connection that is kept; `headers` are lines ended by \r\n, "" for none. */
bool http_exchange(int fd, const char *method, const char *path, const char *headers,
                   const char *body, struct http_reply *reply);

/* One request on a connection of its own; a failure fails the test. */
struct http_reply http_get(const struct served *served, const char *path);
struct http_reply http_post(const struct served *served, const char *path, const char *headers,
                            const char *body);

#endif
