/* The synthetic shop: draws every sale from stated distributions with a seeded generator, by
 * inverse transforms in a fixed order, so that the same options give the same bytes on every
 * machine. */
#include "engine/intake/sample.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>

#include "base/buffer.h"
#include "base/date.h"
#include "engine/intake/record.h"

enum {
    ROWS_MAX = 1000000000,
    DAYS = 300,
    AGE_YOUNGEST = 18,
    AGE_OLDEST = 60,
    YOUNG_BELOW = 25,
    EXPENSIVE_ABOVE = 40000,
    CHUNK_BYTES = 1 << 16
};

/* Log odds. The text below states them; tests/engine/test_sample.c holds both against the data. */
static const double FACEBOOK_BASE = -0.75, FACEBOOK_YOUNG = 0.80;
static const double FOLLOWS_BASE = -0.40;
static const double HEARD_BASE = 0.40;
static const double RETURNING_BASE = -1.30, RETURNING_FAN = 0.60, RETURNING_EXPENSIVE = 0.70;

const char sample_effects_text[] =
    "The shop is made up. These effects are planted, with their sizes in log odds;\n"
    "nothing else is related:\n"
    "  - customers under 25 come from the Facebook page more often: +0.80, that is\n"
    "    51% against 32%;\n"
    "  - followers of the page who had also heard of the shop have bought before more\n"
    "    often: +0.60, 33% against 21% at an ordinary price;\n"
    "  - so have buyers of a handset above 40,000: +0.70, 35% against 21%; both\n"
    "    together 50%.\n"
    "40% follow the page and 60% had heard of the shop, independently of everything.\n";

static const struct {
    const char *name;
    double share; /* in proportion to the sum of all */
} places[] = {{"Lakeside", 36}, {"Old Town", 34}, {"Outside Town", 30}};

static const struct {
    const char *name;
    double share;
    double price;  /* median */
    double spread; /* standard deviation of the logarithm */
} handsets[] = {
    {"Redmi 14C 4/128", 9, 13200, 0.05},          {"Galaxy A16 6/128", 10, 18500, 0.06},
    {"Galaxy A26 5G 8/128", 8, 25600, 0.07},      {"Galaxy A56 5G 8/256", 5, 36500, 0.09},
    {"Galaxy S25 12/256", 1.8, 84000, 0.10},      {"Galaxy S25 Ultra 12/512", 0.7, 148000, 0.12},
    {"Infinix Hot 50 8/128", 8, 15800, 0.06},     {"Pixel 9a 8/128", 3, 46500, 0.09},
    {"Poco X7 Pro 8/256", 6, 29800, 0.07},        {"Realme C75 8/128", 9, 17900, 0.06},
    {"Realme 14 Pro 8/256", 5, 32400, 0.08},      {"Redmi Note 14 6/128", 11, 21200, 0.06},
    {"Redmi Note 14 Pro 8/256", 7, 27900, 0.07},  {"Tecno Spark 30 8/128", 8, 14600, 0.06},
    {"Vivo Y29 6/128", 7, 19400, 0.06},           {"iPhone 13 128GB", 3.5, 58500, 0.08},
    {"iPhone 16 Pro Max 256GB", 1, 172000, 0.10},
};

enum {
    PLACE_COUNT = sizeof places / sizeof *places,
    HANDSET_COUNT = sizeof handsets / sizeof *handsets
};

/* Running sums that end at 1, to be searched with a uniform number. */
struct tables {
    double places[PLACE_COUNT];
    double handsets[HANDSET_COUNT];
    double days[DAYS];
};

static void normalise(double *weights, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        weights[i] = sum += weights[i];
    for (int i = 0; i < count; i++)
        weights[i] /= sum;
    weights[count - 1] = 1;
}

/* The first entry above `u`. */
static int search(const double *sums, int count, double u) {
    int low = 0, high = count - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (sums[middle] > u)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Box and Muller would take a varying share of the stream; inversion takes one number each. */
static double normal(gsl_rng *random) {
    return gsl_cdf_ugaussian_Pinv(gsl_rng_uniform_pos(random));
}

static double probability(double log_odds) {
    return 1 / (1 + exp(-log_odds));
}

static bool answer(gsl_rng *random, double yes) {
    return gsl_rng_uniform(random) < yes;
}

double sample_facebook_probability(const struct sample_options *options, int age_years) {
    double effects = options->no_effects ? 0 : 1;
    return probability(FACEBOOK_BASE + effects * FACEBOOK_YOUNG * (age_years < YOUNG_BELOW));
}

double sample_returning_probability(const struct sample_options *options, int64_t price,
                                    bool follows, bool heard) {
    double effects = options->no_effects ? 0 : 1;
    double fan = effects * RETURNING_FAN * (follows && heard);
    double expensive = effects * RETURNING_EXPENSIVE * (price > EXPENSIVE_ABOVE);
    return probability(RETURNING_BASE + fan + expensive);
}

/* Fridays and Saturdays sell better, and no two days are alike. */
static void tables_fill(struct tables *tables, day_number first, gsl_rng *random) {
    static const double by_weekday[] = {0.95, 0.90, 0.92, 1.00, 1.22, 1.15, 0.86};
    for (int i = 0; i < PLACE_COUNT; i++)
        tables->places[i] = places[i].share;
    for (int i = 0; i < HANDSET_COUNT; i++)
        tables->handsets[i] = handsets[i].share;
    for (int i = 0; i < DAYS; i++)
        tables->days[i] = by_weekday[date_weekday(first + i)] * exp(0.15 * normal(random));
    normalise(tables->places, PLACE_COUNT);
    normalise(tables->handsets, HANDSET_COUNT);
    normalise(tables->days, DAYS);
}

/* GSL's Mersenne twister takes 32 bits and reads 0 as its own default: all 64 bits are mixed down
 * (finaliser of SplitMix64; Steele, Lea & Flood 2014). */
static unsigned long mix_seed(uint64_t seed) {
    seed += 0x9e3779b97f4a7c15u;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9u;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebu;
    uint32_t mixed = (uint32_t)(seed ^ (seed >> 31));
    return mixed != 0 ? mixed : 1;
}

static void header_write(struct buffer *out) {
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (field != 0)
            buffer_text(out, ",");
        buffer_text(out, field_header((enum field)field)); /* none holds a comma or a quote */
    }
    buffer_text(out, "\n");
}

static const char *yes_no(bool yes) {
    return yes ? "Yes" : "No";
}

/* One sale, always with the same nine draws in the same order. */
static void row_write(struct buffer *out, const struct sample_options *options,
                      const struct tables *tables, day_number first, int64_t row, gsl_rng *random) {
    day_number day =
        first + search(tables->days, DAYS, ((double)row + 0.5) / (double)options->rows);
    int place = search(tables->places, PLACE_COUNT, gsl_rng_uniform(random));
    int span = AGE_OLDEST - AGE_YOUNGEST + 1;
    int age = AGE_YOUNGEST + (int)(span * pow(gsl_rng_uniform(random), 1.4));
    bool female = gsl_rng_uniform(random) < 0.5;
    int handset = search(tables->handsets, HANDSET_COUNT, gsl_rng_uniform(random));
    long price = lround(handsets[handset].price * exp(handsets[handset].spread * normal(random)));
    bool facebook = answer(random, sample_facebook_probability(options, age));
    bool follows = answer(random, probability(FOLLOWS_BASE));
    bool heard = answer(random, probability(HEARD_BASE));
    bool returning = answer(random, sample_returning_probability(options, price, follows, heard));

    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    buffer_printf(out,
                  SAMPLE_REFERENCE_PREFIX "%06lld,%02d-%02d-%04d,%s,%d,%s,%s,%ld,%s,%s,%s,%s\n",
                  (long long)row + 1, day_of_month, month, year, places[place].name, age,
                  female ? "F" : "M", handsets[handset].name, price, yes_no(facebook),
                  yes_no(follows), yes_no(returning), yes_no(heard));
}

enum err sample_write(const struct sample_options *options,
                      bool (*write)(void *context, const char *bytes, size_t length), void *context,
                      struct error *error) {
    if (options->rows < 1 || options->rows > ROWS_MAX)
        return error_set(error, ERR_INPUT, "a sample has 1 to %d rows", ROWS_MAX);
    day_number first = 0;
    date_from_civil(2024, 9, 16, &first);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (random == NULL)
        return error_set(error, ERR_FAILED, "the random generator cannot be made");
    gsl_rng_set(random, mix_seed(options->seed));
    struct tables tables;
    tables_fill(&tables, first, random);

    enum err code = ERR_OK;
    struct buffer out = {0};
    header_write(&out);
    for (int64_t row = 0; row < options->rows && code == ERR_OK; row++) {
        row_write(&out, options, &tables, first, row, random);
        if (out.length >= CHUNK_BYTES || row + 1 == options->rows) {
            if (!write(context, out.data, out.length))
                code = error_set(error, ERR_IO, "the sample could not be written completely");
            buffer_clear(&out);
        }
    }
    buffer_free(&out);
    gsl_rng_free(random);
    return code;
}
