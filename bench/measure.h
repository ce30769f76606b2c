/* What every benchmark needs: a stopwatch, the spread of many times, other programs with their time
 * and peak memory. Failures end the program: a benchmark that cannot measure has nothing to say. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

double seconds_now(void); /* monotonic */

void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void bench_check(enum err code, const struct error *error); /* ends the program but on ERR_OK */

/* So many times; with BENCH_QUICK in the environment only to see that everything still runs. */
int bench_times(int times);

/* Times, or whatever is measured more than once; all zero is none. */
struct samples {
    double *values;
    size_t count, capacity;
};
void samples_add(struct samples *samples, double value);
void samples_free(struct samples *samples);
double samples_quantile(struct samples *samples, double probability); /* NaN of none; sorts them */
double samples_median(struct samples *samples);
double samples_least(struct samples *samples);

/* Of milliseconds, from fewest sales to most. Nobody feels less than one: it counts as one. */
double growth_of_ms(double smallest, double largest);

/* Numbers that are the same in every run. */
struct lot {
    unsigned short state[3];
};
struct lot lot_new(unsigned seed);
int lot_below(struct lot *lot, int count);

/* One program from its start to its end. */
struct run {
    double seconds;
    double peak_mb; /* resident */
    int status;     /* what it exited with */
    char *output;   /* the beginning of standard output; the caller frees */
    int64_t lines;  /* of all of it */
};
/* `arguments` begin with the program and end with NULL; standard error goes nowhere unless
 * BENCH_LOG names a file. The peak holds what this process has resident itself: keep it small. */
void run_program(const char *const *arguments, struct run *run);

double file_bytes(const char *path); /* 0 where there is none */

/* Of a process that runs, from /proc: field "VmRSS" or "VmHWM", in MB; NaN where it is gone. */
double process_memory_mb(pid_t pid, const char *field);

#endif
