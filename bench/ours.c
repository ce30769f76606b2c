#include "bench/ours.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "bench/measure.h"

char *bench_path(const char *folder, int64_t rows, const char *name) {
    return xasprintf("%s/%" PRId64 "/%s", folder, rows, name);
}

struct shop *bench_shop(const char *folder, int64_t rows) {
    struct shop *shop;
    struct error error;
    char *path = bench_path(folder, rows, "shop.db");
    bench_check(shop_open(path, &shop, &error), &error);
    bench_check(shop_hold_sales(shop, &error), &error); /* as a dashboard does beside */
    free(path);
    return shop;
}

void our_whole(struct shop *shop) {
    static const struct slice none = {0};
    struct error error;
    bench_check(shop_choose(shop, &none, &error), &error);
}

void list_answer(struct buffer *out, const struct list_sum *sum) {
    if (sum->groups != 0)
        buffer_printf(out, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
                      sum->groups, sum->sales, sum->squares, sum->revenue_minor, sum->returning,
                      sum->facebook);
    buffer_text(out, "\n");
}

double our_lists(struct shop *shop, const struct slice *slice, double *every_ms,
                 struct buffer *answers) {
    struct linked linked = {.total = {.sales = 0}};
    struct error error;
    double started = seconds_now();
    /* Sales in memory are asked without cells of the slice, as a dashboard does. */
    enum err code = shop_would_sieve(shop, slice) ? ERR_OK : shop_choose(shop, slice, &error);
    const struct facts *facts = shop_list_facts(shop);
    if (code == ERR_OK)
        code = linked_compute(facts, slice, &linked, &error);
    double at_once = (seconds_now() - started) * 1e3;
    if (code == ERR_OK && linked_is_pending(&linked))
        code = linked_complete(facts, slice, &linked, &error);
    *every_ms = (seconds_now() - started) * 1e3;
    if (code == ERR_INPUT) {
        linked_free(&linked);
        return *every_ms = (double)NAN;
    }
    bench_check(code, &error);
    for (int i = 0; i < DIMENSION_COUNT && answers != NULL; i++) {
        struct list_sum sum = {0};
        if (i == DIMENSION_SEGMENT || i == DIMENSION_SHOP)
            continue;
        for (int j = 0; j < linked.lists[i].count; j++) {
            const struct cell *cell = &linked.lists[i].rows[j].cell;
            sum.groups++;
            sum.sales += cell->sales;
            sum.squares += cell->sales * cell->sales;
            sum.revenue_minor += cell->revenue_minor;
            sum.returning += cell->yes[ANSWER_RETURNING];
            sum.facebook += cell->yes[ANSWER_FACEBOOK];
        }
        list_answer(answers, &sum);
    }
    linked_free(&linked);
    return at_once;
}

/* Month by handset, for each location in turn: the groups of all three dimensions. */
double our_group(const struct shop *shop, struct buffer *answer) {
    static const enum dimension by[] = {DIMENSION_MONTH, DIMENSION_HANDSET};
    const struct facts *facts = shop_facts(shop);
    struct list_sum sum = {0};
    struct dimension_view locations;
    double started = seconds_now();
    dimension_open(&locations, facts, DIMENSION_LOCATION);
    for (int code = 0; code < locations.codes; code++) {
        struct slice slice = {0};
        struct selection selection;
        struct grouping grouping;
        struct error error;
        char label[DIMENSION_LABEL_SIZE];
        dimension_label(&locations, code, label);
        slice_add(&slice, DIMENSION_LOCATION, FILTER_IS, label);
        bench_check(slice_select(&slice, facts, &selection, &error), &error);
        group_by(facts, &selection, by, 2, &grouping);
        for (int i = 0; i < grouping.count; i++) {
            const struct cell *cell = &grouping.groups[i].cell;
            sum.groups++;
            sum.sales += cell->sales;
            sum.squares += cell->sales * cell->sales;
            sum.revenue_minor += cell->revenue_minor;
        }
        grouping_free(&grouping);
        selection_free(&selection);
        slice_free(&slice);
    }
    dimension_close(&locations);
    double ms = (seconds_now() - started) * 1e3;
    if (answer != NULL)
        list_answer(answer, &sum);
    return ms;
}

double our_weekdays(const struct shop *shop) {
    static const enum dimension by = DIMENSION_WEEKDAY;
    const struct slice none = {0};
    const struct facts *facts = shop_facts(shop);
    struct selection selection;
    struct grouping grouping;
    struct error error;
    double started = seconds_now();
    bench_check(slice_select(&none, facts, &selection, &error), &error);
    group_by(facts, &selection, &by, 1, &grouping);
    double ms = (seconds_now() - started) * 1e3;
    grouping_free(&grouping);
    selection_free(&selection);
    return ms;
}
