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

static void read_labels(struct segments_state *state, const struct facts *facts,
                        const struct segmentation *segmentation) {
    struct dimension_view view;
    dimension_open(&view, facts, DIMENSION_SEGMENT);
    for (int i = 0; i < state->count; i++) {
        if (i + 1 < view.codes)
            dimension_label(&view, i + 1, state->labels[i]);
        else
            snprintf(state->labels[i], sizeof state->labels[i], "%.*s", DIMENSION_LABEL_SIZE - 1,
                     segmentation_name(segmentation, i));
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

static void say_axes(struct segments_state *state, const struct segmentation *segmentation) {
    const struct components *components = segmentation_components(segmentation);
    for (int axis = 0; components != NULL && axis < 2 && axis < components->count; axis++) {
        state->shown += components->explained[axis];
        components_words(components, axis, segmentation_features(segmentation), state->axes[axis],
                         sizeof state->axes[axis]);
    }
}

/* ------------------------------------------------------------------ a pass over the sales */

bool segments_late_begin(const void *opaque, void *result) {
    const struct segments_state *state = opaque;
    struct segments_passed *passed = result;
    if (passed != NULL)
        passed->segmentation = state->passed.segmentation;
    return state->waiting;
}

enum err segments_late_work(void *result, const struct late_source *from, struct error *error) {
    struct segments_passed *passed = result;
    const struct segmentation *segmentation = passed->segmentation;
    int k = segmentation_k(segmentation);
    enum err err =
        segment_profiles(segmentation, from->facts, from->selection, passed->profiles, error);
    if (err == ERR_OK)
        err = segment_contrasts_of(from->facts, from->selection, k, NULL, passed->contrasts, error);
    for (int i = 0; i < k; i++)
        drop_mirrors(&passed->contrasts[i]);
    if (err == ERR_OK && segmentation_components(segmentation) != NULL) {
        passed->points = xcalloc(SEGMENTS_POINTS, sizeof *passed->points);
        err = segmentation_scatter(segmentation, from->facts, from->selection, SEGMENTS_POINTS,
                                   passed->points, &passed->point_count, error);
    }
    return err;
}

void segments_late_release(void *result) {
    struct segments_passed *passed = result;
    free(passed->points);
    for (int i = 0; i < SEGMENTS_K_MAX; i++)
        segment_contrast_free(&passed->contrasts[i]);
    *passed = (struct segments_passed){.segmentation = NULL};
}

void segments_late_take(void *opaque, struct app *app, void *result) {
    struct segments_state *state = opaque;
    struct segments_passed *passed = result;
    (void)app;
    segments_late_release(&state->passed);
    state->passed = *passed;
    *passed = (struct segments_passed){.segmentation = NULL};
    state->waiting = false;
    for (int i = 0; i < state->count; i++)
        state->passed.profiles[i].name = state->labels[i]; /* outlives the segmentation */
    table_clamp(&state->traits, state->passed.contrasts[state->table.cursor].count);
}

void segments_release(void *opaque) {
    struct segments_state *state = opaque;
    segments_late_release(&state->passed);
    struct table table = state->table, traits = state->traits;
    int page = state->page;
    *state = (struct segments_state){.table = table, .traits = traits, .page = page};
}

static enum err pass_at_once(struct segments_state *state, struct app *app, struct error *error) {
    const struct late_source source = {app_facts(app), app_selection(app), app_slice(app), NULL};
    struct segments_passed *passed = xcalloc(1, sizeof *passed);
    segments_late_begin(state, passed);
    enum err err = segments_late_work(passed, &source, error);
    if (err == ERR_OK)
        segments_late_take(state, app, passed);
    segments_late_release(passed);
    free(passed);
    return err;
}

enum err segments_load(void *opaque, struct app *app, struct error *error) {
    struct segments_state *state = opaque;
    const char *problem = NULL;
    segments_release(state);
    const struct segmentation *segmentation = shop_segmentation(app_shop(app), &problem);
    state->selected = selection_sales(app_facts(app), app_selection(app));
    if (!segmentation) {
        snprintf(state->problem, sizeof state->problem, "%s",
                 problem ? problem : "no segments have been trained yet");
        return ERR_OK;
    }
    state->count = segmentation_k(segmentation);
    read_labels(state, app_facts(app), segmentation);
    state->passed.segmentation = segmentation;
    state->waiting = app_facts(app)->sales != NULL;
    const struct segment_scan *scan = segmentation_scan(segmentation, &state->scan_count);
    memcpy(state->scan, scan, (size_t)state->scan_count * sizeof *scan);
    state->elbow_k = segmentation_elbow_k(segmentation);
    state->best_k = segmentation_best_k(segmentation);
    const struct stability *stability = segmentation_stability(segmentation);
    state->judged = stability != NULL;
    if (stability != NULL)
        state->stability = *stability;
    say_axes(state, segmentation);
    say_heading(state, segmentation, app_slice(app)->count > 0);
    segment_belief_say(segmentation, &state->belief, state->should_believe);
    say_separation(state, segmentation);
    say_steadiness(state);
    table_clamp(&state->table, state->count);
    return state->waiting ? ERR_OK : pass_at_once(state, app, error);
}
