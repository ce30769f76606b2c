/* One pass by group_by; unknown is a value like any other, but stands last. */
#include "engine/analysis/categories.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"

/* Shannon's entropy of the known values (Cover & Thomas 2006, §2.1). */
static double entropy_of(const struct categories *categories) {
    double known = (double)(categories->sales - categories->unknown), sum = 0;
    if (known <= 0)
        return NAN;
    for (int i = 0; i < categories->count; i++) {
        double share = (double)categories->rows[i].sales / known;
        if (categories->rows[i].code != 0 && share > 0)
            sum -= share * log(share);
    }
    return sum;
}

static void add(struct categories *out, const struct group *group,
                const struct calendar *calendar) {
    struct category *row = &out->rows[out->count];
    row->code = group->code[0];
    memcpy(row->label, group->label[0], sizeof row->label);
    row->sales = group->cell.sales;
    row->revenue_minor = group->cell.revenue_minor;
    row->share = share_wilson(row->sales, out->sales);
    row->partial =
        calendar_is_period(out->dimension) && calendar_coverage(calendar, group->code).partial;
    out->partial = out->partial || row->partial;
    if (row->code == 0) {
        out->unknown = row->sales;
    } else {
        out->values++;
        if (out->commonest < 0 || row->sales > out->rows[out->commonest].sales)
            out->commonest = out->count;
    }
    out->count++;
}

void categories_count(const struct facts *facts, const struct selection *selection,
                      enum dimension dimension, struct categories *out) {
    *out = (struct categories){.dimension = dimension, .commonest = -1};
    struct grouping grouping;
    group_by(facts, selection, &dimension, 1, &grouping);
    out->sales = grouping.total.sales;
    out->rows = xcalloc((size_t)grouping.count, sizeof *out->rows);
    struct calendar calendar;
    calendar_open(&calendar, facts, selection, &dimension, 1);
    for (int pass = 0; pass < 2; pass++) { /* unknown in the second */
        for (int i = 0; i < grouping.count; i++) {
            if ((grouping.groups[i].code[0] == 0) == (pass == 1))
                add(out, &grouping.groups[i], &calendar);
        }
    }
    out->entropy = entropy_of(out);
    calendar_close(&calendar);
    grouping_free(&grouping);
}

void category_label(const struct category *category, char label[CATEGORY_LABEL_SIZE]) {
    snprintf(label, CATEGORY_LABEL_SIZE, "%s%s", category->label, category->partial ? "*" : "");
}

void categories_free(struct categories *categories) {
    free(categories->rows);
    *categories = (struct categories){0};
}
