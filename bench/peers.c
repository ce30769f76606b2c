#include "bench/peers.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "bench/measure.h"

enum { THREADS = 2 };

const char duckdb_missing[] = "DuckDB was not found: make bench-duckdb fetches its library, or "
                              "DUCKDB_LIBRARY names it";

const char *bench_sibling(const char *name) {
    static char path[PATH_MAX];
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    if (length < 0)
        bench_fail("/proc is needed");
    own[length] = '\0';
    *strrchr(own, '/') = '\0';
    if (snprintf(path, sizeof path, "%s/%s", own, name) >= (int)sizeof path)
        bench_fail("%s/%s is too long a path", own, name);
    return path;
}

/* Asked in a process of its own, because a library that was opened once stays and counts. */
static bool linker_finds(const char *name) {
    int status = 1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(dlopen(name, RTLD_LAZY) == NULL);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

const char *duckdb_library(void) {
    const char *named = getenv("DUCKDB_LIBRARY");
    if (named != NULL && *named != '\0')
        return named;
    if (linker_finds("libduckdb.so"))
        return "libduckdb.so";
    static char fetched[PATH_MAX]; /* bench_sibling's own is gone with its next call */
    snprintf(fetched, sizeof fetched, "%s", bench_sibling("duckdb/libduckdb.so"));
    return access(fetched, R_OK) == 0 ? fetched : NULL;
}

struct duckdb_session {
    pid_t pid;
    FILE *questions, *answers;
};

struct duckdb_session *duckdb_open(const char *library, const char *database) {
    struct duckdb_session *session = xcalloc(1, sizeof *session);
    int questions[2], answers[2];
    if (pipe2(questions, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
        bench_fail("there is no pipe to be had");
    fflush(NULL);
    session->pid = fork();
    if (session->pid == 0) {
        dup2(questions[0], 0);
        dup2(answers[1], 1);
        execl(bench_sibling("duckdb_peer"), "duckdb_peer", library, database, (char *)NULL);
        _exit(127);
    }
    close(questions[0]);
    close(answers[1]);
    session->questions = fdopen(questions[1], "w");
    session->answers = fdopen(answers[0], "r");
    char *sql = xasprintf("SET threads = %d", THREADS);
    free(duckdb_ask(session, sql, NULL));
    free(sql);
    return session;
}

/* A statement a line. */
char *duckdb_ask(struct duckdb_session *session, const char *sql, double *seconds) {
    char *line = NULL;
    size_t size = 0;
    for (; *sql != '\0'; sql++)
        fputc(*sql == '\n' ? ' ' : *sql, session->questions);
    fputc('\n', session->questions);
    if (fflush(session->questions) != 0 || getline(&line, &size, session->answers) < 0)
        bench_fail("DuckDB has ended");
    char *tab = strchr(line, '\t');
    if (tab == NULL)
        bench_fail("DuckDB answers %s", line);
    if (seconds != NULL)
        *seconds = atof(line);
    char *value = xstrndup(tab + 1, strcspn(tab + 1, "\n"));
    free(line);
    return value;
}

double duckdb_close(struct duckdb_session *session) {
    struct rusage usage = {0};
    int status;
    fclose(session->questions);
    fclose(session->answers);
    while (wait4(session->pid, &status, 0, &usage) < 0 && errno == EINTR)
        ;
    free(session);
    return (double)usage.ru_maxrss / 1024;
}
