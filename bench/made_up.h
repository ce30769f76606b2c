/* The shop that the benchmarks are measured on: what its sales are drawn from, and so how many
 * cells they fill. */
#ifndef BENCH_MADE_UP_H
#define BENCH_MADE_UP_H

#include <stdint.h>

#include "base/date.h"

enum {
    MADE_UP_YEAR = 2020, /* the first of sixty months, each day as likely */
    MADE_UP_MONTHS = 60,
    MADE_UP_PLACES = 3,
    MADE_UP_HANDSETS = 17,
    MADE_UP_AGE_YOUNGEST = 18,
    MADE_UP_AGE_OLDEST = 60
};

extern const char *const made_up_places[MADE_UP_PLACES], *const made_up_handsets[MADE_UP_HANDSETS];
double made_up_place_share(int place);
double made_up_handset_share(int handset);

/* The share of customers below an age, and by how far a uniform number reaches into it. */
double made_up_age_share(int below_years);
int made_up_age(double uniform);

/* Prices in whole major units, log-normal; the share below one, and the price at a share. */
double made_up_price_share(double below);
int64_t made_up_price(double uniform);

extern const double made_up_follows, made_up_heard; /* shares of yes, of everybody */

day_number made_up_first_day(void);
int made_up_days(void);

/* The expected number of different cells that so many sales fill, of all combinations of month,
 * place, gender, handset, age band, price band and answers: Σ 1 − (1 − p)ⁿ over the combinations,
 * p being a combination's probability and n the sales (Feller 1968, vol. 1, ch. IV.2, as occupancy
 * with unequal cells). `possible` (may be NULL) receives the number of combinations. */
double made_up_cells(double sales, double *possible);

#endif
