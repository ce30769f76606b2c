/* The scan over k and the shape of a segmentation (components, stability) as JSON. */
#include <math.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/memory.h"
#include "engine/learn/segments_inside.h"

/* The caller frees; takes the reference over. */
static char *dump(json_t *json) {
    char *dumped = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *text = xstrdup(dumped ? dumped : "null");
    free(dumped);
    json_decref(json);
    return text;
}

static char *scan_json(const struct segmentation *segmentation) {
    json_t *array = json_array();
    for (int s = 0; s < segmentation->scan_count; s++) {
        const struct segment_scan *scan = &segmentation->scan[s];
        json_array_append_new(
            array,
            json_pack("{s:i, s:f, s:o, s:I}", "k", scan->k, "inertia", scan->inertia, "silhouette",
                      isnan(scan->silhouette) ? json_null() : json_real(scan->silhouette),
                      "silhouette_rows", (json_int_t)segmentation->silhouette_rows));
    }
    return dump(array);
}

static json_t *numbers(const double *values, int count) {
    json_t *array = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(array, json_real(values[i]));
    return array;
}

static json_t *components_json(const struct components *components) {
    json_t *loadings = json_array();
    for (int i = 0; i < components->count; i++)
        json_array_append_new(loadings, numbers(components->loadings[i], components->width));
    return json_pack("{s:o, s:o, s:o}", "mean", numbers(components->mean, components->width),
                     "explained", numbers(components->explained, components->width), "loadings",
                     loadings);
}

/* Which k was chosen is told too: of all that is under the digest, nothing else would differ. */
static char *shape_json(const struct segmentation *segmentation) {
    const struct stability *stability = &segmentation->stability;
    json_t *shape = json_pack("{s:i, s:o}", "k", segmentation->record.k, "components",
                              components_json(&segmentation->components));
    if (stability->resamples > 0)
        json_object_set_new(shape, "stability",
                            json_pack("{s:f, s:f, s:f, s:o, s:o}", "mean", stability->mean, "low",
                                      stability->low, "high", stability->high, "rand",
                                      numbers(stability->rand, stability->resamples), "jaccard",
                                      numbers(stability->jaccard, segmentation->record.k)));
    return dump(shape);
}

void segmentation_write_json(struct segmentation *segmentation) {
    segmentation->record.scan = scan_json(segmentation);
    segmentation->record.shape = shape_json(segmentation);
}

static bool read_scan(struct segmentation *segmentation) {
    json_t *array = json_loads(segmentation->record.scan, 0, NULL);
    size_t i;
    json_t *entry;
    bool sound = json_is_array(array) && json_array_size(array) <= SCAN_MAX;
    if (sound) {
        json_array_foreach(array, i, entry) {
            struct segment_scan *scan = &segmentation->scan[segmentation->scan_count++];
            const json_t *silhouette = json_object_get(entry, "silhouette");
            scan->k = (int)json_integer_value(json_object_get(entry, "k"));
            scan->inertia = json_number_value(json_object_get(entry, "inertia"));
            scan->silhouette =
                json_is_number(silhouette) ? json_number_value(silhouette) : (double)NAN;
            segmentation->silhouette_rows =
                json_integer_value(json_object_get(entry, "silhouette_rows"));
        }
    }
    json_decref(array);
    return sound;
}

static bool read_numbers(const json_t *array, double *values, int count) {
    if (!json_is_array(array) || json_array_size(array) != (size_t)count)
        return false;
    for (int i = 0; i < count; i++) {
        const json_t *number = json_array_get(array, (size_t)i);
        if (!json_is_number(number))
            return false;
        values[i] = json_number_value(number);
    }
    return true;
}

static bool read_components(struct segmentation *segmentation, const json_t *json) {
    struct components *components = &segmentation->components;
    int width = segmentation->features.width;
    const json_t *loadings = json_object_get(json, "loadings");
    size_t count = json_array_size(loadings);
    if (count > COMPONENTS_MAX || count > (size_t)width ||
        !read_numbers(json_object_get(json, "mean"), components->mean, width) ||
        !read_numbers(json_object_get(json, "explained"), components->explained, width))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_numbers(json_array_get(loadings, i), components->loadings[i], width))
            return false;
    components->width = width;
    components->count = (int)count;
    return true;
}

static bool read_stability(struct segmentation *segmentation, const json_t *json) {
    struct stability *stability = &segmentation->stability;
    const json_t *rand = json_object_get(json, "rand");
    size_t resamples = json_array_size(rand);
    if (resamples < 1 || resamples > STABILITY_RESAMPLES_MAX ||
        !read_numbers(rand, stability->rand, (int)resamples) ||
        !read_numbers(json_object_get(json, "jaccard"), stability->jaccard, segmentation->record.k))
        return false;
    stability->mean = json_number_value(json_object_get(json, "mean"));
    stability->low = json_number_value(json_object_get(json, "low"));
    stability->high = json_number_value(json_object_get(json, "high"));
    stability->resamples = (int)resamples;
    return true;
}

/* An empty shape is that of a segmentation from before there were shapes. */
static bool read_shape(struct segmentation *segmentation) {
    json_t *shape = json_loads(segmentation->record.shape, 0, NULL);
    const json_t *components = json_object_get(shape, "components");
    const json_t *stability = json_object_get(shape, "stability");
    bool sound = json_is_object(shape) &&
                 (components == NULL || read_components(segmentation, components)) &&
                 (stability == NULL || read_stability(segmentation, stability));
    json_decref(shape);
    return sound;
}

bool segmentation_read_json(struct segmentation *segmentation) {
    return read_scan(segmentation) && read_shape(segmentation);
}
