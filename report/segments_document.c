/* All of `segments` as one document. */
#include <stdlib.h>

#include "base/memory.h"
#include "report/segments.h"
#include "report/segments_document.h"

/* What takes a pass over the sales. */
struct passed {
    struct segment_profile profiles[SEGMENTS_K_MAX];
    struct segment_contrast contrasts[SEGMENTS_K_MAX];
    struct scatter_point *points;
    size_t point_count;
};

static enum err pass(const struct reading *reading, const struct segmentation *segmentation,
                     const struct facts *facts, const struct segments_request *request,
                     struct passed *passed, struct error *error) {
    const struct selection *selection = reading->selection;
    enum err err = segment_profiles(segmentation, facts, selection, passed->profiles, error);
    if (err == ERR_OK && request->contrasts)
        err = segment_contrasts_of(facts, selection, segmentation_k(segmentation), request->over,
                                   passed->contrasts, error);
    if (err == ERR_OK && request->scatter_limit > 0) {
        passed->points = xcalloc(request->scatter_limit, sizeof *passed->points);
        err = segmentation_scatter(segmentation, facts, selection, request->scatter_limit,
                                   passed->points, &passed->point_count, error);
    }
    return err;
}

static void passed_free(struct passed *passed) {
    for (int i = 0; i < SEGMENTS_K_MAX; i++)
        segment_contrast_free(&passed->contrasts[i]);
    free(passed->points);
    free(passed);
}

static struct document *say(const struct reading *reading, const struct segmentation *segmentation,
                            const struct segments_request *request, const struct passed *passed) {
    struct document *document = document_new();
    report_head(document, reading, "Segments");
    if (request->note != NULL)
        document_sentence(document, "%s", request->note);
    segments_add_belief(document, segmentation);
    segments_add_figures(document, segmentation, request->stored);
    segments_add_profiles(document, segmentation, passed->profiles);
    segments_add_scan(document, segmentation);
    segments_add_stability(document, segmentation);
    segments_add_components(document, segmentation);
    if (request->contrasts)
        segments_add_contrasts(document, segmentation, passed->contrasts, request->over != NULL);
    if (request->scatter_limit > 0)
        segments_add_scatter(document, segmentation, passed->points, passed->point_count);
    return document;
}

struct document *report_segments(const struct reading *reading,
                                 const struct segmentation *segmentation, const struct facts *facts,
                                 const struct segments_request *request, struct error *error) {
    struct passed *passed = xcalloc(1, sizeof *passed);
    enum err err = pass(reading, segmentation, facts, request, passed, error);
    struct document *document = err == ERR_OK ? say(reading, segmentation, request, passed) : NULL;
    passed_free(passed);
    return document;
}

struct document *report_segments_stored(const struct reading *reading,
                                        const struct segmentation *segmentation, bool contrasts,
                                        size_t scatter_limit, struct error *error) {
    struct segments_request request = {
        .stored = true, .contrasts = contrasts, .scatter_limit = scatter_limit};
    return report_segments(reading, segmentation, reading->facts, &request, error);
}
