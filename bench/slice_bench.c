/* A change of filters with every list of the linked dashboard, and GROUP BYs: how they grow with
 * the sales. Run by bench/run.sh: slice_bench FOLDER SIZE… */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "bench/measure.h"
#include "bench/ours.h"
#include "bench/random_slice.h"
#include "bench/table.h"

enum { SLICES = 300, SLICES_LEAST = 30, WARM_UP = 5, MEMORY_SLICES = 20, SEED = 5, ROUNDS = 7 };

static const double P99_MS_MOST = 16, GROWTH_MOST = 2,
                    REACH_SECONDS = 300; /* after these SLICES_LEAST are enough */

static const char *const reaches[REACH_COUNT] = {"coarse", "finer", "segments'"};

struct size {
    int64_t rows;
    struct shop *shop;
    struct samples ms[REACH_COUNT], every_ms[REACH_COUNT], group_ms, weekdays_ms;
    double refused[REACH_COUNT]; /* slices that could not be answered */
    double memory_mb;
};

/* -------------------------------------------------------------- measuring */

/* From a shop without filters to this slice; drawn from what the whole shop has. */
static void draw(struct shop *shop, struct lot *lot, enum slice_reach reach,
                 struct random_slice *random) {
    our_whole(shop);
    random_slice_draw(random, lot, shop_facts(shop), reach);
}

static void measure_slices(struct size *sizes, int count, enum slice_reach reach) {
    struct lot lot = lot_new(SEED);
    double started = seconds_now();
    for (int i = -WARM_UP; i < bench_times(SLICES); i++) {
        struct lot next = lot;
        if (i >= SLICES_LEAST && seconds_now() - started > REACH_SECONDS)
            break;
        for (int j = 0; j < count; j++) {
            struct random_slice random;
            next = lot; /* the same slice at each size */
            draw(sizes[j].shop, &next, reach, &random);
            double every_ms, ms = our_lists(sizes[j].shop, &random.slice, &every_ms, NULL);
            if (i >= 0 && isnan(ms))
                sizes[j].refused[reach]++;
            else if (i >= 0) {
                samples_add(&sizes[j].ms[reach], ms);
                samples_add(&sizes[j].every_ms[reach], every_ms);
            }
            random_slice_free(&random);
        }
        lot = next;
    }
}

static void measure_groups(struct size *sizes, int count) {
    for (int j = 0; j < count; j++)
        our_whole(sizes[j].shop);
    for (int i = 0; i < bench_times(ROUNDS); i++) {
        for (int j = 0; j < count; j++) {
            samples_add(&sizes[j].group_ms, our_group(sizes[j].shop, NULL));
            samples_add(&sizes[j].weekdays_ms, our_weekdays(sizes[j].shop));
        }
    }
}

/* In a process of its own, so that nobody else's memory counts. */
static double memory_of(const char *folder, int64_t rows) {
    int ends[2];
    double memory = (double)NAN;
    if (pipe(ends) != 0)
        bench_fail("there is no pipe to be had");
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct shop *shop = bench_shop(folder, rows);
        struct lot lot = lot_new(SEED);
        for (int i = 0; i < bench_times(MEMORY_SLICES); i++) {
            struct random_slice random;
            draw(shop, &lot, i % 2 == 0 ? REACH_COARSE : REACH_FINER, &random);
            double every_ms;
            our_lists(shop, &random.slice, &every_ms, NULL);
            random_slice_free(&random);
        }
        memory = process_memory_mb(getpid(), "VmHWM");
        _exit(write(ends[1], &memory, sizeof memory) != sizeof memory);
    }
    close(ends[1]);
    if (read(ends[0], &memory, sizeof memory) != sizeof memory)
        bench_fail("the shop of %" PRId64 " sales cannot be measured", rows);
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return memory;
}

/* --------------------------------------------------------------- the table */

/* Returns the growth. */
static double line(struct table *table, const char *name, const double *values, int count) {
    double figures[TABLE_COLUMNS_MAX];
    memcpy(figures, values, (size_t)count * sizeof *figures);
    figures[count] = growth_of_ms(values[0], values[count - 1]);
    table_line(table, name, figures);
    return figures[count];
}

static void line_of_median(struct table *table, const char *name, struct samples *const *samples,
                           int count) {
    double values[TABLE_COLUMNS_MAX];
    for (int i = 0; i < count; i++)
        values[i] = samples_median(samples[i]);
    line(table, name, values, count);
}

static void begin(struct table *table, const struct size *sizes, int count) {
    const char *columns[TABLE_COLUMNS_MAX + 1] = {NULL};
    char titles[TABLE_COLUMNS_MAX][32];
    for (int i = 0; i < count; i++) {
        number_grouped(sizes[i].rows, titles[i], sizeof titles[i]);
        columns[i] = titles[i];
    }
    columns[count] = "growth";
    table_begin(table,
                "A change of filters with all lists, ms, at so many sales: 300 slices by lot",
                columns);
}

static void print_reach(struct table *table, struct size *sizes, int count,
                        enum slice_reach reach) {
    double median[TABLE_COLUMNS_MAX], p99[TABLE_COLUMNS_MAX], every_median[TABLE_COLUMNS_MAX],
        every_p99[TABLE_COLUMNS_MAX];
    for (int i = 0; i < count; i++) {
        median[i] = samples_median(&sizes[i].ms[reach]);
        p99[i] = samples_quantile(&sizes[i].ms[reach], 0.99);
        every_median[i] = samples_median(&sizes[i].every_ms[reach]);
        every_p99[i] = samples_quantile(&sizes[i].every_ms[reach], 0.99);
    }
    char *name = xasprintf("  %s filters, median", reaches[reach]);
    double growth = line(table, name, median, count);
    free(name);
    name = xasprintf("  %s filters, p99", reaches[reach]);
    line(table, name, p99, count);
    free(name);
    line(table, "    until every list stands, median", every_median, count);
    line(table, "    until every list stands, p99", every_p99, count);
    table_at_most(table, "slices at most sales that were not answered",
                  sizes[count - 1].refused[reach], 0);
    name = xasprintf("%s filters at most sales, p99, ms", reaches[reach]);
    table_at_most(table, name, p99[count - 1], P99_MS_MOST);
    free(name);
    table_at_most(table, "the same until every list stands", every_p99[count - 1], P99_MS_MOST);
    name = xasprintf("%s filters, growth of the median", reaches[reach]);
    table_at_most(table, name, growth, GROWTH_MOST);
    free(name);
}

static void print_sizes(struct table *table, struct size *sizes, int count) {
    struct samples *groups[TABLE_COLUMNS_MAX], *weekdays[TABLE_COLUMNS_MAX];
    double memory[TABLE_COLUMNS_MAX];
    int lists = 0;
    for (int i = 0; i < count; i++) {
        groups[i] = &sizes[i].group_ms;
        weekdays[i] = &sizes[i].weekdays_ms;
        memory[i] = sizes[i].memory_mb;
    }
    for (int i = 0; i < DIMENSION_COUNT; i++)
        lists += dimension_is_known(shop_facts(sizes[count - 1].shop), (enum dimension)i);
    begin(table, sizes, count);
    for (int reach = 0; reach < REACH_COUNT; reach++)
        print_reach(table, sizes, count, (enum slice_reach)reach);
    line_of_median(table, "  GROUP BY month, handset, location, median", groups, count);
    line_of_median(table, "  GROUP BY weekday, median", weekdays, count);
    line(table, "  peak memory of the engine, MB", memory, count);
    table_note("Coarse: the cube has cells for them. Finer: days, weeks, weekdays, exact ages or");
    table_note(
        "prices are among them. Segments': a segment is. One to four filters each; the same");
    table_note(
        "slices at every size, in turn. At most sales, under coarse filters, %d of the %d lists",
        lists, DIMENSION_COUNT);
    table_note(
        "stand at once. The others, and all under finer ones, come from the sales in memory, as");
    table_note("in a dashboard that has been filtered.");
}

int main(int argc, char **argv) {
    struct size sizes[TABLE_COLUMNS_MAX - 1] = {{.rows = 0}};
    struct table table = {0};
    int count = argc - 2;
    if (argc < 3 || count > TABLE_COLUMNS_MAX - 1) {
        fprintf(stderr, "usage: slice_bench FOLDER SIZE...\n");
        return 2;
    }
    for (int i = 0; i < count; i++) {
        sizes[i].rows = atoll(argv[i + 2]);
        sizes[i].memory_mb = memory_of(argv[1], sizes[i].rows);
    }
    for (int i = 0; i < count; i++)
        sizes[i].shop = bench_shop(argv[1], sizes[i].rows);
    for (int reach = 0; reach < REACH_COUNT; reach++)
        measure_slices(sizes, count, (enum slice_reach)reach);
    measure_groups(sizes, count);
    print_sizes(&table, sizes, count);
    for (int i = 0; i < count; i++) {
        for (int reach = 0; reach < REACH_COUNT; reach++) {
            samples_free(&sizes[i].ms[reach]);
            samples_free(&sizes[i].every_ms[reach]);
        }
        samples_free(&sizes[i].group_ms);
        samples_free(&sizes[i].weekdays_ms);
        shop_close(sizes[i].shop);
    }
    return table_status(&table);
}
