/* What `describe` found, and the two ways it is told: tidy tables for programs, a page for people.
 */
#ifndef REPORT_DESCRIBE_H
#define REPORT_DESCRIBE_H

#include "engine/analysis/association.h"
#include "engine/analysis/boxcox.h"
#include "engine/analysis/categories.h"
#include "engine/analysis/distribution.h"
#include "engine/analysis/histogram.h"
#include "report/describe_request.h"
#include "report/document.h"

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
    enum describe_only only;
};

void describe_for_programs(const struct description *description, struct document *document);

/* `columns` of the terminal; 0: unlimited */
void describe_for_people(const struct description *description, struct document *document,
                         int columns);

#endif
