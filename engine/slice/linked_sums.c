#include "engine/slice/linked_sums.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/cube.h"

/* Sales of all combinations are asked of their day where a month passes in part. */
static void ask_days(struct linked_sums *sums, const struct facts *facts, const uint32_t *failed) {
    const uint16_t *month_at = facts->cube->rows.sums.month_at;
    size_t days = sums->columns->days;
    sums->by_day = ASK_DAY;
    sums->filter.days = xcalloc(days, sizeof *sums->filter.days);
    for (size_t day = 0; day < days; day++) {
        bool passes = failed[day] == 0;
        sums->filter.days[day] = passes ? UINT64_MAX : 0;
        if (day > 0 && month_at[day] == month_at[day - 1] && passes != (failed[day - 1] == 0))
            sums->asked |= ASK_DAY;
    }
}

void linked_sums_open(struct linked_sums *sums, const struct facts *facts,
                      const struct linked_masks *masks, const struct sale_columns *columns) {
    struct sale_filter *filter = &sums->filter;
    *sums = (struct linked_sums){.columns = columns};
    sums->time = month_ranges_of(facts, &facts->cube->rows, masks->days);
    if (columns == NULL)
        return;
    filter->columns = columns;
    sale_filter_set_prices(filter, masks->prices);
    for (int code = 0; code < BYTE_CODES; code++) {
        filter->ages[code] = masks->ages == NULL || masks->ages[code] == 0 ? UINT64_MAX : 0;
        filter->segments[code] =
            masks->segments == NULL || masks->segments[code] == 0 ? UINT64_MAX : 0;
    }
    if (masks->segments != NULL)
        sums->asked |= ASK_SEGMENT;
    if (masks->days != NULL)
        ask_days(sums, facts, masks->days);
}

void linked_sums_close(struct linked_sums *sums) {
    free(sums->filter.days);
}

struct combination_sums linked_sums_of(const struct linked_sums *sums, size_t combination,
                                       unsigned asked) {
    const struct sale_columns *columns = sums->columns;
    if (columns == NULL)
        return month_ranges_sums(&sums->time, combination);
    uint32_t from = columns->from[combination], to = columns->from[combination + 1];
    if (from == to) /* of a shop of which only sums are here */
        return (struct combination_sums){.sales = 0};
    if ((asked | sums->asked) == 0)
        return month_ranges_sums(&sums->time, combination);
    return sale_sums(&sums->filter, asked | sums->asked | sums->by_day, from, to);
}
