/* What `segments` answers, table by table; cli/commands/segments.c decides which. */
#ifndef REPORT_SEGMENTS_H
#define REPORT_SEGMENTS_H

#include "report/document.h"
#include "engine/learn/segmentation.h"

void segments_add_figures(struct document *document, const struct segmentation *segmentation,
                          bool stored);
void segments_add_profiles(struct document *document, const struct segmentation *segmentation,
                           const struct segment_profile *profiles);
void segments_add_scan(struct document *document, const struct segmentation *segmentation);
void segments_add_stability(struct document *document, const struct segmentation *segmentation);
void segments_add_components(struct document *document, const struct segmentation *segmentation);
void segments_add_scatter(struct document *document, const struct segmentation *segmentation,
                          const struct facts *facts, const struct selection *selection,
                          size_t limit);

/* `over` (DIMENSION_COUNT flags) NULL: all dimensions, of which people are shown what is clear. */
void segments_add_contrasts(struct document *document, const struct segmentation *segmentation,
                            const struct facts *facts, const struct selection *selection,
                            const bool *over);

#endif
