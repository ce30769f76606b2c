#include "tests/faults/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

enum { PATIENCE_S = 60, WORDS_MAX = 32 };

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool ending_is_done(const struct ending *ending) {
    enum { DONE = 0, DONE_BUT_ROWS_SET_ASIDE = 3 };
    return ending->code == DONE || ending->code == DONE_BUT_ROWS_SET_ASIDE;
}

const char *faulty_program(void) {
    static char *path;
    const char *program = getenv("PROGRAM");
    if (path == NULL) {
        const char *at = program != NULL ? program : "build/retail-pulse";
        path = xasprintf("%.*s/tests/faulty/retail-pulse", (int)(strrchr(at, '/') - at), at);
    }
    return path;
}

int64_t faults_number(const char *name, int64_t otherwise) {
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? strtoll(text, NULL, 10) : otherwise;
}

bool faults_all(void) {
    return faults_number("FAULTS_ALL", 0) != 0;
}

static _Noreturn void become(const struct attempt *attempt, const char *database,
                             const char *arguments, const char *report, int said) {
    char seed[16], *words[WORDS_MAX] = {(char *)faulty_program(), (char *)"--db", (char *)database};
    int count = 3, nowhere = open("/dev/null", O_RDWR);
    char *copy = xstrdup(arguments);
    for (char *word = strtok(copy, " "); word != NULL && count < WORDS_MAX - 1;
         word = strtok(NULL, " "))
        words[count++] = word;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    snprintf(seed, sizeof seed, "%u", attempt->seed);
    setenv("OMP_WAIT_POLICY", "passive",
           1); /* as the program would, which then starts itself anew */
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv("FAULT", attempt->fault != NULL ? attempt->fault : "none@0", 1);
    setenv("FAULT_SEED", seed, 1);
    setenv("FAULT_REPORT", report, 1);
    execv(words[0], words);
    _exit(127);
}

/* The group holds the worker as well; it is killed as a machine kills that runs out of memory or is
 * switched off. */
static int wait_for(pid_t pid, const struct attempt *attempt, int64_t started_us) {
    int status = 0;
    int64_t deadline_us = started_us + (int64_t)PATIENCE_S * 1000000;
    if (attempt->kill_after_us >= 0) {
        while (now_us() - started_us < attempt->kill_after_us)
            usleep(50);
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL); /* before it has made its group */
    }
    pid_t ended;
    for (int pause_us = 100; (ended = waitpid(pid, &status, WNOHANG)) == 0; usleep(pause_us)) {
        if (now_us() > deadline_us) {
            kill(-pid, SIGKILL);
            waitpid(pid, &status, 0);
            fail_msg("the program hangs");
        }
    }
    kill(-pid, SIGKILL); /* workers of a program that was killed by itself */
    assert_int_equal(ended, pid);
    return status;
}

struct ending attempt_run(const struct attempt *attempt, const char *database,
                          const char *arguments) {
    struct ending ending = {.code = -1};
    char *report = xasprintf("%s.report", database), *said = xasprintf("%s.said", database);
    unlink(report);
    int fd = open(said, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    int64_t started_us = now_us();
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become(attempt, database, arguments, report, fd);
    int status = wait_for(pid, attempt, started_us);
    ending.started_us = started_us;
    ending.took_us = now_us() - started_us;
    if (WIFEXITED(status))
        ending.code = WEXITSTATUS(status);
    else
        ending.signal = WTERMSIG(status);
    ssize_t length = pread(fd, ending.said, sizeof ending.said - 1, 0);
    ending.said[length > 0 ? length : 0] = '\0';
    close(fd);
    fd = open(report, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        length = read(fd, &ending.report, sizeof ending.report);
        close(fd);
    }
    unlink(report);
    unlink(said);
    free(report);
    free(said);
    return ending;
}
