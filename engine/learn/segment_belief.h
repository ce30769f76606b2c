/* Whether segments are to be believed in: one word and one plain sentence from the two questions
 * that only look alike, whether there are gaps between the segments (silhouette) and whether the
 * same cut would be found in other sales (stability). */
#ifndef ENGINE_LEARN_SEGMENT_BELIEF_H
#define ENGINE_LEARN_SEGMENT_BELIEF_H

#include <stddef.h>

#include "engine/learn/segments.h"

enum segment_belief {
    BELIEF_ONE,         /* there is a single segment */
    BELIEF_KINDS,       /* they lie apart and are found again */
    BELIEF_OVERLAP,     /* they are found again, and overlap */
    BELIEF_DESCRIPTION, /* they are found again, and nothing lies between them */
    BELIEF_ACCIDENT,    /* other sales would be cut otherwise */
    BELIEF_UNJUDGED,    /* no resample has been fitted */
};

/* How far the segments are apart by the mean silhouette: above 0.5 a reasonable structure has been
 * found, above 0.25 a weak one that may be artificial, else none (Kaufman & Rousseeuw 1990, Finding
 * Groups in Data, table 4 of chapter 2). Found again: an adjusted Rand index from 0.6, see
 * stability_word. NaN of stability: not judged. */
enum segment_belief segment_belief_of(int k, double silhouette, double stability);

/* "description": for JSON. */
const char *segment_belief_word(enum segment_belief belief);

/* Two lines of 80 columns at most, with the figures it rests on. */
enum { SEGMENT_BELIEF_SIZE = 256 };
void segment_belief_say(const struct segmentation *segmentation, enum segment_belief *belief,
                        char text[SEGMENT_BELIEF_SIZE]);

#endif
