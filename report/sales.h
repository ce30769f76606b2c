/* The slice's sales themselves, sorted, a page or all of them, as a document. */
#ifndef REPORT_SALES_H
#define REPORT_SALES_H

#include <stdbool.h>

#include "base/error.h"
#include "report/reading.h"

/* X(symbol, name, title) */
#define SALES_SORT_LIST(X)                   \
    X(ID, "id", "Sale")                      \
    X(DATE, "date", "Date")                  \
    X(LOCATION, "location", "Location")      \
    X(AGE, "age", "Age")                     \
    X(GENDER, "gender", "Gender")            \
    X(HANDSET, "handset", "Handset")         \
    X(PRICE, "price", "Price")               \
    X(FACEBOOK, "facebook", "From Facebook") \
    X(FOLLOWS, "follows", "Follows")         \
    X(RETURNING, "returning", "Before")      \
    X(HEARD, "heard", "Heard")               \
    X(SEGMENT, "segment", "Segment")

enum sales_sort {
#define X(symbol, ...) SORT_##symbol,
    SALES_SORT_LIST(X)
#undef X
};

struct sales_request {
    size_t limit, offset; /* limit 0: all of them */
    enum sales_sort sort;
    bool descending;
    bool scores; /* with what the models made of each, as `score` wrote it */
};

/* The caller frees the document. */
enum err report_sales(const struct reading *reading, const struct sales_request *request,
                      struct document **out, struct error *error);

#endif
