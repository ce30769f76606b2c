/* What difference these sales could have shown, and how many sales a given one needs. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/number.h"
#include "engine/analysis/impact_blocks.h"

enum { LIFETIME_DAYS = 36525 }; /* a hundred years: more days than that are no plan */

static int64_t round_up(double value) {
    return value < 9e15 ? (int64_t)ceil(value - 1e-9) : (int64_t)9e15;
}

/* The two shares are as far apart as asked around this slice's share, and the sides keep their
 * present proportion. */
static struct impact_needed needed_for(const struct impact_difference *at, double difference,
                                       int64_t days) {
    struct impact_needed out = {.factor = at->factor,
                                .detectable = at->detectable,
                                .have = at->yes_n + at->no_n,
                                .days = -1};
    if (at->yes_n == 0 || at->no_n == 0)
        return out;
    double part = (double)at->yes_n / (double)out.have;
    double base = (double)(at->yes_yes + at->no_yes) / (double)out.have;
    double ratio = (double)at->no_n / (double)at->yes_n;
    double no_share = base - part * difference;
    double needed = sales_needed(no_share + difference, no_share, ratio);
    if (isnan(needed))
        return out;
    out.possible = true;
    out.yes = round_up(needed);
    out.no = round_up(needed * ratio);
    out.total = out.yes + out.no;
    out.more = out.total > out.have ? out.total - out.have : 0;
    if (days > 0)
        out.days = round_up((double)out.more / ((double)out.have / (double)days));
    return out;
}

/* Whether `a` lacks more sales, or as many, none for instance, and needs more. */
static bool needs_more(const struct impact_needed *a, const struct impact_needed *b) {
    return a->more > b->more || (a->more == b->more && a->total > b->total);
}

static void say(struct impact_power *power) {
    const struct impact_needed *most = NULL;
    for (int i = 0; i < power->count; i++) {
        if (power->factors[i].possible && (most == NULL || needs_more(&power->factors[i], most)))
            most = &power->factors[i];
    }
    int length = 0;
    if (!isnan(power->detectable_difference))
        length = snprintf(power->sentence, sizeof power->sentence,
                          "Two halves of these sales would show a difference of %.1f points with "
                          "80 %% probability. ",
                          100 * power->detectable_difference);
    char *rest = power->sentence + length;
    size_t room = sizeof power->sentence - (size_t)length;
    double points = 100 * power->difference;
    if (most == NULL) {
        snprintf(rest, room, "A difference of %.3g points cannot be between these sides.", points);
        return;
    }
    char total[NUMBER_TEXT_SIZE], more[NUMBER_TEXT_SIZE], days[NUMBER_TEXT_SIZE];
    number_grouped(most->total, total, sizeof total);
    number_grouped(most->more, more, sizeof more);
    number_grouped(most->days, days, sizeof days);
    if (most->more == 0)
        snprintf(rest, room, "For %.3g points %s sales suffice by every factor: they are there.",
                 points, total);
    else if (most->days > LIFETIME_DAYS)
        snprintf(rest, room,
                 "For %.3g points by %s it takes %s sales: %s more, which no shop lives to see at "
                 "this pace.",
                 points, dimension_title(most->factor), total, more);
    else
        snprintf(rest, room,
                 "For %.3g points by %s it takes %s sales: %s more, about %s days at this pace.",
                 points, dimension_title(most->factor), total, more, days);
}

void impact_power_compute(double difference, struct impact *out) {
    struct impact_power *power = &out->power;
    power->difference = difference;
    power->detectable_difference =
        detectable_difference(out->base_rate.estimate, out->known / 2, out->known - out->known / 2);
    for (int i = 0; i < out->difference_count; i++)
        power->factors[power->count++] = needed_for(&out->differences[i], difference, out->days);
    say(power);
}
