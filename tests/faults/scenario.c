#include "tests/faults/scenario.h"

#include <ftw.h>
#include <glob.h>
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

#include "base/buffer.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/migrate.h"
#include "engine/intake/sample.h"
#include "tests/faults/contents.h"
#include "tests/support/scratch.h"

/* FEW: segments take a hundred sales, and their time with each more. */
enum { SALES = 900, FIRST = 600, OVERLAP = 200, SMALL = 20, FEW = 120 };

#define FIRST_IN "import --quiet @/first.csv"
#define FEW_IN "import --quiet @/few.csv"
#define SECOND_IN "import --quiet @/second.csv"
#define TRAIN "train returning --quiet --algorithm linear --folds 2 --repeats 1 --permutations 0"

const struct scenario scenarios[] = {
    {.name = "first_import", .command = FIRST_IN},
    {.name = "import", .before = {FIRST_IN}, .command = SECOND_IN},
    {.name = "small_import", .before = {FIRST_IN}, .command = "import --quiet @/small.csv"},
    {.name = "undo",
     .before = {FIRST_IN, SECOND_IN},
     .command = "import --quiet --undo 1",
     .repeats_in_vain = true},
    {.name = "merge", .before = {FIRST_IN}, .command = "merge --quiet @/other.db"},
    {.name = "training", .before = {FIRST_IN}, .command = TRAIN},
    {.name = "segments", .before = {FEW_IN}, .command = "train segments --quiet"},
    {.name = "scoring", .before = {FIRST_IN, TRAIN}, .command = "score --quiet"},
    {.name = "rebuild", .before = {FIRST_IN, SECOND_IN}, .command = "rebuild --quiet"},
    {.name = "upgrade", .before = {FIRST_IN}, .command = "imports", .from_old = true},
    {.name = "backup",
     .before = {FIRST_IN},
     .command = "backup --quiet --force @/copy.db",
     .also_made = "@/copy.db"},
};
const int scenario_count = sizeof scenarios / sizeof *scenarios;

const struct scenario *scenario_find(const char *name) {
    for (int i = 0; i < scenario_count; i++) {
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    }
    fail_msg("there is no scenario %s", name);
    return NULL;
}

static char last[512]; /* what is being tried */

int stage_tell_last(void **state) {
    (void)state;
    printf("last tried: %s\n", last);
    return 0;
}

/* ------------------------------------------------------------------ what a stage is made of */

static char *in_folder(const char *folder, const char *text) {
    struct buffer out = {0};
    for (; *text != '\0'; text++)
        buffer_printf(&out, "%.*s", *text == '@' ? (int)strlen(folder) : 1,
                      *text == '@' ? folder : text);
    return buffer_take(&out);
}

static bool append(void *context, const char *bytes, size_t length) {
    buffer_append(context, bytes, length);
    return true;
}

static const char *line_end(const char *text, int lines) {
    for (; lines > 0; lines--)
        text = strchr(text, '\n') + 1;
    return text;
}

/* Two files that overlap, the second with rows that cannot be taken; some that are few; and a file
 * of another shop. */
static void write_files(const char *folder) {
    struct error error;
    struct buffer csv = {0}, second = {0};
    const struct sample_options options = {.rows = SALES, .seed = 7};
    assert_int_equal(sample_write(&options, append, &csv, &error), ERR_OK);
    char *path = in_folder(folder, "@/first.csv");
    scratch_write(path, csv.data, (size_t)(line_end(csv.data, FIRST + 1) - csv.data));
    free(path);
    path = in_folder(folder, "@/few.csv");
    scratch_write(path, csv.data, (size_t)(line_end(csv.data, FEW + 1) - csv.data));
    free(path);
    size_t header = (size_t)(line_end(csv.data, 1) - csv.data);
    buffer_append(&second, csv.data, header);
    buffer_text(&second, line_end(csv.data, FIRST + 1 - OVERLAP));
    buffer_text(&second, "no sale at all\nnor,is,this\n");
    path = in_folder(folder, "@/second.csv");
    scratch_write(path, second.data, second.length);
    free(path);
    buffer_clear(&second);
    buffer_append(&second, csv.data, header);
    buffer_text(&second, line_end(csv.data, SALES + 1 - SMALL));
    path = in_folder(folder, "@/small.csv");
    scratch_write(path, second.data, second.length);
    free(path);
    buffer_clear(&csv);
    const struct sample_options of_other = {.rows = SALES, .seed = 8};
    assert_int_equal(sample_write(&of_other, append, &csv, &error), ERR_OK);
    path = in_folder(folder, "@/other.csv");
    scratch_write(path, csv.data, csv.length);
    free(path);
    buffer_free(&second);
    buffer_free(&csv);
}

static void run(const struct stage *stage, const char *database, const char *command) {
    const struct attempt undisturbed = {.kill_after_us = -1};
    char *arguments = in_folder(stage->folder, command);
    struct ending ending = attempt_run(&undisturbed, database, arguments);
    if (!ending_is_done(&ending))
        fail_msg("%s: exit code %d: %s", arguments, ending.code, ending.said);
    free(arguments);
}

/* The same sales as the program's first version would have kept them. */
static void make_old(const char *path, const char *new_path) {
    sqlite3 *handle;
    char *fault = NULL;
    char *sql = sqlite3_mprintf(
        "%s; PRAGMA application_id=%d; PRAGMA user_version=1; ATTACH %Q AS new;"
        "INSERT INTO location SELECT * FROM new.location;"
        "INSERT INTO handset SELECT * FROM new.handset;"
        "INSERT INTO import_run SELECT id, file, who, size_bytes, sha256, date_format, started_at,"
        " finished_at, row_count, imported, duplicates, rejected, synthetic FROM new.import_run;"
        "INSERT INTO sale SELECT id, day << 32, run_id, reference, day, location_id, age_years,"
        " gender, handset_id, price_minor, facebook, follows, bought_before, heard FROM new.sale;",
        migrations[0].sql, DATABASE_APPLICATION_ID, new_path);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    if (sqlite3_exec(handle, sql, NULL, NULL, &fault) != SQLITE_OK)
        fail_msg("%s", fault);
    sqlite3_free(sql);
    sqlite3_close(handle);
}

static void copy_file(const char *from, const char *to) {
    size_t length;
    char *bytes = scratch_read(from, &length);
    scratch_write(to, bytes, length);
    free(bytes);
}

static void make_template(struct stage *stage) {
    const struct scenario *scenario = stage->scenario;
    char *other = in_folder(stage->folder, "@/other.db");
    if (strstr(scenario->command, "other.db") != NULL)
        run(stage, other, "import --quiet @/other.csv");
    free(other);
    for (int i = 0; i < 4 && scenario->before[i] != NULL; i++)
        run(stage, stage->template, scenario->before[i]);
    if (scenario->from_old) {
        char *old = in_folder(stage->folder, "@/old.db");
        make_old(old, stage->template);
        free(stage->template);
        stage->template = old;
    }
}

/* ------------------------------------------------------------------ opening and closing */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

/* An upgrade's, of which there would soon be too many. */
static void remove_copies(const struct stage *stage) {
    glob_t copies;
    char *pattern = xasprintf("%s.before-*", stage->database);
    if (glob(pattern, 0, NULL, &copies) == 0) {
        for (size_t i = 0; i < copies.gl_pathc; i++)
            unlink(copies.gl_pathv[i]);
    }
    globfree(&copies);
    free(pattern);
}

void stage_reset(const struct stage *stage) {
    remove_copies(stage);
    static const char *const beside[] = {"", "-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char *path = xasprintf("%s%s", stage->database, beside[i]);
        unlink(path);
        free(path);
    }
    if (access(stage->template, F_OK) == 0)
        copy_file(stage->template, stage->database);
    if (stage->scenario->also_made != NULL) {
        char *copy = in_folder(stage->folder, stage->scenario->also_made);
        unlink(copy);
        free(copy);
    }
}

void stage_open(struct stage *stage, const struct scenario *scenario) {
    const char *parent = getenv("TMPDIR");
    *stage = (struct stage){.scenario = scenario};
    setenv("LC_ALL", "C.UTF-8", 1);
    stage->folder = xasprintf("%s/retail-pulse-faults-XXXXXX", parent != NULL ? parent : "/tmp");
    assert_non_null(mkdtemp(stage->folder));
    snprintf(last, sizeof last, "%s, undisturbed", scenario->name);
    stage->database = in_folder(stage->folder, "@/shop.db");
    stage->template = in_folder(stage->folder, "@/template.db");
    stage->command = in_folder(stage->folder, scenario->command);
    write_files(stage->folder);
    make_template(stage);
    stage_reset(stage);
    stage->held = contents_check(stage->database);
    stage_reset(stage);
    const struct attempt undisturbed = {.kill_after_us = -1};
    stage->usual = attempt_run(&undisturbed, stage->database, stage->command);
    if (!ending_is_done(&stage->usual))
        fail_msg("%s: exit code %d: %s", stage->command, stage->usual.code, stage->usual.said);
    stage->will_hold = contents_check(stage->database);
}

void stage_close(struct stage *stage) {
    nftw(stage->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(stage->folder);
    free(stage->database);
    free(stage->template);
    free(stage->command);
    free(stage->held);
    free(stage->will_hold);
}

/* ------------------------------------------------------------------ one trial */

static bool has_content(const char *database, const char *suffix) {
    char *path = xasprintf("%s%s", database, suffix);
    struct stat status;
    bool has = stat(path, &status) == 0 && status.st_size > 0;
    free(path);
    return has;
}

static bool is_same_file(const char *a, const char *b) {
    size_t a_length, b_length;
    char *a_bytes = scratch_read(a, &a_length), *b_bytes = scratch_read(b, &b_length);
    bool same = a_length == b_length && memcmp(a_bytes, b_bytes, a_length) == 0;
    free(a_bytes);
    free(b_bytes);
    return same;
}

/* Byte for byte as it stood before, with nothing beside it that would be put in: what was true then
 * is true now, and the next run is one more undisturbed run. */
static bool is_untouched(const struct stage *stage) {
    return access(stage->template, F_OK) == 0 && !has_content(stage->database, "-wal") &&
           !has_content(stage->database, "-journal") &&
           is_same_file(stage->database, stage->template);
}

/* Whether what the database holds now is what it is to hold, and not what it held. */
static bool look(const struct stage *stage, bool must_be_done, const char *when) {
    char *holds = contents_check(stage->database);
    bool done = strcmp(holds, stage->will_hold) == 0;
    if (!done && (must_be_done || strcmp(holds, stage->held) != 0))
        fail_msg("%s, %s:\n  holds  %s\n  held   %s\n  should %s", last, when, holds, stage->held,
                 stage->will_hold);
    free(holds);
    return done;
}

static void look_at_copy(const struct stage *stage, bool must_be_there) {
    char *path = in_folder(stage->folder, stage->scenario->also_made);
    char *holds = contents_check(path);
    if (strcmp(holds, stage->held) != 0 && (must_be_there || *holds != '\0'))
        fail_msg("%s: the copy holds %s", last, holds);
    free(holds);
    free(path);
}

/* What a person would run who does not trust what happened. */
static void ask_doctor(const struct stage *stage) {
    const struct attempt undisturbed = {.kill_after_us = -1};
    if (access(stage->database, F_OK) != 0)
        return;
    struct ending ending = attempt_run(&undisturbed, stage->database, "doctor --quiet");
    if (ending.code != 0)
        fail_msg("%s: doctor finds something: exit code %d: %s", last, ending.code, ending.said);
}

struct trial stage_try(const struct stage *stage, const struct attempt *attempt) {
    const struct attempt undisturbed = {.kill_after_us = -1};
    struct trial trial = {0};
    stage_reset(stage);
    snprintf(last, sizeof last, "%s, %s, seed %u, killed after %lld us", stage->scenario->name,
             attempt->fault != NULL ? attempt->fault : "no fault", attempt->seed,
             (long long)attempt->kill_after_us);
    trial.ending = attempt_run(attempt, stage->database, stage->command);
    trial.recovered =
        has_content(stage->database, "-wal") || has_content(stage->database, "-journal");
    bool told_done = ending_is_done(&trial.ending);
    if (!told_done && stage->scenario->also_made == NULL && is_untouched(stage))
        return trial;
    trial.done = look(stage, told_done, "afterwards");
    if (stage->scenario->also_made != NULL)
        look_at_copy(stage, told_done);
    ask_doctor(stage);
    struct ending again = attempt_run(&undisturbed, stage->database, stage->command);
    bool in_vain = stage->scenario->repeats_in_vain && trial.done && again.code == 1;
    if (!ending_is_done(&again) && !in_vain)
        fail_msg("%s: the next run fails: exit code %d: %s", last, again.code, again.said);
    look(stage, true, "after the next run");
    if (stage->scenario->also_made != NULL)
        look_at_copy(stage, true);
    return trial;
}
