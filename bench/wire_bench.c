/* Measures the dashboard as fingers feel it: in a pseudo-terminal of 80 by 24, from the start or a
 * key to the first byte that answers, and to the last. Run by bench/run.sh. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "base/memory.h"
#include "tests/support/pty.h"
#include "tests/support/wire.h"

enum { STARTS = 5, KEYS = 200, SILENCE_MS = 20, FIRST_SILENCE_MS = 200, ALL_KEYS_MAX = 1000 };

static const char *path;

/* Nothing is remembered of earlier visits. */
static struct pty *start(struct traffic *first) {
    if (system("rm -rf \"$XDG_STATE_HOME/retail-pulse\"") != 0)
        exit(1);
    char *arguments = xasprintf("--db %s", path);
    struct pty *pty = pty_start(arguments, "xterm-256color", 24, 80);
    *first = pty_type(pty, "", FIRST_SILENCE_MS);
    free(arguments);
    if (!pty_shows(pty, "Overview", 10)) {
        fprintf(stderr, "bench: the dashboard does not start\n");
        exit(1);
    }
    return pty;
}

static void leave(struct pty *pty) {
    pty_type(pty, KEY_ESCAPE, 80);
    for (int i = 0; i < 8; i++)
        pty_type(pty, "q", SILENCE_MS);
    pty_end(pty);
}

struct times {
    double first_ms[ALL_KEYS_MAX], last_ms[ALL_KEYS_MAX], bytes[ALL_KEYS_MAX];
    size_t count;  /* keys that were answered */
    size_t silent; /* that changed nothing */
};

static void note(struct times *times, struct traffic traffic) {
    if (traffic.bytes == 0 || times->count == ALL_KEYS_MAX) {
        times->silent++;
        return;
    }
    times->first_ms[times->count] = traffic.first_byte_ms;
    times->last_ms[times->count] = traffic.last_byte_ms;
    times->bytes[times->count++] = (double)traffic.bytes;
}

static double quantile(double *values, size_t count, double share) {
    gsl_sort(values, 1, count);
    return gsl_stats_quantile_from_sorted_data(values, 1, count, share);
}

static void print(const char *title, struct times *times) {
    if (times->count == 0) {
        printf("%-32s nothing was answered\n", title);
        return;
    }
    size_t n = times->count;
    printf("%-32s %5zu %9.2f %9.2f %9.2f %9.2f %8.0f %8.0f\n", title, n,
           quantile(times->first_ms, n, 0.5), quantile(times->first_ms, n, 0.99),
           quantile(times->last_ms, n, 0.5), quantile(times->last_ms, n, 0.99),
           quantile(times->bytes, n, 0.5), quantile(times->bytes, n, 1));
}

/* `kinds` of keys in turn, after `before`, until so many were typed. */
static void measure(const char *title, const char *before, const char *const kinds[], int keys) {
    struct traffic first;
    struct times *times = xcalloc(1, sizeof *times);
    struct pty *pty = start(&first);
    for (; *before != '\0'; before++)
        pty_type(pty, (char[]){*before, '\0'}, SILENCE_MS);
    for (int typed = 0, kind = 0; typed < keys; typed++) {
        note(times, pty_type(pty, kinds[kind], SILENCE_MS));
        kind = kinds[kind + 1] != NULL ? kind + 1 : 0;
    }
    leave(pty);
    print(title, times);
    free(times);
}

static void measure_starts(void) {
    struct times *times = xcalloc(1, sizeof *times);
    for (int i = 0; i < STARTS; i++) {
        struct traffic first;
        leave(start(&first));
        note(times, first);
    }
    print("first picture", times);
    free(times);
}

int main(int argc, char **argv) {
    static const char *const moves[] = {KEY_DOWN,      KEY_DOWN,    KEY_DOWN, KEY_UP, "j", "k",
                                        KEY_PAGE_DOWN, KEY_PAGE_UP, "G",      "g",    NULL};
    static const char *const screens[] = {"2", "3", "4", "5", "6", "7", "1", "d", "1", NULL};
    static const char *const letters[] = {"a", "g", "e", "<", "3", "0", "\025", NULL};
    static const char *const filters[] = {"=", "x", NULL};
    if (argc != 2) {
        fprintf(stderr, "usage: wire_bench DATABASE\n");
        return 2;
    }
    if (getenv("XDG_STATE_HOME") == NULL) {
        fprintf(stderr, "wire_bench: XDG_STATE_HOME must name a folder of its own\n");
        return 2;
    }
    path = argv[1];
    setenv("LC_ALL", "C.UTF-8", 1);
    printf("\n%-38s %19s %19s %17s\n", "", "first byte, ms", "last byte, ms", "bytes");
    printf("%-32s %5s %9s %9s %9s %9s %8s %8s\n", "the dashboard, 80 by 24", "times", "median",
           "p99", "median", "p99", "median", "most");
    measure_starts();
    measure("a movement in Sales", "6", moves, KEYS);
    measure("another screen", "", screens, KEYS);
    measure("a letter of a filter", "f", letters, KEYS);
    measure("a filter more or less", "", filters, KEYS);
    return 0;
}
