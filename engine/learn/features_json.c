/* The feature definition as text: stored with every model, read back before it is used. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "engine/learn/features.h"
#include "engine/learn/features_layout.h"

char *features_json(const struct features *features) {
    json_t *fields = json_array(), *handsets = json_array(), *means = json_array();
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        if (features->has[field])
            json_array_append_new(fields,
                                  json_string(feature_field_name((enum feature_field)field)));
    for (int i = 0; i < features->handset_count; i++)
        json_array_append_new(handsets, json_string(features->handsets[i]));
    for (int column = 0; column < features->width; column++)
        json_array_append_new(means, json_real(features->known_mean[column]));
    json_t *root = json_pack("{s:i, s:o, s:f, s:f, s:f, s:f, s:o, s:o}", "version", 1, "fields",
                             fields, "age_mean", features->age_mean, "age_sd", features->age_sd,
                             "price_median", features->price_median, "price_iqr",
                             features->price_iqr, "handsets", handsets, "known_mean", means);
    char *dumped = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *text = xstrdup(dumped ? dumped : "{}");
    free(dumped);
    json_decref(root);
    return text;
}

static bool read_fields(struct features *features, const json_t *fields) {
    size_t i;
    json_t *name;
    json_array_foreach(fields, i, name) {
        int field = 0;
        while (field < FEATURE_FIELD_COUNT &&
               (!json_is_string(name) || strcmp(feature_field_name((enum feature_field)field),
                                                json_string_value(name)) != 0))
            field++;
        if (field == FEATURE_FIELD_COUNT || features->has[field])
            return false;
        features->has[field] = true;
    }
    return true;
}

static bool read_handsets(struct features *features, const json_t *handsets) {
    size_t count = json_array_size(handsets);
    if (count > FEATURES_HANDSETS_MAX)
        return false;
    features->handsets = xcalloc(count + 1, sizeof *features->handsets);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(handsets, i));
        if (!name)
            return false;
        features->handsets[features->handset_count++] = xstrdup(name);
    }
    return true;
}

static bool read_means(struct features *features, const json_t *means) {
    if (json_array_size(means) != (size_t)features->width)
        return false;
    for (int column = 0; column < features->width; column++) {
        const json_t *mean = json_array_get(means, (size_t)column);
        if (!json_is_number(mean))
            return false;
        features->known_mean[column] = json_number_value(mean);
    }
    return true;
}

enum err features_from_json(struct features *features, const char *json, struct error *error) {
    *features = (struct features){0};
    int version = 0;
    json_t *fields = NULL, *handsets = NULL, *means = NULL;
    json_t *root = json_loads(json, 0, NULL);
    bool sound =
        root &&
        json_unpack(root, "{s:i, s:o, s:F, s:F, s:F, s:F, s:o, s:o}", "version", &version, "fields",
                    &fields, "age_mean", &features->age_mean, "age_sd", &features->age_sd,
                    "price_median", &features->price_median, "price_iqr", &features->price_iqr,
                    "handsets", &handsets, "known_mean", &means) == 0 &&
        version == 1 && json_is_array(fields) && json_is_array(handsets) && json_is_array(means) &&
        features->age_sd > 0 && features->price_iqr > 0 && read_fields(features, fields) &&
        read_handsets(features, handsets);
    if (sound) {
        features_lay_out(features);
        sound = read_means(features, means);
    }
    json_decref(root);
    if (sound)
        return ERR_OK;
    features_free(features);
    error_set(error, ERR_DAMAGED, "the stored feature definition cannot be read");
    return error_hint(error, "train again: retail-pulse train");
}
