#include "base/ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

enum { CHUNKS = 8, LOW = CHUNKS / 2 /* once it is full, reading goes on only from here */ };

struct ahead {
    ahead_read *read;
    void *context;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    size_t lengths[CHUNKS];
    unsigned filled, taken; /* chunks ever read, ever given back */
    bool holds;             /* the caller has a chunk */
    bool stop;
    bool ended; /* nothing more is read: err and error hold how it went */
    enum err err;
    struct error error;
    char chunks[CHUNKS][AHEAD_CHUNK];
};

/* Hands over what was read, and waits for room. False where nobody wants more. */
static bool hand_over(struct ahead *ahead, size_t length) {
    pthread_mutex_lock(&ahead->mutex);
    ahead->lengths[ahead->filled++ % CHUNKS] = length;
    pthread_cond_signal(&ahead->moved);
    if (ahead->filled - ahead->taken == CHUNKS) {
        while (ahead->filled - ahead->taken > LOW && !ahead->stop)
            pthread_cond_wait(&ahead->moved, &ahead->mutex);
    }
    bool go_on = !ahead->stop;
    pthread_mutex_unlock(&ahead->mutex);
    return go_on;
}

static void *run(void *context) {
    struct ahead *ahead = context;
    struct error error = {0};
    size_t length;
    enum err err;
    do {
        length = 0;
        err = ahead->read(ahead->context, ahead->chunks[ahead->filled % CHUNKS], AHEAD_CHUNK,
                          &length, &error);
    } while (err == ERR_OK && length > 0 && hand_over(ahead, length));
    pthread_mutex_lock(&ahead->mutex);
    ahead->ended = true;
    ahead->err = err;
    ahead->error = error;
    pthread_cond_signal(&ahead->moved);
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

struct ahead *ahead_start(ahead_read *read, void *context) {
    struct ahead *ahead = xcalloc(1, sizeof *ahead);
    sigset_t all, before;
    ahead->read = read;
    ahead->context = context;
    pthread_mutex_init(&ahead->mutex, NULL);
    pthread_cond_init(&ahead->moved, NULL);
    sigfillset(&all); /* signals are the caller's to answer */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&ahead->thread, NULL, run, ahead) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        return ahead;
    pthread_mutex_destroy(&ahead->mutex);
    pthread_cond_destroy(&ahead->moved);
    free(ahead);
    return NULL;
}

enum err ahead_next(struct ahead *ahead, const char **bytes, size_t *length, struct error *error) {
    enum err err = ERR_OK;
    *bytes = NULL;
    *length = 0;
    pthread_mutex_lock(&ahead->mutex);
    if (ahead->holds) {
        ahead->taken++;
        ahead->holds = false;
        if (ahead->filled - ahead->taken == LOW)
            pthread_cond_signal(&ahead->moved);
    }
    while (ahead->filled == ahead->taken && !ahead->ended)
        pthread_cond_wait(&ahead->moved, &ahead->mutex);
    if (ahead->filled != ahead->taken) {
        *bytes = ahead->chunks[ahead->taken % CHUNKS];
        *length = ahead->lengths[ahead->taken % CHUNKS];
        ahead->holds = true;
    } else if (ahead->err != ERR_OK) {
        err = ahead->err;
        if (error != NULL)
            *error = ahead->error;
    }
    pthread_mutex_unlock(&ahead->mutex);
    return err;
}

void ahead_end(struct ahead *ahead) {
    if (ahead == NULL)
        return;
    pthread_mutex_lock(&ahead->mutex);
    ahead->stop = true;
    pthread_cond_signal(&ahead->moved);
    pthread_mutex_unlock(&ahead->mutex);
    pthread_join(ahead->thread, NULL);
    pthread_mutex_destroy(&ahead->mutex);
    pthread_cond_destroy(&ahead->moved);
    free(ahead);
}
