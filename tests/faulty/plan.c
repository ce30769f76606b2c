#include "tests/faulty/plan.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static struct {
    enum fault_kind kind;
    uint64_t at;
    _Atomic uint32_t random;
    _Atomic bool counting;
} plan;

static const struct {
    const char *name;
    enum fault_calls calls;
} kinds[] = {
#define X(symbol, name, calls) {name, calls},
    FAULT_LIST(X)
#undef X
};

static struct fault_report own, *report = &own;

static void note_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t now_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    if (report->first_change_us == 0)
        report->first_change_us = now_us;
    report->last_change_us = now_us;
}

/* Neither allocates nor locks: it is called from malloc. */
enum fault_kind plan_count(enum fault_calls calls) {
    if (!atomic_load_explicit(&plan.counting, memory_order_relaxed))
        return FAULT_NONE;
    uint64_t number = __atomic_add_fetch(&report->calls[calls], 1, __ATOMIC_RELAXED);
    if (calls == CALLS_CHANGES)
        note_time();
    if (plan.at == 0 || kinds[plan.kind].calls != calls || number < plan.at)
        return FAULT_NONE;
    bool lasts = plan.kind == FAULT_GONE || plan.kind == FAULT_FULL || plan.kind == FAULT_STARVED;
    if (number > plan.at && !lasts)
        return FAULT_NONE;
    __atomic_add_fetch(&report->struck, 1, __ATOMIC_RELAXED);
    return plan.kind;
}

enum fault_kind plan_kind(void) {
    return plan.kind;
}

bool plan_at_end(enum fault_kind kind) {
    return plan.counting && plan.kind == kind && plan.at == 0;
}

/* Numerical Recipes' generator (Press et al. 2007, section 7.1.1 names its weakness: here a few
 * coin tosses are all that is asked). */
uint32_t plan_random(void) {
    uint32_t next = plan.random * 1664525u + 1013904223u;
    plan.random = next;
    return next >> 8;
}

void plan_die(void) {
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void open_report(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *report) != 0)
        abort();
    void *mapped = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        abort();
    close(fd);
    report = mapped;
}

/* After the constructors of all libraries, of which the program is none, and before main. */
__attribute__((constructor)) static void begin(void) {
    const char *fault = getenv("FAULT"), *seed = getenv("FAULT_SEED"),
               *path = getenv("FAULT_REPORT");
    if (fault == NULL)
        return;
    const char *at = strchr(fault, '@');
    for (size_t i = 0; at != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (strlen(kinds[i].name) == (size_t)(at - fault) &&
            strncmp(kinds[i].name, fault, (size_t)(at - fault)) == 0)
            plan.kind = (enum fault_kind)i;
    }
    plan.at = at != NULL ? strtoull(at + 1, NULL, 10) : 0;
    plan.random = seed != NULL ? (uint32_t)strtoul(seed, NULL, 10) : 1;
    if (path != NULL)
        open_report(path);
    plan.counting = true;
}

/* After everything that the program does at its end, and before a tool that it is built with writes
 * down what it counted, which cannot do without memory. */
__attribute__((destructor)) static void end(void) {
    plan.counting = false;
}
