/* A measure by two dimensions as a table of rows and columns: for people, and as wide CSV. */
#ifndef REPORT_CROSS_TABLE_H
#define REPORT_CROSS_TABLE_H

#include "engine/analysis/cross.h"
#include "engine/analysis/measure.h"
#include "report/print.h"

/* Adds the table; `heat` puts a shade behind every value, `wide` makes it what CSV shows. */
void cross_table_add(struct document *document, const struct cross *cross, enum measure measure,
                     const struct differences *differences, const struct look *look, bool heat,
                     bool wide);

#endif
