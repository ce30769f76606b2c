/* engine/slice under random slices and random bytes: the text form is faithful, the selection
 * equals a row-by-row reading of the filters, nothing crashes, and both are quick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "engine/slice/group.h"
#include "tests/support/facts_table.h"

enum { ROWS = 2000 };

static struct facts facts;
static unsigned seed;

static int set_up(void **state) {
    (void)state;
    static char *names[] = {"Elite Fans", "Thrifty", "Elite Fans", "x='y'|z",
                            "a|b",        " edge",   "edge "};
    facts_table_random(&facts, ROWS, 7);
    facts_table_segments(&facts, names, 7);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

static unsigned next(unsigned below) {
    seed = seed * 1664525u + 1013904223u;
    return (unsigned)((unsigned long long)seed * below >> 32);
}

static void a_random_slice_survives_its_text_and_selects_what_its_labels_say(void **state) {
    (void)state;
    seed = 1;
    size_t selected = 0;
    for (int round = 0; round < 3000; round++) {
        struct slice slice = {0}, parsed = {0};
        struct dimension_view views[3];
        int wanted[3], count = 1 + (int)next(3);
        bool is[3];
        for (int i = 0; i < count; i++) {
            char label[DIMENSION_LABEL_SIZE];
            dimension_open(&views[i], &facts, (enum dimension)next(DIMENSION_COUNT));
            wanted[i] = (int)next((unsigned)views[i].codes);
            is[i] = next(2) != 0;
            dimension_label(&views[i], wanted[i], label);
            slice_add(&slice, views[i].dimension, is[i] ? FILTER_IS : FILTER_IS_NOT, label);
        }
        struct error error = {0};
        struct selection selection;
        char *text = slice_text(&slice);
        if (slice_parse(&parsed, &facts, text, &error) != ERR_OK)
            fail_msg("%s: %s", text, error.message);
        if (!slice_equal(&slice, &parsed))
            fail_msg("%s is read as something else", text);
        if (slice_select(&parsed, &facts, &selection, &error) != ERR_OK)
            fail_msg("%s: %s", text, error.message);
        size_t at = 0;
        for (uint32_t row = 0; row < ROWS; row++) {
            bool in = true;
            for (int i = 0; i < count; i++) {
                /* a handset of the data is called "Unknown", and that of nobody "unknown" */
                char label[DIMENSION_LABEL_SIZE], asked[DIMENSION_LABEL_SIZE];
                dimension_label(&views[i], dimension_code(&views[i], row), label);
                dimension_label(&views[i], wanted[i], asked);
                in = in && (strcmp(label, asked) == 0) == is[i];
            }
            bool found = at < selection.count && selection.rows[at] == row;
            if (found != in)
                fail_msg("%s: row %u is %s", text, row, found ? "in" : "out");
            at += found;
        }
        selected += selection.count;
        selection_free(&selection);
        for (int i = 0; i < count; i++)
            dimension_close(&views[i]);
        free(text);
        slice_free(&slice);
        slice_free(&parsed);
    }
    assert_true(selected > 100000); /* the rounds were about something */
}

static void ignore(void *context, const char *completed) {
    *(size_t *)context += strlen(completed);
}

/* Half random bytes, half pieces that look like filters. */
static void random_text(char *text, size_t size) {
    static const char *const pieces[] = {
        "location",     "age",  "price",   "date", "month", "handset", "segment",    "=",
        "!=",           "<",    "<=",      ">",    ">=",    "|",       "2025-W07",   "week",
        "2025-Q1",      "'",    "\"",      " ",    "  ",    "unknown", "2025-01",    "30",
        "20k",          "out",  "a=b",     "!",    "yes",   "weekday", "price_band", "100k+",
        "\xE0\xA6\x95", "\xFF", "x='y'|z", "''"};
    size_t length = 0, parts = next(14);
    for (size_t i = 0; i < parts; i++) {
        char byte[2] = {(char)(1 + next(255)), '\0'};
        const char *piece = next(4) != 0 ? pieces[next(sizeof pieces / sizeof *pieces)] : byte;
        length += (size_t)snprintf(text + length, size - length, "%s", piece);
    }
    text[length] = '\0';
}

static void no_text_does_harm(void **state) {
    (void)state;
    seed = 20250322;
    int read = 0;
    for (int round = 0; round < 100000; round++) {
        char text[512];
        struct slice slice = {0}, again = {0};
        struct error error = {0};
        random_text(text, sizeof text);
        size_t offered = 0;
        if (round % 8 == 0)
            slice_complete(&facts, text, ignore, &offered);
        slice_add(&slice, DIMENSION_HEARD, FILTER_IS, "yes");
        enum err result = slice_parse(&slice, &facts, text, &error);
        if (result != ERR_OK) {
            assert_int_equal(result, ERR_INPUT);
            assert_int_equal(slice.count, 1);
            assert_true(error.message[0] != '\0');
        } else {
            read++;
            struct selection selection;
            char *canonical = slice_text(&slice);
            if (slice_parse(&again, &facts, canonical, &error) != ERR_OK ||
                !slice_equal(&slice, &again))
                fail_msg("%s becomes %s, which is not read back", text, canonical);
            if (slice_select(&slice, &facts, &selection, &error) != ERR_OK)
                fail_msg("%s cannot be selected: %s", canonical, error.message);
            selection_free(&selection);
            free(canonical);
        }
        slice_free(&slice);
        slice_free(&again);
    }
    assert_true(read > 3000); /* the texts were not all nonsense */
}

static void a_line_without_end_is_refused_at_once(void **state) {
    (void)state;
    enum { LENGTH = 4 << 20 };
    char *text = malloc(LENGTH + 1);
    static const char *const repeated[] = {"'", "|", "(", "age=1|", "age<1 ", "=", " "};
    for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++) {
        size_t step = strlen(repeated[i]);
        for (size_t at = 0; at + step <= LENGTH; at += step)
            memcpy(text + at, repeated[i], step);
        static const int lengths[] = {LENGTH, 60000};
        for (int j = 0; j < 2; j++) {
            text[lengths[j]] = '\0';
            struct slice slice = {0};
            struct error error = {0};
            int64_t start = clock_elapsed_ms();
            enum err result = slice_parse(&slice, &facts, text, &error);
            bool sane = strcmp(repeated[i], " ") == 0 || strcmp(repeated[i], "age<1 ") == 0;
            assert_int_equal(result == ERR_OK, sane && lengths[j] != LENGTH);
            /* milliseconds; what takes a step for each pair of letters takes hours */
            assert_true(clock_elapsed_ms() - start < 20000);
            slice_free(&slice);
            text[lengths[j]] = ' ';
        }
    }
    free(text);
}

static void a_million_sales_are_grouped_each_once(void **state) {
    (void)state;
    struct facts many;
    struct slice slice = {0};
    struct error error;
    facts_table_random(&many, 1000000, 3);
    assert_int_equal(slice_parse(&slice, &many,
                                 "location=out facebook!=yes age>=20 price<30000 month>=2024-04",
                                 &error),
                     ERR_OK);
    struct selection selection;
    static const enum dimension by[] = {DIMENSION_MONTH, DIMENSION_HANDSET};
    struct grouping grouping;
    assert_int_equal(slice_select(&slice, &many, &selection, &error), ERR_OK);
    group_by(&many, &selection, by, 2, &grouping);
    assert_true(selection.count > 0 && selection.count < 1000000);
    assert_int_equal(grouping.total.sales, selection.count);
    grouping_free(&grouping);
    selection_free(&selection);
    slice_free(&slice);
    facts_table_free(&many);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_random_slice_survives_its_text_and_selects_what_its_labels_say),
        cmocka_unit_test(no_text_does_harm),
        cmocka_unit_test(a_line_without_end_is_refused_at_once),
        cmocka_unit_test(a_million_sales_are_grouped_each_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
