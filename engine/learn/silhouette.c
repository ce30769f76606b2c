/* The silhouette. Rows with the same labels in every clustering are put side by side (a "cell"), so
 * that a row's distances are summed over runs of memory, and each clustering's cluster sums are
 * sums of cell sums: many clusterings cost no more than one. */
#include "engine/learn/silhouette.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/learn/kmeans.h"

enum { LANES = 64 };

struct sorting {
    const struct clustering *clusterings;
    int count;
};

static int compare_rows(const void *a, const void *b, void *context) {
    const struct sorting *sorting = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    for (int i = 0; i < sorting->count; i++) {
        const uint8_t *labels = sorting->clusterings[i].labels;
        if (labels[x] != labels[y])
            return labels[x] < labels[y] ? -1 : 1;
    }
    return (x > y) - (x < y);
}

struct cells {
    uint32_t *order; /* rows, cell after cell */
    size_t *starts;  /* of each cell in padded positions, which are multiples of LANES */
    size_t *sizes;   /* rows of each cell */
    size_t count;
    size_t padded;  /* positions in all */
    float *columns; /* width × padded: the values, cell after cell, padding 0 */
};

static bool same_cell(const struct sorting *sorting, uint32_t x, uint32_t y) {
    for (int i = 0; i < sorting->count; i++)
        if (sorting->clusterings[i].labels[x] != sorting->clusterings[i].labels[y])
            return false;
    return true;
}

static void cells_make(struct cells *cells, const double *values, size_t rows, int width,
                       struct sorting *sorting) {
    cells->order = xcalloc(rows, sizeof *cells->order);
    for (size_t i = 0; i < rows; i++)
        cells->order[i] = (uint32_t)i;
    qsort_r(cells->order, rows, sizeof *cells->order, compare_rows, sorting);
    cells->starts = xcalloc(rows, sizeof *cells->starts);
    cells->sizes = xcalloc(rows, sizeof *cells->sizes);
    cells->count = 0;
    cells->padded = 0;
    for (size_t i = 0; i < rows; i++) {
        if (i == 0 || !same_cell(sorting, cells->order[i - 1], cells->order[i])) {
            if (i > 0)
                cells->padded += (cells->sizes[cells->count - 1] + LANES - 1) / LANES * LANES;
            cells->starts[cells->count++] = cells->padded;
        }
        cells->sizes[cells->count - 1]++;
    }
    cells->padded += (cells->sizes[cells->count - 1] + LANES - 1) / LANES * LANES;
    cells->columns = xcalloc((size_t)width * cells->padded, sizeof *cells->columns);
    size_t at = 0;
    for (size_t cell = 0; cell < cells->count; cell++)
        for (size_t i = 0; i < cells->sizes[cell]; i++, at++)
            for (int column = 0; column < width; column++)
                cells->columns[(size_t)column * cells->padded + cells->starts[cell] + i] =
                    (float)values[cells->order[at] * (size_t)width + (size_t)column];
}

static void cells_free(struct cells *cells) {
    free(cells->order);
    free(cells->starts);
    free(cells->sizes);
    free(cells->columns);
}

/* The sum of the distances from `row` to the rows of one cell. */
static double cell_distance(const struct cells *cells, size_t cell, int width, const float *row) {
    double sum = 0;
    for (size_t block = 0; block < cells->sizes[cell]; block += LANES) {
        float squares[LANES] = {0};
        for (int column = 0; column < width; column++) {
            const float *restrict lanes =
                cells->columns + (size_t)column * cells->padded + cells->starts[cell] + block;
            float at = row[column];
            for (int lane = 0; lane < LANES; lane++) {
                float difference = lanes[lane] - at;
                squares[lane] += difference * difference;
            }
        }
        size_t left = cells->sizes[cell] - block;
        for (size_t lane = 0; lane < LANES && lane < left; lane++)
            sum += (double)sqrtf(squares[lane]);
    }
    return sum;
}

/* s = (b − a) / max(a, b): a the mean distance within the own cluster, b to the nearest other. */
static double row_silhouette(const struct cells *cells, const double *sums,
                             const struct clustering *clustering, size_t own_cell) {
    double distance[KMEANS_K_MAX + 1] = {0};
    size_t size[KMEANS_K_MAX + 1] = {0}, first = 0;
    int own = 0;
    for (size_t cell = 0; cell < cells->count; cell++) {
        int label = clustering->labels[cells->order[first]];
        distance[label] += sums[cell];
        size[label] += cells->sizes[cell];
        own = cell == own_cell ? label : own;
        first += cells->sizes[cell];
    }
    double nearest = INFINITY;
    for (int c = 0; c < clustering->k; c++)
        if (c != own && size[c] > 0)
            nearest = fmin(nearest, distance[c] / (double)size[c]);
    if (isinf(nearest))
        return (double)NAN;
    if (size[own] < 2)
        return 0;
    double within = distance[own] / (double)(size[own] - 1);
    double larger = fmax(within, nearest);
    return larger > 0 ? (nearest - within) / larger : 0;
}

enum err silhouette_of(const double *values, size_t rows, int width, struct clustering *clusterings,
                       int count, struct kmeans_report *report, uint64_t steps,
                       struct error *error) {
    enum err err = ERR_OK;
    struct sorting sorting = {clusterings, count};
    struct cells cells;
    cells_make(&cells, values, rows, width, &sorting);
    double *sums = xcalloc(cells.count, sizeof *sums);
    float *row = xcalloc((size_t)width + 1, sizeof *row);
    uint64_t done = report->done;
    for (int i = 0; i < count; i++)
        clusterings[i].silhouette = 0;
    size_t at = 0;
    for (size_t own = 0; own < cells.count; own++)
        for (size_t i = 0; i < cells.sizes[own]; i++, at++) {
            if (at % 512 == 0 && !progress_report(report->sink, report->phase, "fits",
                                                  done + at * steps / rows, report->total)) {
                err = error_set(error, ERR_CANCELLED, "cancelled");
                goto cleanup;
            }
            for (int column = 0; column < width; column++)
                row[column] = cells.columns[(size_t)column * cells.padded + cells.starts[own] + i];
            for (size_t cell = 0; cell < cells.count; cell++)
                sums[cell] = cell_distance(&cells, cell, width, row);
            for (int c = 0; c < count; c++)
                clusterings[c].silhouette += row_silhouette(&cells, sums, &clusterings[c], own);
        }
    for (int i = 0; i < count; i++)
        clusterings[i].silhouette /= (double)rows;
    report->done = done + steps;
cleanup:
    free(row);
    free(sums);
    cells_free(&cells);
    return err;
}
