/* A segment against the rest, value by value of every dimension. */
#include "engine/learn/segment_contrast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/packs.h"
#include "engine/analysis/exact.h"
#include "engine/slice/stream.h"

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

/* ------------------------------------------------------------------ counting */

/* Of one dimension: sales by code and segment (0: in none). */
struct counts {
    struct dimension_view view; /* of the whole facts, and of the window while it is counted */
    int64_t *sales;
};

struct counting {
    struct counts *by[DIMENSION_COUNT]; /* NULL: not asked for */
    size_t segments;                    /* and one for none */
    int codes[PACK_SALES_MAX];
};

static void count_sales(void *context, const struct facts *window, const uint32_t *rows,
                        size_t count) {
    struct counting *counting = context;
    for (int dimension = 0; dimension < DIMENSION_COUNT; dimension++) {
        struct counts *counts = counting->by[dimension];
        if (counts == NULL)
            continue;
        counts->view.facts = window;
        dimension_codes(&counts->view, rows, count, counting->codes);
        for (size_t i = 0; i < count; i++)
            counts->sales[(size_t)counting->codes[i] * counting->segments +
                          window->segment[rows[i]]]++;
    }
}

static void counting_close(struct counting *counting) {
    for (int dimension = 0; dimension < DIMENSION_COUNT; dimension++) {
        struct counts *counts = counting->by[dimension];
        if (counts == NULL)
            continue;
        dimension_close(&counts->view);
        free(counts->sales);
        free(counts);
    }
    free(counting);
}

static enum err count_all(const struct facts *facts, const struct selection *selection,
                          const bool over[DIMENSION_COUNT], struct counting *counting,
                          struct error *error) {
    unsigned columns = PACKED_SEGMENT;
    for (int dimension = 0; dimension < DIMENSION_COUNT; dimension++) {
        bool fine = dimension == DIMENSION_DAY || dimension == DIMENSION_WEEK;
        if (dimension == DIMENSION_SEGMENT || (over != NULL ? !over[dimension] : fine))
            continue;
        struct counts *counts = counting->by[dimension] = xcalloc(1, sizeof *counts);
        dimension_open(&counts->view, facts, (enum dimension)dimension);
        counts->sales =
            xcalloc((size_t)counts->view.codes * counting->segments, sizeof *counts->sales);
        columns |= stream_columns((enum dimension)dimension);
    }
    enum err err = stream_selection(facts, selection, columns, count_sales, counting, error);
    for (int dimension = 0; dimension < DIMENSION_COUNT; dimension++)
        if (counting->by[dimension] != NULL)
            counting->by[dimension]->view.facts = facts;
    return err;
}

/* ------------------------------------------------------------------ comparing */

/* Adds the values of one dimension that occur in the slice. */
static void add_dimension(const struct counts *counts, size_t segments, size_t own,
                          struct segment_contrast *out) {
    const struct dimension_view *view = &counts->view;
    int64_t(*yes)[2] = xcalloc((size_t)view->codes + 1, sizeof *yes), known[2] = {0};
    for (size_t code = 1; code < (size_t)view->codes; code++) {
        for (size_t segment = 1; segment < segments; segment++) {
            int side = segment == own ? 0 : 1;
            yes[code][side] += counts->sales[code * segments + segment];
            known[side] += counts->sales[code * segments + segment];
        }
    }
    int first = out->count;
    for (int code = 1; code < view->codes; code++) {
        if (yes[code][0] + yes[code][1] == 0)
            continue;
        out->traits = xreallocarray(out->traits, (size_t)out->count + 1, sizeof *out->traits);
        struct segment_trait *trait = &out->traits[out->count++];
        *trait = (struct segment_trait){.dimension = view->dimension,
                                        .code = code,
                                        .yes = yes[code][0],
                                        .known = known[0],
                                        .rest_yes = yes[code][1],
                                        .rest_known = known[1]};
        dimension_label(view, code, trait->label);
        judge(trait);
    }
    if (out->count > first)
        mark_mirror(out->traits + first, out->count - first);
    free(yes);
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

enum err segment_contrasts_of(const struct facts *facts, const struct selection *selection, int k,
                              const bool over[DIMENSION_COUNT], struct segment_contrast *out,
                              struct error *error) {
    struct counting *counting = xcalloc(1, sizeof *counting);
    counting->segments = (size_t)k + 1;
    enum err err = count_all(facts, selection, over, counting, error);
    for (int position = 0; position < k; position++) {
        struct segment_contrast *contrast = &out[position];
        *contrast = (struct segment_contrast){0};
        for (int dimension = 0; err == ERR_OK && dimension < DIMENSION_COUNT; dimension++)
            if (counting->by[dimension] != NULL)
                add_dimension(counting->by[dimension], counting->segments, (size_t)position + 1,
                              contrast);
        adjust(contrast);
        if (contrast->count > 0)
            qsort(contrast->traits, (size_t)contrast->count, sizeof *contrast->traits,
                  by_character);
    }
    counting_close(counting);
    return err;
}

void segment_contrast_free(struct segment_contrast *contrast) {
    free(contrast->traits);
    *contrast = (struct segment_contrast){0};
}
