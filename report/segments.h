/* What `segments` answers, table by table; report_segments says all of it. */
#ifndef REPORT_SEGMENTS_H
#define REPORT_SEGMENTS_H

#include "engine/learn/segment_contrast.h"
#include "engine/learn/segmentation.h"
#include "report/document.h"
#include "report/reading.h"

/* Whether to believe in them, in one sentence; the JSON has a word. */
void segments_add_belief(struct document *document, const struct segmentation *segmentation);
void segments_add_figures(struct document *document, const struct segmentation *segmentation,
                          bool stored);
void segments_add_profiles(struct document *document, const struct segmentation *segmentation,
                           const struct segment_profile *profiles);
void segments_add_scan(struct document *document, const struct segmentation *segmentation);
void segments_add_stability(struct document *document, const struct segmentation *segmentation);
void segments_add_components(struct document *document, const struct segmentation *segmentation);
void segments_add_scatter(struct document *document, const struct segmentation *segmentation,
                          const struct scatter_point *points, size_t count);

/* One a segment. People are shown what is clear, or `all`. */
void segments_add_contrasts(struct document *document, const struct segmentation *segmentation,
                            const struct segment_contrast *contrasts, bool all);

/* What is told beyond figures, profiles, choice of k, stability and components. */
struct segments_request {
    const char *note; /* a sentence after the head; NULL: none */
    bool stored;      /* the segments are those of the database */
    bool contrasts;   /* what sets each apart … */
    const bool *over; /* … over these dimensions; NULL: all, of which what is clear is shown */
    size_t scatter_limit; /* so many sales on two components; 0: none */
};

/* `facts` are marked with the segments or have a rule for them, the reading's own or a copy. The
 * caller frees it. NULL, the error filled, where sales that are streamed cannot be read. */
struct document *report_segments(const struct reading *reading,
                                 const struct segmentation *segmentation, const struct facts *facts,
                                 const struct segments_request *request, struct error *error);

#endif
