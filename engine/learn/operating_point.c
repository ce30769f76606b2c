/* Means over folds of what was answered rightly and wrongly. */
#include "engine/learn/operating_point.h"

#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"

typedef double ratio_of(const struct confusion *confusion);

static double mean_of(const struct confusion *confusions, int count, ratio_of *ratio, double *sd) {
    double *values = xcalloc((size_t)count, sizeof *values);
    for (int i = 0; i < count; i++)
        values[i] = ratio(&confusions[i]);
    double mean = gsl_stats_mean(values, 1, (size_t)count);
    *sd = count > 1 ? gsl_stats_sd(values, 1, (size_t)count) : 0;
    free(values);
    return mean;
}

struct operating_point operating_point_of(const struct confusion *confusions, int count,
                                          int repeats, double threshold) {
    struct operating_point point = {.threshold = threshold};
    point.accuracy = mean_of(confusions, count, confusion_accuracy, &point.accuracy_sd);
    point.f1 = mean_of(confusions, count, confusion_f1, &point.f1_sd);
    point.precision = mean_of(confusions, count, confusion_precision, &point.precision_sd);
    point.recall = mean_of(confusions, count, confusion_recall, &point.recall_sd);
    point.mcc = mean_of(confusions, count, confusion_mcc, &point.mcc_sd);
    for (int i = 0; i < count; i++) {
        point.true_yes += (double)confusions[i].true_yes / repeats;
        point.false_yes += (double)confusions[i].false_yes / repeats;
        point.missed_yes += (double)confusions[i].missed_yes / repeats;
        point.true_no += (double)confusions[i].true_no / repeats;
    }
    return point;
}
