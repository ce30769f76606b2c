/* What the customers of each segment are like within a slice. */
#include <math.h>

#include "engine/learn/segments.h"

static void add_sale(struct segment_profile *profile, const struct facts *facts, size_t row,
                     int64_t *ages) {
    int age = facts->age[row];
    int64_t price = facts->price_minor[row];
    struct cell one = cell_of_row(facts, row);
    cell_add(&profile->cell, &one);
    if (profile->sales == 0 || price < profile->price_min_minor)
        profile->price_min_minor = price;
    if (profile->sales == 0 || price > profile->price_max_minor)
        profile->price_max_minor = price;
    profile->sales++;
    if (age == 0)
        return;
    if (profile->age_min == 0 || age < profile->age_min)
        profile->age_min = age;
    if (age > profile->age_max)
        profile->age_max = age;
    profile->age_mean += age;
    (*ages)++;
}

void segment_profiles(const struct segmentation *segmentation, const struct facts *facts,
                      const struct selection *selection, struct segment_profile *out) {
    int k = segmentation_k(segmentation);
    int64_t ages[SEGMENTS_K_MAX] = {0};
    for (int i = 0; i < k; i++)
        out[i] =
            (struct segment_profile){.name = segmentation_name(segmentation, i), .position = i};
    for (size_t i = 0; i < selection->count; i++) {
        size_t row = selection->rows[i];
        int segment = facts->segment[row];
        if (segment > 0 && segment <= k)
            add_sale(&out[segment - 1], facts, row, &ages[segment - 1]);
    }
    for (int i = 0; i < k; i++) {
        struct segment_profile *profile = &out[i];
        double sales = (double)profile->sales;
        profile->share = selection->count > 0 ? sales / (double)selection->count : 0;
        profile->age_mean = ages[i] > 0 ? profile->age_mean / (double)ages[i] : (double)NAN;
        profile->price_mean_minor =
            profile->sales > 0 ? (double)profile->cell.revenue_minor / sales : (double)NAN;
    }
}
