#include "base/errand.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/memory.h"

struct errand {
    pthread_t thread;
    int fd;
    atomic_bool stop, done;
    errand_work *work;
    void *context;
    enum err err; /* the thread's until it is joined */
    struct error error;
};

static void *thread_main(void *context) {
    struct errand *errand = context;
    errand->err = errand->work(errand->context, &errand->stop, &errand->error);
    atomic_store(&errand->done, true);
    uint64_t one = 1;
    ssize_t written = write(errand->fd, &one, sizeof one); /* a counter of 0 has room */
    (void)written;
    return NULL;
}

struct errand *errand_start(errand_work *work, void *context) {
    struct errand *errand = xcalloc(1, sizeof *errand);
    sigset_t all, before;
    errand->work = work;
    errand->context = context;
    errand->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sigfillset(&all); /* signals are the caller's to answer */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started =
        errand->fd >= 0 && pthread_create(&errand->thread, NULL, thread_main, errand) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        return errand;
    if (errand->fd >= 0)
        close(errand->fd);
    free(errand);
    return NULL;
}

int errand_fd(const struct errand *errand) {
    return errand->fd;
}

bool errand_is_done(const struct errand *errand) {
    return atomic_load(&errand->done);
}

void errand_stop(struct errand *errand) {
    atomic_store(&errand->stop, true);
}

enum err errand_end(struct errand *errand, struct error *error) {
    pthread_join(errand->thread, NULL);
    enum err err = errand->err;
    if (err != ERR_OK && error != NULL)
        *error = errand->error;
    close(errand->fd);
    free(errand);
    return err;
}
