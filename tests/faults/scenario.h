/* What the program does while something goes wrong, and what must be true afterwards.
 *
 * Each stage is a folder with a database as it stands before a command. A trial copies it, runs the
 * command with a fault, and then asks: does the database open and hold together; does it hold what
 * it held before, or all that the command was to do, and the latter wherever the program said that
 * it was done; and does the same command, given again, end where an undisturbed one does. */
#ifndef TESTS_FAULTS_SCENARIO_H
#define TESTS_FAULTS_SCENARIO_H

#include <stdbool.h>

#include "tests/faults/attempt.h"

struct scenario {
    const char *name;
    const char *before[4]; /* command lines that lead there; '@' is the folder */
    const char *command;
    bool from_old;         /* the database is of the first schema, made by the first migration */
    bool repeats_in_vain;  /* done once, the command refuses to do it again */
    const char *also_made; /* another database that the command makes: none, or a whole copy */
};

extern const struct scenario scenarios[];
extern const int scenario_count;
const struct scenario *scenario_find(const char *name);

struct stage {
    const struct scenario *scenario;
    char *folder;   /* removed by stage_close */
    char *database; /* what a trial works on */
    char *template; /* as it stands before the command */
    char *command;
    char *held, *will_hold; /* see tests/faults/contents.h */
    struct ending usual;    /* of a run without a fault */
};

/* A failure fails the test. */
void stage_open(struct stage *stage, const struct scenario *scenario);
void stage_close(struct stage *stage);

/* Puts the database back as it stood before the command. */
void stage_reset(const struct stage *stage);

/* One trial; fails the test where anything does not hold. */
struct trial {
    struct ending ending;
    bool done;      /* the database holds what the command was to do */
    bool recovered; /* a log or a journal was left for the next to put right */
};
struct trial stage_try(const struct stage *stage, const struct attempt *attempt);

/* cmocka tear-down that says what was tried last, which is what failed where a test failed. */
int stage_tell_last(void **state);

#endif
