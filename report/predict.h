/* What `predict` says beyond one answer: sweeps and scenarios, for people and for programs. */
#ifndef REPORT_PREDICT_H
#define REPORT_PREDICT_H

#include "engine/learn/scenarios.h"
#include "engine/learn/sweep.h"
#include "report/document.h"

/* A finite number, else null. */
json_t *number_json(double value);

/* {field, used, grid, points[{value probability low high outside own}]} of one outcome */
json_t *sweep_json(const struct sweep *sweep, enum outcome outcome);

/* A table with interval bars (`bars` false: without, for screen readers) and a plain sentence for
 * each outcome; in CSV, a row for each outcome and point, and nothing else. */
void sweep_add(struct document *document, const struct sweep *sweep, bool bars);

/* One table side by side, with a plain sentence for each outcome; in JSON `scenarios[]`; in CSV a
 * row for each scenario and outcome. */
void scenarios_add(struct document *document, const struct customer *customers,
                   const struct scenarios *scenarios);

#endif
