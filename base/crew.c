/* The threads of crew.h: one lock, one signal each way. */
#include "base/crew.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

enum { IDLE_NS = 100000000 };

enum state { STATE_WAITING, STATE_DONE, STATE_FAILED };

struct crew {
    pthread_t *threads;
    int thread_count;
    enum err (*idle)(void *context, struct error *error);
    void *idle_context;

    pthread_mutex_t lock;
    pthread_cond_t work, news; /* there are jobs, or all go home; a job has ended */
    bool closing;
    const struct crew_jobs *jobs; /* NULL between runs */
    size_t count, next;
    int running;
    unsigned char *states; /* enum state of each job */
    size_t failed_index;   /* the lowest that failed, and how */
    enum err failed;
    struct error failure;
};

static void end_job(struct crew *crew, size_t index, enum err err, const struct error *error) {
    crew->states[index] = err == ERR_OK ? STATE_DONE : STATE_FAILED;
    if (err != ERR_OK && (crew->failed == ERR_OK || index < crew->failed_index)) {
        crew->failed_index = index;
        crew->failed = err;
        crew->failure = *error;
    }
}

static void *thread_main(void *context) {
    struct crew *crew = context;
    pthread_mutex_lock(&crew->lock);
    while (!crew->closing) {
        if (!crew->jobs || crew->next >= crew->count) {
            pthread_cond_wait(&crew->work, &crew->lock);
            continue;
        }
        const struct crew_jobs *jobs = crew->jobs;
        size_t index = crew->next++;
        struct error error = {0};
        crew->running++;
        pthread_mutex_unlock(&crew->lock);
        enum err err = jobs->work(jobs->context, index, &error);
        pthread_mutex_lock(&crew->lock);
        crew->running--;
        end_job(crew, index, err, &error);
        pthread_cond_signal(&crew->news);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

struct crew *crew_open(int threads, enum err (*idle)(void *context, struct error *error),
                       void *context) {
    struct crew *crew = xcalloc(1, sizeof *crew);
    pthread_condattr_t clock;
    sigset_t all, before;
    crew->idle = idle;
    crew->idle_context = context;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->work, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&crew->news, &clock);
    pthread_condattr_destroy(&clock);
    crew->threads = xcalloc((size_t)threads, sizeof *crew->threads);
    sigfillset(&all); /* signals are the caller's to answer */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (crew->thread_count < threads &&
           pthread_create(&crew->threads[crew->thread_count], NULL, thread_main, crew) == 0)
        crew->thread_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return crew;
}

void crew_close(struct crew *crew) {
    if (!crew)
        return;
    pthread_mutex_lock(&crew->lock);
    crew->closing = true;
    pthread_cond_broadcast(&crew->work);
    pthread_mutex_unlock(&crew->lock);
    for (int i = 0; i < crew->thread_count; i++)
        pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->news);
    pthread_cond_destroy(&crew->work);
    pthread_mutex_destroy(&crew->lock);
    free(crew->threads);
    free(crew);
}

/* Waits, with the lock held, until job `index` has ended. */
static enum err wait_for(struct crew *crew, size_t index, struct error *error) {
    enum err err = ERR_OK;
    struct timespec until;
    while (err == ERR_OK && crew->states[index] == STATE_WAITING) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += IDLE_NS;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        if (pthread_cond_timedwait(&crew->news, &crew->lock, &until) == ETIMEDOUT && crew->idle) {
            pthread_mutex_unlock(&crew->lock);
            err = crew->idle(crew->idle_context, error);
            pthread_mutex_lock(&crew->lock);
        }
    }
    return err;
}

/* With the lock held. */
static enum err settle_all(struct crew *crew, const struct crew_jobs *jobs, size_t count,
                           struct error *error) {
    enum err err = ERR_OK;
    bool enough = false;
    for (size_t index = 0; err == ERR_OK && !enough && index < count; index++) {
        err = wait_for(crew, index, error);
        if (err == ERR_OK && crew->states[index] == STATE_FAILED) {
            err = crew->failed; /* the lowest: all before it have been settled */
            if (error)
                *error = crew->failure;
        }
        if (err == ERR_OK && jobs->settle) {
            pthread_mutex_unlock(&crew->lock);
            err = jobs->settle(jobs->context, index, &enough, error);
            pthread_mutex_lock(&crew->lock);
        }
    }
    return err;
}

enum err crew_run(struct crew *crew, size_t count, const struct crew_jobs *jobs,
                  struct error *error) {
    if (crew->thread_count == 0)
        return error_set(error, ERR_FAILED, "the system refuses to start a thread");
    pthread_mutex_lock(&crew->lock);
    crew->states = xcalloc(count + 1, sizeof *crew->states);
    crew->failed = ERR_OK;
    crew->count = count;
    crew->next = 0;
    crew->jobs = jobs;
    pthread_cond_broadcast(&crew->work);
    enum err err = settle_all(crew, jobs, count, error);
    crew->jobs = NULL;
    while (crew->running > 0)
        pthread_cond_wait(&crew->news, &crew->lock);
    free(crew->states);
    crew->states = NULL;
    pthread_mutex_unlock(&crew->lock);
    return err;
}
