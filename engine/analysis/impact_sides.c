/* The sales by every factor, counted once; the two-valued ones and their sides, for every block
 * that compares yes with no. */
#include <stddef.h>

#include "engine/analysis/impact_blocks.h"

static const struct side sides[] = {
    {DIMENSION_FACEBOOK, 2, 1, "yes", "no", "Customers from Facebook"},
    {DIMENSION_FOLLOWS, 2, 1, "yes", "no", "Followers"},
    {DIMENSION_RETURNING, 2, 1, "yes", "no", "Returning customers"},
    {DIMENSION_HEARD, 2, 1, "yes", "no", "Customers who had heard of the shop"},
    {DIMENSION_GENDER, 1, 2, "F", "M", "Women"},
    {DIMENSION_LOCAL, 1, 2, "local", "outside", "Local customers"},
};

const struct side *side_of(enum dimension factor) {
    size_t side = 0;
    while (sides[side].factor != factor)
        side++;
    return &sides[side];
}

void two_valued_factors(enum outcome outcome, enum dimension factors[TWO_VALUED]) {
    for (int i = 0; i < OTHER_ANSWERS; i++)
        factors[i] = outcome_words(outcome)->answers[i];
    factors[OTHER_ANSWERS] = DIMENSION_GENDER;
    factors[OTHER_ANSWERS + 1] = DIMENSION_LOCAL;
}

void sales_by_count(const struct facts *facts, const struct selection *selection,
                    enum outcome outcome, struct sales_by *out) {
    const enum dimension *answers = outcome_words(outcome)->answers;
    const enum dimension all[SALES_BY_MAX] = {
        DIMENSION_LOCATION, DIMENSION_GENDER,  DIMENSION_AGE_BAND,
        DIMENSION_HANDSET,  DIMENSION_BRAND,   DIMENSION_PRICE_BAND,
        DIMENSION_LOCAL,    DIMENSION_WEEKDAY, outcome_words(outcome)->dimension,
        answers[0],         answers[1],        answers[2]};
    *out = (struct sales_by){.count = 0};
    for (int i = 0; i < SALES_BY_MAX; i++) {
        if (dimension_is_known(facts, all[i]))
            out->dimensions[out->count++] = all[i];
    }
    group_each(facts, selection, out->dimensions, out->count, out->groups);
}

void sales_by_free(struct sales_by *by) {
    for (int i = 0; i < by->count; i++)
        grouping_free(&by->groups[i]);
    by->count = 0;
}

const struct grouping *sales_by(const struct sales_by *by, enum dimension dimension) {
    for (int i = 0; i < by->count; i++) {
        if (by->dimensions[i] == dimension)
            return &by->groups[i];
    }
    return NULL;
}

void split_sides(const struct sales_by *by, const struct side *side, struct cell *yes,
                 struct cell *no) {
    const struct grouping *grouping = sales_by(by, side->factor);
    *yes = *no = (struct cell){0};
    for (int i = 0; i < grouping->count; i++) {
        if (grouping->groups[i].code[0] == side->yes)
            *yes = grouping->groups[i].cell;
        else if (grouping->groups[i].code[0] == side->no)
            *no = grouping->groups[i].cell;
    }
}

bool day_is_covered(const struct selection *selection, day_number first_day, day_number day) {
    if (selection->weekdays != 0 && (selection->weekdays >> date_weekday(day) & 1) == 0)
        return false;
    return selection->days == NULL || selection->days[day - first_day] != 0;
}

int64_t days_covered(const struct facts *facts, const struct selection *selection) {
    int64_t days = 0;
    if (facts->count == 0)
        return 0;
    for (day_number day = facts->first_day; day <= facts->last_day; day++)
        days += day_is_covered(selection, facts->first_day, day);
    return days;
}
