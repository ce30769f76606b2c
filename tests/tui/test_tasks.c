/* What people come for, typed key by key into the real program from a fresh start: in how few keys
 * is the answer on the screen, and is it right? The figures are counted here from the CSV. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/scratch.h"
#include "tests/support/wire.h"

enum { SILENCE_MS = 30, SALES_MAX = 20000, MONTHS_MAX = 24 };

struct row {
    char place[64], month[8];
    int age;
    long price;
    bool facebook, returning, female;
};

static struct row *rows;
static int row_count;
static char outside[64]; /* the place that begins so */

/* ------------------------------------------------------------------ the file, read plainly */

static int column_of(char *const *header, int count, const char *word) {
    for (int i = 0; i < count; i++)
        if (strstr(header[i], word) != NULL)
            return i;
    fail_msg("no column %s", word);
    return -1;
}

static int fields_of(char *line, char **fields) {
    int count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *field; count < 32 && (field = strsep(&line, ",")) != NULL;)
        fields[count++] = field;
    return count;
}

static void read_rows(const char *csv) {
    char line[1024], names[1024], *header[32], *fields[32];
    FILE *file = fopen(csv, "r");
    assert_non_null(file);
    assert_non_null(fgets(names, sizeof names, file));
    int count = fields_of(names, header);
    int date = column_of(header, count, "Date"), place = column_of(header, count, "Location");
    int age = column_of(header, count, "Age"), price = column_of(header, count, "Sell Price");
    int gender = column_of(header, count, "Gender");
    int page = column_of(header, count, "Come from Facebook");
    int before = column_of(header, count, "buy any mobile");
    rows = xcalloc(SALES_MAX, sizeof *rows);
    for (row_count = 0; row_count < SALES_MAX && fgets(line, sizeof line, file) != NULL;) {
        struct row *row = &rows[row_count++];
        assert_int_equal(fields_of(line, fields), count); /* no quotes in these files */
        snprintf(row->place, sizeof row->place, "%s", fields[place]);
        snprintf(row->month, sizeof row->month, "%.4s-%.2s", fields[date] + 6, fields[date] + 3);
        row->age = atoi(fields[age]);
        row->price = atol(fields[price]);
        row->female = strcmp(fields[gender], "F") == 0;
        row->facebook = strcmp(fields[page], "Yes") == 0;
        row->returning = strcmp(fields[before], "Yes") == 0;
        if (strncmp(row->place, "Outside", 7) == 0)
            snprintf(outside, sizeof outside, "%s", row->place);
    }
    fclose(file);
    assert_true(row_count > 1000);
    assert_true(outside[0] != '\0');
}

static int setup_sample(void **state) {
    read_rows("data/sample.csv");
    return wire_setup_file(state, "data/sample.csv", true);
}

static int setup_real(void **state) {
    read_rows(getenv("SHOP_CSV"));
    return wire_setup_file(state, getenv("SHOP_CSV"), true);
}

static int teardown(void **state) {
    free(rows);
    return wire_teardown(state);
}

/* ---------------------------------------------------------------------------- the fingers */

static struct pty *pty;
static int pressed;

static void begin(void) {
    pty = wire_start("", "xterm-256color");
    pressed = 0;
    assert_true(pty_shows(pty, "1▸Overview", 10));
}

static void end(void) {
    for (int i = 0; i < 8; i++)
        pty_type(pty, "q", 20);
    assert_int_equal(pty_end(pty), 0);
}

static void press(const char *key) {
    pressed++;
    pty_type(pty, key, SILENCE_MS);
}

/* The first line of the screen that has all these words; "" where there is none. */
static void line_with(char *out, size_t size, const char *a, const char *b) {
    char *screen = pty_screen(pty), *rest = screen;
    out[0] = '\0';
    for (char *line; out[0] == '\0' && (line = strsep(&rest, "\n")) != NULL;)
        if (strstr(line, a) != NULL && strstr(line, b) != NULL)
            snprintf(out, size, "%s", line);
    free(screen);
}

static void assert_line(const char *a, const char *b, const char *expected) {
    char line[512];
    line_with(line, sizeof line, a, b);
    if (strstr(line, expected) == NULL) {
        char *screen = pty_screen(pty);
        print_message("%s", screen);
        free(screen);
        fail_msg("no '%s' in '%s' (looked for '%s', '%s')", expected, line, a, b);
    }
}

static void grouped(long number, char *text, size_t size) {
    if (number >= 1000000)
        snprintf(text, size, "%ld,%03ld,%03ld", number / 1000000, number / 1000 % 1000,
                 number % 1000);
    else if (number >= 1000)
        snprintf(text, size, "%ld,%03ld", number / 1000, number % 1000);
    else
        snprintf(text, size, "%ld", number);
}

/* ------------------------------------------------------------------------------ the tasks */

static void returning_by_location_and_facebook_takes_four_keys_at_most(void **state) {
    (void)state;
    begin();
    press("b");
    press(KEY_ENTER);
    assert_true(pressed <= 4);
    for (int i = 0; i < row_count; i++) {
        bool seen = false;
        for (int j = 0; j < i && !seen; j++)
            seen =
                strcmp(rows[j].place, rows[i].place) == 0 && rows[j].facebook == rows[i].facebook;
        if (seen)
            continue;
        long sales = 0, returning = 0;
        char expected[64], name[80];
        for (int j = i; j < row_count; j++) {
            bool same =
                strcmp(rows[j].place, rows[i].place) == 0 && rows[j].facebook == rows[i].facebook;
            sales += same;
            returning += same && rows[j].returning;
        }
        snprintf(name, sizeof name, "%s ", rows[i].place);
        grouped(sales, expected, sizeof expected);
        assert_line(name, rows[i].facebook ? " yes " : " no ", expected);
        snprintf(expected, sizeof expected, " %.1f%% [", 100 * (double)returning / (double)sales);
        assert_line(name, rows[i].facebook ? " yes " : " no ", expected);
    }
    end();
}

/* Puts the cursor on Outside and Facebook, from whichever end is nearer, drills in and explores by
 * month. */
static void outside_and_facebook_by_month(void) {
    press("b");
    press(KEY_ENTER);
    char *screen = pty_screen(pty), *rest = screen;
    int at = -1, count = 0;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        bool yes = strstr(line, " yes ") != NULL;
        if (!yes && strstr(line, " no ") == NULL)
            continue;
        if (yes && strstr(line, outside) != NULL)
            at = count;
        count++;
    }
    free(screen);
    assert_true(at >= 0);
    bool from_end = at > count / 2;
    if (from_end)
        press("G");
    for (int i = from_end ? count - 1 - at : at; i > 0; i--)
        press(from_end ? KEY_UP : KEY_DOWN);
    press(KEY_ENTER);
    press("b");
    press("m");
    press(KEY_ENTER);
}

static void revenue_of_outside_and_facebook_by_month_takes_nine_keys_at_most(void **state) {
    (void)state;
    begin();
    outside_and_facebook_by_month();
    assert_true(pressed <= 9);
    assert_true(pty_shows(pty, "Explore by month", 5));
    int months = 0;
    for (int i = 0; i < row_count; i++) {
        bool seen = false;
        for (int j = 0; j < i && !seen; j++)
            seen = strcmp(rows[j].month, rows[i].month) == 0;
        if (seen)
            continue;
        long sales = 0, revenue = 0;
        char expected[64];
        for (int j = i; j < row_count; j++)
            if (strcmp(rows[j].month, rows[i].month) == 0 && rows[j].facebook &&
                strcmp(rows[j].place, outside) == 0) {
                sales++;
                revenue += rows[j].price;
            }
        grouped(sales, expected, sizeof expected);
        assert_line(rows[i].month, " ", expected);
        if (revenue >= 1000000)
            snprintf(expected, sizeof expected, " %.1fM", (double)revenue / 1e6);
        else
            grouped(revenue, expected, sizeof expected);
        assert_line(rows[i].month, " ", expected);
        months++;
    }
    assert_in_range(months, 6, MONTHS_MAX);
    end();
}

static const char *program_path(void) {
    const char *program = getenv("PROGRAM");
    return program != NULL ? program : "build/retail-pulse";
}

/* The file lands in the folder in which the program runs: here the scratch folder. */
static void exporting_those_rows_takes_three_more_keys_at_most(void **state) {
    long sales = 0, revenue = 0, written = 0, paid = 0;
    for (int i = 0; i < row_count; i++) {
        bool wanted = rows[i].facebook && strcmp(rows[i].place, outside) == 0;
        sales += wanted;
        revenue += wanted ? rows[i].price : 0;
    }
    char *home = getcwd(NULL, 0), *program = realpath(program_path(), NULL);
    assert_non_null(program);
    setenv("PROGRAM", program, 1);
    assert_int_equal(chdir(*state), 0);
    begin();
    assert_int_equal(chdir(home), 0);
    outside_and_facebook_by_month();
    pressed = 0;
    press("6");
    press("e");
    char *screen = pty_screen(pty), *name = strstr(screen, "sales-");
    if (name == NULL)
        fail_msg("no file is proposed:\n%s", screen);
    name[strcspn(name, " \n")] = '\0';
    char *path = scratch_path(state, name);
    press(KEY_ENTER);
    assert_true(pressed <= 3);
    assert_true(pty_shows(pty, " rows written to ", 10));
    char line[1024], names[1024], *header[32], *fields[32];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(names, sizeof names, file));
    int count = fields_of(names, header), price = column_of(header, count, "Sell Price");
    for (; fgets(line, sizeof line, file) != NULL; written++) {
        assert_int_equal(fields_of(line, fields), count);
        paid += atol(fields[price]);
    }
    fclose(file);
    assert_int_equal(written, sales);
    assert_int_equal(paid, revenue);
    free(path);
    free(screen);
    free(program);
    free(home);
    end();
}

static void what_if_for_a_woman_from_outside_takes_twenty_keys_at_most(void **state) {
    (void)state;
    begin();
    static const char *const keys[] = {KEY_ENTER, "3", "0", KEY_ENTER, "f", KEY_DOWN,
                                       KEY_DOWN,  "2", "2", "0",       "0", "0"};
    press("5");
    press("o");
    for (int i = 0; i < row_count; i++)
        if (rows[i].place[0] == 'O' && strcmp(rows[i].place, outside) != 0) {
            press("u"); /* another place begins so too */
            break;
        }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        press(keys[i]);
    assert_true(pressed <= 20);
    long alike = 0, returning = 0;
    for (int i = 0; i < row_count; i++) {
        bool same = rows[i].female && strcmp(rows[i].place, outside) == 0 && rows[i].age >= 25 &&
                    rows[i].age <= 34 && rows[i].price >= 20000 && rows[i].price < 25000;
        alike += same;
        returning += same && rows[i].returning;
    }
    char expected[64];
    assert_line("Location", outside, outside);
    assert_line("Age ", "30", "30");
    assert_line("Gender", "emale", "emale");
    assert_line("Price ", "22", "22");
    snprintf(expected, sizeof expected, " %ld similar sales", alike);
    assert_line("similar sales", "", expected);
    snprintf(expected, sizeof expected, " %.1f%% [", 100 * (double)returning / (double)alike);
    char *screen = pty_screen(pty);
    if (strstr(screen, expected) == NULL)
        fail_msg("no %s:\n%s", expected, screen);
    assert_non_null(strstr(screen, "base "));         /* the answer, with the base rate beside it */
    assert_non_null(strstr(screen, "From Facebook")); /* of both outcomes */
    free(screen);
    end();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(returning_by_location_and_facebook_takes_four_keys_at_most),
        cmocka_unit_test(revenue_of_outside_and_facebook_by_month_takes_nine_keys_at_most),
        cmocka_unit_test(exporting_those_rows_takes_three_more_keys_at_most),
        cmocka_unit_test(what_if_for_a_woman_from_outside_takes_twenty_keys_at_most),
    };
    int failed = cmocka_run_group_tests_name("tasks on the sample", tests, setup_sample, teardown);
    const char *real = getenv("SHOP_CSV");
    if (real == NULL || access(real, R_OK) != 0) {
        print_message("skip - the tasks on the real file: it is not at %s\n",
                      real != NULL ? real : "$SHOP_CSV (not set)");
        return failed;
    }
    return failed +
           cmocka_run_group_tests_name("tasks on the real file", tests, setup_real, teardown);
}
