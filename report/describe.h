/* What `describe` found, and the two ways it is told: tidy tables for programs, a page for people.
 */
#ifndef REPORT_DESCRIBE_H
#define REPORT_DESCRIBE_H

#include "engine/analysis/association.h"
#include "engine/analysis/boxcox.h"
#include "engine/analysis/categories.h"
#include "engine/analysis/distribution.h"
#include "engine/analysis/histogram.h"
#include "report/document.h"
#include "report/reading.h"

struct described_number {
    struct distribution distribution;
    struct histogram histogram;
    struct transforms transforms;
    struct boxes boxes; /* without rows where no --by was given */
};

struct description {
    struct described_number numbers[NUMERIC_COUNT];
    int number_count;
    struct categories categories[DIMENSION_COUNT];
    int category_count;
    struct associations associations[OUTCOME_COUNT];
    int association_count;
    bool summary; /* of everything, in few lines each */
    bool log;     /* bins and box plots on the logarithm */
};

void describe_for_programs(const struct description *description, struct document *document);

/* `columns` of the terminal; 0: unlimited */
void describe_for_people(const struct description *description, struct document *document,
                         int columns);

/* What is asked for. */
struct describe_request {
    bool numbers[NUMERIC_COUNT];
    bool dimensions[DIMENSION_COUNT];
    bool summary; /* of everything, in few lines each */
    bool boxes;   /* of the numbers by … */
    enum dimension by;
    struct binning binning;
};

/* `columns` as above. ERR_USAGE where the bins cannot be. The caller frees the document. */
enum err report_describe(const struct reading *reading, const struct describe_request *request,
                         int columns, struct document **out, struct error *error);

#endif
