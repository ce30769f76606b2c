/* A change of filters with every list, and one GROUP BY of three dimensions, beside the same
 * questions in SQL: to SQLite on the shop's own tables and to DuckDB on a table made for them, in
 * turn, every answer compared. Run by bench/run.sh: peer_bench FOLDER ROWS */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "bench/duckdb_facts.h"
#include "bench/table.h"
#include "db/query.h"
#include "engine/slice/slice_sql.h"

enum { PEER_SLICES = 20, SEED = 6, ROUNDS = 7 };

static const double FASTER_LEAST = 20,
                    PEER_SECONDS = 30; /* after these no further slice is asked */

struct peers {
    struct shop *shop;
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
        if (by == DIMENSION_SEGMENT || by == DIMENSION_SHOP)
            continue;
        struct slice others = slice_copy(slice);
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
    struct lot lot = lot_new(SEED);
    double started = seconds_now();
    for (int i = 0;
         i < bench_times(PEER_SLICES) && (i == 0 || seconds_now() - started < PEER_SECONDS); i++) {
        struct random_slice random;
        struct buffer ours = {0}, sqlite = {0}, duckdb = {0};
        our_whole(peers->shop);
        random_slice_draw(&random, &lot, shop_facts(peers->shop), kind);
        char *text = slice_text(&random.slice);
        double ms;
        our_lists(peers->shop, &random.slice, &ms, &ours);
        if (isnan(ms)) { /* bench/slice_bench.c counts these */
            free(text);
            random_slice_free(&random);
            continue;
        }
        samples_add(&times->ours, ms);
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
    our_whole(peers->shop);
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

static void measure_peers(struct table *table, const char *folder, int64_t sales) {
    static const char *const columns[] = {"times",       "ours",        "SQLite", "DuckDB",
                                          "SQLite/ours", "DuckDB/ours", NULL};
    struct peers peers = {bench_shop(folder, sales), NULL, NULL};
    struct peer_times times[REACH_COUNT + 1] = {{{0}, {0}, {0}}};
    struct error error;
    char rows[32], *database = bench_path(folder, sales, "facts.duckdb"),
                   *csv = bench_path(folder, sales, "random.csv"),
                   *shop = bench_path(folder, sales, "shop.db");
    const char *library = duckdb_library();
    bench_check(db_open_reader(shop, &peers.sqlite, &error), &error);
    if (library != NULL) {
        unlink(database);
        peers.duckdb = duckdb_open(library, database);
        duckdb_facts_make(peers.duckdb, shop_facts(peers.shop), csv);
    }
    number_grouped(sales, rows, sizeof rows);
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
    shop_close(peers.shop);
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
    struct table table = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: peer_bench FOLDER ROWS\n");
        return 2;
    }
    measure_peers(&table, argv[1], atoll(argv[2]));
    return table_status(&table);
}
