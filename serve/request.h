/* One request from its first line to its answer: what every part of the server hands on. */
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "serve/reply.h"

struct MHD_Connection;
struct server;
struct route;

enum { PARAMETERS_MAX = 32, BODY_MAX = 64 * 1024 };

struct parameter {
    char *name, *value;
};

struct request {
    struct server *server;
    struct MHD_Connection *connection;
    const struct route *route; /* NULL: there is no such one */
    char method[12];           /* for the log */
    int64_t started_us;
    bool begun;   /* its headers were looked at */
    bool waiting; /* another thread answers it */
    size_t received;
    struct buffer body;
    struct parameter parameters[PARAMETERS_MAX];
    int parameter_count;
    char *key; /* the Idempotency-Key header; NULL: none */
    enum format format;
    struct reply reply;
    struct request *next; /* in a line */
};

int64_t request_clock_us(void);

/* The value of a parameter, "" included; NULL where it was not given. */
const char *request_parameter(const struct request *request, const char *name);

/* From any thread: the answer is there, send it. */
void request_answered(struct request *request);

#endif
