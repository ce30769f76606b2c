#include "serve/visitors.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/memory.h"

struct visitor *visitor_enter(struct server *server, int fd) {
    struct visitor *visitor = xcalloc(1, sizeof *visitor);
    visitor->fd = fd;
    visitor->next = server->visitors;
    if (visitor->next != NULL)
        visitor->next->previous = visitor;
    server->visitors = visitor;
    visitor_set(visitor, VISITOR_NEW);
    return visitor;
}

void visitor_leave(struct server *server, struct visitor *visitor) {
    if (visitor->next != NULL)
        visitor->next->previous = visitor->previous;
    if (visitor->previous != NULL)
        visitor->previous->next = visitor->next;
    else
        server->visitors = visitor->next;
    free(visitor);
}

void visitor_set(struct visitor *visitor, enum visitor_state state) {
    visitor->state = state;
    visitor->since_ms = clock_elapsed_ms();
}

void visitors_sweep(struct server *server, bool idle) {
    static const int most_ms[] = {[VISITOR_NEW] = RECEIVE_MS,
                                  [VISITOR_IDLE] = IDLE_MS,
                                  [VISITOR_SENDS] = RECEIVE_MS,
                                  [VISITOR_WAITS] = 0,
                                  [VISITOR_RECEIVES] = SEND_MS};
    int64_t now_ms = clock_elapsed_ms();
    for (struct visitor *at = server->visitors; at != NULL; at = at->next) {
        bool late = at->state != VISITOR_WAITS && now_ms - at->since_ms > most_ms[at->state];
        bool asks = at->state != VISITOR_NEW && at->state != VISITOR_IDLE;
        if (late || (idle && !asks))
            shutdown(at->fd, SHUT_RDWR); /* what is to be freed is freed when the end is read */
    }
}
