/* The dashboard as fingers feel it, at several numbers of sales: in a pseudo-terminal of 80 by 24,
 * from the start to the first picture, and from a key to the bytes that answer it. Every key goes
 * to every size in turn. Run by bench/run.sh: wire_bench FOLDER SIZE… */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "bench/measure.h"
#include "bench/table.h"
#include "tests/support/pty.h"
#include "tests/support/wire.h"

enum {
    STARTS = 7,
    SILENCE_MS = 20,
    FIRST_SILENCE_MS = 300,
    PATIENCE_SECONDS = 60,
    SIZES_MAX = TABLE_COLUMNS_MAX - 1
};

static const double PAINT_MS_MOST = 100, RESIDENT_MB_MOST = 100, FIRST_BYTE_MS_MOST = 16,
                    GROWTH_MOST = 2;

/* What is typed, again and again until `times` answers were asked for. */
struct action {
    const char *title;
    const char *before;           /* typed once; a key a byte */
    const char *const *keys;      /* one answer each; NULL ends them */
    const char *const *preparing; /* typed before each, and not measured; NULL: nothing is */
    int times;
    bool in_a_frame; /* held to FIRST_BYTE_MS_MOST */
};

static const char *const moves[] = {KEY_DOWN, KEY_DOWN, KEY_DOWN, KEY_UP, "j", "k", "G", "g", NULL};
static const char *const dates[] = {"/2022-05-17", "/2023-11-02", "/2020-02-29",
                                    "/2024-08-14", "/2021-01-05", NULL};
/* Another slice each time, so that nothing is shown from memory. */
static const char *const elsewhere[] = {"1=", "1x", NULL};
#define KEY(name, key) static const char *const name[] = {key, NULL}
KEY(pages, KEY_PAGE_DOWN);
KEY(enter, KEY_ENTER);
KEY(searched, "/pixel");
KEY(sorts, "s");
KEY(segments, "2");
KEY(marketing, "3");
KEY(models, "4");
KEY(whatif, "5");
KEY(sales, "6");
KEY(data, "7");
KEY(spread, "d");
KEY(lists, "0");
static const char *const letters[] = {"a", "g", "e", "<", "3", "0", "\025", NULL};
static const char *const filters[] = {"=", "x", NULL};
static const char *const values[] = {KEY_RIGHT, KEY_LEFT, NULL};

static const struct action actions[] = {
    {"a movement in Sales", "6", moves, NULL, 200, true},
    {"a page down in Sales", "6", pages, NULL, 200, true},
    {"a jump to a date in Sales", "6", enter, dates, 60, true},
    {"the next match of a search in Sales", "6", enter, searched, 60, false},
    {"another order of Sales", "6", sorts, NULL, 24, false},
    {"the screen Segments", "", segments, elsewhere, 20, false},
    {"the screen Marketing", "", marketing, elsewhere, 20, false},
    {"the screen Models", "", models, elsewhere, 20, false},
    {"the screen What-if", "", whatif, elsewhere, 20, false},
    {"the screen Sales", "", sales, elsewhere, 20, false},
    {"the screen Data", "", data, elsewhere, 20, false},
    {"the spread of a number", "", spread, elsewhere, 20, false},
    {"all lists side by side", "", lists, elsewhere, 20, false},
    {"a letter of a filter", "f", letters, NULL, 200, true},
    {"a filter more or less on the Overview", "", filters, NULL, 200, false},
    {"a filter more or less on the lists", "0", filters, NULL, 200, false},
    {"a value of a field in What-if", "5", values, NULL, 200, false},
};

enum { ACTIONS = sizeof actions / sizeof *actions };

struct size {
    int64_t rows;
    char *database;
    struct pty *pty; /* while one runs */
    struct samples paint_ms, settled_ms, resident_mb;
    struct samples first_ms[ACTIONS], last_ms[ACTIONS];
    int silent[ACTIONS]; /* keys that changed nothing */
    double peak_mb;
};

/* ---------------------------------------------------------- one dashboard */

/* Nothing is remembered of earlier visits. */
static void start(struct size *size) {
    if (system("rm -rf \"$XDG_STATE_HOME/retail-pulse\"") != 0)
        bench_fail("XDG_STATE_HOME cannot be emptied");
    char *arguments = xasprintf("--db %s", size->database);
    double started = seconds_now();
    size->pty = pty_start(arguments, "xterm-256color", 24, 80);
    if (!pty_shows(size->pty, "Revenue per day", PATIENCE_SECONDS))
        bench_fail("the dashboard does not start on %s", size->database);
    double painted = (seconds_now() - started) * 1e3;
    struct traffic rest = pty_type(size->pty, "", FIRST_SILENCE_MS);
    samples_add(&size->paint_ms, painted);
    samples_add(&size->settled_ms, painted + (rest.bytes != 0 ? rest.last_byte_ms : 0));
    samples_add(&size->resident_mb, process_memory_mb(pty_pid(size->pty), "VmRSS"));
    free(arguments);
}

static void leave(struct size *size) {
    size->peak_mb = fmax(size->peak_mb, process_memory_mb(pty_pid(size->pty), "VmHWM"));
    pty_type(size->pty, KEY_ESCAPE, 80);
    for (int i = 0; i < 8; i++)
        pty_type(size->pty, "q", SILENCE_MS);
    pty_end(size->pty);
}

static void measure(struct size *sizes, int count, int which) {
    const struct action *action = &actions[which];
    for (int i = 0; i < count; i++) {
        start(&sizes[i]);
        for (const char *key = action->before; *key != '\0'; key++)
            pty_type(sizes[i].pty, (char[]){*key, '\0'}, SILENCE_MS);
    }
    int key = 0, prepared = 0;
    for (int typed = 0; typed < bench_times(action->times); typed++) {
        for (int i = 0; i < count; i++) {
            if (action->preparing != NULL)
                pty_type(sizes[i].pty, action->preparing[prepared], SILENCE_MS);
            struct traffic traffic = pty_type(sizes[i].pty, action->keys[key], SILENCE_MS);
            if (traffic.bytes == 0) {
                sizes[i].silent[which]++;
                continue;
            }
            samples_add(&sizes[i].first_ms[which], traffic.first_byte_ms);
            samples_add(&sizes[i].last_ms[which], traffic.last_byte_ms);
        }
        key = action->keys[key + 1] != NULL ? key + 1 : 0;
        if (action->preparing != NULL)
            prepared = action->preparing[prepared + 1] != NULL ? prepared + 1 : 0;
    }
    for (int i = 0; i < count; i++)
        leave(&sizes[i]);
}

static void measure_starts(struct size *sizes, int count) {
    for (int i = 0; i < bench_times(STARTS); i++) {
        for (int j = 0; j < count; j++) {
            start(&sizes[j]);
            leave(&sizes[j]);
        }
    }
}

/* -------------------------------------------------------------- the tables */

static void begin(struct table *table, const char *title, const struct size *sizes, int count) {
    const char *columns[TABLE_COLUMNS_MAX + 1] = {NULL};
    char titles[SIZES_MAX][32];
    for (int i = 0; i < count; i++) {
        number_grouped(sizes[i].rows, titles[i], sizeof titles[i]);
        columns[i] = titles[i];
    }
    columns[count] = "growth";
    table_begin(table, title, columns);
}

/* Returns the last size's figure; the growth goes into `growth`. */
static double line(struct table *table, const char *title, struct samples *const *samples,
                   double probability, int count, double *growth) {
    double figures[TABLE_COLUMNS_MAX];
    for (int i = 0; i < count; i++)
        figures[i] = samples_quantile(samples[i], probability);
    *growth = figures[count] = growth_of_ms(figures[0], figures[count - 1]);
    char *name = xasprintf("  %s", title);
    table_line(table, name, figures);
    free(name);
    return figures[count - 1];
}

#define OF_EACH(pointers, member)                 \
    struct samples *pointers[SIZES_MAX] = {NULL}; \
    for (int size = 0; size < count; size++)      \
    pointers[size] = &sizes[size].member

static void print_starts(struct table *table, struct size *sizes, int count) {
    double growth, unused;
    OF_EACH(paint, paint_ms);
    OF_EACH(settled, settled_ms);
    OF_EACH(resident, resident_mb);
    begin(table, "Opening the dashboard, 80 by 24, at so many sales: medians of every start", sizes,
          count);
    double paint_ms = line(table, "first picture, ms", paint, 0.5, count, &growth);
    line(table, "last byte of it, ms", settled, 0.5, count, &unused);
    double resident_mb = line(table, "resident then, MB", resident, 0.5, count, &unused);
    double peaks[TABLE_COLUMNS_MAX];
    for (int i = 0; i < count; i++)
        peaks[i] = sizes[i].peak_mb;
    peaks[count] = peaks[count - 1] / peaks[0];
    table_line(table, "  peak after all that follows, MB", peaks);
    table_at_most(table, "first picture at most sales, ms", paint_ms, PAINT_MS_MOST);
    table_at_most(table, "first picture, growth", growth, GROWTH_MOST);
    table_at_most(table, "resident at most sales, MB", resident_mb, RESIDENT_MB_MOST);
}

static void print_actions(struct table *table, struct size *sizes, int count) {
    double medians[ACTIONS], tails[ACTIONS], growths[ACTIONS], unused;
    begin(table, "From a key to the first byte of its answer, median ms", sizes, count);
    for (int i = 0; i < bench_times(ACTIONS); i++) {
        OF_EACH(first, first_ms[i]);
        medians[i] = line(table, actions[i].title, first, 0.5, count, &growths[i]);
    }
    begin(table, "From a key to the first byte of its answer, p99 ms", sizes, count);
    for (int i = 0; i < bench_times(ACTIONS); i++) {
        OF_EACH(first, first_ms[i]);
        tails[i] = line(table, actions[i].title, first, 0.99, count, &unused);
    }
    begin(table, "From a key to the last byte of its answer, p99 ms", sizes, count);
    for (int i = 0; i < bench_times(ACTIONS); i++) {
        OF_EACH(last, last_ms[i]);
        line(table, actions[i].title, last, 0.99, count, &unused);
    }
    for (int i = 0; i < bench_times(ACTIONS); i++) {
        char *what = xasprintf("%s, first byte, p99", actions[i].title);
        if (actions[i].in_a_frame)
            table_at_most(table, what, tails[i], FIRST_BYTE_MS_MOST);
        free(what);
    }
    for (int i = 0; i < bench_times(ACTIONS); i++) {
        char *what = xasprintf("%s, growth", actions[i].title);
        table_at_most(table, what, growths[i], GROWTH_MOST);
        free(what);
        for (int j = 0; j < count; j++) {
            if (isnan(medians[i]) || sizes[j].first_ms[i].count == 0)
                table_wrong(table, "%s: nothing was answered at %" PRId64 " sales",
                            actions[i].title, sizes[j].rows);
        }
    }
}

int main(int argc, char **argv) {
    struct size sizes[SIZES_MAX] = {{.rows = 0}};
    struct table table = {0};
    int count = argc - 2;
    if (argc < 3 || count > SIZES_MAX) {
        fprintf(stderr, "usage: wire_bench FOLDER SIZE...\n");
        return 2;
    }
    if (getenv("XDG_STATE_HOME") == NULL)
        bench_fail("XDG_STATE_HOME must name a folder of its own");
    setenv("LC_ALL", "C.UTF-8", 1);
    for (int i = 0; i < count; i++) {
        sizes[i].rows = atoll(argv[i + 2]);
        sizes[i].database = xasprintf("%s/%" PRId64 "/shop.db", argv[1], sizes[i].rows);
    }
    measure_starts(sizes, count);
    for (int i = 0; i < bench_times(ACTIONS); i++)
        measure(sizes, count, i);
    print_starts(&table, sizes, count);
    print_actions(&table, sizes, count);
    for (int i = 0; i < count; i++) {
        samples_free(&sizes[i].paint_ms);
        samples_free(&sizes[i].settled_ms);
        samples_free(&sizes[i].resident_mb);
        for (int j = 0; j < ACTIONS; j++) {
            samples_free(&sizes[i].first_ms[j]);
            samples_free(&sizes[i].last_ms[j]);
        }
        free(sizes[i].database);
    }
    return table_status(&table);
}
