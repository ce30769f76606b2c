/* Names for segments, by a written rule from what their customers are like, never from a number.
 *
 * 1. Price first, by how far the segment's mean price lies above the shop's median, in
 * interquartile ranges (a Tukey fence lies at about 2): 6 or more is "Elite Tech Aficionados", 1.5
 * or more "Ambitious Tech Enthusiasts".
 * 2. The others by mean age against the shop's, in standard deviations: below −0.25
 * "Budget-Conscious Youngsters", above 0.25 "Practical Professionals", between them "Mainstream
 * Shoppers".
 * 3. Segments that share a name get in brackets what sets each apart most from the others of that
 *    name, in standard deviations of the shop: "Practical Professionals (women)". What another has
 *    already is passed over; when nothing is left, a number follows.
 * 4. A single segment is "All Customers".
 * 5. What the segments do not look at counts as the shop's own mean: without price and age all are
 *    "Mainstream Shoppers" and told apart by rule 3. */
#ifndef ENGINE_LEARN_PERSONA_H
#define ENGINE_LEARN_PERSONA_H

#include <stdbool.h>

#include "engine/learn/features.h"

enum { PERSONA_SIZE = 96 };

/* Names k segments, given by k × width centroids in the definition's scaled units and their sizes,
 * uniquely. */
void personas_name(const struct features *features, const double *centroids, const int64_t *sales,
                   int k, char (*names)[PERSONA_SIZE]);

/* Whether the rule may ever give this name, or did: a name that a person must not give to another
 * segment. */
bool persona_is_of_rule(const char *name);

#endif
