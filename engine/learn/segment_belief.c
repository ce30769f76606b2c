/* Whether segments are to be believed in. */
#include "engine/learn/segment_belief.h"

#include <math.h>
#include <stdio.h>

#include "engine/learn/stability.h"

enum segment_belief segment_belief_of(int k, double silhouette, double stability) {
    if (k < 2)
        return BELIEF_ONE;
    if (isnan(stability) || isnan(silhouette))
        return BELIEF_UNJUDGED;
    if (stability < 0.6)
        return BELIEF_ACCIDENT;
    return silhouette > 0.5    ? BELIEF_KINDS
           : silhouette > 0.25 ? BELIEF_OVERLAP
                               : BELIEF_DESCRIPTION;
}

const char *segment_belief_word(enum segment_belief belief) {
    static const char *const words[] = {
        [BELIEF_ONE] = "one",           [BELIEF_KINDS] = "kinds",
        [BELIEF_OVERLAP] = "overlap",   [BELIEF_DESCRIPTION] = "description",
        [BELIEF_ACCIDENT] = "unstable", [BELIEF_UNJUDGED] = "unjudged",
    };
    return words[belief];
}

/* "silhouette 0.15; 2 segments: 0.78" */
static void say_silhouette(const struct segmentation *segmentation, char *text, size_t size) {
    int better = segmentation_better_k(segmentation), count;
    double silhouette = segmentation_silhouette(segmentation);
    int used = isnan(silhouette) ? snprintf(text, size, "no silhouette")
                                 : snprintf(text, size, "silhouette %.2f", silhouette);
    const struct segment_scan *scan = segmentation_scan(segmentation, &count);
    for (int i = 0; i < count && better != 0; i++)
        if (scan[i].k == better)
            snprintf(text + used, size - (size_t)used, "; %d segments: %.2f", better,
                     scan[i].silhouette);
}

void segment_belief_say(const struct segmentation *segmentation, enum segment_belief *belief,
                        char text[SEGMENT_BELIEF_SIZE]) {
    const struct stability *judged = segmentation_stability(segmentation);
    double stability = judged != NULL ? judged->mean : (double)NAN;
    int k = segmentation_k(segmentation);
    char apart[96];
    *belief = segment_belief_of(k, segmentation_silhouette(segmentation), stability);
    say_silhouette(segmentation, apart, sizeof apart);
    switch (*belief) {
    case BELIEF_ONE:
        snprintf(text, SEGMENT_BELIEF_SIZE,
                 "All customers are one segment: there is nothing to believe in or to doubt.");
        break;
    case BELIEF_KINDS:
        snprintf(text, SEGMENT_BELIEF_SIZE,
                 "Believe in them: the %d segments lie apart (%s) and are found again in "
                 "resampled sales (stability %.2f).",
                 k, apart, stability);
        break;
    case BELIEF_OVERLAP:
        snprintf(text, SEGMENT_BELIEF_SIZE,
                 "Believe in them with care: the %d segments are found again in resampled sales "
                 "(stability %.2f), but they overlap (%s).",
                 k, stability, apart);
        break;
    case BELIEF_DESCRIPTION:
        snprintf(
            text, SEGMENT_BELIEF_SIZE,
            "A way of describing customers, not kinds that exist: found again (stability %.2f), "
            "but without gaps (%s).",
            stability, apart);
        break;
    case BELIEF_ACCIDENT:
        snprintf(text, SEGMENT_BELIEF_SIZE,
                 "Do not believe in them: resampled sales are cut otherwise (stability %.2f), so "
                 "these %d segments are an accident (%s).",
                 stability, k, apart);
        break;
    case BELIEF_UNJUDGED:
        snprintf(text, SEGMENT_BELIEF_SIZE,
                 "Not known whether to believe in them: it was not tried whether resampled sales "
                 "are cut alike (%s).",
                 apart);
        break;
    }
}
