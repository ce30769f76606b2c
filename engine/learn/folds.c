/* Folds are drawn by label; periods are cut by day. */
#include "engine/learn/folds.h"

#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "base/memory.h"
#include "engine/learn/random.h"

enum period { PERIOD_EARLY_INNER, PERIOD_EARLY_LATER, PERIOD_LATE };

/* What all matrices of all repeats together may hold: 4 bytes each, and two more for the index. */
static const size_t kept_numbers_max = 100u * 1000 * 1000;

void folds_draw(const uint8_t *labels, size_t rows, int count, uint64_t seed, uint64_t stream,
                uint8_t *of) {
    gsl_rng *random = random_new(seed, stream);
    size_t *members = xcalloc(rows + 1, sizeof *members);
    size_t dealt = 0;
    for (int label = 1; label >= 0; label--) {
        size_t found = 0;
        for (size_t row = 0; row < rows; row++)
            if (labels[row] == label)
                members[found++] = row;
        gsl_ran_shuffle(random, members, found, sizeof *members);
        for (size_t i = 0; i < found; i++)
            of[members[i]] = (uint8_t)(dealt++ % (size_t)count);
    }
    free(members);
    gsl_rng_free(random);
}

int folds_validation(const struct folds *folds, int fold) {
    return (fold + 1) % folds->count;
}

void folds_open(struct folds *folds, const struct examples *examples, int count, uint64_t seed,
                uint64_t stream) {
    *folds = (struct folds){.count = count};
    folds->of = xcalloc(examples->rows + 1, 1);
    folds_draw(examples->labels, examples->rows, count, seed, stream, folds->of);
    for (int i = 0; i < count; i++) {
        part_open(&folds->test[i], examples, folds->of, i);
        part_open_but(&folds->train[i], examples, folds->of, i, i);
        if (count >= FOLDS_INNER_MIN)
            part_open_but(&folds->inner[i], examples, folds->of, i, folds_validation(folds, i));
    }
}

void folds_close(struct folds *folds) {
    for (int i = 0; i < folds->count; i++) {
        part_close(&folds->train[i]);
        part_close(&folds->test[i]);
        part_close(&folds->inner[i]);
    }
    free(folds->of);
    *folds = (struct folds){0};
}

/* ------------------------------------------------------------------ in time */

static int by_day(const void *a, const void *b) {
    const day_number *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The distinct days, ascending; the caller frees. */
static day_number *distinct_days(const struct examples *examples, size_t *count) {
    day_number *days = xcalloc(examples->rows + 1, sizeof *days);
    for (size_t row = 0; row < examples->rows; row++)
        days[row] = examples->days[row];
    qsort(days, examples->rows, sizeof *days, by_day);
    *count = 0;
    for (size_t row = 0; row < examples->rows; row++)
        if (*count == 0 || days[row] != days[*count - 1])
            days[(*count)++] = days[row];
    return days;
}

/* A label must be there at least so often: twice for the variance of an AUC. */
static bool both_labels(const struct part *part, int64_t *yes) {
    *yes = 0;
    for (size_t i = 0; i < part->count; i++)
        *yes += part->examples->labels[part->rows[i]];
    return *yes >= 2 && (int64_t)part->count - *yes >= 2;
}

static void cut_in_time(struct splits *splits) {
    const struct examples *examples = splits->examples;
    size_t count = 0;
    day_number *days = examples->days ? distinct_days(examples, &count) : xcalloc(1, sizeof *days);
    size_t early = count * 4 / 5, inner = early * 4 / 5; /* 80 %, whole days */
    splits->periods = xcalloc(examples->rows + 1, 1);
    for (size_t row = 0; row < examples->rows && inner > 0; row++)
        splits->periods[row] = examples->days[row] >= days[early]   ? PERIOD_LATE
                               : examples->days[row] >= days[inner] ? PERIOD_EARLY_LATER
                                                                    : PERIOD_EARLY_INNER;
    part_open(&splits->late, examples, splits->periods, PERIOD_LATE);
    part_open(&splits->early_inner, examples, splits->periods, PERIOD_EARLY_INNER);
    part_open(&splits->early_later, examples, splits->periods, PERIOD_EARLY_LATER);
    part_open_but(&splits->early, examples, splits->periods, PERIOD_LATE, PERIOD_LATE);
    struct time_split *split = &splits->days;
    split->possible = inner > 0;
    split->possible &= both_labels(&splits->early, &split->train_yes);
    split->possible &= both_labels(&splits->late, &split->test_yes);
    split->train_rows = (int64_t)splits->early.count;
    split->test_rows = (int64_t)splits->late.count;
    if (inner > 0) {
        split->train_first = days[0];
        split->train_last = days[early - 1];
        split->test_first = days[early];
        split->test_last = days[count - 1];
    }
    int64_t yes;
    splits->early_choice = both_labels(&splits->early_inner, &yes);
    splits->early_choice &= both_labels(&splits->early_later, &yes);
    free(days);
}

/* ------------------------------------------------------------------ all of them */

void splits_open(struct splits *splits, const struct examples *examples, int folds, int repeats,
                 uint64_t seed) {
    *splits = (struct splits){.examples = examples, .repeat_count = repeats};
    splits->repeats = xcalloc((size_t)repeats, sizeof *splits->repeats);
    for (int repeat = 0; repeat < repeats; repeat++)
        folds_open(&splits->repeats[repeat], examples, folds, seed, (uint64_t)repeat);
    splits->everything = xcalloc(examples->rows + 1, 1);
    part_open(&splits->all, examples, splits->everything, 0);
    cut_in_time(splits);
}

void splits_close(struct splits *splits) {
    for (int repeat = 0; repeat < splits->repeat_count; repeat++)
        folds_close(&splits->repeats[repeat]);
    part_close(&splits->all);
    part_close(&splits->early);
    part_close(&splits->late);
    part_close(&splits->early_inner);
    part_close(&splits->early_later);
    free(splits->repeats);
    free(splits->everything);
    free(splits->periods);
    *splits = (struct splits){0};
}

void splits_release(struct splits *splits) {
    const struct examples *examples = splits->examples;
    int folds = splits->repeat_count > 0 ? splits->repeats[0].count : 0;
    /* a repeat holds each row folds − 1 times to train and folds − 2 times inside; what is only
     * tested on needs no matrix */
    size_t times = (size_t)(2 * folds - 3) * (size_t)splits->repeat_count + 3;
    if (examples->rows * (size_t)examples->width * times <= kept_numbers_max)
        return;
    for (int repeat = 0; repeat < splits->repeat_count; repeat++)
        for (int fold = 0; fold < folds; fold++) {
            part_release(&splits->repeats[repeat].train[fold]);
            part_release(&splits->repeats[repeat].inner[fold]);
        }
    part_release(&splits->all);
    part_release(&splits->early);
    part_release(&splits->early_inner);
}
