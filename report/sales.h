/* The slice's sales themselves, sorted, a page or all of them, as a document. */
#ifndef REPORT_SALES_H
#define REPORT_SALES_H

#include <stdbool.h>

#include "base/error.h"
#include "engine/slice/order.h"
#include "report/reading.h"

struct sales_request {
    size_t limit, offset; /* limit 0: all of them */
    enum order_by sort;
    bool descending;
    const char *search; /* as engine/slice/finder.h reads it; NULL: all sales */
    bool scores;        /* with what the models made of each, as `score` wrote it */

    /* By ids alone, without a search: instead of an offset the id of the last sale that was seen,
     * so that a page stays the same page while others are added. `next` (may be NULL) receives the
     * id to go on after, 0 at the end; JSON has it too. */
    bool keyset;
    int64_t after_id;
    int64_t *next;
};

/* The caller frees the document. */
enum err report_sales(const struct reading *reading, const struct sales_request *request,
                      struct document **out, struct error *error);

#endif
