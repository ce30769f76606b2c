/* Writes sales to measure with, as CSV on standard output: generate ROWS random|dated [SPAN].
 *
 * Sixty months in which every column is drawn by itself, which is the hardest case for cells: no
 * combination of values is rarer than chance makes it. Only the answers depend on something, by the
 * sample's own probabilities, so that there is something to learn. The same arguments give the same
 * bytes, and in random order more rows begin with those of fewer. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "engine/intake/record.h"
#include "engine/intake/sample.h"

enum {
    FIRST_YEAR = 2020,
    DAYS = 1827,
    AGE_YOUNGEST = 16,
    AGE_OLDEST = 75,
    OUTPUT_BUFFER = 1 << 20
};

static const char *const places[] = {"Lakeside", "Old Town", "Outside Town"};

static const char *const handsets[] = {
    "Redmi 14C 4/128",         "Galaxy A16 6/128",        "Galaxy A26 5G 8/128",
    "Galaxy A56 5G 8/256",     "Galaxy S25 12/256",       "Galaxy S25 Ultra 12/512",
    "Infinix Hot 50 8/128",    "Pixel 9a 8/128",          "Poco X7 Pro 8/256",
    "Realme C75 8/128",        "Realme 14 Pro 8/256",     "Redmi Note 14 6/128",
    "Redmi Note 14 Pro 8/256", "Tecno Spark 30 8/128",    "Vivo Y29 6/128",
    "iPhone 13 128GB",         "iPhone 16 Pro Max 256GB",
};

enum {
    PLACE_COUNT = sizeof places / sizeof *places,
    HANDSET_COUNT = sizeof handsets / sizeof *handsets
};

/* As even over the price bands as one formula makes them: even on the logarithm. */
static const double PRICE_LEAST = 8000, PRICE_MOST = 150000;

static unsigned short state[3] = {0x330e, 1, 0};

static double uniform(void) {
    return erand48(state);
}

static int below(int count) {
    return (int)(uniform() * count);
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
    const char *place = places[below(PLACE_COUNT)], *handset = handsets[below(HANDSET_COUNT)];
    int age = AGE_YOUNGEST + below(AGE_OLDEST - AGE_YOUNGEST + 1);
    const char *gender = below(2) == 0 ? "F" : "M";
    int64_t price = llround(PRICE_LEAST * pow(PRICE_MOST / PRICE_LEAST, uniform()));
    const char *facebook = answer(sample_facebook_probability(&planted, age));
    const char *follows = answer(0.4), *heard = answer(0.6);
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
    day_number first = 0;
    date_from_civil(FIRST_YEAR, 1, 1, &first);
    setvbuf(stdout, NULL, _IOFBF, OUTPUT_BUFFER);
    write_header();
    for (int64_t row = 0; row < rows; row++) {
        int day = below(DAYS);
        if (dated)
            day = (int)((double)row * DAYS / (double)span);
        write_row(row, first + day);
    }
    return fclose(stdout) == 0 ? 0 : 1;
}
