/* `predict --batch`: many customers, CSV in and CSV out, in blocks, with constant memory whatever
 * their number. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include <stdio.h>

#include "engine/learn/predict.h"

/* Reads `path` ("-": standard input) and writes a line for each customer that could be read; tells
 * the others on standard error and sets `set_aside`. */
enum err batch_predict(const char *path, struct predictor *predictor, FILE *out, bool *set_aside,
                       struct error *error);

#endif
