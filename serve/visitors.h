/* The connections, and how long each may take: whoever sends or reads too slowly is cut off, so
 * that a few of them cannot hold all places. Of the thread that reads requests. */
#ifndef SERVE_VISITORS_H
#define SERVE_VISITORS_H

#include <stdbool.h>
#include <stdint.h>

#include "serve/server.h"

enum {
    IDLE_MS = 30000,   /* from one answer to the next request's first line */
    RECEIVE_MS = 5000, /* from that to the end of its body; also for the very first line */
    SEND_MS = 30000    /* for an answer to be taken */
};

enum visitor_state { VISITOR_NEW, VISITOR_IDLE, VISITOR_SENDS, VISITOR_WAITS, VISITOR_RECEIVES };

struct visitor {
    int fd;
    enum visitor_state state;
    int64_t since_ms;
    struct visitor *previous, *next;
};

struct visitor *visitor_enter(struct server *server, int fd);
void visitor_leave(struct server *server, struct visitor *visitor);
void visitor_set(struct visitor *visitor, enum visitor_state state);

/* Cuts off who is late; with `idle` everybody who asks nothing. */
void visitors_sweep(struct server *server, bool idle);

#endif
