/* Runs SQL in DuckDB and says how long each statement took, for comparisons in one run. The library
 * is opened at run time, because few machines have it: duckdb_peer LIBRARY DATABASE [SQL…]
 *
 * Without SQL the statements come from standard input, a line each. A line a statement goes out:
 * seconds, a tab, the first value of the first row. The declarations are those of DuckDB's C
 * interface (duckdb.h, stable since 1.0), as far as they are used. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct duckdb_result {
    uint64_t unused_counts[3]; /* none of this is filled any more */
    void *unused_columns;
    char *unused_error;
    void *internal;
};

struct duckdb {
    int (*open)(const char *path, void **database);
    int (*connect)(void *database, void **connection);
    int (*query)(void *connection, const char *sql, struct duckdb_result *result);
    const char *(*error)(struct duckdb_result *result);
    char *(*value)(struct duckdb_result *result, uint64_t column, uint64_t row);
    void (*free)(void *pointer);
    void (*destroy)(struct duckdb_result *result);
};

/* ISO C has no cast from an object's address to a function's; POSIX has dlsym return both. */
static void find(void *library, const char *name, void *function) {
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        fprintf(stderr, "duckdb: %s\n", dlerror());
        exit(1);
    }
    *(void **)function = symbol;
}

static struct duckdb load(const char *path) {
    struct duckdb duckdb;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "duckdb: %s\n", dlerror());
        exit(1);
    }
    find(library, "duckdb_open", &duckdb.open);
    find(library, "duckdb_connect", &duckdb.connect);
    find(library, "duckdb_query", &duckdb.query);
    find(library, "duckdb_result_error", &duckdb.error);
    find(library, "duckdb_value_varchar", &duckdb.value);
    find(library, "duckdb_free", &duckdb.free);
    find(library, "duckdb_destroy_result", &duckdb.destroy);
    return duckdb;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void run(const struct duckdb *duckdb, void *connection, const char *sql) {
    struct duckdb_result result;
    double started = seconds();
    if (duckdb->query(connection, sql, &result) != 0) {
        fprintf(stderr, "duckdb: %s\n", duckdb->error(&result));
        exit(1);
    }
    char *value = duckdb->value(&result, 0, 0); /* NULL where there is none */
    printf("%.6f\t%s\n", seconds() - started, value != NULL ? value : "");
    fflush(stdout);
    duckdb->free(value);
    duckdb->destroy(&result);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: duckdb_peer LIBRARY DATABASE [SQL...]\n");
        return 2;
    }
    struct duckdb duckdb = load(argv[1]);
    void *database, *connection;
    if (duckdb.open(argv[2], &database) != 0 || duckdb.connect(database, &connection) != 0) {
        fprintf(stderr, "duckdb: %s cannot be opened\n", argv[2]);
        return 1;
    }
    for (int i = 3; i < argc; i++)
        run(&duckdb, connection, argv[i]);
    char *line = NULL;
    size_t size = 0;
    while (argc == 3 && getline(&line, &size, stdin) > 0)
        run(&duckdb, connection, line);
    free(line);
    return 0;
}
