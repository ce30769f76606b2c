/* Writes the sales of the made-up shop (bench/made_up.h) as CSV on standard output:
 * generate ROWS random|dated [SPAN].
 *
 * Sixty months in which every column is drawn by itself, which is the hardest case for cells: no
 * combination of values is rarer than chance makes it. Only the answers depend on something, by the
 * sample's own probabilities, so that there is something to learn. The same arguments give the same
 * bytes, and in random order more rows begin with those of fewer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "bench/made_up.h"
#include "engine/intake/record.h"
#include "engine/intake/sample.h"

enum { OUTPUT_BUFFER = 1 << 20 };

static unsigned short state[3] = {0x330e, 1, 0};

static double uniform(void) {
    return erand48(state);
}

static int below(int count) {
    return (int)(uniform() * count);
}

/* The first whose running share lies above a uniform number. */
static int drawn(double (*share)(int), int count) {
    double rest = uniform();
    int i = 0;
    while (i < count - 1 && (rest -= share(i)) >= 0)
        i++;
    return i;
}

static const char *answer(double yes) {
    return uniform() < yes ? "Yes" : "No";
}

static void write_header(void) {
    for (int field = 0; field < FIELD_COUNT; field++)
        printf("%s%s", field != 0 ? "," : "", field_header((enum field)field));
    printf("\n");
}

static void write_row(int64_t row, day_number day) {
    static const struct sample_options planted = {.rows = 1};
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    const char *place = made_up_places[drawn(made_up_place_share, MADE_UP_PLACES)];
    const char *handset = made_up_handsets[drawn(made_up_handset_share, MADE_UP_HANDSETS)];
    int age = made_up_age(uniform());
    const char *gender = below(2) == 0 ? "F" : "M";
    int64_t price = made_up_price(uniform());
    const char *facebook = answer(sample_facebook_probability(&planted, age));
    const char *follows = answer(made_up_follows), *heard = answer(made_up_heard);
    const char *returning = answer(sample_returning_probability(
        &planted, price, strcmp(follows, "Yes") == 0, strcmp(heard, "Yes") == 0));
    printf(SAMPLE_REFERENCE_PREFIX "%07lld,%02d-%02d-%04d,%s,%d,%s,%s,%lld,%s,%s,%s,%s\n",
           (long long)row + 1, day_of_month, month, year, place, age, gender, handset,
           (long long)price, facebook, follows, returning, heard);
}

int main(int argc, char **argv) {
    bool dated = argc > 2 && strcmp(argv[2], "dated") == 0;
    int64_t rows = argc > 1 ? atoll(argv[1]) : 0;
    int64_t span = argc > 3 ? atoll(argv[3]) : rows; /* how many dated rows fill the sixty months */
    if (rows < 1 || span < 1 || argc < 3 || argc > 4 ||
        (!dated && strcmp(argv[2], "random") != 0)) {
        fprintf(stderr, "usage: generate ROWS random|dated [SPAN]\n");
        return 2;
    }
    day_number first = made_up_first_day();
    int days = made_up_days();
    setvbuf(stdout, NULL, _IOFBF, OUTPUT_BUFFER);
    write_header();
    for (int64_t row = 0; row < rows; row++) {
        int day = below(days);
        if (dated)
            day = (int)((double)row * days / (double)span);
        write_row(row, first + day);
    }
    return fclose(stdout) == 0 ? 0 : 1;
}
