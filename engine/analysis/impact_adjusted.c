/* Counts a 2×2 table of factor and outcome in every combination of the chosen dimensions that
 * occurs, for the Mantel-Haenszel odds ratio and its tests. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/analysis/impact_blocks.h"

enum { BLOCK = 1024, ANSWERED_NO = 1, ANSWERED_YES = 2 };

/* Whether holding `held` alike would fix the other dimension, wholly or in part, so that there
 * would be nothing left to compare: a location says whether it is local, an engagement level how
 * many of three answers are yes. */
static bool says_of(enum dimension held, enum dimension other) {
    bool counted =
        other == DIMENSION_FACEBOOK || other == DIMENSION_FOLLOWS || other == DIMENSION_HEARD;
    return held == other || (held == DIMENSION_LOCATION && other == DIMENSION_LOCAL) ||
           (held == DIMENSION_ENGAGEMENT && counted);
}

/* The chosen dimensions that can be held alike here, and their names. */
static int strata_of(const struct impact_options *options, enum dimension outcome,
                     struct impact_adjusted *adjusted, enum dimension *dimensions) {
    int count = 0;
    for (int i = 0; i < options->strata_count; i++) {
        enum dimension dimension = options->strata[i];
        if (says_of(dimension, adjusted->factor) || says_of(dimension, outcome))
            continue;
        size_t length = strlen(adjusted->held);
        snprintf(adjusted->held + length, sizeof adjusted->held - length, "%s%s",
                 count > 0 ? ", " : "", dimension_name(dimension));
        dimensions[count++] = dimension;
    }
    if (count == 0)
        snprintf(adjusted->held, sizeof adjusted->held, "nothing");
    return count;
}

/* The four cells of each stratum: yes or no by whether the outcome is, in the order of
 * stratified_test. */
struct tables {
    int64_t (*counts)[4];
    int count;
};

/* What sees a sale's (or a cell's) stratum, and which of the four cells it belongs to. */
typedef void note_sales(void *context, uint64_t stratum, int cell, uint32_t sales);

/* Every row whose factor and outcome are known. Returns how many strata there could be. */
static uint64_t go_through(const struct facts *facts, const struct selection *selection,
                           const struct side *side, enum dimension outcome,
                           const enum dimension *dimensions, int count, note_sales *note,
                           void *context) {
    struct dimension_view strata[IMPACT_STRATA_MAX], factor_view, outcome_view;
    uint64_t possible = 1;
    for (int d = 0; d < count; d++) {
        dimension_open(&strata[d], facts, dimensions[d]);
        possible *= (uint64_t)strata[d].codes;
    }
    dimension_open(&factor_view, facts, side->factor);
    dimension_open(&outcome_view, facts, outcome);
    for (size_t at = 0; note != NULL && at < selection->count; at += BLOCK) {
        const uint32_t *rows = selection->rows + at;
        size_t size = selection->count - at < BLOCK ? selection->count - at : BLOCK;
        uint64_t stratum[BLOCK] = {0};
        int code[BLOCK], factor[BLOCK], answer[BLOCK];
        for (int d = 0; d < count; d++) {
            dimension_codes(&strata[d], rows, size, code);
            for (size_t i = 0; i < size; i++)
                stratum[i] = stratum[i] * (uint64_t)strata[d].codes + (uint64_t)code[i];
        }
        dimension_codes(&factor_view, rows, size, factor);
        dimension_codes(&outcome_view, rows, size, answer);
        for (size_t i = 0; i < size; i++) {
            bool no = factor[i] == side->no, answered_no = answer[i] == ANSWERED_NO;
            if ((no || factor[i] == side->yes) && (answered_no || answer[i] == ANSWERED_YES))
                note(context, stratum[i], no << 1 | answered_no, facts_sales(facts, rows[i]));
        }
    }
    for (int d = 0; d < count; d++)
        dimension_close(&strata[d]);
    dimension_close(&factor_view);
    dimension_close(&outcome_view);
    return possible;
}

/* Few strata are possible: each has its place. */
static void note_dense(void *context, uint64_t stratum, int cell, uint32_t sales) {
    int64_t(*counts)[4] = context;
    counts[stratum][cell] += sales;
}

static int drop_empty(int64_t (*counts)[4], size_t possible) {
    int kept = 0;
    for (size_t i = 0; i < possible; i++) {
        if (counts[i][0] + counts[i][1] + counts[i][2] + counts[i][3] == 0)
            continue;
        if ((size_t)kept != i)
            memcpy(counts[kept], counts[i], sizeof counts[i]);
        kept++;
    }
    return kept;
}

/* Many are, of which few occur: sorted. */
struct keyed {
    uint64_t key; /* the stratum, and in the last two bits the cell */
    uint32_t sales;
};
struct keys {
    struct keyed *keys;
    size_t count;
};

static void note_sparse(void *context, uint64_t stratum, int cell, uint32_t sales) {
    struct keys *keys = context;
    keys->keys[keys->count++] = (struct keyed){stratum << 2 | (uint64_t)cell, sales};
}

static int compare_keys(const void *left, const void *right) {
    const struct keyed *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

static struct tables tables_of_keys(struct keys *keys) {
    struct tables out = {.count = 0};
    qsort(keys->keys, keys->count, sizeof *keys->keys, compare_keys);
    for (size_t i = 0; i < keys->count; i++)
        out.count += i == 0 || keys->keys[i].key >> 2 != keys->keys[i - 1].key >> 2;
    out.counts = xcalloc((size_t)out.count + 1, sizeof *out.counts);
    int stratum = -1;
    for (size_t i = 0; i < keys->count; i++) {
        stratum += i == 0 || keys->keys[i].key >> 2 != keys->keys[i - 1].key >> 2;
        out.counts[stratum][keys->keys[i].key & 3] += keys->keys[i].sales;
    }
    return out;
}

/* Strata with at least one sale, in their order; the caller frees the counts. */
static struct tables count_strata(const struct facts *facts, const struct selection *selection,
                                  const struct side *side, enum dimension outcome,
                                  const enum dimension *dimensions, int count) {
    enum { DENSE_MOST = 1 << 18 };
    uint64_t possible = go_through(facts, selection, side, outcome, dimensions, count, NULL, NULL);
    if (possible <= DENSE_MOST) {
        struct tables out = {.counts = xcalloc((size_t)possible, sizeof *out.counts)};
        go_through(facts, selection, side, outcome, dimensions, count, note_dense, out.counts);
        out.count = drop_empty(out.counts, (size_t)possible);
        return out;
    }
    struct keys keys = {.keys = xcalloc(selection->count + 1, sizeof *keys.keys)};
    go_through(facts, selection, side, outcome, dimensions, count, note_sparse, &keys);
    struct tables out = tables_of_keys(&keys);
    free(keys.keys);
    return out;
}

static void adjust(const struct facts *facts, const struct selection *selection,
                   const struct impact_options *options, struct impact_adjusted *adjusted) {
    enum dimension dimensions[IMPACT_STRATA_MAX];
    enum dimension outcome = outcome_words(options->outcome)->dimension;
    int count = strata_of(options, outcome, adjusted, dimensions);
    struct tables tables =
        count_strata(facts, selection, side_of(adjusted->factor), outcome, dimensions, count);
    adjusted->tests = stratified_test((const int64_t(*)[4])tables.counts, tables.count);
    adjusted->odds_ratio = adjusted->tests.odds_ratio;
    adjusted->strata = adjusted->tests.telling;
    adjusted->strata_total = tables.count;
    adjusted->verdict = adjusted->odds_ratio.low > 1    ? VERDICT_HIGHER
                        : adjusted->odds_ratio.high < 1 ? VERDICT_LOWER
                                                        : VERDICT_UNCLEAR;
    adjusted->homogeneous = !(adjusted->tests.breslow_day_p < 0.05);
    free(tables.counts);
}

/* About the clear ones, or that there is none; and whether one ratio tells it for all strata. */
static void say(struct impact *out) {
    int clear = 0, testable = 0, mixed = 0, compared = 0;
    const struct impact_adjusted *first = NULL, *first_mixed = NULL;
    for (int i = 0; i < out->adjusted_count; i++) {
        const struct impact_adjusted *at = &out->adjusted[i];
        testable += !isnan(at->odds_ratio.estimate);
        if (at->verdict != VERDICT_UNCLEAR && clear++ == 0)
            first = at;
        compared += !isnan(at->tests.breslow_day_p);
        if (!at->homogeneous && mixed++ == 0)
            first_mixed = at;
    }
    char strata[128] = "";
    if (mixed > 0)
        snprintf(strata, sizeof strata, " By %s it may differ between strata (p = %.2g)%s.",
                 dimension_title(first_mixed->factor), first_mixed->tests.breslow_day_p,
                 mixed > 1 ? ", and by others" : "");
    else if (compared > 0)
        snprintf(strata, sizeof strata, " Nothing shows that it differs between strata.");
    if (testable == 0)
        snprintf(out->adjusted_sentence, sizeof out->adjusted_sentence,
                 "No stratum tells: nowhere do both answers and both sides occur.");
    else if (clear == 0)
        snprintf(out->adjusted_sentence, sizeof out->adjusted_sentence,
                 "Among customers who are alike, no odds differ clearly.%s", strata);
    else
        snprintf(out->adjusted_sentence, sizeof out->adjusted_sentence,
                 "%s have %.2f times the odds among customers who are alike [%.2f to %.2f]%s.%s",
                 side_of(first->factor)->people, first->odds_ratio.estimate, first->odds_ratio.low,
                 first->odds_ratio.high, clear > 1 ? ", and others differ too" : "", strata);
}

void impact_adjust(const struct facts *facts, const struct selection *selection,
                   const struct impact_options *options, struct impact *out) {
    enum dimension factors[TWO_VALUED];
    two_valued_factors(out->outcome, factors);
    for (int i = 0; i < TWO_VALUED; i++) {
        struct impact_adjusted *adjusted = &out->adjusted[out->adjusted_count++];
        adjusted->factor = factors[i];
        adjust(facts, selection, options, adjusted);
    }
    say(out);
}
