#include "report/describe.h"

#include <stdlib.h>

#include "base/memory.h"

static enum err describe_number(const struct reading *reading,
                                const struct describe_request *request, enum numeric numeric,
                                struct description *out, struct error *error) {
    struct described_number *number = &out->numbers[out->number_count++];
    struct series series;
    enum err code = series_take(reading->facts, reading->selection, numeric, &series, error);
    if (code != ERR_OK) {
        series_free(&series);
        return code;
    }
    distribution_compute(&series, &number->distribution);
    transforms_compute(&series, &number->transforms);
    if (request->only == DESCRIBE_ALL)
        code = histogram_compute(&series, &request->binning, &number->histogram, error);
    if (code == ERR_OK && request->boxes)
        code = boxes_by(reading->facts, reading->selection, numeric, request->by, &number->boxes,
                        error);
    series_free(&series);
    if (code == ERR_INPUT && error != NULL) /* the bins that were asked for */
        error->code = ERR_USAGE;
    return code == ERR_INPUT ? ERR_USAGE : code;
}

static enum err describe(const struct reading *reading, const struct describe_request *request,
                         struct description *out, struct error *error) {
    enum err code = ERR_OK;
    out->summary = request->summary;
    out->log = request->binning.log;
    out->only = request->only;
    for (int i = 0; i < NUMERIC_COUNT && code == ERR_OK; i++) {
        if (request->numbers[i])
            code = describe_number(reading, request, (enum numeric)i, out, error);
    }
    for (int i = 0; i < DIMENSION_COUNT && code == ERR_OK; i++) {
        bool there = dimension_is_offered(reading->facts, (enum dimension)i);
        if (request->dimensions[i] && (there || !request->summary))
            categories_count(reading->facts, reading->selection, (enum dimension)i,
                             &out->categories[out->category_count++]);
    }
    bool chosen = request->only == DESCRIBE_ASSOCIATIONS;
    for (int i = 0; i < OUTCOME_COUNT && code == ERR_OK; i++) {
        if (chosen ? i != (int)request->outcome : !request->summary)
            continue;
        code = associations_compute(reading->facts, reading->selection, (enum outcome)i,
                                    &out->associations[out->association_count++], error);
    }
    return code;
}

static void description_free(struct description *description) {
    for (int i = 0; i < description->number_count; i++) {
        histogram_free(&description->numbers[i].histogram);
        boxes_free(&description->numbers[i].boxes);
    }
    for (int i = 0; i < description->category_count; i++)
        categories_free(&description->categories[i]);
    free(description);
}

enum err report_describe(const struct reading *reading, const struct describe_request *request,
                         int columns, struct document **out, struct error *error) {
    struct description *description = xcalloc(1, sizeof *description);
    enum err code = describe(reading, request, description, error);
    *out = NULL;
    if (code == ERR_OK) {
        *out = document_new();
        report_head(*out, reading, "Describe");
        describe_for_programs(description, *out);
        describe_for_people(description, *out, columns);
    }
    description_free(description);
    return code;
}
