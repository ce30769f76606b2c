/* All of `segments` as one document. */
#include <stdlib.h>

#include "base/memory.h"
#include "report/segments.h"
#include "report/segments_document.h"

struct document *report_segments(const struct reading *reading,
                                 const struct segmentation *segmentation, const struct facts *facts,
                                 const struct segments_request *request) {
    struct segment_profile *profiles =
        xcalloc((size_t)segmentation_k(segmentation), sizeof *profiles);
    segment_profiles(segmentation, facts, reading->selection, profiles);
    struct document *document = document_new();
    report_head(document, reading, "Segments");
    if (request->note != NULL)
        document_sentence(document, "%s", request->note);
    segments_add_belief(document, segmentation);
    segments_add_figures(document, segmentation, request->stored);
    segments_add_profiles(document, segmentation, profiles);
    segments_add_scan(document, segmentation);
    segments_add_stability(document, segmentation);
    segments_add_components(document, segmentation);
    if (request->contrasts)
        segments_add_contrasts(document, segmentation, facts, reading->selection, request->over);
    if (request->scatter_limit > 0)
        segments_add_scatter(document, segmentation, facts, reading->selection,
                             request->scatter_limit);
    free(profiles);
    return document;
}

struct document *report_segments_stored(const struct reading *reading,
                                        const struct segmentation *segmentation, bool contrasts,
                                        size_t scatter_limit) {
    struct segments_request request = {
        .stored = true, .contrasts = contrasts, .scatter_limit = scatter_limit};
    return report_segments(reading, segmentation, reading->facts, &request);
}
