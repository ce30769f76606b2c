/* engine/doctor: whatever is wrong with a database is found and named, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/memory.h"
#include "db/connection.h"
#include "engine/doctor/diagnosis.h"
#include "engine/intake/fold.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/planted_shop.h"
#include "tests/support/scratch.h"

/* One shop with models and segments, made once; every test breaks a copy. */
static char *pristine;
static size_t pristine_size;

static int make_pristine(void **state) {
    struct facts facts;
    scratch_setup(state);
    char *path = scratch_path(state, "shop.db");
    planted_facts(&facts);
    facts_db(path, &facts);
    facts_table_free(&facts);
    planted_train(path, ALGORITHM_TREE, true);
    struct db *db = scratch_writer(path);
    struct rebuilt rebuilt;
    struct error error;
    assert_int_equal(sales_rebuild(db, NULL, &rebuilt, &error), ERR_OK);
    db_close(db);
    pristine = scratch_read(path, &pristine_size);
    free(path);
    return scratch_teardown(state);
}

static int free_pristine(void **state) {
    (void)state;
    free(pristine);
    return 0;
}

static char *copy_of_shop(void **state) {
    char *path = scratch_path(state, "copy.db");
    scratch_write(path, pristine, pristine_size);
    assert_int_equal(chmod(path, 0600), 0);
    return path;
}

/* As somebody's own program would, past all that ours checks. */
static void meddle(const char *path, const char *sql) {
    sqlite3 *handle;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(handle);
}

static struct diagnosis look(const char *path) {
    struct diagnosis diagnosis;
    struct error error = {0};
    if (diagnose(path, NULL, &diagnosis, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return diagnosis;
}

static enum grade grade_of(const struct diagnosis *diagnosis, enum check check) {
    enum grade worst = GRADE_FINE;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct finding *finding = &diagnosis->findings[i];
        if (finding->check == check && finding->grade > worst)
            worst = finding->grade;
    }
    return worst;
}

static void print(const struct diagnosis *diagnosis) {
    for (size_t i = 0; i < diagnosis->count; i++)
        print_error("%s: %s: %s\n", check_keys[diagnosis->findings[i].check],
                    grade_names[diagnosis->findings[i].grade], diagnosis->findings[i].what);
}

static void a_whole_shop_is_fine_in_every_respect(void **state) {
    char *path = copy_of_shop(state);
    struct diagnosis diagnosis = look(path);
    if (diagnosis_worst(&diagnosis) != GRADE_FINE)
        print(&diagnosis);
    assert_int_equal(diagnosis_worst(&diagnosis), GRADE_FINE);
    bool seen[CHECK_COUNT] = {false};
    for (size_t i = 0; i < diagnosis.count; i++)
        seen[diagnosis.findings[i].check] = true;
    for (int check = 0; check < CHECK_COUNT; check++)
        assert_true(seen[check]);
    diagnosis_free(&diagnosis);
    free(path);
}

struct wound {
    const char *sql;
    enum check check;
    enum grade grade;
    enum remedy remedy;
};

/* Each of them changes what no page check can see. */
static const struct wound wounds[] = {
    {"UPDATE sale SET price_minor = price_minor + 1 WHERE id = 17", CHECK_COLUMNS, GRADE_BROKEN,
     REMEDY_REBUILD},
    {"UPDATE sale SET reference = 'another' WHERE id = 17", CHECK_COLUMNS, GRADE_BROKEN,
     REMEDY_REBUILD},
    {"UPDATE sale SET heard = 1 - coalesce(heard, 0) WHERE id = 17", CHECK_COLUMNS, GRADE_BROKEN,
     REMEDY_REBUILD},
    {"UPDATE pack SET month = month + 1 WHERE id = (SELECT max(id) FROM pack)", CHECK_COLUMNS,
     GRADE_BROKEN, REMEDY_REBUILD},
    {"UPDATE pack_column SET bytes = zeroblob(length(bytes)) WHERE id = 23", CHECK_COLUMNS,
     GRADE_BROKEN, REMEDY_REBUILD},
    {"DELETE FROM pack_column WHERE id = 23", CHECK_COLUMNS, GRADE_BROKEN, REMEDY_REBUILD},
    {"UPDATE cube_month SET bytes = zeroblob(length(bytes)) WHERE month = (SELECT min(month) FROM "
     "cube_month)",
     CHECK_SUMS, GRADE_BROKEN, REMEDY_REBUILD},
    {"UPDATE cube_month SET checksum = a.checksum, bytes = a.bytes, cells = a.cells FROM"
     " (SELECT checksum, bytes, cells FROM cube_month ORDER BY month DESC LIMIT 1) a WHERE "
     "cube_month.month = (SELECT min(month) FROM cube_month)",
     CHECK_SUMS, GRADE_BROKEN, REMEDY_REBUILD},
    {"UPDATE cube_summary SET bytes = zeroblob(length(bytes)) WHERE month = (SELECT min(month) "
     "FROM cube_summary)",
     CHECK_SUMMARIES, GRADE_BROKEN, REMEDY_REBUILD},
    {"UPDATE cube_summary SET checksum = a.checksum, bytes = a.bytes FROM"
     " (SELECT checksum, bytes FROM cube_summary ORDER BY month DESC LIMIT 1) a WHERE "
     "cube_summary.month = (SELECT min(month) FROM cube_summary)",
     CHECK_SUMMARIES, GRADE_BROKEN, REMEDY_REBUILD},
    {"DELETE FROM cube_summary WHERE month = (SELECT min(month) FROM cube_summary)",
     CHECK_SUMMARIES, GRADE_LOOK, REMEDY_NONE},
    {"DELETE FROM sale WHERE id = 17", CHECK_IMPORTS, GRADE_BROKEN, REMEDY_SALVAGE},
    {"UPDATE import_run SET finished_at = NULL", CHECK_IMPORTS, GRADE_BROKEN, REMEDY_SALVAGE},
    {"UPDATE sale SET location_id = 99 WHERE id = 17", CHECK_REFERENCES, GRADE_BROKEN,
     REMEDY_SALVAGE},
    {"CREATE TABLE mine (x)", CHECK_SCHEMA, GRADE_BROKEN, REMEDY_SALVAGE},
    {"DROP INDEX pack_by_month", CHECK_SCHEMA, GRADE_BROKEN, REMEDY_SALVAGE},
    {"UPDATE location SET name = name || char(27) || '[2J' WHERE id = 1", CHECK_DICTIONARIES,
     GRADE_BROKEN, REMEDY_SALVAGE},
    {"INSERT INTO location (name, local) SELECT name || ' .', local FROM location WHERE id = 1",
     CHECK_DICTIONARIES, GRADE_LOOK, REMEDY_NONE},
    {"UPDATE booster SET bytes = zeroblob(length) WHERE rowid = 1", CHECK_MODELS, GRADE_BROKEN,
     REMEDY_TRAIN},
    {"UPDATE model SET golden = '{}' WHERE active = 1", CHECK_MODELS, GRADE_BROKEN, REMEDY_TRAIN},
    {"UPDATE segment SET centroid = zeroblob(length(centroid)) WHERE position = 0", CHECK_SEGMENTS,
     GRADE_BROKEN, REMEDY_TRAIN},
    {"PRAGMA application_id = 7", CHECK_VERSION, GRADE_BROKEN, REMEDY_NONE},
    {"PRAGMA user_version = 7", CHECK_VERSION, GRADE_LOOK, REMEDY_NONE},
    {"PRAGMA user_version = 7000", CHECK_VERSION, GRADE_BROKEN, REMEDY_NONE},
};

static void what_no_page_check_can_see_is_found_and_named(void **state) {
    for (size_t i = 0; i < sizeof wounds / sizeof *wounds; i++) {
        char *path = copy_of_shop(state);
        meddle(path, wounds[i].sql);
        struct diagnosis diagnosis = look(path);
        if (grade_of(&diagnosis, wounds[i].check) != wounds[i].grade) {
            print(&diagnosis);
            fail_msg("not found: %s", wounds[i].sql);
        }
        if (wounds[i].grade == GRADE_BROKEN && wounds[i].remedy != REMEDY_NONE)
            assert_true(diagnosis_needs(&diagnosis, wounds[i].remedy));
        diagnosis_free(&diagnosis);
        free(path);
    }
}

/* A model that stays a sound model of another shape: only the stored predictions tell. */
static void a_model_that_predicts_something_else_is_found_by_its_golden_rows(void **state) {
    char *path = copy_of_shop(state);
    sqlite3 *handle;
    sqlite3_stmt *get;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle,
                                        "SELECT parameters, features, metrics, golden, verdict, id"
                                        " FROM model WHERE active = 1 LIMIT 1",
                                        -1, &get, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(get), SQLITE_ROW);
    const char *texts[5];
    for (int i = 0; i < 5; i++)
        texts[i] = (const char *)sqlite3_column_text(get, i);
    char *golden = xstrdup(texts[3]), digest[DIGEST_TEXT_SIZE];
    char *margin = strstr(golden, "\"margins\":[");
    assert_non_null(margin);
    margin[strcspn(margin, "123456789")] = '0'; /* one digit of one stored prediction */
    texts[3] = golden;
    digest_of_texts(texts, 5, digest);
    char *sql = sqlite3_mprintf("UPDATE model SET golden = %Q, sha256 = %Q WHERE id = %d", golden,
                                digest, sqlite3_column_int(get, 5));
    sqlite3_finalize(get);
    sqlite3_close(handle);
    meddle(path, sql);
    sqlite3_free(sql);
    free(golden);
    struct diagnosis diagnosis = look(path);
    assert_int_equal(grade_of(&diagnosis, CHECK_MODELS), GRADE_BROKEN);
    diagnosis_free(&diagnosis);
    free(path);
}

static void what_is_derived_is_whole_again_after_a_rebuild(void **state) {
    for (size_t i = 0; i < sizeof wounds / sizeof *wounds; i++) {
        if (wounds[i].remedy != REMEDY_REBUILD)
            continue;
        char *path = copy_of_shop(state);
        meddle(path, wounds[i].sql);
        struct db *db = scratch_writer(path);
        struct rebuilt rebuilt;
        struct error error;
        assert_int_equal(sales_rebuild(db, NULL, &rebuilt, &error), ERR_OK);
        db_close(db);
        struct diagnosis diagnosis = look(path);
        if (diagnosis_worst(&diagnosis) != GRADE_FINE) {
            print(&diagnosis);
            fail_msg("not mended: %s", wounds[i].sql);
        }
        diagnosis_free(&diagnosis);
        free(path);
    }
}

/* As a power cut leaves it before the first table is there. */
static void an_empty_file_is_nobodys_and_not_broken(void **state) {
    char *path = scratch_path(state, "empty.db");
    meddle(path, "PRAGMA journal_mode=wal");
    struct diagnosis diagnosis = look(path);
    assert_int_equal(diagnosis_worst(&diagnosis), GRADE_LOOK);
    diagnosis_free(&diagnosis);
    meddle(path, "PRAGMA application_id=7");
    diagnosis = look(path);
    assert_int_equal(diagnosis_worst(&diagnosis), GRADE_BROKEN);
    diagnosis_free(&diagnosis);
    free(path);
}

static void who_may_read_and_write_is_told(void **state) {
    static const struct {
        mode_t mode;
        enum grade grade;
    } modes[] = {{0600, GRADE_FINE}, {0660, GRADE_FINE}, {0644, GRADE_LOOK}, {0666, GRADE_BROKEN}};
    char *path = copy_of_shop(state);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_int_equal(chmod(path, modes[i].mode), 0);
        struct diagnosis diagnosis = look(path);
        assert_int_equal(grade_of(&diagnosis, CHECK_RIGHTS), modes[i].grade);
        diagnosis_free(&diagnosis);
    }
    free(path);
}

/* Zeros over each page in turn: found, and no way to crash. A page that is free, or whose bytes do
 * not matter, may go unnoticed, but few are. */
static void any_page_of_zeros_is_found(void **state) {
    enum { PAGE = 4096 };
    size_t missed = 0, pages = pristine_size / PAGE, tried = 0;
    for (size_t page = 0; page < pages; page += 1 + pages / 60) {
        char *path = copy_of_shop(state);
        FILE *file = fopen(path, "r+b");
        static const char zeros[PAGE];
        assert_non_null(file);
        assert_int_equal(fseek(file, (long)(page * PAGE), SEEK_SET), 0);
        assert_int_equal(fwrite(zeros, 1, PAGE, file), PAGE);
        fclose(file);
        struct diagnosis diagnosis = look(path);
        if (diagnosis_worst(&diagnosis) != GRADE_BROKEN) {
            print_error("zeros in page %zu went unnoticed\n", page + 1);
            missed++;
        }
        tried++;
        diagnosis_free(&diagnosis);
        free(path);
    }
    assert_true(tried > 30);
    assert_int_equal(missed, 0);
}

static void looking_changes_nothing(void **state) {
    char *path = copy_of_shop(state);
    meddle(path, "PRAGMA user_version = 7");
    size_t before_length, after_length;
    char *before = scratch_read(path, &before_length);
    struct diagnosis diagnosis = look(path);
    diagnosis_free(&diagnosis);
    char *after = scratch_read(path, &after_length);
    assert_int_equal(before_length, after_length);
    assert_memory_equal(before, after, after_length);
    free(before);
    free(after);
    free(path);
}

static bool stop(void *context, const struct progress *progress) {
    (void)context;
    (void)progress;
    return false;
}

static void looking_can_be_cancelled(void **state) {
    char *path = copy_of_shop(state);
    const struct progress_sink sink = {stop, NULL};
    struct diagnosis diagnosis;
    struct error error;
    assert_int_equal(diagnose(path, &sink, &diagnosis, &error), ERR_CANCELLED);
    assert_int_equal(diagnose("/nowhere/shop.db", NULL, &diagnosis, &error), ERR_NOT_FOUND);
    assert_int_equal(diagnose(*state, NULL, &diagnosis, &error), ERR_INPUT);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_whole_shop_is_fine_in_every_respect),
        SCRATCH_TEST(what_no_page_check_can_see_is_found_and_named),
        SCRATCH_TEST(a_model_that_predicts_something_else_is_found_by_its_golden_rows),
        SCRATCH_TEST(what_is_derived_is_whole_again_after_a_rebuild),
        SCRATCH_TEST(an_empty_file_is_nobodys_and_not_broken),
        SCRATCH_TEST(who_may_read_and_write_is_told),
        SCRATCH_TEST(any_page_of_zeros_is_found),
        SCRATCH_TEST(looking_changes_nothing),
        SCRATCH_TEST(looking_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, make_pristine, free_pristine);
}
