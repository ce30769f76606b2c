/* The two-valued factors and their sides, for every block that compares yes with no. */
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

void split_sides(const struct facts *facts, const struct selection *selection,
                 const struct side *side, struct cell *yes, struct cell *no) {
    struct grouping grouping;
    *yes = *no = (struct cell){0};
    group_by(facts, selection, &side->factor, 1, &grouping);
    for (int i = 0; i < grouping.count; i++) {
        if (grouping.groups[i].code[0] == side->yes)
            *yes = grouping.groups[i].cell;
        else if (grouping.groups[i].code[0] == side->no)
            *no = grouping.groups[i].cell;
    }
    grouping_free(&grouping);
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
