#include "serve/line.h"

#include <errno.h>
#include <time.h>

void line_init(struct line *line, int most) {
    pthread_condattr_t attributes;
    *line = (struct line){.most = most};
    pthread_mutex_init(&line->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&line->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

void line_destroy(struct line *line) {
    pthread_cond_destroy(&line->changed);
    pthread_mutex_destroy(&line->mutex);
}

bool line_put(struct line *line, struct request *request) {
    pthread_mutex_lock(&line->mutex);
    bool let_in = !line->closed && line->count < line->most;
    if (let_in) {
        request->next = NULL;
        if (line->last != NULL)
            line->last->next = request;
        else
            line->first = request;
        line->last = request;
        line->count++;
        pthread_cond_signal(&line->changed);
    }
    pthread_mutex_unlock(&line->mutex);
    return let_in;
}

static void wait_for_one(struct line *line, int patience_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += patience_ms / 1000;
    until.tv_nsec += patience_ms % 1000 * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    while (line->first == NULL && !line->closed) {
        if (patience_ms < 0)
            pthread_cond_wait(&line->changed, &line->mutex);
        else if (pthread_cond_timedwait(&line->changed, &line->mutex, &until) == ETIMEDOUT)
            return;
    }
}

struct request *line_take_all(struct line *line, int most, int patience_ms) {
    pthread_mutex_lock(&line->mutex);
    wait_for_one(line, patience_ms);
    struct request *taken = line->first, *end = taken;
    int count = taken != NULL ? 1 : 0;
    for (; end != NULL && end->next != NULL && count < most; count++)
        end = end->next;
    if (end != NULL) {
        line->first = end->next;
        end->next = NULL;
    }
    if (line->first == NULL)
        line->last = NULL;
    line->count -= count;
    pthread_mutex_unlock(&line->mutex);
    return taken;
}

struct request *line_take(struct line *line) {
    return line_take_all(line, 1, -1);
}

bool line_is_closed(struct line *line) {
    pthread_mutex_lock(&line->mutex);
    bool closed = line->closed;
    pthread_mutex_unlock(&line->mutex);
    return closed;
}

void line_close(struct line *line) {
    pthread_mutex_lock(&line->mutex);
    line->closed = true;
    pthread_cond_broadcast(&line->changed);
    pthread_mutex_unlock(&line->mutex);
}
