/* The elbow rule of elbow.h. */
#include "engine/learn/elbow.h"

int elbow_of(const int *k, const double *inertia, int count) {
    static const double clearly = 1e-9; /* less is rounding */
    if (count < 3 || !(inertia[count - 1] < inertia[0]))
        return -1;
    int elbow = -1;
    double farthest = clearly;
    for (int i = 1; i + 1 < count; i++) {
        double along = (double)(k[i] - k[0]) / (k[count - 1] - k[0]);
        double left = (inertia[i] - inertia[count - 1]) / (inertia[0] - inertia[count - 1]);
        double below = 1 - along - left; /* the distance to the chord times √2 */
        if (below > farthest + clearly) {
            farthest = below;
            elbow = i;
        }
    }
    return elbow;
}
