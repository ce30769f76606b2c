#include "engine/analysis/leader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/analysis/overview.h"

static int longest_month(const struct overview *overview) {
    int longest = 0;
    for (int i = 0; i < overview->month_count; i++)
        longest = overview->months[i].days > longest ? overview->months[i].days : longest;
    return longest;
}

static bool is_compared(const struct overview_period *month, int longest) {
    return month->days > 0 && (month->days >= DAYS_IN_WEEK || month->days * 2 >= longest);
}

/* The index of the month of the most revenue a day, −1 where fewer than two are long enough. */
static int best_month(const struct overview *overview, int longest, int *compared) {
    int best = -1;
    *compared = 0;
    for (int i = 0; i < overview->month_count; i++) {
        const struct overview_period *month = &overview->months[i];
        if (!is_compared(month, longest))
            continue;
        (*compared)++;
        if (best < 0 || month->revenue_per_day_minor > overview->months[best].revenue_per_day_minor)
            best = i;
    }
    return *compared > 1 ? best : -1;
}

static struct sample_moments moments_of(const double *revenue, size_t days) {
    return (struct sample_moments){(int64_t)days, days > 0 ? gsl_stats_mean(revenue, 1, days) : NAN,
                                   days > 1 ? gsl_stats_variance(revenue, 1, days) : NAN};
}

/* The covered days of the month, and those of the others. */
static void compare(const struct overview *overview, int longest, struct leader *out) {
    size_t days = (size_t)overview->day_count, inside = 0, outside = 0;
    double *own = xcalloc(days + 1, sizeof *own), *others = xcalloc(days + 1, sizeof *others);
    int first = overview->months[0].period;
    for (size_t i = 0; i < days; i++) {
        const struct overview_period *day = &overview->days[i];
        day_number date = calendar_start(DIMENSION_DAY, day->period);
        int month = calendar_period(DIMENSION_MONTH, date) - first;
        if (day->days == 0 || !is_compared(&overview->months[month], longest))
            continue;
        if (month == out->month)
            own[inside++] = (double)day->revenue_minor;
        else
            others[outside++] = (double)day->revenue_minor;
    }
    struct sample_moments a = moments_of(own, inside), b = moments_of(others, outside);
    double p;
    out->per_day_minor = a.mean;
    out->others_per_day_minor = b.mean;
    out->difference = difference_welch_at(a, b, 1 - 0.05 / out->months, &p);
    out->verdict = isnan(out->difference.low) ? VERDICT_UNCLEAR : verdict_of(out->difference);
    free(own);
    free(others);
}

/* "+38.2k", "-1.1k" */
static void change(double minor, char text[MONEY_TEXT_SIZE + 1]) {
    char money[MONEY_TEXT_SIZE];
    money_short(fabs(minor), money);
    snprintf(text, MONEY_TEXT_SIZE + 1, "%s%s", minor < 0 ? "-" : "+", money);
}

static void say(const struct overview_period *month, struct leader *out) {
    char own[MONEY_TEXT_SIZE], lead[MONEY_TEXT_SIZE + 1], low[MONEY_TEXT_SIZE + 1],
        high[MONEY_TEXT_SIZE + 1];
    bool clear = out->verdict == VERDICT_HIGHER;
    money_short(out->per_day_minor, own);
    change(out->difference.estimate, lead);
    change(out->difference.low, low);
    change(out->difference.high, high);
    snprintf(
        out->sentence, sizeof out->sentence,
        "Per day, %s%s is the best month with %s%s; its lead on the other months, %s [%s to %s] a "
        "day, is %s.",
        month->label, month->partial ? " (partial)" : "", money_sign(), own, lead, low, high,
        clear ? "more than noise" : "unclear: noise would do as much");
    snprintf(out->brief, sizeof out->brief,
             "Best month a day: %s%s, %s on the others [%s to %s]: %s", month->label,
             month->partial ? "*" : "", lead, low, high, clear ? "higher" : "unclear");
}

void leader_find(const struct overview *overview, struct leader *out) {
    int longest = longest_month(overview);
    *out = (struct leader){.difference = {NAN, NAN, NAN}};
    out->month = best_month(overview, longest, &out->months);
    if (out->month < 0)
        return;
    compare(overview, longest, out);
    if (!isnan(out->difference.low))
        say(&overview->months[out->month], out);
}
