/* The stored segments as a document, for whoever has no segmentation of their own. */
#ifndef REPORT_SEGMENTS_DOCUMENT_H
#define REPORT_SEGMENTS_DOCUMENT_H

#include "engine/learn/segmentation.h"
#include "report/reading.h"

/* See report_segments. The caller frees it. */
struct document *report_segments_stored(const struct reading *reading,
                                        const struct segmentation *segmentation, bool contrasts,
                                        size_t scatter_limit, struct error *error);

#endif
