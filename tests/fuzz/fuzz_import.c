/* Files of sales: every one is previewed, and imported into a database that is the same again
 * afterwards. Nothing may be lost on the way: rows are taken, there already, or set aside. */
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "db/db.h"
#include "db/sales.h"
#include "engine/intake/import.h"
#include "engine/intake/preview.h"
#include "engine/intake/undo.h"
#include "tests/fuzz/fuzz.h"

/* Options in the first byte; '0' is none of them, with dates that are found out. */
enum { STRICT = 1, DRY_RUN = 2, FORMAT_AT = 3, FORMATS = 8, RUNS_A_DATABASE = 1000 };

static struct db *writer;
static char *db_file, *csv_file;
static int runs;

static void remove_database(void) {
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *path = xasprintf("%s%s", db_file, endings[i]);
        unlink(path);
        free(path);
    }
}

static void open_database(void) {
    struct error error;
    if (db_file == NULL) {
        db_file = fuzz_path("import.db");
        csv_file = fuzz_path("import.csv");
    }
    if (writer != NULL && runs++ < RUNS_A_DATABASE)
        return;
    db_close(writer);
    remove_database();
    runs = 0;
    FUZZ_MUST_ABOUT(db_open_writer(db_file, NULL, &writer, &error) == ERR_OK, error.message);
}

static int64_t sales_in(struct db *db) {
    struct sales_extent extent;
    struct error error;
    FUZZ_MUST_ABOUT(db_sales_extent(db, &extent, &error) == ERR_OK, error.message);
    return extent.sales;
}

static void take_back(int64_t run_id, int64_t sales) {
    struct undo_result undone;
    struct error error;
    FUZZ_MUST_ABOUT(import_undo(writer, run_id, false, NULL, &undone, &error) == ERR_OK,
                    error.message);
    FUZZ_MUST(undone.sales == sales);
    undo_result_free(&undone);
}

void fuzz_import(const uint8_t *data, size_t size) {
    if (size == 0)
        return;
    open_database();
    fuzz_write(csv_file, data + 1, size - 1);
    struct error error = {0};
    struct preview preview;
    bool previewed = preview_read(csv_file, &preview, &error) == ERR_OK;
    FUZZ_MUST(previewed || error.message[0] != '\0');
    preview_free(&preview);

    unsigned format = (data[0] >> FORMAT_AT) % FORMATS;
    struct import_options options = {.strict = (data[0] & STRICT) != 0,
                                     .dry_run = (data[0] & DRY_RUN) != 0,
                                     .has_date_format = format < DATE_FORMAT_COUNT,
                                     .date_format = (enum date_format)format};
    struct import_result result;
    error = (struct error){0};
    enum err err = import_file(writer, csv_file, &options, NULL, &result, &error);
    if (err == ERR_OK) {
        const struct import_run *run = &result.run;
        FUZZ_MUST(run->rows == run->imported + run->duplicates + run->rejected);
        FUZZ_MUST(!options.strict || run->rejected == 0);
        FUZZ_MUST(previewed || options.has_date_format);
        if (run->id != 0)
            take_back(run->id, run->imported);
        import_result_free(&result);
    } else {
        FUZZ_MUST_ABOUT(err == ERR_INPUT && error.message[0] != '\0', error.message);
    }
    FUZZ_MUST(sales_in(writer) == 0);
}
