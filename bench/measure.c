#include "bench/measure.h"

#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "engine/analysis/statistics.h"

enum { OUTPUT_MAX = 65536 };

double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void bench_fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    exit(2); /* 1 is a goal missed */
}

void bench_check(enum err code, const struct error *error) {
    if (code != ERR_OK)
        bench_fail("%s", error->message);
}

int bench_times(int times) {
    enum { QUICK = 2 };
    return getenv("BENCH_QUICK") != NULL && times > QUICK ? QUICK : times;
}

/* ---------------------------------------------------------------- samples */

void samples_add(struct samples *samples, double value) {
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity != 0 ? 2 * samples->capacity : 64;
        samples->values =
            xreallocarray(samples->values, samples->capacity, sizeof *samples->values);
    }
    samples->values[samples->count++] = value;
}

void samples_free(struct samples *samples) {
    free(samples->values);
    *samples = (struct samples){0};
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double samples_quantile(struct samples *samples, double probability) {
    if (samples->count == 0)
        return (double)NAN;
    qsort(samples->values, samples->count, sizeof *samples->values, compare);
    return quantile_sorted_real(samples->values, samples->count, probability);
}

double samples_median(struct samples *samples) {
    return samples_quantile(samples, 0.5);
}

double samples_least(struct samples *samples) {
    return samples_quantile(samples, 0);
}

double growth_of_ms(double smallest, double largest) {
    static const double unfelt = 1;
    if (isnan(smallest) || isnan(largest))
        return (double)NAN;
    return fmax(largest, unfelt) / fmax(smallest, unfelt);
}

/* -------------------------------------------------------------------- lot */

struct lot lot_new(unsigned seed) {
    return (struct lot){{0x330e, (unsigned short)seed, (unsigned short)(seed >> 16)}};
}

int lot_below(struct lot *lot, int count) {
    return (int)(erand48(lot->state) * count);
}

/* --------------------------------------------------------- other programs */

static void become(const char *const *arguments, int output) {
    const char *log = getenv("BENCH_LOG");
    int quiet = open("/dev/null", O_RDWR);
    int errors = log != NULL ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0644) : quiet;
    if (dup2(quiet, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0)
        _exit(127);
    execvp(arguments[0], (char *const *)arguments);
    _exit(127);
}

void run_program(const char *const *arguments, struct run *run) {
    int ends[2], status = 0;
    struct rusage usage;
    struct buffer output = {0};
    if (pipe2(ends, O_CLOEXEC) != 0)
        bench_fail("there is no pipe to be had");
    fflush(NULL);
    double started = seconds_now();
    pid_t pid = fork();
    if (pid < 0)
        bench_fail("%s cannot be started", arguments[0]);
    if (pid == 0)
        become(arguments, ends[1]);
    close(ends[1]);
    run->lines = 0;
    char bytes[65536];
    for (ssize_t length; (length = read(ends[0], bytes, sizeof bytes)) > 0;) {
        for (ssize_t i = 0; i < length; i++)
            run->lines += bytes[i] == '\n';
        if (output.length < OUTPUT_MAX)
            buffer_append(&output, bytes, (size_t)length);
    }
    close(ends[0]);
    if (wait4(pid, &status, 0, &usage) != pid)
        bench_fail("%s is gone", arguments[0]);
    run->seconds = seconds_now() - started;
    run->peak_mb = (double)usage.ru_maxrss / 1024;
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    run->output = buffer_take(&output);
    if (run->status == 127)
        bench_fail("%s cannot be started", arguments[0]);
}

double file_bytes(const char *path) {
    struct stat file;
    return stat(path, &file) == 0 ? (double)file.st_size : 0;
}

double process_memory_mb(pid_t pid, const char *field) {
    char path[64], line[256];
    double kilobytes = (double)NAN;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0)
            kilobytes = atof(line + strlen(field) + 1);
    }
    if (status != NULL)
        fclose(status);
    return kilobytes / 1024;
}
