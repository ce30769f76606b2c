/* What answering by a threshold comes to: one definition for the leaderboard and for every
 * threshold that can be tried. */
#ifndef ENGINE_LEARN_OPERATING_POINT_H
#define ENGINE_LEARN_OPERATING_POINT_H

#include "engine/learn/metrics.h"
#include "engine/learn/score.h"

/* Of the confusions of `count` folds, all repeats': ratios are means over the folds, counts the
 * mean of the repeats. `threshold` is a probability. */
struct operating_point operating_point_of(const struct confusion *confusions, int count,
                                          int repeats, double threshold);

#endif
