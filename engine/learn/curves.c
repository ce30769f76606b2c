/* ROC and precision-recall curves, thinned to what a picture can show. */
#include "engine/learn/curves.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_sort_double.h>

#include "base/memory.h"

/* Counts above each distinct score, from the highest down. */
struct step {
    double score;
    double true_yes, false_yes;
};

static struct step *steps_of(const double *scores, const uint8_t *labels, size_t count,
                             size_t *step_count) {
    size_t *order = xcalloc(count + 1, sizeof *order);
    struct step *steps = xcalloc(count + 1, sizeof *steps), at = {0};
    gsl_sort_index(order, scores, 1, count);
    *step_count = 0;
    for (size_t left = count; left > 0;) {
        at.score = scores[order[left - 1]];
        for (; left > 0 && scores[order[left - 1]] == at.score; left--)
            *(labels[order[left - 1]] ? &at.true_yes : &at.false_yes) += 1;
        steps[(*step_count)++] = at;
    }
    free(order);
    return steps;
}

/* How far the area may move where only the ends of points from … to are kept. */
typedef double area_slack(const struct curve_point *from, double lowest, double highest,
                          const struct curve_point *to);

/* A rising curve stays within the box of its ends, the straight line halves the box. */
static double roc_slack(const struct curve_point *from, double lowest, double highest,
                        const struct curve_point *to) {
    (void)lowest;
    (void)highest;
    return (to->x - from->x) * (to->y - from->y) / 2;
}

/* Every step has one of the heights of the points that it replaces. */
static double step_slack(const struct curve_point *from, double lowest, double highest,
                         const struct curve_point *to) {
    return (to->x - from->x) * (highest - lowest);
}

/* Keeps the first point, the last, and as few between as leave every gap a slack of `most`;
 * `kept` receives their positions, NULL: they are only counted. */
static int thin(const struct curve_point *points, int count, area_slack *slack_of, double most,
                int *kept, double *slack) {
    int number = 1, from = 0;
    *slack = 0;
    if (kept)
        kept[0] = 0;
    while (from + 1 < count) {
        int to = from + 1; /* one step alone is drawn as it is */
        double lowest = points[to].y, highest = points[to].y, own = 0;
        while (to + 1 < count) {
            double low = fmin(lowest, points[to + 1].y), high = fmax(highest, points[to + 1].y);
            double next = slack_of(&points[from], low, high, &points[to + 1]);
            if (next > most)
                break;
            own = next;
            lowest = low;
            highest = high;
            to++;
        }
        *slack += own;
        if (kept)
            kept[number] = to;
        number++;
        from = to;
    }
    return number;
}

static void thin_to(struct curve *curve, area_slack *slack_of, int limit) {
    double few = 1, many = 1e-9, most = 0; /* slacks a gap that leave few and too many points */
    int count = curve->count;
    if (thin(curve->points, count, slack_of, 0, NULL, &curve->slack) > limit) {
        while (few > 1.1 * many) {
            most = sqrt(few * many);
            bool fits = thin(curve->points, count, slack_of, most, NULL, &curve->slack) <= limit;
            *(fits ? &few : &many) = most;
        }
        most = few;
    }
    int *kept = xcalloc((size_t)count + 1, sizeof *kept);
    curve->count = thin(curve->points, count, slack_of, most, kept, &curve->slack);
    for (int i = 0; i < curve->count; i++)
        curve->points[i] = curve->points[kept[i]];
    free(kept);
}

void curve_roc(const double *scores, const uint8_t *labels, size_t count, int limit,
               struct curve *out) {
    size_t steps;
    struct step *step = steps_of(scores, labels, count, &steps);
    double yes = step[steps - 1].true_yes, no = step[steps - 1].false_yes;
    *out = (struct curve){.count = (int)steps + 1};
    out->points = xcalloc(steps + 1, sizeof *out->points);
    out->points[0].threshold = INFINITY;
    for (size_t i = 0; i < steps; i++) {
        struct curve_point *point = &out->points[i + 1];
        *point =
            (struct curve_point){step[i].false_yes / no, step[i].true_yes / yes, step[i].score};
        out->area += (point->x - point[-1].x) * (point->y + point[-1].y) / 2;
    }
    free(step);
    thin_to(out, roc_slack, limit);
}

void curve_precision_recall(const double *scores, const uint8_t *labels, size_t count, int limit,
                            struct curve *out) {
    size_t steps;
    struct step *step = steps_of(scores, labels, count, &steps);
    double yes = step[steps - 1].true_yes, recall = 0;
    *out = (struct curve){.count = (int)steps};
    out->points = xcalloc(steps + 1, sizeof *out->points);
    for (size_t i = 0; i < steps; i++) {
        struct curve_point *point = &out->points[i];
        *point = (struct curve_point){step[i].true_yes / yes,
                                      step[i].true_yes / (step[i].true_yes + step[i].false_yes),
                                      step[i].score};
        out->area += (point->x - recall) * point->y;
        recall = point->x;
    }
    free(step);
    thin_to(out, step_slack, limit);
}

void curve_free(struct curve *curve) {
    free(curve->points);
    *curve = (struct curve){0};
}
