#include "bench/made_up.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/money.h"
#include "engine/analysis/statistics.h"
#include "engine/intake/sample.h"
#include "engine/slice/dimension.h"

const char *const made_up_places[MADE_UP_PLACES] = {"Lakeside", "Old Town", "Outside Town"};

const char *const made_up_handsets[MADE_UP_HANDSETS] = {
    "Redmi 14C 4/128",         "Galaxy A16 6/128",        "Galaxy A26 5G 8/128",
    "Galaxy A56 5G 8/256",     "Galaxy S25 12/256",       "Galaxy S25 Ultra 12/512",
    "Infinix Hot 50 8/128",    "Pixel 9a 8/128",          "Poco X7 Pro 8/256",
    "Realme C75 8/128",        "Realme 14 Pro 8/256",     "Redmi Note 14 6/128",
    "Redmi Note 14 Pro 8/256", "Tecno Spark 30 8/128",    "Vivo Y29 6/128",
    "iPhone 13 128GB",         "iPhone 16 Pro Max 256GB",
};

const double made_up_follows = 0.4, made_up_heard = 0.6;

enum { GENDERS = 2, AGES = MADE_UP_AGE_OLDEST - MADE_UP_AGE_YOUNGEST + 1 };

static const double AGE_POWER = 1.4;                           /* more of the young */
static const double PRICE_MEDIAN = 21500, PRICE_SPREAD = 0.55; /* of the logarithm */

double made_up_place_share(int place) {
    static const double shares[MADE_UP_PLACES] = {0.36, 0.34, 0.30};
    return shares[place];
}

/* As ranks have them (Zipf and Mandelbrot): the first a sixth, the last a fortieth. */
double made_up_handset_share(int handset) {
    double sum = 0;
    for (int i = 0; i < MADE_UP_HANDSETS; i++)
        sum += 1.0 / (i + 3);
    return 1.0 / (handset + 3) / sum;
}

double made_up_age_share(int below_years) {
    double reach = (double)(below_years - MADE_UP_AGE_YOUNGEST) / AGES;
    return pow(fmin(fmax(reach, 0), 1), 1 / AGE_POWER);
}

int made_up_age(double uniform) {
    return MADE_UP_AGE_YOUNGEST + (int)(AGES * pow(uniform, AGE_POWER));
}

double made_up_price_share(double below) {
    return below > 0 ? erfc(-log(below / PRICE_MEDIAN) / PRICE_SPREAD / sqrt(2)) / 2 : 0;
}

int64_t made_up_price(double uniform) {
    return llround(PRICE_MEDIAN * exp(PRICE_SPREAD * normal_quantile(fmax(uniform, 1e-9))));
}

day_number made_up_first_day(void) {
    return date_month_start(MADE_UP_YEAR * 12);
}

int made_up_days(void) {
    return date_month_start(MADE_UP_YEAR * 12 + MADE_UP_MONTHS) - made_up_first_day();
}

static double of(double yes, int answered) {
    return answered != 0 ? yes : 1 - yes;
}

/* Both questions and both outcomes, as bits. */
static double answers_probability(int answers, int age_years, int64_t price) {
    static const struct sample_options planted = {.rows = 1};
    int facebook = answers & 1, follows = answers >> 1 & 1, heard = answers >> 2 & 1,
        returning = answers >> 3 & 1;
    return of(sample_facebook_probability(&planted, age_years), facebook) *
           of(made_up_follows, follows) * of(made_up_heard, heard) *
           of(sample_returning_probability(&planted, price, follows, heard), returning);
}

/* Of one month, whose share of all sales, with the answers' and the bands', is given. */
static double cells_of_names(double sales, double share) {
    double sum = 0;
    for (int place = 0; place < MADE_UP_PLACES; place++) {
        for (int handset = 0; handset < MADE_UP_HANDSETS; handset++) {
            double p =
                share * made_up_place_share(place) * made_up_handset_share(handset) / GENDERS;
            sum += GENDERS * -expm1(sales * log1p(-p)); /* 1 − (1 − p)ⁿ, whatever the sizes */
        }
    }
    return sum;
}

static double cells_of_month(double sales, double share, double *possible) {
    double sum = 0;
    int from_years = 0, below_years = 0;
    for (int age = 1; below_years <= MADE_UP_AGE_OLDEST; age++) {
        dimension_age_band(age, &from_years, &below_years);
        double age_share = made_up_age_share(below_years) - made_up_age_share(from_years);
        int64_t from_minor = 0, below_minor = 0;
        for (int price = 1; below_minor != INT64_MAX; price++) {
            dimension_price_band(price, &from_minor, &below_minor);
            double price_share = made_up_price_share((double)below_minor / MONEY_MINOR) -
                                 made_up_price_share((double)from_minor / MONEY_MINOR);
            for (int answers = 0; answers < 1 << ANSWER_COUNT && age_share > 0; answers++) {
                double p = share * age_share * price_share *
                           answers_probability(answers, from_years, from_minor / MONEY_MINOR + 1);
                sum += cells_of_names(sales, p);
                *possible += MADE_UP_PLACES * MADE_UP_HANDSETS * GENDERS;
            }
        }
    }
    return sum;
}

double made_up_cells(double sales, double *possible) {
    double sum = 0, all = 0;
    for (int month = 0; month < MADE_UP_MONTHS; month++) {
        double days = date_days_in_month(MADE_UP_YEAR * 12 + month);
        sum += cells_of_month(sales, days / made_up_days(), &all);
    }
    if (possible != NULL)
        *possible = all;
    return sum;
}
