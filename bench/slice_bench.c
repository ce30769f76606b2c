/* A change of filters with every list of the linked dashboard, and one GROUP BY of three
 * dimensions: how they grow with the sales, and how they compare with SQL on the same sales, in the
 * shop's own file and in DuckDB. Run by bench/run.sh: slice_bench FOLDER ROWS SIZE… */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/number.h"
#include "bench/duckdb_facts.h"
#include "bench/table.h"
#include "db/query.h"
#include "engine/shop.h"
#include "engine/slice/slice_sql.h"

enum {
    SLICES = 300,
    SLICES_LEAST = 30,
    WARM_UP = 5,
    MEMORY_SLICES = 20,
    PEER_SLICES = 20,
    SEED = 5,
    ROUNDS = 7
};

static const double P99_MS_MOST = 16, GROWTH_MOST = 2, FASTER_LEAST = 20,
                    PEER_SECONDS = 30, /* after these no further slice is asked of them */
    REACH_SECONDS = 300;               /* nor of us */

struct size {
    int64_t rows;
    struct shop *shop;
    struct samples ms[REACH_COUNT], group_ms;
    double memory_mb;
};

static char *path_of(const char *folder, int64_t rows, const char *name) {
    return xasprintf("%s/%" PRId64 "/%s", folder, rows, name);
}

static struct shop *open_shop(const char *folder, int64_t rows) {
    struct shop *shop;
    struct error error;
    char *path = path_of(folder, rows, "shop.db");
    bench_check(shop_open(path, &shop, &error), &error);
    free(path);
    return shop;
}

/* ------------------------------------------------------------------- ours */

/* Milliseconds of one change of filters; the lists go into `answers` where it isn't NULL. */
static double our_lists(const struct shop *shop, const struct slice *slice,
                        struct buffer *answers) {
    struct linked linked;
    struct error error;
    double started = seconds_now();
    bench_check(linked_compute(shop_facts(shop), slice, &linked, &error), &error);
    double ms = (seconds_now() - started) * 1e3;
    for (int i = 0; i < DIMENSION_COUNT && answers != NULL; i++) {
        struct list_sum sum = {0};
        if (i == DIMENSION_SEGMENT)
            continue;
        for (int j = 0; j < linked.lists[i].count; j++) {
            const struct cell *cell = &linked.lists[i].rows[j].cell;
            sum.groups++;
            sum.sales += cell->sales;
            sum.squares += cell->sales * cell->sales;
            sum.revenue_minor += cell->revenue_minor;
            sum.returning += cell->yes[ANSWER_RETURNING];
            sum.facebook += cell->yes[ANSWER_FACEBOOK];
        }
        list_answer(answers, &sum);
    }
    linked_free(&linked);
    return ms;
}

/* Month by handset, for each location in turn: the groups of all three dimensions. */
static double our_group(const struct shop *shop, struct buffer *answer) {
    static const enum dimension by[] = {DIMENSION_MONTH, DIMENSION_HANDSET};
    const struct facts *facts = shop_facts(shop);
    struct list_sum sum = {0};
    struct dimension_view locations;
    double started = seconds_now();
    dimension_open(&locations, facts, DIMENSION_LOCATION);
    for (int code = 0; code < locations.codes; code++) {
        struct slice slice = {0};
        struct selection selection;
        struct grouping grouping;
        struct error error;
        char label[DIMENSION_LABEL_SIZE];
        dimension_label(&locations, code, label);
        slice_add(&slice, DIMENSION_LOCATION, FILTER_IS, label);
        bench_check(slice_select(&slice, facts, &selection, &error), &error);
        group_by(facts, &selection, by, 2, &grouping);
        for (int i = 0; i < grouping.count; i++) {
            const struct cell *cell = &grouping.groups[i].cell;
            sum.groups++;
            sum.sales += cell->sales;
            sum.squares += cell->sales * cell->sales;
            sum.revenue_minor += cell->revenue_minor;
        }
        grouping_free(&grouping);
        selection_free(&selection);
        slice_free(&slice);
    }
    dimension_close(&locations);
    double ms = (seconds_now() - started) * 1e3;
    if (answer != NULL)
        list_answer(answer, &sum);
    return ms;
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
        struct shop *shop = open_shop(folder, rows);
        struct lot lot = lot_new(SEED);
        for (int i = 0; i < bench_times(MEMORY_SLICES); i++) {
            struct random_slice random;
            random_slice_draw(&random, &lot, shop_facts(shop), (enum slice_reach)(i % REACH_COUNT));
            our_lists(shop, &random.slice, NULL);
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

/* The same slice at each size in turn. */
static void measure_growth(struct size *sizes, int count) {
    for (int kind = 0; kind < REACH_COUNT; kind++) {
        struct lot lot = lot_new(SEED);
        double started = seconds_now();
        for (int i = -WARM_UP; i < bench_times(SLICES); i++) {
            struct lot next = lot;
            if (i >= SLICES_LEAST && seconds_now() - started > REACH_SECONDS)
                break;
            for (int j = 0; j < count; j++) {
                struct random_slice random;
                next = lot;
                random_slice_draw(&random, &next, shop_facts(sizes[j].shop),
                                  (enum slice_reach)kind);
                double ms = our_lists(sizes[j].shop, &random.slice, NULL);
                if (i >= 0)
                    samples_add(&sizes[j].ms[kind], ms);
                random_slice_free(&random);
            }
            lot = next;
        }
    }
    for (int i = 0; i < bench_times(ROUNDS); i++) {
        for (int j = 0; j < count; j++)
            samples_add(&sizes[j].group_ms, our_group(sizes[j].shop, NULL));
    }
}

static void print_growth(struct table *table, const char *name, const double *values, int count) {
    double line[TABLE_COLUMNS_MAX];
    memcpy(line, values, (size_t)count * sizeof *line);
    line[count] = values[count - 1] / values[0];
    table_line(table, name, line);
}

static void print_sizes(struct table *table, struct size *sizes, int count) {
    static const char *const names[REACH_COUNT] = {"coarse", "finer", "segments'"};
    const char *columns[TABLE_COLUMNS_MAX + 1] = {NULL};
    char titles[TABLE_COLUMNS_MAX][32];
    double values[TABLE_COLUMNS_MAX], growth[REACH_COUNT], p99[REACH_COUNT];
    for (int i = 0; i < count; i++) {
        number_grouped(sizes[i].rows, titles[i], sizeof titles[i]);
        columns[i] = titles[i];
    }
    columns[count] = "growth";
    table_begin(table,
                "A change of filters with all lists, ms, at so many sales: 300 slices by lot",
                columns);
    for (int kind = 0; kind < REACH_COUNT; kind++) {
        for (int tail = 0; tail < 2; tail++) {
            char *name = xasprintf("  %s filters, %s", names[kind], tail ? "p99" : "median");
            for (int i = 0; i < count; i++)
                values[i] = samples_quantile(&sizes[i].ms[kind], tail ? 0.99 : 0.5);
            if (tail)
                p99[kind] = values[count - 1];
            else
                growth[kind] = values[count - 1] / values[0];
            print_growth(table, name, values, count);
            free(name);
        }
    }
    for (int i = 0; i < count; i++)
        values[i] = samples_median(&sizes[i].group_ms);
    print_growth(table, "  GROUP BY of three dimensions, median of 7", values, count);
    for (int i = 0; i < count; i++)
        values[i] = sizes[i].memory_mb;
    print_growth(table, "  peak memory of the engine, MB", values, count);
    table_note("Coarse: the cube has cells for them. Finer: days, weeks, weekdays, exact ages or");
    table_note(
        "prices are among them. Segments': a segment is. One to four filters each; the same");
    table_note("slices at every size, in turn.");
    for (int kind = 0; kind < REACH_COUNT; kind++) {
        char *name = xasprintf("%s filters at most sales, p99, ms", names[kind]);
        table_at_most(table, name, p99[kind], P99_MS_MOST);
        free(name);
        name = xasprintf("%s filters, growth of the median", names[kind]);
        table_at_most(table, name, growth[kind], GROWTH_MOST);
        free(name);
    }
}

/* ------------------------------------------------------------------ peers */

struct peers {
    const struct shop *shop;
    struct db *sqlite;
    struct duckdb_session *duckdb; /* NULL: there is none */
};

static double sqlite_ask(struct db *db, const char *sql, struct buffer *answers) {
    struct error error;
    struct query *query;
    bool row;
    double started = seconds_now();
    bench_check(query_open(db, sql, NULL, &query, &error), &error);
    bench_check(query_step(query, &row, &error), &error);
    struct db_value value = query_value(query, 0);
    buffer_printf(answers, "%.*s\n", (int)value.length,
                  value.kind == VALUE_TEXT ? value.bytes : "");
    query_close(query);
    return (seconds_now() - started) * 1e3;
}

static double sqlite_lists(const struct peers *peers, const struct slice *slice,
                           struct buffer *answers) {
    double ms = 0;
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        enum dimension by = (enum dimension)i;
        struct slice others = slice_copy(slice);
        if (i == DIMENSION_SEGMENT)
            continue;
        linked_release(&others, by);
        char *list = slice_sql(&others, shop_facts(peers->shop), &by, 1);
        char *sql = xasprintf(
            "SELECT count(*) || ' ' || sum(sales) || ' ' || sum(sales * sales) || ' ' || "
            "printf('%%.0f %%.0f %%.0f', sum(revenue) * 100, sum(share_returning * sales), "
            "sum(share_facebook * sales)) FROM (%s)",
            list);
        ms += sqlite_ask(peers->sqlite, sql, answers);
        free(sql);
        free(list);
        slice_free(&others);
    }
    return ms;
}

static const char sqlite_group[] =
    "SELECT count(*) || ' ' || sum(sales) || ' ' || sum(sales * sales) || ' ' || sum(revenue) "
    "|| ' 0 0' FROM (SELECT strftime('%Y-%m', day * 86400, 'unixepoch'), handset_id, location_id, "
    "count(*) AS sales, sum(price_minor) AS revenue FROM sale GROUP BY 1, 2, 3)";
static const char duckdb_group[] =
    "SELECT count(*) || ' ' || sum(sales) || ' ' || sum(sales * sales) || ' ' || sum(revenue) "
    "|| ' 0 0' FROM (SELECT month, handset, location, count(*) AS sales, "
    "sum(price_minor) AS revenue FROM fact GROUP BY 1, 2, 3)";

static void compare(struct table *table, const char *what, const struct buffer *ours,
                    const struct buffer *theirs) {
    const char *a = ours->data, *b = theirs->data;
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    if (*a == *b)
        return;
    while (a > ours->data && a[-1] != '\n') {
        a--;
        b--;
    }
    table_wrong(table, "%s: ours %.*s, theirs %.*s", what, (int)strcspn(a, "\n"), a,
                (int)strcspn(b, "\n"), b);
}

struct peer_times {
    struct samples ours, sqlite, duckdb;
};

static void ask_lists(struct peers *peers, struct table *table, enum slice_reach kind,
                      struct peer_times *times) {
    struct lot lot = lot_new(SEED + 1);
    double started = seconds_now();
    for (int i = 0;
         i < bench_times(PEER_SLICES) && (i == 0 || seconds_now() - started < PEER_SECONDS); i++) {
        struct random_slice random;
        struct buffer ours = {0}, sqlite = {0}, duckdb = {0};
        random_slice_draw(&random, &lot, shop_facts(peers->shop), kind);
        char *text = slice_text(&random.slice);
        samples_add(&times->ours, our_lists(peers->shop, &random.slice, &ours));
        samples_add(&times->sqlite, sqlite_lists(peers, &random.slice, &sqlite));
        compare(table, text, &ours, &sqlite);
        if (peers->duckdb != NULL) {
            samples_add(&times->duckdb, duckdb_facts_lists(peers->duckdb, &random, &duckdb) * 1e3);
            compare(table, text, &ours, &duckdb);
        }
        free(text);
        buffer_free(&ours);
        buffer_free(&sqlite);
        buffer_free(&duckdb);
        random_slice_free(&random);
    }
}

static void ask_group(struct peers *peers, struct table *table, struct peer_times *times) {
    for (int i = 0; i < bench_times(ROUNDS); i++) {
        struct buffer ours = {0}, sqlite = {0};
        samples_add(&times->ours, our_group(peers->shop, &ours));
        samples_add(&times->sqlite, sqlite_ask(peers->sqlite, sqlite_group, &sqlite));
        compare(table, "GROUP BY of three", &ours, &sqlite);
        if (peers->duckdb != NULL) {
            double seconds;
            char *answer = duckdb_ask(peers->duckdb, duckdb_group, &seconds);
            struct buffer duckdb = {0};
            buffer_printf(&duckdb, "%s\n", answer);
            samples_add(&times->duckdb, seconds * 1e3);
            compare(table, "GROUP BY of three", &ours, &duckdb);
            buffer_free(&duckdb);
            free(answer);
        }
        buffer_free(&ours);
        buffer_free(&sqlite);
    }
}

static void print_peers(struct table *table, const char *name, struct peer_times *times) {
    double ours = samples_median(&times->ours), sqlite = samples_median(&times->sqlite),
           duckdb = samples_median(&times->duckdb);
    const double values[] = {
        (double)times->ours.count, ours, sqlite, duckdb, sqlite / ours, duckdb / ours};
    table_line(table, name, values);
}

static void measure_peers(struct table *table, const char *folder, const struct size *size) {
    static const char *const columns[] = {"times",       "ours",        "SQLite", "DuckDB",
                                          "SQLite/ours", "DuckDB/ours", NULL};
    struct peers peers = {size->shop, NULL, NULL};
    struct peer_times times[REACH_COUNT + 1] = {{{0}, {0}, {0}}};
    struct error error;
    char rows[32], *database = path_of(folder, size->rows, "facts.duckdb"),
                   *csv = path_of(folder, size->rows, "random.csv"),
                   *shop = path_of(folder, size->rows, "shop.db");
    const char *library = duckdb_library();
    bench_check(db_open_reader(shop, &peers.sqlite, &error), &error);
    if (library != NULL) {
        unlink(database);
        peers.duckdb = duckdb_open(library, database);
        duckdb_facts_make(peers.duckdb, shop_facts(size->shop), csv);
    }
    number_grouped(size->rows, rows, sizeof rows);
    char *title = xasprintf("The same at %s sales in SQL, median ms", rows);
    table_begin(table, title, columns);
    ask_lists(&peers, table, REACH_COARSE, &times[REACH_COARSE]);
    ask_lists(&peers, table, REACH_FINER, &times[REACH_FINER]);
    ask_group(&peers, table, &times[REACH_COUNT]);
    print_peers(table, "  coarse filters with all lists", &times[REACH_COARSE]);
    print_peers(table, "  finer filters with all lists", &times[REACH_FINER]);
    print_peers(table, "  GROUP BY of three dimensions", &times[REACH_COUNT]);
    if (library == NULL)
        table_note("%s", duckdb_missing);
    struct samples *theirs =
        library != NULL ? &times[REACH_COARSE].duckdb : &times[REACH_COARSE].sqlite;
    table_at_least(table, library != NULL ? "times faster than DuckDB" : "times faster than SQLite",
                   samples_median(theirs) / samples_median(&times[REACH_COARSE].ours),
                   FASTER_LEAST);
    if (peers.duckdb != NULL)
        table_note("DuckDB's peak memory: %.0f MB", duckdb_close(peers.duckdb));
    db_close(peers.sqlite);
    for (int i = 0; i <= REACH_COUNT; i++) {
        samples_free(&times[i].ours);
        samples_free(&times[i].sqlite);
        samples_free(&times[i].duckdb);
    }
    unlink(database);
    free(title);
    free(database);
    free(csv);
    free(shop);
}

int main(int argc, char **argv) {
    struct size sizes[TABLE_COLUMNS_MAX - 1] = {{.rows = 0}};
    struct table table = {0};
    int count = argc - 3;
    if (argc < 4 || count > TABLE_COLUMNS_MAX - 1) {
        fprintf(stderr, "usage: slice_bench FOLDER ROWS SIZE...\n");
        return 2;
    }
    for (int i = 0; i < count; i++) {
        sizes[i].rows = atoll(argv[i + 3]);
        sizes[i].memory_mb = memory_of(argv[1], sizes[i].rows);
    }
    for (int i = 0; i < count; i++)
        sizes[i].shop = open_shop(argv[1], sizes[i].rows);
    measure_growth(sizes, count);
    print_sizes(&table, sizes, count);
    for (int i = 0; i < count; i++) {
        if (sizes[i].rows == atoll(argv[2]))
            measure_peers(&table, argv[1], &sizes[i]);
    }
    for (int i = 0; i < count; i++) {
        for (int kind = 0; kind < REACH_COUNT; kind++)
            samples_free(&sizes[i].ms[kind]);
        samples_free(&sizes[i].group_ms);
        shop_close(sizes[i].shop);
    }
    return table_status(&table);
}
