/* Linked lists from combinations without the handset, which are a fraction of those with it: what
 * no filter on handsets asks for is taken from them. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/linked_cells.h"

static struct combination_sums coarse_sums_of(const struct linked_cells *pass,
                                              const uint64_t *counted, size_t i) {
    const struct coarse_sums *coarse = &pass->rows->sums.coarse;
    if (pass->masks->days == NULL)
        return coarse->sums[i];
    struct combination_sums sums = {.sales = 0};
    size_t months = (size_t)pass->rows->sums.months.count;
    for (size_t month = 0; month < months; month++) {
        size_t at = i * months + month;
        sums.sales += coarse->sales[at] & counted[month];
        sums.revenue_minor += coarse->revenue_minor[at] & counted[month];
        sums.squares += coarse->squares[at] & counted[month];
    }
    return sums;
}

static void add_coarse_months(const struct coarse_sums *coarse, size_t i,
                              struct month_sums *months) {
    size_t count = (size_t)months->count;
    uint64_t *sales = months->sales + coarse->combinations[i].answers * count;
    for (size_t month = 0; month < count; month++) {
        size_t at = i * count + month;
        sales[month] += coarse->sales[at];
        months->sums[month].revenue_minor += coarse->revenue_minor[at];
        months->sums[month].squares += coarse->squares[at];
    }
}

/* Of what is inside, or of all without the others. */
static struct month_sums coarse_months(const struct linked_cells *pass,
                                       const struct linked_marked *marked) {
    const struct cube_sums *sums = &pass->rows->sums;
    const struct coarse_sums *coarse = &sums->coarse;
    struct month_sums added = month_sums_copy(&sums->months);
    month_sums_clear(&added);
    if (marked->inside_count <= coarse->count / 2) {
        for (size_t i = 0; i < marked->inside_count; i++)
            add_coarse_months(coarse, marked->inside[i], &added);
        return added;
    }
    struct month_sums all = month_sums_copy(&sums->months);
    for (size_t i = 0; i < marked->alone_count; i++)
        add_coarse_months(coarse, marked->alone[i], &added);
    for (size_t i = 0; i < marked->rest_count; i++)
        add_coarse_months(coarse, marked->rest[i], &added);
    month_sums_add_all(&all, &added, true);
    month_sums_free(&added);
    return all;
}

/* By month of the sums: all ones where it passes, else 0. */
static uint64_t *counted_months(const struct linked_cells *pass) {
    const struct month_sums *months = &pass->rows->sums.months;
    uint64_t *counted = xcalloc((size_t)months->count, sizeof *counted);
    size_t days = (size_t)(pass->facts->last_day - pass->facts->first_day) + 1;
    for (size_t day = 0; pass->masks->days != NULL && day < days; day++)
        counted[pass->rows->sums.month_at[day]] = pass->masks->days[day] == 0 ? UINT64_MAX : 0;
    return counted;
}

struct month_sums linked_coarse_count(struct linked_cells *pass) {
    const struct coarse_sums *coarse = &pass->rows->sums.coarse;
    struct linked_part *part = &pass->parts[0];
    uint64_t *counted = counted_months(pass);
    struct linked_marked marked = linked_mark(&pass->cuts, coarse->combinations, coarse->count);
    for (size_t i = 0; i < marked.inside_count; i++) {
        size_t at = marked.inside[i];
        const struct combination *of = &coarse->combinations[at];
        const struct combination_sums sums = coarse_sums_of(pass, counted, at);
        const struct answer_masks *answers = &pass->answers[of->answers];
        linked_count(&part->all.by[TALLY_LOCATION][of->location], &sums, answers);
        linked_count(&part->all.by[TALLY_SHOP][of->shop], &sums, answers);
        linked_count(&part->all.by[TALLY_SEGMENT][0], &sums, answers);
        linked_add_everywhere(pass, part, of, &sums);
    }
    for (size_t i = 0; i < marked.alone_count; i++) {
        const struct combination_sums sums = coarse_sums_of(pass, counted, marked.alone[i]);
        linked_add_beyond(pass, part, &coarse->combinations[marked.alone[i]], &sums,
                          (enum dimension)__builtin_ctz(marked.alone_failed[i]));
    }
    struct month_sums months = coarse_months(pass, &marked);
    free(marked.inside);
    free(counted);
    return months;
}

struct month_sums linked_coarse_months(const struct linked_cells *pass) {
    const struct coarse_sums *coarse = &pass->rows->sums.coarse;
    struct linked_masks masks = *pass->masks;
    struct linked_cuts cuts = pass->cuts;
    masks.handsets = NULL;
    cuts.masks = &masks;
    struct linked_marked marked = linked_mark(&cuts, coarse->combinations, coarse->count);
    struct month_sums months = coarse_months(pass, &marked);
    free(marked.inside);
    return months;
}
