/* A measure by two dimensions as a table of rows and columns: for people, and as wide CSV. */
#ifndef REPORT_CROSS_TABLE_H
#define REPORT_CROSS_TABLE_H

#include "report/print.h"
#include "engine/analysis/cross.h"
#include "engine/analysis/measure.h"

struct cross_table; /* holds the labels that the document's columns point at */

/* Adds the table; `heat` puts a shade behind every value, `wide` makes it what CSV shows. Free
 * after the document was printed. */
struct cross_table *cross_table_add(struct document *document, const struct cross *cross,
                                    enum measure measure, const struct differences *differences,
                                    const struct look *look, bool heat, bool wide);
void cross_table_free(struct cross_table *table);

#endif
