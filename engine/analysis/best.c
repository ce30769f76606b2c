#include "engine/analysis/best.h"

#include <math.h>
#include <stdio.h>

#include <gsl/gsl_cdf.h>

#include "base/money.h"
#include "base/number.h"
#include "engine/slice/calendar.h"

static int64_t amount(const struct group *group, enum best_by by) {
    return by == BEST_BY_SALES ? group->cell.sales : group->cell.revenue_minor;
}

static bool is_ranked(const struct grouping *grouping) {
    for (int d = 0; d < grouping->dimension_count; d++) {
        if (calendar_is_of_day(grouping->dimensions[d]))
            return false;
    }
    return grouping->dimension_count > 0;
}

static bool is_known(const struct grouping *grouping, const struct group *group) {
    for (int d = 0; d < grouping->dimension_count; d++) {
        if (group->code[d] == 0)
            return false;
    }
    return true;
}

/* The two largest; of equals the earlier one. */
static void find_two(const struct grouping *grouping, enum best_by by, struct best *out) {
    for (int i = 0; i < grouping->count; i++) {
        const struct group *groups = grouping->groups;
        if (!is_known(grouping, &groups[i]))
            continue;
        if (out->first < 0 || amount(&groups[i], by) > amount(&groups[out->first], by)) {
            out->next = out->first;
            out->first = i;
        } else if (out->next < 0 || amount(&groups[i], by) > amount(&groups[out->next], by)) {
            out->next = i;
        }
    }
}

static double p_of_sales(const struct cell *first, const struct cell *next) {
    unsigned sales = (unsigned)first->sales, all = sales + (unsigned)next->sales;
    return fmin(1, 2 * gsl_cdf_binomial_Q(sales - 1, 0.5, all));
}

static double p_of_revenue(const struct cell *first, const struct cell *next) {
    double spread = sqrt((double)(first->price_squares + next->price_squares));
    double lead = (double)(first->revenue_minor - next->revenue_minor);
    return spread > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(lead / spread)) : NAN;
}

static void value_text(enum best_by by, double value, char *text, size_t size) {
    char money[MONEY_TEXT_SIZE];
    if (by == BEST_BY_SALES) {
        number_grouped((int64_t)value, text, size);
        return;
    }
    money_short(value, money);
    snprintf(text, size, "%s%s", money_sign(), money);
}

static void name_text(const struct grouping *grouping, int group, char *text, size_t size) {
    bool two = grouping->dimension_count == 2;
    snprintf(text, size, "%s%s%s", grouping->groups[group].label[0], two ? ", " : "",
             two ? grouping->groups[group].label[1] : "");
}

static void say(const struct grouping *grouping, struct best *out) {
    char first[2 * DIMENSION_LABEL_SIZE + 2], next[2 * DIMENSION_LABEL_SIZE + 2];
    char value[64], next_value[64], lead[64];
    const char *most = out->by == BEST_BY_SALES ? "Most sold" : "Most revenue";
    const char *verdict = out->verdict == VERDICT_HIGHER ? "clear" : "unclear";
    name_text(grouping, out->first, first, sizeof first);
    name_text(grouping, out->next, next, sizeof next);
    value_text(out->by, out->value, value, sizeof value);
    value_text(out->by, out->next_value, next_value, sizeof next_value);
    value_text(out->by, out->value - out->next_value, lead, sizeof lead);
    if (out->value == out->next_value) {
        snprintf(out->sentence, sizeof out->sentence, "%s: %s and %s alike, %s each.", most, first,
                 next, value);
        snprintf(out->brief, sizeof out->brief, "%s: %s and %s, %s", most, first, next, value);
        return;
    }
    snprintf(out->sentence, sizeof out->sentence,
             "%s: %s, %s; ahead of the next (%s, %s) by %s: %s.", most, first, value, next,
             next_value, lead, verdict);
    snprintf(out->brief, sizeof out->brief, "%s: %s, by %s: %s", most, first, lead, verdict);
}

void best_find(const struct grouping *grouping, enum best_by by, struct best *out) {
    *out = (struct best){.by = by, .first = -1, .next = -1, .p = NAN};
    if (is_ranked(grouping))
        find_two(grouping, by, out);
    if (out->next < 0) {
        out->first = -1;
        return;
    }
    const struct cell *first = &grouping->groups[out->first].cell,
                      *next = &grouping->groups[out->next].cell;
    out->value = (double)amount(&grouping->groups[out->first], by);
    out->next_value = (double)amount(&grouping->groups[out->next], by);
    out->p = by == BEST_BY_SALES ? p_of_sales(first, next) : p_of_revenue(first, next);
    out->verdict = out->p < 0.05 ? VERDICT_HIGHER : VERDICT_UNCLEAR;
    say(grouping, out);
}
