/* Between the segments' own files only: what a segmentation is made of. */
#ifndef ENGINE_LEARN_SEGMENTS_INSIDE_H
#define ENGINE_LEARN_SEGMENTS_INSIDE_H

#include "db/segmentations.h"
#include "engine/learn/components.h"
#include "engine/learn/features.h"
#include "engine/learn/persona.h"
#include "engine/learn/segmentation.h"
#include "engine/learn/stability.h"

enum { SCAN_FIRST = 1, SCAN_LAST = 10, SCAN_MAX = SCAN_LAST };

struct segmentation {
    struct features features;
    struct segmentation_record record;
    double *centroids;                        /* k × width, as the record's one by one; owned */
    char names[SEGMENTS_K_MAX][PERSONA_SIZE]; /* as people call them, else the rule's */
    struct segment_scan scan[SCAN_MAX];
    int scan_count;
    int64_t silhouette_rows;
    struct components components; /* width 0: not computed */
    struct stability stability;   /* resamples 0: not computed */
};

/* Writes the scan and the shape into the record, as JSON. */
void segmentation_write_json(struct segmentation *segmentation);

/* Reads them back; false where they are not what was written. The features must be there. */
bool segmentation_read_json(struct segmentation *segmentation);

#endif
