#include "tests/support/scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/imports.h"
#include "db/sale_adder.h"
#include "db/shops.h"
#include "engine/intake/fold.h"
#include "engine/intake/sample.h"

int scratch_setup(void **state) {
    const char *folder = getenv("TMPDIR");
    char *template = xasprintf("%s/retail-pulse-test-XXXXXX", folder != NULL ? folder : "/tmp");
    *state = mkdtemp(template);
    return *state != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

int scratch_teardown(void **state) {
    int status = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return status;
}

char *scratch_path(void *const *state, const char *name) {
    return xasprintf("%s/%s", (const char *)*state, name);
}

void scratch_write(const char *path, const void *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

void scratch_write_text(const char *path, const char *text) {
    scratch_write(path, text, strlen(text));
}

int scratch_files(const char *folder) {
    DIR *listing = opendir(folder);
    int count = -2; /* itself and the one above */
    if (listing == NULL)
        abort();
    while (readdir(listing) != NULL)
        count++;
    closedir(listing);
    return count;
}

char *scratch_read(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = xmalloc(*length + 1);
    assert_int_equal(fread(bytes, 1, *length, file), *length);
    bytes[*length] = '\0';
    fclose(file);
    return bytes;
}

struct db *scratch_writer(const char *path) {
    struct db *db;
    struct error error = {0};
    if (db_open_writer(path, NULL, &db, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return db;
}

struct db *scratch_reader(const char *path) {
    struct db *db;
    struct error error = {0};
    if (db_open_reader(path, &db, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return db;
}

static void must(enum err err, const struct error *error) {
    if (err != ERR_OK)
        fail_msg("%s", error->message);
}

int64_t scratch_import_as(struct db *writer, int32_t shop, const struct sale *sales, int count,
                          int *added) {
    struct error error = {0};
    struct import_run run = {.file = "test.csv",
                             .who = "tester",
                             .started_at = "2025-01-01T00:00:00Z",
                             .finished_at = "2025-01-01T00:00:01Z",
                             .rows = count,
                             .shop = shop};
    struct sale_adder *adder;
    struct sale_tally tally;
    must(db_begin_trusting(writer, &error), &error);
    must(sales_fold(writer, NULL, &error), &error);
    must(db_import_start(writer, &run, &error), &error);
    must(sale_adder_open(writer, run.id, SAMPLE_REFERENCE_PREFIX, &adder, &error), &error);
    for (int i = 0; i < count; i++)
        must(sale_adder_add(adder, &sales[i], &error), &error);
    must(sales_settle(writer, adder, NULL, &tally, &error), &error);
    sale_adder_close(adder);
    run.imported = tally.kept;
    run.duplicates = tally.present;
    must(db_import_finish(writer, &run, &error), &error);
    must(db_commit(writer, &error), &error);
    if (added != NULL)
        *added = (int)run.imported;
    return run.id;
}

int64_t scratch_import(struct db *writer, const struct sale *sales, int count, int *added) {
    return scratch_import_as(writer, SHOP_OWN, sales, count, added);
}

void scratch_tail(struct db *writer, const struct sale *sales, int count) {
    struct error error = {0};
    must(db_begin(writer, &error), &error);
    for (int i = 0; i < count; i++) {
        const struct sale *sale = &sales[i];
        char *sql = sqlite3_mprintf(
            "INSERT INTO sale VALUES (NULL, (SELECT max(id) FROM import_run), %Q, %d,"
            " nullif(%d, 0), nullif(%d, -1), nullif(%d, -1), %d, %lld, nullif(%d, -1),"
            " nullif(%d, -1), nullif(%d, -1), nullif(%d, -1))",
            sale->reference, sale->day, sale->location, sale->age_years, sale->gender,
            sale->handset, (long long)sale->price_minor, sale->answers[ANSWER_FACEBOOK],
            sale->answers[ANSWER_FOLLOWS], sale->answers[ANSWER_RETURNING],
            sale->answers[ANSWER_HEARD]);
        if (sqlite3_exec(writer->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s", sqlite3_errmsg(writer->handle));
        sqlite3_free(sql);
    }
    must(db_commit(writer, &error), &error);
}
