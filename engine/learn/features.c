/* The feature definition: fitted from the sales, applied to a sale or to a customer. */
#include "engine/learn/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/learn/features_layout.h"

const char *feature_field_name(enum feature_field field) {
    static const char *const names[] = {
#define X(symbol, name) [FEATURE_##symbol] = (name),
        FEATURE_FIELD_LIST(X)
#undef X
    };
    return names[field];
}

/* The answer that a field asks, or UNKNOWN. */
static int answer_of(enum feature_field field) {
    switch (field) {
    case FEATURE_FACEBOOK:
        return ANSWER_FACEBOOK;
    case FEATURE_FOLLOWS:
        return ANSWER_FOLLOWS;
    case FEATURE_HEARD:
        return ANSWER_HEARD;
    case FEATURE_RETURNING:
        return ANSWER_RETURNING;
    default:
        return UNKNOWN;
    }
}

void features_lay_out(struct features *features) {
    features->width = 0;
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++) {
        if (!features->has[field])
            continue;
        int columns = field == FEATURE_HANDSET ? features->handset_count
                      : field == FEATURE_DATE  ? 2
                                               : 1;
        while (columns-- > 0)
            features->field_of[features->width++] = (enum feature_field)field;
    }
}

static void fit_age(struct features *features, const struct facts *facts) {
    double *ages = xmalloc((facts->count + 1) * sizeof *ages);
    size_t known = 0;
    for (size_t row = 0; row < facts->count; row++)
        if (facts->age[row] > 0)
            ages[known++] = facts->age[row];
    features->age_mean = known > 0 ? gsl_stats_mean(ages, 1, known) : 0;
    double sd = known > 0 ? gsl_stats_sd_with_fixed_mean(ages, 1, known, features->age_mean) : 0;
    features->age_sd = sd > 0 ? sd : 1; /* one age only: nothing to scale */
    free(ages);
}

static void fit_price(struct features *features, const struct facts *facts) {
    size_t count = facts->count;
    double *prices = xmalloc((count + 1) * sizeof *prices);
    for (size_t row = 0; row < count; row++)
        prices[row] = (double)facts->price_minor[row] / MONEY_MINOR;
    gsl_sort(prices, 1, count);
    features->price_median = 0;
    features->price_iqr = 1;
    if (count > 0) {
        features->price_median = gsl_stats_quantile_from_sorted_data(prices, 1, count, 0.5);
        double iqr = gsl_stats_quantile_from_sorted_data(prices, 1, count, 0.75) -
                     gsl_stats_quantile_from_sorted_data(prices, 1, count, 0.25);
        if (iqr > 0)
            features->price_iqr = iqr;
    }
    free(prices);
}

struct handset_sales {
    int id;
    int64_t sales;
};

static int by_falling_sales(const void *a, const void *b) {
    const struct handset_sales *x = a, *y = b;
    if (x->sales != y->sales)
        return x->sales < y->sales ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_id(const void *a, const void *b) {
    const struct handset_sales *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static void fit_handsets(struct features *features, const struct facts *facts) {
    int entries = facts->handsets.count;
    struct handset_sales *sold = xcalloc((size_t)entries + 1, sizeof *sold);
    for (int i = 0; i < entries; i++)
        sold[i].id = i + 1;
    for (size_t row = 0; row < facts->count; row++)
        if (facts->handset[row] > 0)
            sold[facts->handset[row] - 1].sales++;
    qsort(sold, (size_t)entries, sizeof *sold, by_falling_sales);
    int kept = 0;
    while (kept < entries && kept < FEATURES_HANDSETS_MAX && sold[kept].sales > 0)
        kept++;
    qsort(sold, (size_t)kept, sizeof *sold, by_id);
    features->handsets = xcalloc((size_t)kept + 1, sizeof *features->handsets);
    features->handset_count = kept;
    for (int i = 0; i < kept; i++)
        features->handsets[i] = xstrdup(facts->handsets.entries[sold[i].id - 1].name);
    free(sold);
}

static void fit_known_means(struct features *features, const struct facts *facts) {
    double sums[FEATURES_WIDTH_MAX] = {0}, row[FEATURES_WIDTH_MAX];
    size_t known[FEATURES_WIDTH_MAX] = {0};
    struct feature_reader reader;
    feature_reader_open(&reader, features, facts);
    for (size_t i = 0; i < facts->count; i++) {
        feature_reader_row(&reader, i, row);
        for (int column = 0; column < features->width; column++)
            if (!isnan(row[column])) {
                sums[column] += row[column];
                known[column]++;
            }
    }
    feature_reader_close(&reader);
    for (int column = 0; column < features->width; column++)
        features->known_mean[column] = known[column] > 0 ? sums[column] / (double)known[column] : 0;
}

void features_fit_fields(struct features *features, const struct facts *facts,
                         const bool has[FEATURE_FIELD_COUNT]) {
    *features = (struct features){0};
    memcpy(features->has, has, sizeof features->has);
    fit_age(features, facts);
    fit_price(features, facts);
    fit_handsets(features, facts);
    features_lay_out(features);
    fit_known_means(features, facts);
}

void features_fit(struct features *features, const struct facts *facts, int left_out) {
    bool has[FEATURE_FIELD_COUNT];
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        has[field] = left_out == UNKNOWN || answer_of((enum feature_field)field) != left_out;
    features_fit_fields(features, facts, has);
}

void features_free(struct features *features) {
    for (int i = 0; i < features->handset_count; i++)
        free(features->handsets[i]);
    free(features->handsets);
    *features = (struct features){0};
}

int features_handset(const struct features *features, const char *name) {
    for (int i = 0; i < features->handset_count; i++)
        if (text_same(features->handsets[i], name))
            return i;
    return HANDSET_UNSEEN;
}

static double yes_no(int answer) {
    return answer == UNKNOWN ? (double)NAN : (double)answer;
}

void features_encode(const struct features *features, const struct traits *traits, double *row) {
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++) {
        if (!features->has[field])
            continue;
        switch ((enum feature_field)field) {
        case FEATURE_AGE:
            *row++ = (traits->age_years - features->age_mean) / features->age_sd;
            break;
        case FEATURE_PRICE:
            *row++ = (traits->price - features->price_median) / features->price_iqr;
            break;
        case FEATURE_HANDSET:
            for (int i = 0; i < features->handset_count; i++)
                *row++ = traits->handset == HANDSET_UNKNOWN ? (double)NAN : traits->handset == i;
            break;
        case FEATURE_LOCATION:
            *row++ = yes_no(traits->local);
            break;
        case FEATURE_GENDER:
            *row++ = yes_no(traits->female);
            break;
        case FEATURE_DATE: {
            double turn = traits->has_day ? 2 * M_PI * date_day_of_year(traits->day) /
                                                date_days_in_year(traits->day)
                                          : (double)NAN;
            *row++ = sin(turn);
            *row++ = cos(turn);
            break;
        }
        default:
            *row++ = yes_no(traits->answers[answer_of((enum feature_field)field)]);
        }
    }
}

void features_fill(const struct features *features, double *row) {
    for (int column = 0; column < features->width; column++)
        if (isnan(row[column]))
            row[column] = features->known_mean[column];
}

void feature_reader_open(struct feature_reader *reader, const struct features *features,
                         const struct facts *facts) {
    reader->features = features;
    reader->facts = facts;
    reader->handsets = xmalloc(((size_t)facts->handsets.count + 1) * sizeof *reader->handsets);
    reader->handsets[0] = HANDSET_UNKNOWN;
    for (int i = 0; i < facts->handsets.count; i++)
        reader->handsets[i + 1] = features_handset(features, facts->handsets.entries[i].name);
}

void feature_reader_close(struct feature_reader *reader) {
    free(reader->handsets);
    reader->handsets = NULL;
}

void feature_reader_row(const struct feature_reader *reader, size_t row, double *out) {
    const struct facts *facts = reader->facts;
    int location = facts->location[row], gender = facts->gender[row];
    struct traits traits = {
        .age_years = facts->age[row] > 0 ? facts->age[row] : (double)NAN,
        .price = (double)facts->price_minor[row] / MONEY_MINOR,
        .handset = reader->handsets[facts->handset[row]],
        .local = location == 0 ? UNKNOWN : facts->locations.entries[location - 1].local != 0,
        .female = gender == 0 ? UNKNOWN : gender == 1 + GENDER_FEMALE,
        .has_day = true,
        .day = facts->day[row],
    };
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        traits.answers[answer] = facts_answer(facts, row, (enum answer)answer);
    features_encode(reader->features, &traits, out);
}
