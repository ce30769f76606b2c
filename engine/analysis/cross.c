/* Cells stay a list, so that a day by handset table takes room for its sales, not for every pair
 * that could be. */
#include "engine/analysis/cross.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct code_place {
    int code, place;
};

static int compare_codes(const void *left, const void *right) {
    const struct code_place *a = left, *b = right;
    return (a->code > b->code) - (a->code < b->code);
}

static struct code_place *places_of(const struct grouping *grouping) {
    struct code_place *places = xcalloc((size_t)grouping->count, sizeof *places);
    for (int i = 0; i < grouping->count; i++)
        places[i] = (struct code_place){grouping->groups[i].code[0], i};
    if (grouping->count > 1)
        qsort(places, (size_t)grouping->count, sizeof *places, compare_codes);
    return places;
}

static int place_of(const struct code_place *places, int count, int code) {
    struct code_place wanted = {.code = code};
    const struct code_place *found =
        bsearch(&wanted, places, (size_t)count, sizeof *places, compare_codes);
    return found->place;
}

/* The cells come in the order of the rows and, within a row, of the columns: that is group_by's
 * order of both dimensions, and the margins have the same. */
static void find_places(struct cross *cross) {
    const struct grouping *cells = &cross->cells.grouping;
    int rows = cross->rows.grouping.count, columns = cross->columns.grouping.count;
    struct code_place *row_places = places_of(&cross->rows.grouping);
    struct code_place *column_places = places_of(&cross->columns.grouping);
    cross->first_of_row = xcalloc((size_t)rows + 1, sizeof *cross->first_of_row);
    cross->column_of_cell = xcalloc((size_t)cells->count, sizeof *cross->column_of_cell);
    for (int i = 0; i < cells->count; i++) {
        int row = place_of(row_places, rows, cells->groups[i].code[0]);
        cross->column_of_cell[i] = place_of(column_places, columns, cells->groups[i].code[1]);
        cross->first_of_row[row + 1] = i + 1;
    }
    free(row_places);
    free(column_places);
}

void cross_compute(const struct facts *facts, const struct selection *selection,
                   const enum dimension dimensions[2], struct cross *out) {
    *out = (struct cross){0};
    explore_compute(facts, selection, dimensions, 2, &out->cells);
    explore_compute(facts, selection, &dimensions[0], 1, &out->rows);
    explore_compute(facts, selection, &dimensions[1], 1, &out->columns);
    explore_compute(facts, selection, NULL, 0, &out->total);
    find_places(out);
}

enum err cross_quantiles(const struct facts *facts, const struct selection *selection,
                         struct cross *cross, struct error *error) {
    if (cross->first_of_row == NULL || !cross->cells.without_quantiles)
        return explore_quantiles(facts, selection, &cross->cells, error);
    struct counts_wanted wanted = {.of = COUNTS_PRICE, .by_count = 2};
    struct counts counts;
    memcpy(wanted.by, cross->cells.grouping.dimensions, sizeof wanted.by);
    enum err err = counts_take(facts, selection, &wanted, 1, &counts, error);
    struct explore *margins[] = {&cross->rows, &cross->columns, &cross->total};
    if (err == ERR_OK)
        explore_take_quantiles(&cross->cells, &counts);
    for (int i = 0; i < 3 && err == ERR_OK; i++) {
        struct counts margin;
        counts_margin(&counts, i < 2 ? i : -1, &margin);
        explore_take_quantiles(margins[i], &margin);
        counts_free(&margin);
    }
    counts_free(&counts);
    return err;
}

void cross_free(struct cross *cross) {
    explore_free(&cross->cells);
    explore_free(&cross->rows);
    explore_free(&cross->columns);
    explore_free(&cross->total);
    free(cross->first_of_row);
    free(cross->column_of_cell);
    *cross = (struct cross){0};
}

int cross_at(const struct cross *cross, int row, int column) {
    int low = cross->first_of_row[row], high = cross->first_of_row[row + 1];
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (cross->column_of_cell[middle] == column)
            return middle;
        if (cross->column_of_cell[middle] < column)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}
