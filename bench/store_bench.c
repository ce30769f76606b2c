/* What a sale takes on the disk, and how many cells the sales fill, beside what can be computed
 * beforehand: the figures from which docs/scale.md goes on. Run by bench/run.sh: store_bench FOLDER
 * SIZE… */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "bench/made_up.h"
#include "bench/measure.h"
#include "bench/table.h"
#include "db/query.h"

/* The cells that were counted may differ from the expected ones by chance, which for the sizes here
 * is far less than this. */
static const double CELLS_TOLERANCE = 0.02;

static double ask(struct db *db, const char *sql) {
    struct error error;
    struct query *query;
    bool row;
    bench_check(query_open(db, sql, NULL, &query, &error), &error);
    bench_check(query_step(query, &row, &error), &error);
    double answer = query_value(query, 0).real;
    query_close(query);
    return answer;
}

enum line { DATABASE, PACKS, CUBE, CELLS, EXPECTED, PER_CELL, LINES };

static void measure(const char *folder, int64_t rows, double values[LINES]) {
    struct error error;
    struct db *db;
    char *path = xasprintf("%s/%" PRId64 "/shop.db", folder, rows);
    bench_check(db_open_reader(path, &db, &error), &error);
    double sales = (double)rows;
    double cube = ask(db, "SELECT coalesce(sum(length(bytes)), 0) FROM cube_month");
    values[DATABASE] = file_bytes(path) / sales;
    values[PACKS] = ask(db, "SELECT coalesce(sum(length(bytes)), 0) FROM pack_column") / sales;
    values[CUBE] = cube / sales;
    values[CELLS] = ask(db, "SELECT coalesce(sum(cells), 0) FROM cube_month");
    values[EXPECTED] = made_up_cells(sales, NULL);
    values[PER_CELL] = cube / values[CELLS];
    db_close(db);
    free(path);
}

/* What no disk here holds: the cells alone. */
static void print_beyond(void) {
    double possible;
    for (double sales = 1e8; sales <= 1e9; sales *= 10) {
        char grouped[2][32];
        number_grouped(llround(sales), grouped[0], sizeof grouped[0]);
        number_grouped(llround(made_up_cells(sales, &possible)), grouped[1], sizeof grouped[1]);
        table_note("%s sales would fill %s cells", grouped[0], grouped[1]);
    }
    char grouped[32];
    number_grouped(llround(possible), grouped, sizeof grouped);
    table_note("and any number no more than the %s that are possible", grouped);
}

int main(int argc, char **argv) {
    static const char *const names[LINES] = {
        [DATABASE] = "  database, bytes a sale",
        [PACKS] = "  packs in it, bytes a sale",
        [CUBE] = "  cube in it, bytes a sale",
        [CELLS] = "  cells of the cube",
        [EXPECTED] = "  cells expected of independent columns",
        [PER_CELL] = "  bytes a cell",
    };
    const char *columns[TABLE_COLUMNS_MAX + 1] = {NULL};
    char titles[TABLE_COLUMNS_MAX][32];
    double values[TABLE_COLUMNS_MAX][LINES];
    struct table table = {0};
    int count = argc - 2;
    if (argc < 3 || count > TABLE_COLUMNS_MAX) {
        fprintf(stderr, "usage: store_bench FOLDER SIZE...\n");
        return 2;
    }
    for (int i = 0; i < count; i++) {
        number_grouped(atoll(argv[i + 2]), titles[i], sizeof titles[i]);
        columns[i] = titles[i];
        measure(argv[1], atoll(argv[i + 2]), values[i]);
    }
    table_begin(&table, "What is kept, at so many sales", columns);
    for (int i = 0; i < LINES; i++) {
        double line[TABLE_COLUMNS_MAX];
        for (int j = 0; j < count; j++)
            line[j] = values[j][i];
        table_line(&table, names[i], line);
    }
    print_beyond();
    for (int i = 0; i < count; i++) {
        double off = fabs(values[i][CELLS] / values[i][EXPECTED] - 1);
        if (off > CELLS_TOLERANCE)
            table_wrong(&table, "%s sales fill %.0f cells instead of about %.0f", titles[i],
                        values[i][CELLS], values[i][EXPECTED]);
    }
    return table_status(&table);
}
