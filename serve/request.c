/* A request from its first line to its last byte: who may ask, what is too much, who answers. */
#include "serve/request.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "serve/body.h"
#include "serve/reception.h"
#include "serve/routes.h"
#include "serve/server.h"
#include "serve/visitors.h"

enum { DISCARD_MAX = 1024 * 1024, KEY_MAX = 200 };

int64_t request_clock_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const char *request_parameter(const struct request *request, const char *name) {
    for (int i = 0; i < request->parameter_count; i++) {
        if (strcmp(request->parameters[i].name, name) == 0)
            return request->parameters[i].value;
    }
    return NULL;
}

/* Once it is resumed the request may be gone at any moment. */
void request_answered(struct request *request) {
    const uint64_t one = 1;
    int wake_fd = request->server->wake_fd;
    MHD_resume_connection(request->connection);
    ssize_t written = write(wake_fd, &one, sizeof one);
    (void)written; /* where it is full the reader is awake anyway */
}

static struct visitor *visitor_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static const char *header(const struct request *request, const char *name) {
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* ------------------------------------------------------------------ the headers */

static enum MHD_Result take_parameter(void *context, enum MHD_ValueKind kind, const char *name,
                                      size_t name_size, const char *value, size_t value_size) {
    struct request *request = context;
    (void)kind;
    bool whole = strlen(name) == name_size && (value == NULL || strlen(value) == value_size);
    if (!whole || request->parameter_count == PARAMETERS_MAX) {
        reply_problem(&request->reply, 400,
                      whole ? "too many parameters" : "a parameter has a NUL in it");
        return MHD_NO;
    }
    request->parameters[request->parameter_count++] =
        (struct parameter){xstrdup(name), xstrdup(value != NULL ? value : "")};
    return MHD_YES;
}

/* A page of another site could have its name lead here, and read what this machine serves to its
 * own (DNS rebinding); only names of this machine are answered. */
static bool is_own_host(const struct request *request) {
    static const char *const own[] = {"localhost", "127.0.0.1", "[::1]"};
    const char *host = header(request, MHD_HTTP_HEADER_HOST);
    if (!request->server->listening.loopback || request->server->token.needed || host == NULL)
        return true;
    size_t length = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    bool is = strncmp(host, "127.", 4) == 0 &&
              strspn(host, "0123456789.") == length; /* all of 127.0.0.0/8 */
    for (size_t i = 0; !is && i < sizeof own / sizeof *own; i++)
        is = strlen(own[i]) == length && strncasecmp(own[i], host, length) == 0;
    return is;
}

static bool is_json(const char *type) {
    size_t length = type != NULL ? strcspn(type, "; \t") : 0;
    static const char json[] = "application/json", suffix[] = "+json";
    return (length == sizeof json - 1 && strncasecmp(type, json, length) == 0) ||
           (length > sizeof suffix && strncasecmp(type, "application/", 12) == 0 &&
            strncasecmp(type + length - (sizeof suffix - 1), suffix, sizeof suffix - 1) == 0);
}

static bool take_key(struct request *request) {
    const char *key = header(request, "Idempotency-Key");
    if (key == NULL)
        return true;
    size_t length = strlen(key);
    if (length == 0 || length > KEY_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (key[i] < ' ' || key[i] > '~')
            return false;
    }
    request->key = xstrdup(key);
    return true;
}

/* The old service's questions: what they do not know of is passed over. */
static bool is_old(const struct request *request) {
    return request->route->body != NULL && request->route->body->old;
}

static void choose_format(struct request *request) {
    const char *format = request_parameter(request, "format"),
               *accept = header(request, MHD_HTTP_HEADER_ACCEPT);
    bool csv = format != NULL ? strcmp(format, "csv") == 0
                              : accept != NULL && strncasecmp(accept, "text/csv", 8) == 0;
    request->format = request->route->csv && csv ? FORMAT_CSV : FORMAT_JSON;
}

/* False, the request answered, where its body need not even come. */
static bool admit(struct request *request, const char *method, const char *path) {
    struct reply *reply = &request->reply;
    char allowed[ALLOWED_SIZE];
    request->route = route_find(method, path, allowed);
    const struct route *route = request->route;
    if (!is_own_host(request)) {
        reply_problem(reply, 400, "this server goes by localhost and 127.0.0.1 only");
    } else if (!(route != NULL && route->open) &&
               !token_admits(&request->server->token,
                             header(request, MHD_HTTP_HEADER_AUTHORIZATION))) {
        reply_problem(reply, 401, "this needs Authorization: Bearer and the server's token");
        reply_header(reply, "WWW-Authenticate", "Bearer");
    } else if (route == NULL && allowed[0] != '\0') {
        reply_problem(reply, 405, "Method Not Allowed");
        reply_header(reply, "Allow", allowed);
    } else if (route == NULL) {
        reply_problem(reply, 404, "Not Found");
    } else if (route->by == BY_TILL && !request->server->options->allow_sales) {
        reply_problem(reply, 405, "this server only reads: it was started without --allow-sales");
        reply_header(reply, "Allow", "GET");
    } else if (!is_old(request)) {
        MHD_get_connection_values_n(request->connection, MHD_GET_ARGUMENT_KIND, take_parameter,
                                    request);
        if (reply->status == 0 && route_check_parameters(request) && !take_key(request))
            reply_problem(reply, 400, "Idempotency-Key is 1 to %d visible characters", KEY_MAX);
        if (reply->status == 0)
            choose_format(request);
    }
    return reply->status == 0;
}

static bool says_too_much(const struct request *request) {
    const char *said = header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t length = 0;
    return said != NULL && (!number_parse_integer(said, &length) || length > BODY_MAX);
}

static bool admit_body(struct request *request) {
    const char *type = header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    if (says_too_much(request))
        reply_problem(&request->reply, 413, "a body has at most %d bytes", BODY_MAX);
    else if (request->route->strict_type && !is_json(type))
        reply_problem(&request->reply, 415, "the body must be application/json, and say so");
    return request->reply.status == 0;
}

static bool is_utf8(const struct buffer *bytes) {
    static const char replacement[] = "\xEF\xBF\xBD"; /* also what bad bytes decode to */
    uint32_t code_point;
    for (size_t at = 0, taken; at < bytes->length; at += taken) {
        taken = text_decode(bytes->data + at, bytes->length - at, &code_point);
        if (code_point == 0xFFFD && (taken != 3 || memcmp(bytes->data + at, replacement, 3) != 0))
            return false;
    }
    return true;
}

/* Once the body has come, in the order in which the old service looked. */
static bool check_body(struct request *request) {
    const char *type = header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    if (request->route->body == NULL || request->body.length == 0)
        return true;
    if (type != NULL && !is_json(type))
        reply_invalid(&request->reply, body_of_other_type());
    else if (!is_utf8(&request->body))
        reply_problem(&request->reply, 400, "There was an error parsing the body");
    return request->reply.status == 0;
}

/* ------------------------------------------------------------------ the answer */

static enum MHD_Result send_answer(struct request *request) {
    struct reply *reply = &request->reply;
    size_t length = reply->body.length;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, buffer_take(&reply->body), MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (request->server->ending)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    for (int i = 0; i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    enum MHD_Result queued = MHD_queue_response(request->connection, reply->status, response);
    MHD_destroy_response(response);
    visitor_set(visitor_of(request->connection), VISITOR_RECEIVES);
    return queued;
}

static enum MHD_Result hand_over(struct request *request) {
    struct server *server = request->server;
    MHD_suspend_connection(request->connection);
    request->waiting = true;
    visitor_set(visitor_of(request->connection), VISITOR_WAITS);
    bool put = request->route->by == BY_TILL
                   ? server->till != NULL && till_put(server->till, request)
                   : server->figures != NULL && figures_put(server->figures, request);
    if (put)
        return MHD_YES;
    reply_problem(&request->reply, 503, "%s",
                  server->ending ? "the server is ending" : "too many requests wait already");
    reply_header(&request->reply, "Retry-After", "1");
    request_answered(request);
    return MHD_YES;
}

static enum MHD_Result answer(struct request *request) {
    if (request->reply.status != 0)
        return send_answer(request);
    if (request->waiting)
        return MHD_YES;
    if (!check_body(request))
        return send_answer(request);
    if (request->route->by != BY_READER)
        return hand_over(request);
    request->route->handle(request);
    return send_answer(request);
}

/* ------------------------------------------------------------------ what the library calls */

void *reception_begin(void *context, const char *uri, struct MHD_Connection *connection) {
    struct server *server = context;
    struct request *request = xcalloc(1, sizeof *request);
    (void)uri;
    request->server = server;
    request->connection = connection;
    request->started_us = request_clock_us();
    visitor_set(visitor_of(connection), VISITOR_SENDS);
    return request;
}

static enum MHD_Result take_bytes(struct request *request, const char *bytes, size_t *length) {
    size_t taken = *length;
    *length = 0;
    request->received += taken;
    if (request->received > DISCARD_MAX) /* endless: nobody waits for an answer */
        return MHD_NO;
    if (request->reply.status != 0)
        return MHD_YES;
    if (request->received > BODY_MAX)
        reply_problem(&request->reply, 413, "a body has at most %d bytes", BODY_MAX);
    else
        buffer_append(&request->body, bytes, taken);
    return MHD_YES;
}

enum MHD_Result reception_take(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *bytes,
                               size_t *length, void **own) {
    struct request *request = *own;
    (void)context;
    (void)connection;
    (void)version;
    if (request == NULL)
        return MHD_NO;
    if (!request->begun) {
        request->begun = true;
        snprintf(request->method, sizeof request->method, "%.11s", method);
        /* What is refused is told when its body has come, so that the connection can stay; what is
         * too large need not come. */
        bool admitted = admit(request, method, url) && admit_body(request);
        return !admitted && says_too_much(request) ? send_answer(request) : MHD_YES;
    }
    return *length > 0 ? take_bytes(request, bytes, length) : answer(request);
}

/* Nothing of the address but the route's own path: what else is in it may be about a customer. */
static void log_line(const struct request *request) {
    char line[256];
    bool known_method = request->method[strspn(request->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == 0;
    int length =
        snprintf(line, sizeof line, "%s %s %u %lldus\n",
                 known_method && request->method[0] != '\0' ? request->method : "?",
                 request->route != NULL ? request->route->path : "(unknown)", request->reply.status,
                 (long long)(request_clock_us() - request->started_us));
    /* Who reads the log may be gone or asleep; the service goes on. The descriptor may be shared
     * with other programs, so it is not for us to make it one that never blocks. */
    struct pollfd log = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&log, 1, 0) != 1 || (log.revents & POLLOUT) == 0)
        return;
    ssize_t written = write(STDERR_FILENO, line, (size_t)length);
    (void)written;
}

void reception_complete(void *context, struct MHD_Connection *connection, void **own,
                        enum MHD_RequestTerminationCode code) {
    struct request *request = *own;
    (void)code;
    if (request == NULL)
        return;
    struct server *server = context;
    if (!server->options->quiet)
        log_line(request);
    for (int i = 0; i < request->parameter_count; i++) {
        free(request->parameters[i].name);
        free(request->parameters[i].value);
    }
    reply_free(&request->reply);
    buffer_free(&request->body);
    free(request->key);
    free(request);
    *own = NULL;
    struct visitor *visitor = visitor_of(connection);
    if (visitor != NULL)
        visitor_set(visitor, VISITOR_IDLE);
}

void reception_visit(void *context, struct MHD_Connection *connection, void **own,
                     enum MHD_ConnectionNotificationCode code) {
    struct server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *own = visitor_enter(server, info != NULL ? info->connect_fd : -1);
    } else if (*own != NULL) {
        visitor_leave(server, *own);
        *own = NULL;
    }
}
