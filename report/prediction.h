/* What the models say of one customer, as a document. */
#ifndef REPORT_PREDICTION_H
#define REPORT_PREDICTION_H

#include "engine/learn/predict.h"
#include "engine/learn/scenarios.h"
#include "engine/learn/sweep.h"

struct document;

/* The first lines of every answer about customers. */
struct document *report_whatif(const struct facts *facts);

/* `sweep` may be NULL; `bars` draws it too, for people who see. The caller frees it. */
struct document *report_prediction(const struct facts *facts, const struct customer *customer,
                                   const struct prediction *prediction, const struct sweep *sweep,
                                   bool bars);

/* Customers side by side. The caller frees it. */
struct document *report_compared(const struct facts *facts, const struct customer *customers,
                                 const struct scenarios *scenarios);

/* The past sales like this customer's, the latest last: how they answered beside all sales of
 * `facts`, and each of them. The caller frees it. */
struct document *report_similar(const struct facts *facts, const struct prediction *prediction,
                                const struct interval past[OUTCOME_COUNT],
                                const struct facts *latest);

/* `predict` with the flags that ask for this customer; the caller frees it. */
char *report_prediction_command(const struct customer *customer);

#endif
