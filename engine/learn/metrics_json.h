/* Metrics as they are kept in the registry. */
#ifndef ENGINE_LEARN_METRICS_JSON_H
#define ENGINE_LEARN_METRICS_JSON_H

#include "engine/learn/models.h"

char *metrics_json(const struct model_metrics *metrics); /* the caller frees it */

/* What is missing or of another type reads as NaN or 0; false where the text is no JSON object. */
bool metrics_from_json(struct model_metrics *metrics, const char *json);

#endif
