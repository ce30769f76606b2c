/* What is to go wrong in this process, and when: read from the environment, so that the program
 * under test is the program itself and the harness outside needs no word with it.
 *
 * FAULT=KIND@N strikes at the N-th call of the calls that the kind counts, FAULT_SEED settles what
 * is left to chance, FAULT_REPORT names a file in which the calls are counted; workers that the
 * program starts count on. Unset: nothing goes wrong. */
#ifndef TESTS_FAULTY_PLAN_H
#define TESTS_FAULTY_PLAN_H

#include <stdbool.h>
#include <stdint.h>

/* X(symbol, its name, which calls it counts) */
#define FAULT_LIST(X)                                                            \
    X(NONE, "none", CALLS_NONE)                                                  \
    X(KILL, "kill", CALLS_CHANGES)      /* SIGKILL before the call */            \
    X(TORN, "torn", CALLS_CHANGES)      /* SIGKILL within it, half written */    \
    X(POWER, "power", CALLS_CHANGES)    /* what is not synced is lost in part */ \
    X(ERROR, "error", CALLS_DISK)       /* this one call fails, */               \
    X(GONE, "gone", CALLS_DISK)         /* or every one from it on */            \
    X(SHORT, "short", CALLS_CHANGES)    /* half is written, then an error */     \
    X(FULL, "full", CALLS_CHANGES)      /* the disk is full from here on */      \
    X(MEMORY, "memory", CALLS_MEMORY)   /* one allocation fails, */              \
    X(STARVED, "starved", CALLS_MEMORY) /* or every one from it on */

enum fault_kind {
#define X(symbol, ...) FAULT_##symbol,
    FAULT_LIST(X)
#undef X
};

/* Calls of a file: all, those that change what is on the disk; allocations. */
enum fault_calls { CALLS_NONE, CALLS_DISK, CALLS_CHANGES, CALLS_MEMORY, CALLS_COUNT };

/* What FAULT_REPORT holds: shared by all processes of a run, and still there when they are dead. */
struct fault_report {
    uint64_t calls[CALLS_COUNT];
    uint64_t struck;                         /* how many calls failed */
    int64_t first_change_us, last_change_us; /* by the monotonic clock */
};

/* Counts one call; the kind that strikes now, FAULT_NONE as a rule. */
enum fault_kind plan_count(enum fault_calls calls);

enum fault_kind plan_kind(void);

/* Whether the fault waits for the process's orderly end: @0. */
bool plan_at_end(enum fault_kind kind);

uint32_t plan_random(void);
_Noreturn void plan_die(void);

#endif
