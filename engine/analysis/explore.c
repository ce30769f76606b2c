/* Measures by any one or two dimensions, each row with its intervals, and one test per question
 * whether the rows differ at all. */
#include "engine/analysis/explore.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* A question's own answers differ by it, and so does engagement, which is made of three of them: a
 * test of that would say nothing. */
static bool is_asked_itself(const struct grouping *grouping, enum answer answer) {
    for (int d = 0; d < grouping->dimension_count; d++) {
        enum answer own;
        if (dimension_answer(grouping->dimensions[d], &own) && own == answer)
            return true;
        if (grouping->dimensions[d] == DIMENSION_ENGAGEMENT && answer != ANSWER_RETURNING)
            return true;
    }
    return false;
}

static struct chi_square test_rows(const struct grouping *grouping, enum answer answer) {
    int rows = is_asked_itself(grouping, answer) ? 0 : grouping->count;
    int64_t *counts = xcalloc((size_t)rows * 2, sizeof *counts);
    for (int i = 0; i < rows; i++) {
        const struct cell *cell = &grouping->groups[i].cell;
        counts[2 * i] = cell->yes[answer];
        counts[2 * i + 1] = cell->known[answer] - cell->yes[answer];
    }
    struct chi_square result = chi_square_test(counts, rows, 2);
    free(counts);
    return result;
}

void explore_compute(const struct facts *facts, const struct selection *selection,
                     const enum dimension *dimensions, int dimension_count, struct explore *out) {
    *out = (struct explore){0};
    group_by(facts, selection, dimensions, dimension_count, &out->grouping);
    out->rows = xcalloc((size_t)out->grouping.count, sizeof *out->rows);
    for (int i = 0; i < out->grouping.count; i++) {
        const struct group *group = &out->grouping.groups[i];
        struct explore_row *row = &out->rows[i];
        row->group = group;
        row->mean_price_minor = (double)group->cell.revenue_minor / (double)group->cell.sales;
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            row->shares[answer] = share_wilson(group->cell.yes[answer], group->cell.known[answer]);
    }
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        out->test[answer] = test_rows(&out->grouping, (enum answer)answer);
}

void explore_free(struct explore *explore) {
    free(explore->rows);
    grouping_free(&explore->grouping);
    *explore = (struct explore){0};
}
