/* What `segments` answers, table by table. */
#include "report/segments.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/learn/components.h"
#include "engine/learn/segment_belief.h"
#include "engine/learn/segment_contrast.h"
#include "engine/learn/stability.h"

void segments_add_profiles(struct document *document, const struct segmentation *segmentation,
                           const struct segment_profile *profiles) {
    static const struct column columns[] = {
        {.key = "name", .title = "Segment"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "share", .minor = true, .title = "Share", .kind = KIND_SHARE},
        {.key = "age_min", .minor = true, .title = "Youngest", .kind = KIND_NUMBER},
        {.key = "age_mean", .title = "Mean age", .kind = KIND_REAL, .decimals = 1},
        {.key = "age_max", .minor = true, .title = "Oldest", .kind = KIND_NUMBER},
        {.key = "price_min", .minor = true, .title = "Cheapest", .kind = KIND_MONEY},
        {.key = "price_mean", .title = "Mean price", .kind = KIND_MONEY},
        {.key = "price_max", .minor = true, .title = "Dearest", .kind = KIND_MONEY},
        {.key = "share_returning",
         .title = "Returning",
         .kind = KIND_SHARE,
         .low = "share_returning_low",
         .high = "share_returning_high"},
        {.key = "share_facebook",
         .minor = true,
         .title = "From Facebook",
         .kind = KIND_SHARE,
         .low = "share_facebook_low",
         .high = "share_facebook_high"},
        {.key = "jaccard", .minor = true, .title = "Found again", .kind = KIND_REAL, .decimals = 2},
        {.key = "persona", .title = "By the rule", .hidden = NOT_IN_TEXT},
    };
    const struct stability *stability = segmentation_stability(segmentation);
    struct table *table =
        document_table(document, "segments", NULL, columns, sizeof columns / sizeof *columns);
    document->csv = table;
    for (int i = 0; i < segmentation_k(segmentation); i++) {
        const struct segment_profile *profile = &profiles[i];
        const struct cell *cell = &profile->cell;
        table_text(table, profile->name);
        table_integer(table, profile->sales);
        table_real(table, profile->share);
        if (profile->age_max > 0) {
            table_integer(table, profile->age_min);
            table_real(table, profile->age_mean);
            table_integer(table, profile->age_max);
        } else {
            for (int unknown = 0; unknown < 3; unknown++)
                table_unknown(table);
        }
        if (profile->sales > 0) {
            table_integer(table, profile->price_min_minor);
            table_real(table, profile->price_mean_minor);
            table_integer(table, profile->price_max_minor);
        } else {
            for (int unknown = 0; unknown < 3; unknown++)
                table_unknown(table);
        }
        table_interval(table,
                       share_wilson(cell->yes[ANSWER_RETURNING], cell->known[ANSWER_RETURNING]));
        table_interval(table,
                       share_wilson(cell->yes[ANSWER_FACEBOOK], cell->known[ANSWER_FACEBOOK]));
        table_real(table, stability != NULL ? stability->jaccard[i] : (double)NAN);
        table_text(table, segmentation_persona(segmentation, i));
    }
}

void segments_add_scan(struct document *document, const struct segmentation *segmentation) {
    static const struct column columns[] = {
        {.key = "k", .title = "k", .kind = KIND_NUMBER},
        {.key = "inertia", .title = "Inertia", .kind = KIND_REAL, .decimals = 1},
        {.key = "silhouette", .title = "Silhouette", .kind = KIND_REAL, .decimals = 4},
    };
    int count;
    const struct segment_scan *scan = segmentation_scan(segmentation, &count);
    struct table *table = document_table(document, "scan", "How many segments?", columns,
                                         sizeof columns / sizeof *columns);
    for (int i = 0; i < count; i++) {
        table_integer(table, scan[i].k);
        table_real(table, scan[i].inertia);
        table_real(table, scan[i].silhouette);
    }
    int better = segmentation_better_k(segmentation), elbow = segmentation_elbow_k(segmentation);
    int64_t sampled = segmentation_silhouette_rows(segmentation);
    if (elbow != 0)
        document_sentence(document,
                          "Inertia bends most at %d segments (farthest below the line from first "
                          "to last).",
                          elbow);
    if (better != 0)
        document_sentence(document, "By silhouette, %d segments lie further apart than %d.", better,
                          segmentation_k(segmentation));
    if (sampled < segmentation_rows(segmentation))
        document_sentence(document, "Silhouettes are of a random sample of %lld sales.",
                          (long long)sampled);
}

void segments_add_figures(struct document *document, const struct segmentation *segmentation,
                          bool stored) {
    static const struct column
        k = {.key = "k", .title = "Segments", .kind = KIND_NUMBER},
        inertia = {.key = "inertia", .title = "Inertia", .kind = KIND_REAL, .decimals = 2},
        silhouette = {.key = "silhouette", .title = "Silhouette", .kind = KIND_REAL, .decimals = 4},
        elbow = {.key = "elbow_k", .title = "Elbow at", .kind = KIND_NUMBER},
        best = {.key = "best_k", .title = "Best silhouette at", .kind = KIND_NUMBER},
        rows = {.key = "silhouette_rows",
                .title = "Judged on",
                .kind = KIND_COUNT,
                .hidden = NOT_IN_TEXT},
        looked_at = {.key = "features", .title = "They look at"},
        kept = {.key = "stored", .title = "Stored", .kind = KIND_FLAG};
    struct table *figures = document_figures(document);
    table_column(figures, &k);
    table_integer(figures, segmentation_k(segmentation));
    table_column(figures, &inertia);
    table_real(figures, segmentation_inertia(segmentation));
    table_column(figures, &silhouette);
    table_real(figures, segmentation_silhouette(segmentation));
    table_column(figures, &elbow);
    if (segmentation_elbow_k(segmentation) != 0)
        table_integer(figures, segmentation_elbow_k(segmentation));
    else
        table_unknown(figures);
    table_column(figures, &best);
    if (segmentation_best_k(segmentation) != 0)
        table_integer(figures, segmentation_best_k(segmentation));
    else
        table_unknown(figures);
    table_column(figures, &rows);
    table_integer(figures, segmentation_silhouette_rows(segmentation));
    char *fields = features_fields_text(segmentation_features(segmentation)->has);
    table_column(figures, &looked_at);
    table_text(figures, fields);
    free(fields);
    table_column(figures, &kept);
    table_flag(figures, stored);
}

void segments_add_belief(struct document *document, const struct segmentation *segmentation) {
    enum segment_belief belief;
    char text[SEGMENT_BELIEF_SIZE];
    segment_belief_say(segmentation, &belief, text);
    document_json(document, "belief", json_string(segment_belief_word(belief)));
    document_sentence(document, "%s", text);
}

void segments_add_stability(struct document *document, const struct segmentation *segmentation) {
    const struct stability *stability = segmentation_stability(segmentation);
    if (stability == NULL)
        return;
    document_json(document, "stability",
                  json_pack("{s:i, s:f, s:f, s:f, s:s}", "resamples", stability->resamples, "mean",
                            stability->mean, "low", stability->low, "high", stability->high,
                            "verdict", stability_word(stability->mean)));
    document_sentence(
        document,
        "Fitted again to %d resamples of the sales the segments are %s: adjusted Rand "
        "index %.2f, from %.2f to %.2f (1: the same segments, 0: as by chance).",
        stability->resamples, stability_word(stability->mean), stability->mean, stability->low,
        stability->high);
}

void segments_add_components(struct document *document, const struct segmentation *segmentation) {
    const struct components *components = segmentation_components(segmentation);
    if (components == NULL)
        return;
    const struct features *features = segmentation_features(segmentation);
    json_t *explained = json_array(), *loadings = json_array();
    char name[FEATURES_COLUMN_SIZE], first[128], second[128] = "nothing else";
    for (int i = 0; i < components->width; i++) {
        json_t *of = json_array();
        json_array_append_new(explained, json_real(components->explained[i]));
        for (int component = 0; component < components->count; component++)
            json_array_append_new(of, json_real(components->loadings[component][i]));
        features_column_name(features, i, name);
        json_array_append_new(loadings,
                              json_pack("{s:o, s:o}", "feature", json_text(name), "loadings", of));
    }
    document_json(document, "components",
                  json_pack("{s:o, s:o}", "explained", explained, "loadings", loadings));
    components_words(components, 0, features, first, sizeof first);
    if (components->count > 1)
        components_words(components, 1, features, second, sizeof second);
    document_sentence(
        document, "Two principal components show %.0f%% of what varies: %s across, %s up.",
        100 * (components->explained[0] + (components->width > 1 ? components->explained[1] : 0)),
        first, second);
}

void segments_add_scatter(struct document *document, const struct segmentation *segmentation,
                          const struct scatter_point *points, size_t count) {
    static const struct column columns[] = {
        {.key = "id", .title = "Sale", .kind = KIND_NUMBER},
        {.key = "x", .title = "x", .kind = KIND_REAL, .decimals = 3},
        {.key = "y", .title = "y", .kind = KIND_REAL, .decimals = 3},
        {.key = "segment", .title = "Segment"},
    };
    struct table *table = document_table(document, "scatter", "On the first two components",
                                         columns, sizeof columns / sizeof *columns);
    document->csv = table;
    for (size_t i = 0; i < count; i++) {
        table_integer(table, points[i].id);
        table_real(table, points[i].x);
        table_real(table, points[i].y);
        table_text(table, segmentation_name(segmentation, points[i].segment));
    }
}

/* ------------------------------------------------------------------ what sets segments apart */

#define TRAIT_COLUMNS                                                                          \
    {.key = "dimension", .title = "By", .hidden = NOT_IN_TEXT},                                \
        {.key = "dimension_title", .title = "By", .hidden = NOT_IN_CSV | NOT_IN_JSON},         \
        {.key = "value", .title = "Value"},                                                    \
        {.key = "sales", .minor = true, .title = "Sales", .kind = KIND_COUNT},                 \
        {.key = "share",                                                                       \
         .title = "Share",                                                                     \
         .kind = KIND_SHARE,                                                                   \
         .low = "share_low",                                                                   \
         .high = "share_high"},                                                                \
        {.key = "rest_share",                                                                  \
         .title = "Others",                                                                    \
         .kind = KIND_SHARE,                                                                   \
         .low = "rest_share_low",                                                              \
         .high = "rest_share_high",                                                            \
         .minor = true},                                                                       \
        {.key = "difference",                                                                  \
         .title = "Difference, points",                                                        \
         .kind = KIND_POINTS,                                                                  \
         .low = "difference_low",                                                              \
         .high = "difference_high"},                                                           \
        {.key = "p", .title = "p", .kind = KIND_P, .hidden = NOT_IN_TEXT},                     \
        {.key = "p_adjusted", .title = "p adjusted", .kind = KIND_P, .hidden = NOT_IN_TEXT}, { \
        .key = "verdict", .title = "Verdict"                                                   \
    }

static void trait_add(struct table *table, const struct segment_trait *trait) {
    table_text(table, dimension_name(trait->dimension));
    table_text(table, dimension_title(trait->dimension));
    table_text(table, trait->label);
    table_integer(table, trait->yes);
    table_interval(table, trait->share);
    table_interval(table, trait->rest);
    table_interval(table, trait->difference);
    table_real(table, trait->p);
    table_real(table, trait->p_adjusted);
    table_text(table, verdict_name(trait->verdict));
}

enum { TRAITS_SHOWN = 10 };

/* For people: one table a segment, the clear and most characteristic values unless all are asked
 * for. */
static void show_contrast(struct document *document, const char *name,
                          const struct segment_contrast *contrast, bool all) {
    static const struct column columns[] = {TRAIT_COLUMNS};
    struct table *table =
        document_table(document, "profile", name, columns, sizeof columns / sizeof *columns);
    table->hidden = NOT_IN_CSV | NOT_IN_JSON;
    int shown = 0;
    for (int i = 0; i < contrast->count && (all || shown < TRAITS_SHOWN); i++) {
        const struct segment_trait *trait = &contrast->traits[i];
        if (!all && (trait->mirror || trait->verdict == VERDICT_UNCLEAR))
            continue;
        trait_add(table, trait);
        shown++;
    }
    if (shown == 0)
        document_sentence(document, "%s: nothing sets them apart clearly.", name);
}

void segments_add_contrasts(struct document *document, const struct segmentation *segmentation,
                            const struct segment_contrast *contrasts, bool all) {
    static const struct column columns[] = {{.key = "segment", .title = "Segment"}, TRAIT_COLUMNS};
    int k = segmentation_k(segmentation);
    struct table *table =
        document_table(document, "profiles", NULL, columns, sizeof columns / sizeof *columns);
    table->hidden = NOT_IN_TEXT;
    document->csv = table;
    for (int i = 0; i < k; i++)
        for (int t = 0; t < contrasts[i].count; t++) {
            table_text(table, segmentation_name(segmentation, i));
            trait_add(table, &contrasts[i].traits[t]);
        }
    document_sentence(document,
                      "Each segment against the other customers of the slice. Segments are cut so "
                      "that they differ: this tells what they are made of, not that they exist.");
    for (int i = 0; i < k; i++)
        show_contrast(document, segmentation_name(segmentation, i), &contrasts[i], all);
}
