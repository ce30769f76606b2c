/* ROC and precision-recall curves, averaged over folds and thinned to what a picture can show. */
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

static struct step *steps_of(const struct scored *group, size_t *step_count) {
    size_t *order = xcalloc(group->count + 1, sizeof *order);
    struct step *steps = xcalloc(group->count + 1, sizeof *steps), at = {0};
    const double *scores = group->scores;
    gsl_sort_index(order, scores, 1, group->count);
    *step_count = 0;
    for (size_t left = group->count; left > 0;) {
        at.score = scores[order[left - 1]];
        for (; left > 0 && scores[order[left - 1]] == at.score; left--)
            *(group->labels[order[left - 1]] ? &at.true_yes : &at.false_yes) += 1;
        steps[(*step_count)++] = at;
    }
    free(order);
    return steps;
}

/* ------------------------------------------------------------------ means over groups */

/* What one group's curve does at an x: it jumps, turns, or goes over to its next score. */
struct event {
    double x, rise, turn, threshold;
    size_t number; /* events of one group stay in their order */
    bool first;    /* the group's first score: from here on it has a threshold */
};

struct events {
    struct event *all;
    size_t count;
    int groups, begun;
};

static struct events events_open(const struct scored *groups, int group_count, size_t each) {
    struct events events = {.groups = group_count};
    size_t most = 1;
    for (int i = 0; i < group_count; i++)
        most += each * (groups[i].count + 1);
    events.all = xcalloc(most, sizeof *events.all);
    return events;
}

static void add_event(struct events *events, struct event event) {
    event.number = events->count;
    events->all[events->count++] = event;
}

static int by_x(const void *a, const void *b) {
    const struct event *x = a, *y = b;
    if (x->x != y->x)
        return x->x < y->x ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static struct curve_point mean_point(const struct events *events, double x, double y,
                                     double thresholds) {
    return (struct curve_point){x, fmin(1, y / events->groups),
                                events->begun == events->groups ? thresholds / events->groups
                                                                : INFINITY};
}

/* ------------------------------------------------------------------ thinning */

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
        double lowest = points[to].y, highest = lowest, own = 0;
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

/* ------------------------------------------------------------------ curves */

/* A step straight up is a jump; one to the right turns the curve at its start and back at its
 * end. */
static void add_roc(struct events *events, const struct scored *group) {
    size_t count;
    struct step *steps = steps_of(group, &count), before = {0};
    double yes = steps[count - 1].true_yes, no = steps[count - 1].false_yes;
    for (size_t i = 0; i < count; before = steps[i++]) {
        double from = before.false_yes / no, to = steps[i].false_yes / no;
        double rise = (steps[i].true_yes - before.true_yes) / yes;
        struct event arrival = {
            .x = to, .threshold = steps[i].score - (i > 0 ? before.score : 0), .first = i == 0};
        if (to > from) {
            add_event(events, (struct event){.x = from, .turn = rise / (to - from)});
            arrival.turn = -rise / (to - from);
        } else {
            arrival.rise = rise;
        }
        add_event(events, arrival);
    }
    free(steps);
}

void curve_roc(const struct scored *groups, int group_count, int limit, struct curve *out) {
    struct events events = events_open(groups, group_count, 2);
    for (int i = 0; i < group_count; i++)
        add_roc(&events, &groups[i]);
    qsort(events.all, events.count, sizeof *events.all, by_x);
    *out = (struct curve){.count = 1};
    out->points = xcalloc(2 * events.count + 2, sizeof *out->points);
    out->points[0] = mean_point(&events, 0, 0, 0);
    double y = 0, slope = 0, thresholds = 0, at = 0;
    for (size_t i = 0; i < events.count; i++) {
        const struct event *event = &events.all[i];
        if (event->x > at) {
            y += slope * (event->x - at);
            at = event->x;
            out->points[out->count++] = mean_point(&events, at, y, thresholds);
        }
        y += event->rise;
        slope += event->turn;
        thresholds += event->threshold;
        events.begun += event->first;
        if (event->rise > 0)
            out->count++;
        if (out->count > 1)
            out->points[out->count - 1] = mean_point(&events, at, y, thresholds);
    }
    free(events.all);
    out->points[out->count - 1].y = 1; /* but for rounding */
    for (int i = 1; i < out->count; i++) {
        const struct curve_point *point = &out->points[i];
        out->area += (point->x - point[-1].x) * (point->y + point[-1].y) / 2;
    }
    thin_to(out, roc_slack, limit);
}

/* The height between two recalls is that of the right one: it begins at the left one. */
static void add_precision(struct events *events, const struct scored *group) {
    size_t count;
    struct step *steps = steps_of(group, &count), before = {0};
    double yes = steps[count - 1].true_yes, height = 0, score = 0;
    for (size_t i = 0; i < count; before = steps[i++]) {
        if (!(steps[i].true_yes > before.true_yes))
            continue;
        double precision = steps[i].true_yes / (steps[i].true_yes + steps[i].false_yes);
        add_event(events, (struct event){.x = before.true_yes / yes,
                                         .rise = precision - height,
                                         .threshold = steps[i].score - score});
        height = precision;
        score = steps[i].score;
    }
    free(steps);
}

void curve_precision_recall(const struct scored *groups, int group_count, int limit,
                            struct curve *out) {
    struct events events = events_open(groups, group_count, 1);
    for (int i = 0; i < group_count; i++)
        add_precision(&events, &groups[i]);
    qsort(events.all, events.count, sizeof *events.all, by_x);
    events.begun = group_count; /* at recall 0 each has its first height */
    *out = (struct curve){0};
    out->points = xcalloc(events.count + 1, sizeof *out->points);
    double y = 0, thresholds = 0;
    for (size_t i = 0; i < events.count; i++) {
        y += events.all[i].rise;
        thresholds += events.all[i].threshold;
        double from = events.all[i].x, to = i + 1 < events.count ? events.all[i + 1].x : 1;
        if (!(to > from))
            continue;
        struct curve_point point = mean_point(&events, to, y, thresholds);
        out->points[out->count++] = point;
        out->area += (to - from) * point.y;
    }
    free(events.all);
    thin_to(out, step_slack, limit);
}

void curve_free(struct curve *curve) {
    free(curve->points);
    *curve = (struct curve){0};
}
