/* How numbers and categories are spread, as a document: what is asked for and the answer. */
#ifndef REPORT_DESCRIBE_REQUEST_H
#define REPORT_DESCRIBE_REQUEST_H

#include "engine/analysis/histogram.h"
#include "engine/analysis/impact.h"
#include "report/reading.h"

/* All of it, or what one page of the dashboard shows. */
enum describe_only {
    DESCRIBE_ALL,
    DESCRIBE_BOXES,
    DESCRIBE_TRANSFORMS, /* what a logarithm and Box-Cox make of the numbers' skew */
    DESCRIBE_ASSOCIATIONS
};

/* What is asked for. */
struct describe_request {
    bool numbers[NUMERIC_COUNT];
    bool dimensions[DIMENSION_COUNT];
    bool summary; /* of everything, in few lines each */
    bool boxes;   /* of the numbers by … */
    enum dimension by;
    struct binning binning;
    enum describe_only only;
    enum outcome outcome; /* of the associations, where there is nothing else */
};

/* `columns` of the terminal, 0: unlimited. ERR_USAGE where the bins cannot be. The caller frees the
 * document. */
enum err report_describe(const struct reading *reading, const struct describe_request *request,
                         int columns, struct document **out, struct error *error);

#endif
