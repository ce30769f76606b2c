/* What every answer is read from: a shop, its sales, the slice and the sales in it. A subcommand
 * has it from its options, the dashboard from the keys; the builders of report/ take it from
 * either. */
#ifndef REPORT_READING_H
#define REPORT_READING_H

#include "engine/shop.h"
#include "engine/slice/slice.h"

struct document;

struct reading {
    struct shop *shop;
    const struct facts *facts;
    const struct slice *slice;
    const struct selection *selection;
    const char
        *heading; /* of a chapter: stands alone, the filters are told once; NULL: no chapter */
};

/* The first lines of every answer: title, filters, and SYNTHETIC where the sales are a sample. */
void report_head(struct document *document, const struct reading *reading, const char *title);

#endif
