/* One run of the program with a fault in it, and how it ended. */
#ifndef TESTS_FAULTS_ATTEMPT_H
#define TESTS_FAULTS_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/faulty/plan.h"

struct attempt {
    const char *fault;     /* "torn@17"; NULL: the run is left alone */
    uint32_t seed;         /* of what the fault leaves to chance */
    int64_t kill_after_us; /* SIGKILL to all its processes then; below 0: never */
};

struct ending {
    int code;                    /* exit code; −1 where a signal ended it */
    int signal;                  /* 0: none */
    int64_t started_us, took_us; /* by the monotonic clock, as in the report */
    char said[2048];             /* on standard error */
    struct fault_report report;
};

/* The program (build/tests/faulty/retail-pulse, beside $PROGRAM) with `--db DATABASE` and the words
 * of `arguments`. A run that takes a minute fails the test. */
struct ending attempt_run(const struct attempt *attempt, const char *database,
                          const char *arguments);

/* Whether the program said that it did what it was to do. */
bool ending_is_done(const struct ending *ending);

const char *faulty_program(void);

/* A number from the environment, that a failure can be repeated. */
int64_t faults_number(const char *name, int64_t otherwise);

/* Whether this is `make faults`: everything is tried, not a few of each. */
bool faults_all(void);

#endif
