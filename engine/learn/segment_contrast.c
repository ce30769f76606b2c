/* A segment against the rest, value by value of every dimension. */
#include "engine/learn/segment_contrast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/analysis/exact.h"

enum { EXACT_BELOW = 5 };

static double p_of(const struct segment_trait *trait) {
    const int64_t counts[4] = {trait->yes, trait->known - trait->yes, trait->rest_yes,
                               trait->rest_known - trait->rest_yes};
    struct chi_square test = chi_square_test(counts, 2, 2);
    return test.df > 0 && test.smallest_expected < EXACT_BELOW ? fisher_exact(counts) : test.p;
}

static void judge(struct segment_trait *trait) {
    trait->share = share_wilson(trait->yes, trait->known);
    trait->rest = share_wilson(trait->rest_yes, trait->rest_known);
    bool both = trait->known > 0 && trait->rest_known > 0;
    trait->difference =
        both ? difference_newcombe(trait->yes, trait->known, trait->rest_yes, trait->rest_known)
             : (struct interval){(double)NAN, (double)NAN, (double)NAN};
    trait->p = both ? p_of(trait) : (double)NAN;
}

/* Of exactly two values that occur the lower one repeats the other with the sign turned. */
static void mark_mirror(struct segment_trait *traits, int count) {
    if (count == 2)
        traits[traits[0].difference.estimate < traits[1].difference.estimate ? 0 : 1].mirror = true;
}

/* Adds the values of one dimension that occur in the slice. */
static void add_dimension(const struct facts *facts, const struct selection *selection,
                          int position, enum dimension dimension, struct segment_contrast *out) {
    struct dimension_view view;
    dimension_open(&view, facts, dimension);
    int *codes = xcalloc(selection->count + 1, sizeof *codes);
    int64_t(*yes)[2] = xcalloc((size_t)view.codes + 1, sizeof *yes), known[2] = {0};
    dimension_codes(&view, selection->rows, selection->count, codes);
    for (size_t i = 0; i < selection->count; i++) {
        int segment = facts->segment[selection->rows[i]];
        if (codes[i] == 0 || segment == 0)
            continue;
        int side = segment == position + 1 ? 0 : 1;
        yes[codes[i]][side]++;
        known[side]++;
    }
    int first = out->count;
    for (int code = 1; code < view.codes; code++) {
        if (yes[code][0] + yes[code][1] == 0)
            continue;
        out->traits = xreallocarray(out->traits, (size_t)out->count + 1, sizeof *out->traits);
        struct segment_trait *trait = &out->traits[out->count++];
        *trait = (struct segment_trait){.dimension = dimension,
                                        .code = code,
                                        .yes = yes[code][0],
                                        .known = known[0],
                                        .rest_yes = yes[code][1],
                                        .rest_known = known[1]};
        dimension_label(&view, code, trait->label);
        judge(trait);
    }
    if (out->count > first)
        mark_mirror(out->traits + first, out->count - first);
    free(yes);
    free(codes);
    dimension_close(&view);
}

/* A mirror is no test of its own: it has the p of the value it mirrors. */
static void adjust(struct segment_contrast *contrast) {
    size_t count = (size_t)contrast->count;
    double *p = xcalloc(count + 1, sizeof *p), *adjusted = xcalloc(count + 1, sizeof *adjusted);
    for (size_t i = 0; i < count; i++)
        p[i] = contrast->traits[i].mirror ? (double)NAN : contrast->traits[i].p;
    adjust_benjamini_hochberg(p, adjusted, contrast->count);
    for (size_t i = 0; i < count; i++) {
        struct segment_trait *trait = &contrast->traits[i];
        size_t of = i;
        if (trait->mirror)
            of = i + 1 < count && trait[1].dimension == trait->dimension ? i + 1 : i - 1;
        trait->p_adjusted = adjusted[of];
        trait->verdict = trait->p_adjusted < 0.05 ? verdict_of(trait->difference) : VERDICT_UNCLEAR;
    }
    free(adjusted);
    free(p);
}

static int by_character(const void *a, const void *b) {
    const struct segment_trait *x = a, *y = b;
    bool x_clear = x->verdict != VERDICT_UNCLEAR, y_clear = y->verdict != VERDICT_UNCLEAR;
    if (x_clear != y_clear)
        return x_clear ? -1 : 1;
    double apart_x = fabs(x->difference.estimate), apart_y = fabs(y->difference.estimate);
    if (apart_x > apart_y || apart_x < apart_y)
        return apart_x < apart_y ? 1 : -1;
    if (x->mirror != y->mirror)
        return x->mirror ? 1 : -1;
    if (x->dimension != y->dimension)
        return (int)x->dimension - (int)y->dimension;
    return x->code - y->code;
}

void segment_contrast_of(const struct facts *facts, const struct selection *selection, int position,
                         const bool over[DIMENSION_COUNT], struct segment_contrast *out) {
    *out = (struct segment_contrast){0};
    for (int dimension = 0; dimension < DIMENSION_COUNT; dimension++) {
        bool fine = dimension == DIMENSION_DAY || dimension == DIMENSION_WEEK;
        if (dimension != DIMENSION_SEGMENT && (over != NULL ? over[dimension] : !fine))
            add_dimension(facts, selection, position, (enum dimension)dimension, out);
    }
    adjust(out);
    if (out->count > 0)
        qsort(out->traits, (size_t)out->count, sizeof *out->traits, by_character);
}

void segment_contrast_free(struct segment_contrast *contrast) {
    free(contrast->traits);
    *contrast = (struct segment_contrast){0};
}
