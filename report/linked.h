/* The lists of all dimensions, each under the filters of the others, as a document. */
#ifndef REPORT_LINKED_H
#define REPORT_LINKED_H

#include "engine/slice/linked.h"
#include "report/reading.h"

/* The dimensions in this order; the caller frees it. */
struct document *report_linked(const struct reading *reading, const struct linked *linked,
                               const enum dimension *shown, int shown_count);

#endif
