/* What the Segments screen shows, computed once a slice. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "engine/learn/components.h"
#include "engine/learn/segmentation.h"
#include "engine/shop.h"
#include "tui/screens/segments_state.h"

/* What the silhouettes of the scan say of other numbers of segments. */
static void say_separation(struct segments_state *state, const struct segmentation *segmentation) {
    char rows[NUMBER_TEXT_SIZE];
    int better = segmentation_better_k(segmentation);
    int used =
        better != 0
            ? snprintf(state->separation, sizeof state->separation,
                       "%d segments lie further apart than the %d in use.", better, state->count)
            : snprintf(state->separation, sizeof state->separation,
                       "No other number of segments lies further apart than %d.", state->count);
    int64_t sampled = segmentation_silhouette_rows(segmentation);
    if (sampled < segmentation_rows(segmentation)) {
        number_grouped(sampled, rows, sizeof rows);
        snprintf(state->separation + used, sizeof state->separation - (size_t)used,
                 " Silhouettes are of a random sample of %s sales.", rows);
    }
}

/* The filters choose whose profiles are shown; the segments stay what they are. */
static void say_heading(struct segments_state *state, const struct segmentation *segmentation,
                        bool filtered) {
    char rows[NUMBER_TEXT_SIZE];
    const struct features *features = segmentation_features(segmentation);
    bool all = true;
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        all &= features->has[field];
    number_grouped(segmentation_rows(segmentation), rows, sizeof rows);
    char *fields = features_fields_text(features->has);
    snprintf(state->heading, sizeof state->heading,
             "%s%d kinds of customer, from %s sales%s%s, trained %.10s",
             filtered ? "Fitted to all, filters not used here: " : "", state->count, rows,
             all ? "" : ", by ", all ? "" : fields, segmentation_trained_at(segmentation));
    free(fields);
}

static void say_steadiness(struct segments_state *state) {
    const struct stability *stability = &state->stability;
    if (!state->judged) {
        snprintf(state->steadiness, sizeof state->steadiness, "%s",
                 state->count == 1 ? "A single segment is found again in any sales."
                                   : "Not judged yet: train the segments again.");
        return;
    }
    int used = 0;
    const char *word = stability_word(stability->mean);
    if (state->belief == BELIEF_DESCRIPTION || state->belief == BELIEF_OVERLAP)
        used =
            snprintf(state->steadiness, sizeof state->steadiness, "%c%s, but %s (see How many). ",
                     toupper((unsigned char)word[0]), word + 1,
                     state->belief == BELIEF_OVERLAP ? "overlapping" : "without gaps between them");
    snprintf(state->steadiness + used, sizeof state->steadiness - (size_t)used,
             "Fitted again to %d resamples of the sales, the segments are %s: adjusted Rand index "
             "%.2f, from %.2f to %.2f.",
             stability->resamples, word, stability->mean, stability->low, stability->high);
}

static void read_labels(struct segments_state *state, const struct facts *facts) {
    struct dimension_view view;
    dimension_open(&view, facts, DIMENSION_SEGMENT);
    for (int i = 0; i < state->count; i++) {
        if (i + 1 < view.codes)
            dimension_label(&view, i + 1, state->labels[i]);
        else
            snprintf(state->labels[i], sizeof state->labels[i], "%.*s", DIMENSION_LABEL_SIZE - 1,
                     state->profiles[i].name);
        state->profiles[i].name = state->labels[i]; /* outlives the segmentation */
    }
    dimension_close(&view);
}

/* Of two values one says it all. */
static void drop_mirrors(struct segment_contrast *contrast) {
    int kept = 0;
    for (int i = 0; i < contrast->count; i++)
        if (!contrast->traits[i].mirror)
            contrast->traits[kept++] = contrast->traits[i];
    contrast->count = kept;
}

static void load_scatter(struct segments_state *state, const struct segmentation *segmentation,
                         const struct app *app) {
    const struct components *components = segmentation_components(segmentation);
    if (components == NULL)
        return;
    for (int axis = 0; axis < 2 && axis < components->count; axis++) {
        state->shown += components->explained[axis];
        components_words(components, axis, segmentation_features(segmentation), state->axes[axis],
                         sizeof state->axes[axis]);
    }
    state->points = xcalloc(SEGMENTS_POINTS, sizeof *state->points);
    state->point_count = segmentation_scatter(segmentation, app_facts(app), app_selection(app),
                                              SEGMENTS_POINTS, state->points);
}

void segments_release(void *opaque) {
    struct segments_state *state = opaque;
    free(state->points);
    for (int i = 0; i < SEGMENTS_K_MAX; i++)
        segment_contrast_free(&state->contrasts[i]);
    struct table table = state->table, traits = state->traits;
    int page = state->page;
    *state = (struct segments_state){.table = table, .traits = traits, .page = page};
}

enum err segments_load(void *opaque, struct app *app, struct error *error) {
    struct segments_state *state = opaque;
    const char *problem = NULL;
    (void)error;
    segments_release(state);
    const struct segmentation *segmentation = shop_segmentation(app_shop(app), &problem);
    state->selected = (int64_t)app_selection(app)->count;
    if (!segmentation) {
        snprintf(state->problem, sizeof state->problem, "%s",
                 problem ? problem : "no segments have been trained yet");
        return ERR_OK;
    }
    state->count = segmentation_k(segmentation);
    segment_profiles(segmentation, app_facts(app), app_selection(app), state->profiles);
    read_labels(state, app_facts(app));
    for (int i = 0; i < state->count; i++) {
        segment_contrast_of(app_facts(app), app_selection(app), i, NULL, &state->contrasts[i]);
        drop_mirrors(&state->contrasts[i]);
    }
    const struct segment_scan *scan = segmentation_scan(segmentation, &state->scan_count);
    memcpy(state->scan, scan, (size_t)state->scan_count * sizeof *scan);
    state->elbow_k = segmentation_elbow_k(segmentation);
    state->best_k = segmentation_best_k(segmentation);
    const struct stability *stability = segmentation_stability(segmentation);
    state->judged = stability != NULL;
    if (stability != NULL)
        state->stability = *stability;
    load_scatter(state, segmentation, app);
    say_heading(state, segmentation, app_slice(app)->count > 0);
    segment_belief_say(segmentation, &state->belief, state->should_believe);
    say_separation(state, segmentation);
    say_steadiness(state);
    table_clamp(&state->table, state->count);
    table_clamp(&state->traits, state->contrasts[state->table.cursor].count);
    return ERR_OK;
}
