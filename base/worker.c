/* The parent's side of a worker: starts the program again, reads its lines, buries it. */
#include "base/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/worker_lines.h"

enum { CHILD_FD = 3, ARGUMENTS_MAX = 60, POLL_MS = 100, PATIENCE_MS = 3000 };

/* A line that outgrew `pending` is marked by this first byte and dropped at its end. */
static const char overlong = '\x01';

/* ------------------------------------------------------------------ starting */

/* The environment with OpenMP tamed, which reads it before main: threads that spin while they wait
 * starve everybody else on a shared machine, and a model that is loaded ignores `nthread`. */
static char **worker_environment(void) {
    static const char *const set[] = {"OMP_WAIT_POLICY=passive", "OMP_NUM_THREADS=1"};
    size_t count = 0;
    while (environ[count])
        count++;
    char **environment = xcalloc(count + 3, sizeof *environment);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "OMP_", 4) != 0 && strncmp(environ[i], "GOMP_", 5) != 0)
            environment[kept++] = environ[i];
    environment[kept++] = (char *)set[0];
    environment[kept] = (char *)set[1];
    return environment;
}

/* In the child, between fork and exec: system calls only, because OpenMP's locks may be held by
 * threads that do not exist here. */
static void become(char *const *arguments, char *const *environment, int fd, pid_t parent) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* died before prctl */
        _exit(1);
    setpgid(0, 0); /* a Ctrl-C in the terminal is the parent's to answer */
    int nowhere = open("/dev/null", O_RDWR);
    if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0 ||
        dup2(nowhere, STDERR_FILENO) < 0)
        _exit(126);
    if (fd == CHILD_FD)
        fcntl(fd, F_SETFD, 0);
    else if (dup2(fd, CHILD_FD) < 0)
        _exit(126);
    close_range(CHILD_FD + 1, ~0U, 0);
    execve("/proc/self/exe", arguments, environment);
    _exit(127);
}

enum err worker_start(struct worker *worker, const char *const *arguments, struct error *error) {
    enum err err = ERR_OK;
    char number[] = "3";
    char *child[ARGUMENTS_MAX + 4];
    int count = 0, ends[2] = {-1, -1};
    *worker = (struct worker){.pid = -1, .fd = -1};
    child[count++] = (char *)"retail-pulse";
    for (; arguments[count - 1]; count++) {
        if (count > ARGUMENTS_MAX)
            return error_set(error, ERR_USAGE, "too many arguments for a worker");
        child[count] = (char *)arguments[count - 1];
    }
    child[count++] = (char *)"--progress-fd";
    child[count++] = number;
    child[count] = NULL;
    char **environment = worker_environment();
    if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
        err = error_set(error, ERR_IO, "cannot make a pipe: %s", strerror(errno));
        goto cleanup;
    }
    pid_t parent = getpid();
    worker->pid = fork();
    if (worker->pid == 0)
        become(child, environment, ends[1], parent);
    if (worker->pid < 0) {
        err = error_set(error, ERR_IO, "cannot start another process: %s", strerror(errno));
        goto cleanup;
    }
    worker->fd = ends[0];
    ends[0] = -1;
cleanup:
    if (ends[0] >= 0)
        close(ends[0]);
    if (ends[1] >= 0)
        close(ends[1]);
    free(environment);
    return err;
}

/* ------------------------------------------------------------------ listening */

/* The next of the tab-separated fields; "" where there is none. */
static char *field(char **rest) {
    char *taken = *rest ? strsep(rest, "\t") : NULL;
    return taken ? taken : (char *)"";
}

static void take_progress(struct worker *worker, char *rest) {
    int64_t done, total;
    if (!number_parse_integer(field(&rest), &done) || !number_parse_integer(field(&rest), &total) ||
        done < 0 || total < 0)
        return;
    worker->done = (uint64_t)done;
    worker->total = (uint64_t)total;
    snprintf(worker->unit, sizeof worker->unit, "%s", field(&rest));
    snprintf(worker->phase, sizeof worker->phase, "%s", field(&rest));
}

static void take_end(struct worker *worker, char *rest) {
    const char *name = field(&rest);
    enum err code = ERR_FAILED;
    for (int i = ERR_OK; i <= ERR_CANCELLED; i++)
        if (strcmp(error_name((enum err)i), name) == 0)
            code = (enum err)i;
    worker->result = (struct error){.code = code};
    snprintf(worker->result.message, sizeof worker->result.message, "%s", field(&rest));
    snprintf(worker->result.hint, sizeof worker->result.hint, "%s", field(&rest));
    worker->ended = true;
}

/* Who hears each note; may be NULL. */
struct listener {
    void (*note)(void *context, const char *text);
    void *context;
};

static void take_line(struct worker *worker, char *line, const struct listener *listener) {
    char *rest = line;
    const char *kind = strsep(&rest, "\t");
    if (strcmp(kind, LINE_PROGRESS) == 0) {
        take_progress(worker, rest);
    } else if (strcmp(kind, LINE_NOTE) == 0) {
        snprintf(worker->note, sizeof worker->note, "%s", field(&rest));
        worker->notes++;
        if (listener && listener->note)
            listener->note(listener->context, worker->note);
    } else if (strcmp(kind, LINE_END) == 0) {
        take_end(worker, rest);
    }
}

/* Takes the complete lines out of `pending`. */
static void take_lines(struct worker *worker, const struct listener *listener) {
    char *start = worker->pending, *end;
    size_t left = worker->pending_length;
    while ((end = memchr(start, '\n', left)) != NULL) {
        *end = '\0';
        if (*start != overlong)
            take_line(worker, start, listener);
        left -= (size_t)(end + 1 - start);
        start = end + 1;
    }
    memmove(worker->pending, start, left);
    worker->pending_length = left;
    if (left == sizeof worker->pending) {
        worker->pending[0] = overlong;
        worker->pending_length = 1;
    }
}

static void bury(struct worker *worker, int status) {
    close(worker->fd);
    worker->fd = -1;
    worker->pid = -1;
    worker->finished = true;
    if (worker->ended || worker->result.code == ERR_CANCELLED)
        return;
    if (WIFSIGNALED(status))
        error_set(&worker->result, ERR_FAILED, "the worker process died of %s (%s)",
                  sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status)) : "a signal",
                  strsignal(WTERMSIG(status)));
    else
        error_set(&worker->result, ERR_FAILED,
                  WEXITSTATUS(status) >= 126 ? "the worker process could not be started"
                                             : "the worker process ended without a word");
    error_hint(&worker->result, "what it had stored is kept; try again");
}

static bool pump(struct worker *worker, const struct listener *listener) {
    bool changed = false;
    while (!worker->finished && worker->pid > 0) {
        ssize_t got = read(worker->fd, worker->pending + worker->pending_length,
                           sizeof worker->pending - worker->pending_length);
        if (got > 0) {
            worker->pending_length += (size_t)got;
            take_lines(worker, listener);
            changed = true;
        } else if (got < 0 && errno == EAGAIN) {
            break;
        } else if (got == 0 || errno != EINTR) {
            /* The pipe closes when the process ends. One that closed it and lives on would leave us
             * waiting for nothing; on one that has ended the signal is lost. */
            int status = 0;
            kill(worker->pid, SIGKILL);
            while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
                ;
            bury(worker, status);
            changed = true;
        }
    }
    return changed;
}

bool worker_poll(struct worker *worker) {
    return pump(worker, NULL);
}

bool worker_poll_notes(struct worker *worker, void (*note)(void *context, const char *text),
                       void *context) {
    return pump(worker, &(struct listener){note, context});
}

void worker_cancel(struct worker *worker) {
    if (worker->finished || worker->pid <= 0)
        return;
    if (!worker->ended)
        error_set(&worker->result, ERR_CANCELLED, "cancelled");
    kill(worker->pid, SIGTERM);
}

void worker_end(struct worker *worker) {
    worker_cancel(worker);
    for (int patience = PATIENCE_MS / POLL_MS; worker->pid > 0 && patience > 0; patience--) {
        struct pollfd news = {.fd = worker->fd, .events = POLLIN};
        poll(&news, 1, POLL_MS);
        worker_poll(worker);
    }
    worker_close(worker);
}

void worker_close(struct worker *worker) {
    if (worker->finished || worker->pid <= 0)
        return;
    worker_cancel(worker);
    kill(worker->pid, SIGKILL);
    while (!worker->finished) {
        struct pollfd news = {.fd = worker->fd, .events = POLLIN};
        poll(&news, 1, POLL_MS);
        worker_poll(worker);
    }
}

enum err worker_wait(struct worker *worker, const struct progress_sink *progress,
                     void (*note)(void *context, const char *text), void *context,
                     struct error *error) {
    struct listener listener = {note, context};
    int patience = PATIENCE_MS / POLL_MS;
    bool cancelled = false;
    while (!worker->finished && worker->pid > 0) {
        struct pollfd news = {.fd = worker->fd, .events = POLLIN};
        poll(&news, 1, POLL_MS);
        pump(worker, &listener);
        if (!cancelled && !worker->finished &&
            !progress_report(progress, worker->phase, worker->unit, worker->done, worker->total)) {
            worker_cancel(worker);
            cancelled = true;
        } else if (cancelled && --patience == 0) {
            worker_close(worker); /* it does not listen */
        }
    }
    if (worker->result.code != ERR_OK && error)
        *error = worker->result;
    return worker->result.code;
}
