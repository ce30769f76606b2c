/* Where more clusters stop paying: a rule for the bend of the inertia curve. */
#ifndef ENGINE_LEARN_ELBOW_H
#define ENGINE_LEARN_ELBOW_H

/* The position of the point farthest below the chord from the first point to the last, both axes
 * scaled to 0–1 (the offline form of kneedle: Satopää, Albrecht, Irwin & Raghavan 2011, "Finding a
 * 'kneedle' in a haystack", without smoothing). `k` ascends. −1 where there are fewer than three
 * points, where the curve does not fall, or where no point lies below the chord: a line has no
 * elbow. Of equal distances the first. */
int elbow_of(const int *k, const double *inertia, int count);

#endif
