/* Import of one file against `sqlite3 .import` and DuckDB's read_csv, in turn, each into a new
 * database; and the other ways a file comes: compressed, in the order of its dates, twice, and as
 * the same sales with some more. Run by bench/run.sh: import_bench PROGRAM FOLDER ROWS. */
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "bench/measure.h"
#include "bench/peers.h"
#include "bench/table.h"

enum { ROUNDS = 3 };

/* What is asked of an import, whatever the rows: seconds as shares of the others', and memory. */
static const double OF_SQLITE_MOST = 0.6, OF_DUCKDB_MOST = 1.0, OF_FRESH_MOST = 1.0,
                    PEAK_MB_MOST = 150;

enum way {
    WAY_OURS,
    WAY_SQLITE,
    WAY_DUCKDB,
    WAY_DATED,
    WAY_GZIP,
    WAY_AGAIN,
    WAY_OVERLAP,
    WAY_OVERLAP_FRESH,
    WAY_COUNT
};

static const struct {
    const char *title, *file, *database;
} ways[WAY_COUNT] = {
    [WAY_OURS] = {"retail-pulse import", "random.csv", "shop.db"},
    [WAY_SQLITE] = {"sqlite3 .import", "random.csv", "sqlite.db"},
    [WAY_DUCKDB] = {"DuckDB CREATE TABLE AS read_csv, 2 threads", "random.csv", "duck.db"},
    [WAY_DATED] = {"  in the order of the dates", "dated.csv", "other.db"},
    [WAY_GZIP] = {"  compressed, .csv.gz", "random.csv.gz", "other.db"},
    [WAY_AGAIN] = {"  the same file again", "random.csv", "copy.db"},
    [WAY_OVERLAP] = {"  the same sales and 1 in 20 new", "overlap.csv", "copy.db"},
    [WAY_OVERLAP_FRESH] = {"  all these into a new database", "overlap.csv", "other.db"},
};

struct bench {
    const char *program, *folder, *library; /* of DuckDB; NULL: none */
    int64_t rows;
    bool cannot[WAY_COUNT]; /* this program does not read such files */
    struct samples seconds[WAY_COUNT];
    double peak_mb[WAY_COUNT], bytes[WAY_COUNT];
    char *answers[WAY_COUNT]; /* sales and their revenue */
};

static char *path_of(const struct bench *bench, const char *name) {
    return xasprintf("%s/%s", bench->folder, name);
}

static void drop(const char *database) {
    static const char *const tails[] = {"", "-wal", "-shm", "-journal", ".lock", ".wal"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char *path = xasprintf("%s%s", database, tails[i]);
        unlink(path);
        free(path);
    }
}

static void copy(const char *from, const char *to) {
    const char *const arguments[] = {"cp", from, to, NULL};
    struct run run;
    drop(to);
    run_program(arguments, &run);
    if (run.status != 0)
        bench_fail("%s cannot be copied", from);
    free(run.output);
}

static void keep_answer(struct bench *bench, enum way way, char *answer) {
    answer[strcspn(answer, "\r\n")] = '\0';
    free(bench->answers[way]);
    bench->answers[way] = answer;
}

/* --------------------------------------------------------------- the three */

static void import_ours(struct bench *bench, enum way way, const char *file, const char *database) {
    const char *const import[] = {bench->program, "--db", database, "import", "--quiet",
                                  "--format",     "json", file,     NULL};
    const char *const ask[] = {bench->program,
                               "--db",
                               database,
                               "sql",
                               "--format",
                               "csv",
                               "SELECT count(*) || ' ' || (sum(price_minor) / 100) AS a FROM sale",
                               NULL};
    struct run run;
    run_program(import, &run);
    if (run.status != 0 && way == WAY_GZIP) {
        bench->cannot[way] = true;
        free(run.output);
        return;
    }
    if (run.status != 0)
        bench_fail("the import of %s ended with %d", file, run.status);
    free(run.output);
    samples_add(&bench->seconds[way], run.seconds);
    bench->peak_mb[way] = fmax(bench->peak_mb[way], run.peak_mb);
    bench->bytes[way] = file_bytes(database);
    run_program(ask, &run);
    char *line = strchr(run.output, '\n'); /* behind the header */
    keep_answer(bench, way, xstrdup(line != NULL ? line + 1 : ""));
    free(run.output);
}

static void import_sqlite(struct bench *bench, const char *file, const char *database) {
    char *command = xasprintf(".import --csv %s sale", file);
    const char *const import[] = {"sqlite3", database, command, NULL};
    const char *const ask[] = {
        "sqlite3", database,
        "SELECT count(*) || ' ' || CAST(sum(\"Sell Price\") AS INTEGER) FROM sale", NULL};
    struct run run;
    run_program(import, &run);
    if (run.status != 0)
        bench_fail("sqlite3 .import ended with %d", run.status);
    free(run.output);
    samples_add(&bench->seconds[WAY_SQLITE], run.seconds);
    bench->peak_mb[WAY_SQLITE] = fmax(bench->peak_mb[WAY_SQLITE], run.peak_mb);
    bench->bytes[WAY_SQLITE] = file_bytes(database);
    run_program(ask, &run);
    keep_answer(bench, WAY_SQLITE, run.output);
    free(command);
}

/* Timed is the statement alone: neither the loading of the library nor the checkpoint behind it. */
static void import_duckdb(struct bench *bench, const char *file, const char *database) {
    double seconds;
    struct duckdb_session *session = duckdb_open(bench->library, database);
    char *sql = xasprintf("CREATE TABLE sale AS SELECT * FROM read_csv('%s')", file);
    free(duckdb_ask(session, sql, &seconds));
    free(sql);
    char *answer = duckdb_ask(
        session, "SELECT count(*) || ' ' || sum(\"Sell Price\")::BIGINT FROM sale", NULL);
    keep_answer(bench, WAY_DUCKDB, answer);
    free(duckdb_ask(session, "CHECKPOINT", NULL));
    bench->peak_mb[WAY_DUCKDB] = fmax(bench->peak_mb[WAY_DUCKDB], duckdb_close(session));
    samples_add(&bench->seconds[WAY_DUCKDB], seconds);
    bench->bytes[WAY_DUCKDB] = file_bytes(database);
}

static void measure(struct bench *bench, enum way way) {
    char *file = path_of(bench, ways[way].file);
    char *database = path_of(bench, ways[way].database);
    char *shop = path_of(bench, ways[WAY_OURS].database);
    if (way == WAY_AGAIN || way == WAY_OVERLAP)
        copy(shop, database);
    else
        drop(database);
    sync(); /* what was written before is not this one's to wait for */
    if (way == WAY_SQLITE)
        import_sqlite(bench, file, database);
    else if (way != WAY_DUCKDB)
        import_ours(bench, way, file, database);
    else if (bench->library != NULL)
        import_duckdb(bench, file, database);
    if (way > WAY_DUCKDB)
        drop(database);
    free(file);
    free(database);
    free(shop);
}

/* --------------------------------------------------------------- the table */

static void print_line(struct bench *bench, struct table *table, enum way way) {
    if (way == WAY_DUCKDB && bench->library == NULL) {
        table_note("%s", duckdb_missing);
        return;
    }
    if (bench->cannot[way]) {
        table_without(table, ways[way].title, "cannot be read  MISSED");
        return;
    }
    double sales = bench->answers[way] != NULL ? atof(bench->answers[way]) : (double)NAN;
    double own = samples_least(&bench->seconds[way]);
    const double values[] = {own, samples_median(&bench->seconds[way]),
                             own / samples_least(&bench->seconds[WAY_OURS]), bench->peak_mb[way],
                             bench->bytes[way] / sales};
    table_line(table, ways[way].title, values);
}

static void hold(struct bench *bench, struct table *table) {
    double ours = samples_least(&bench->seconds[WAY_OURS]), peak_mb = 0;
    table_at_most(table, "ours, of the time of sqlite3 .import",
                  ours / samples_least(&bench->seconds[WAY_SQLITE]), OF_SQLITE_MOST);
    if (bench->library != NULL)
        table_at_most(table, "ours, of the time of DuckDB",
                      ours / samples_least(&bench->seconds[WAY_DUCKDB]), OF_DUCKDB_MOST);
    table_at_most(table, "with 19 in 20 present, of the time for a new one",
                  samples_least(&bench->seconds[WAY_OVERLAP]) /
                      samples_least(&bench->seconds[WAY_OVERLAP_FRESH]),
                  OF_FRESH_MOST);
    for (int way = 0; way < WAY_COUNT; way++) {
        if (way != WAY_SQLITE && way != WAY_DUCKDB)
            peak_mb = fmax(peak_mb, bench->peak_mb[way]);
    }
    table_at_most(table, "our peak memory of all these, MB", peak_mb, PEAK_MB_MOST);
}

static void expect_same(const struct bench *bench, struct table *table, enum way a, enum way b) {
    const char *one = bench->answers[a], *other = bench->answers[b];
    if (one != NULL && other != NULL && strcmp(one, other) != 0)
        table_wrong(table, "%s holds \"%s\" (sales, revenue), %s \"%s\"", ways[a].database, one,
                    ways[b].database, other);
}

static void check(const struct bench *bench, struct table *table) {
    if (bench->answers[WAY_OURS] == NULL || atoll(bench->answers[WAY_OURS]) != bench->rows)
        table_wrong(table, "%s sales were imported", bench->answers[WAY_OURS]);
    expect_same(bench, table, WAY_OURS, WAY_SQLITE);
    expect_same(bench, table, WAY_OURS, WAY_DUCKDB);
    expect_same(bench, table, WAY_OURS, WAY_GZIP);
    expect_same(bench, table, WAY_OURS, WAY_AGAIN);
    expect_same(bench, table, WAY_OVERLAP_FRESH, WAY_OVERLAP);
}

int main(int argc, char **argv) {
    static const char *const columns[] = {"seconds", "median",     "ratio",
                                          "peak MB", "bytes/sale", NULL};
    struct table table = {0};
    char rows[32];
    if (argc != 4) {
        fprintf(stderr, "usage: import_bench PROGRAM FOLDER ROWS\n");
        return 2;
    }
    struct bench bench = {argv[1], argv[2], duckdb_library(), atoll(argv[3]), {0}, {{0}}, {0},
                          {0},     {0}};
    char *csv = path_of(&bench, ways[WAY_OURS].file);
    int rounds = bench_times(ROUNDS);
    for (int round = 0; round < rounds; round++) {
        for (int way = 0; way < WAY_COUNT; way++)
            measure(&bench, (enum way)way);
    }
    number_grouped(bench.rows, rows, sizeof rows);
    char *title = xasprintf("Import of %s sales, %.0f MB of CSV: the fastest of %d runs in turn",
                            rows, file_bytes(csv) / 1e6, rounds);
    table_begin(&table, title, columns);
    for (int way = 0; way < WAY_COUNT; way++)
        print_line(&bench, &table, (enum way)way);
    hold(&bench, &table);
    check(&bench, &table);
    for (int way = 0; way < WAY_COUNT; way++) {
        samples_free(&bench.seconds[way]);
        free(bench.answers[way]);
    }
    free(title);
    free(csv);
    return table_status(&table);
}
