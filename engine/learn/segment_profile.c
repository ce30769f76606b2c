/* What the customers of each segment are like within a slice: one pass, in any order. */
#include <math.h>

#include "engine/learn/segments.h"
#include "engine/slice/stream.h"

struct profiling {
    struct segment_profile *profiles;
    int k;
    int64_t sales, ages[SEGMENTS_K_MAX], years[SEGMENTS_K_MAX];
    int64_t answers[SEGMENTS_K_MAX][ANSWER_CODES]; /* sales by all four together */
};

static void add_sale(struct profiling *profiling, int position, const struct facts *window,
                     size_t row) {
    struct segment_profile *profile = &profiling->profiles[position];
    int age = window->age[row];
    int64_t price = window->price_minor[row];
    if (__builtin_add_overflow(profile->cell.revenue_minor, price, &profile->cell.revenue_minor))
        profile->cell.revenue_minor = INT64_MAX;
    profile->cell.price_squares += (uint128)price * (uint128)price;
    profiling->answers[position][window->answers[row]]++;
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
    profiling->years[position] += age;
    profiling->ages[position]++;
}

static void add_sales(void *context, const struct facts *window, const uint32_t *rows,
                      size_t count) {
    struct profiling *profiling = context;
    profiling->sales += (int64_t)count;
    for (size_t i = 0; i < count; i++) {
        int segment = window->segment[rows[i]];
        if (segment > 0 && segment <= profiling->k)
            add_sale(profiling, segment - 1, window, rows[i]);
    }
}

static void take_answers(struct segment_profile *profile, const int64_t *sales) {
    profile->cell.sales = profile->sales;
    for (int answers = 0; answers < ANSWER_CODES; answers++) {
        const struct facts one = {.answers = (uint8_t[]){(uint8_t)answers}};
        for (int answer = 0; answer < ANSWER_COUNT; answer++) {
            int said = facts_answer(&one, 0, (enum answer)answer);
            profile->cell.known[answer] += said != UNKNOWN ? sales[answers] : 0;
            profile->cell.yes[answer] += said == 1 ? sales[answers] : 0;
        }
    }
}

enum err segment_profiles(const struct segmentation *segmentation, const struct facts *facts,
                          const struct selection *selection, struct segment_profile *out,
                          struct error *error) {
    struct profiling profiling = {.profiles = out, .k = segmentation_k(segmentation)};
    for (int i = 0; i < profiling.k; i++)
        out[i] =
            (struct segment_profile){.name = segmentation_name(segmentation, i), .position = i};
    enum err err = stream_selection(facts, selection,
                                    PACKED_SEGMENT | PACKED_AGE | PACKED_ANSWERS | PACKED_PRICE,
                                    add_sales, &profiling, error);
    for (int i = 0; i < profiling.k; i++) {
        struct segment_profile *profile = &out[i];
        take_answers(profile, profiling.answers[i]);
        double sales = (double)profile->sales, ages = (double)profiling.ages[i];
        profile->share = profiling.sales > 0 ? sales / (double)profiling.sales : 0;
        profile->age_mean = ages > 0 ? (double)profiling.years[i] / ages : (double)NAN;
        profile->price_mean_minor =
            profile->sales > 0 ? (double)profile->cell.revenue_minor / sales : (double)NAN;
    }
    return err;
}
