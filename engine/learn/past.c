/* Past sales in passing: streamed where they are too many to be held. */
#include "engine/learn/past.h"

#include <math.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/money.h"
#include "engine/learn/past_prices.h"
#include "engine/slice/stream.h"

struct passing {
    int64_t sales; /* that were streamed: none of shops of which only sums are here */
    int64_t ages[UINT8_MAX + 1];
    int64_t price_min, price_max;
    uint8_t *days; /* from the first day: whether anything was sold */
};

static void pass(void *context, const struct facts *window, const uint32_t *rows, size_t count) {
    struct passing *passing = context;
    for (size_t i = 0; i < count; i++) {
        int64_t price = window->price_minor[rows[i]];
        passing->price_min = price < passing->price_min ? price : passing->price_min;
        passing->price_max = price > passing->price_max ? price : passing->price_max;
        passing->ages[window->age[rows[i]]]++;
        passing->days[window->day[rows[i]] - window->first_day] = 1;
    }
    passing->sales += (int64_t)count;
}

static void take_ages(const int64_t *counts, struct past *past) {
    int64_t known = 0, below = 0;
    past->age_median = UNKNOWN;
    for (int age = 1; age <= UINT8_MAX; age++) {
        known += counts[age];
        if (counts[age] == 0)
            continue;
        past->age_max = age;
        if (past->age_min == 0)
            past->age_min = age;
    }
    for (int age = 1; age <= UINT8_MAX && past->age_median == UNKNOWN; age++) {
        below += counts[age];
        if (known > 0 && 2 * below >= known)
            past->age_median = age;
    }
}

/* A sale speaks for the days of the year around it too. */
static void take_season(day_number sold, struct past *past) {
    enum { AROUND = 3 };
    int day = date_day_of_year(sold) - 1;
    for (int near = day - AROUND; near <= day + AROUND; near++)
        past->seasons[(near + SEASON_DAYS) % SEASON_DAYS] = true;
}

/* The two prices that a quantile lies between, as gsl_stats_quantile_from_sorted_data has them:
 * Hyndman & Fan's type 7. */
static double between(double quantile, int64_t sales, int64_t lower_minor, int64_t upper_minor) {
    double at = quantile * (double)(sales - 1), part = at - floor(at);
    double lower = (double)lower_minor / MONEY_MINOR, upper = (double)upper_minor / MONEY_MINOR;
    return (int64_t)at == sales - 1 ? lower : (1 - part) * lower + part * upper;
}

static enum err take_prices(const struct facts *facts, int64_t sales, struct past *past,
                            struct error *error) {
    static const double quantiles[] = {0.5, 0.01, 0.99};
    enum { QUANTILES = 3, RANKS = 2 * QUANTILES };
    int64_t ranks[RANKS], prices[RANKS];
    for (int i = 0; i < QUANTILES; i++) {
        int64_t lower = (int64_t)(quantiles[i] * (double)(sales - 1));
        ranks[2 * i] = lower;
        ranks[2 * i + 1] = lower + 1 < sales ? lower + 1 : lower;
    }
    enum err err = past_prices(facts, ranks, RANKS, prices, error);
    if (err != ERR_OK)
        return err;
    past->price_median = between(quantiles[0], sales, prices[0], prices[1]);
    past->price_first = between(quantiles[1], sales, prices[2], prices[3]);
    past->price_last = between(quantiles[2], sales, prices[4], prices[5]);
    return ERR_OK;
}

/* Of sales and of cells alike. */
static void take_rows(const struct facts *facts, struct past *past) {
    for (size_t row = 0; row < facts->count; row++) {
        int64_t sales = facts_sales(facts, row);
        past->sales += sales;
        past->location_sales[facts->location[facts_at(facts, row)]] += sales;
        past->handset_sales[facts->handset[facts_at(facts, row)]] += sales;
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            int said = facts_answer(facts, row, outcome_answer((enum outcome)outcome));
            past->known[outcome] += said != UNKNOWN ? sales : 0;
            past->yes[outcome] += said == 1 ? sales : 0;
        }
    }
}

enum err past_stream(const struct facts *facts, struct past *past, struct error *error) {
    past->age_median = UNKNOWN;
    if (facts->count == 0)
        return ERR_OK;
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1;
    struct passing passing = {.price_min = INT64_MAX, .days = xcalloc(days, 1)};
    enum err err = stream_selection(facts, NULL, PACKED_AGE | PACKED_DAY | PACKED_PRICE, pass,
                                    &passing, error);
    take_ages(passing.ages, past);
    for (size_t day = 0; day < days; day++)
        if (passing.days[day] != 0)
            take_season(facts->first_day + (day_number)day, past);
    if (err == ERR_OK && passing.sales > 0) {
        past->price_min_minor = passing.price_min;
        past->price_max_minor = passing.price_max;
        err = take_prices(facts, passing.sales, past, error);
    }
    free(passing.days);
    return err;
}

void past_count(const struct facts *facts, struct past *past) {
    past->location_sales = xcalloc((size_t)facts->locations.count + 1, sizeof(int64_t));
    past->handset_sales = xcalloc((size_t)facts->handsets.count + 1, sizeof(int64_t));
    take_rows(facts, past);
}

void past_free(struct past *past) {
    free(past->location_sales);
    free(past->handset_sales);
    *past = (struct past){0};
}

int past_commonest(const int64_t *sales, int count) {
    int best = 0;
    for (int id = 1; id <= count; id++)
        if (sales[id] > 0 && (best == 0 || sales[id] > sales[best]))
            best = id;
    return best;
}
