/* Squared distances are sums over columns, and a column has few values: all but prices. */
#include "engine/learn/segment_tables.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/learn/kmeans.h"
#include "engine/learn/segments_inside.h"

/* Entries are padded to as many centroids as a processor adds at once; the padding is far away. */
enum { LANES = 4, STRIDE_MAX = (SEGMENTS_K_MAX + LANES - 1) / LANES * LANES };

struct segment_tables {
    const struct segmentation *segmentation;
    struct feature_reader reader; /* for sales that lie between two centroids */
    int stride;
    double *locations, *handsets, *genders, *ages, *answers; /* by the facts' values */
    double *days;                                            /* from first_day */
    day_number first_day, last_day;
    bool priced;
    double price[STRIDE_MAX]; /* the centroids' */
};

/* ------------------------------------------------------------------ making */

static struct traits nobody(void) {
    struct traits traits = {.age_years = (double)NAN,
                            .price = (double)NAN,
                            .handset = HANDSET_UNKNOWN,
                            .local = UNKNOWN,
                            .female = UNKNOWN};
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        traits.answers[answer] = UNKNOWN;
    return traits;
}

static bool is_of(enum feature_field field, enum feature_field asked) {
    bool answers = asked == FEATURE_FACEBOOK; /* stands for all four */
    return field == asked || (answers && (field == FEATURE_FOLLOWS || field == FEATURE_HEARD ||
                                          field == FEATURE_RETURNING));
}

/* What the columns of a field add to the distance from each centroid. */
static void measure(const struct segment_tables *tables, const struct traits *traits,
                    enum feature_field asked, double *out) {
    const struct features *features = &tables->segmentation->features;
    double row[FEATURES_WIDTH_MAX];
    features_encode(features, traits, row);
    features_fill(features, row);
    for (int c = 0; c < tables->stride; c++)
        out[c] = 0;
    for (int c = 0; c < tables->segmentation->record.k; c++) {
        const double *centroid =
            tables->segmentation->centroids + (size_t)c * (size_t)features->width;
        for (int column = 0; column < features->width; column++)
            if (is_of(features->field_of[column], asked))
                out[c] += (row[column] - centroid[column]) * (row[column] - centroid[column]);
    }
}

static double *table_of(const struct segment_tables *tables, size_t values) {
    return xcalloc(values * (size_t)tables->stride, sizeof(double));
}

static double *entry(const struct segment_tables *tables, double *table, size_t value) {
    return table + value * (size_t)tables->stride;
}

static void fill_names(struct segment_tables *tables, const struct facts *facts) {
    size_t places = (size_t)facts->locations.count + 1,
           handsets = (size_t)facts->handsets.count + 1;
    tables->locations = table_of(tables, places);
    tables->handsets = table_of(tables, handsets);
    for (size_t id = 0; id < places; id++) {
        struct traits traits = nobody();
        traits.local = id == 0 ? UNKNOWN : facts->locations.entries[id - 1].local != 0;
        measure(tables, &traits, FEATURE_LOCATION, entry(tables, tables->locations, id));
    }
    for (size_t id = 0; id < handsets; id++) {
        struct traits traits = nobody();
        traits.handset = tables->reader.handsets[id];
        measure(tables, &traits, FEATURE_HANDSET, entry(tables, tables->handsets, id));
    }
}

static void fill_people(struct segment_tables *tables) {
    tables->genders = table_of(tables, 1 + GENDER_COUNT);
    tables->ages = table_of(tables, UINT8_MAX + 1);
    tables->answers = table_of(tables, ANSWER_CODES);
    for (size_t gender = 0; gender <= GENDER_COUNT; gender++) {
        struct traits traits = nobody();
        traits.female = gender == 0 ? UNKNOWN : gender == 1 + GENDER_FEMALE;
        measure(tables, &traits, FEATURE_GENDER, entry(tables, tables->genders, gender));
    }
    for (size_t age = 0; age <= UINT8_MAX; age++) {
        struct traits traits = nobody();
        traits.age_years = age > 0 ? (double)age : (double)NAN;
        measure(tables, &traits, FEATURE_AGE, entry(tables, tables->ages, age));
    }
    for (size_t answers = 0; answers < ANSWER_CODES; answers++) {
        uint8_t code = (uint8_t)answers;
        const struct facts one = {.answers = &code};
        struct traits traits = nobody();
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            traits.answers[answer] = facts_answer(&one, 0, (enum answer)answer);
        measure(tables, &traits, FEATURE_FACEBOOK, entry(tables, tables->answers, answers));
    }
}

static void fill_days(struct segment_tables *tables, const struct facts *facts) {
    tables->first_day = facts->first_day;
    tables->last_day = facts->count > 0 ? facts->last_day : facts->first_day;
    size_t days = (size_t)(tables->last_day - tables->first_day) + 1;
    tables->days = table_of(tables, days);
    for (size_t day = 0; day < days; day++) {
        struct traits traits = nobody();
        traits.has_day = true;
        traits.day = tables->first_day + (day_number)day;
        measure(tables, &traits, FEATURE_DATE, entry(tables, tables->days, day));
    }
}

static void fill_prices(struct segment_tables *tables) {
    const struct segmentation *segmentation = tables->segmentation;
    const struct features *features = &segmentation->features;
    for (int column = 0; column < features->width; column++) {
        if (features->field_of[column] != FEATURE_PRICE)
            continue;
        tables->priced = true;
        for (int c = 0; c < segmentation->record.k; c++)
            tables->price[c] = segmentation->centroids[c * features->width + column];
    }
}

struct segment_tables *segment_tables_new(const struct segmentation *segmentation,
                                          const struct facts *facts) {
    struct segment_tables *tables = xcalloc(1, sizeof *tables);
    tables->segmentation = segmentation;
    tables->stride = (segmentation->record.k + LANES - 1) / LANES * LANES;
    feature_reader_open(&tables->reader, &segmentation->features, facts);
    fill_names(tables, facts);
    fill_people(tables);
    fill_days(tables, facts);
    fill_prices(tables);
    return tables;
}

void segment_tables_free(struct segment_tables *tables) {
    if (!tables)
        return;
    feature_reader_close(&tables->reader);
    free(tables->locations);
    free(tables->handsets);
    free(tables->genders);
    free(tables->ages);
    free(tables->answers);
    free(tables->days);
    free(tables);
}

/* ------------------------------------------------------------------ asking */

/* Inlined for each stride, so that the sums stay in registers. */
static inline __attribute__((always_inline)) void add_up(const struct segment_tables *tables,
                                                         const struct facts *window, size_t row,
                                                         size_t stride, double *sums) {
    const struct features *features = &tables->segmentation->features;
    const double *location = tables->locations + window->location[row] * stride;
    const double *handset = tables->handsets + window->handset[row] * stride;
    const double *gender = tables->genders + window->gender[row] * stride;
    const double *age = tables->ages + window->age[row] * stride;
    const double *answers = tables->answers + window->answers[row] * stride;
    const double *day = tables->days + (size_t)(window->day[row] - tables->first_day) * stride;
    double price = 0;
    if (tables->priced)
        price = ((double)window->price_minor[row] / MONEY_MINOR - features->price_median) /
                features->price_iqr;
    for (size_t c = 0; c < stride; c++) {
        double apart = price - tables->price[c];
        sums[c] =
            location[c] + handset[c] + gender[c] + age[c] + answers[c] + day[c] + apart * apart;
    }
}

/* Column by column, as everybody does it. */
static uint8_t measured(const struct segment_tables *tables, const struct facts *window,
                        size_t row) {
    double values[FEATURES_WIDTH_MAX];
    struct feature_reader reader = tables->reader;
    reader.facts = window;
    feature_reader_row(&reader, row, values);
    features_fill(&tables->segmentation->features, values);
    return (uint8_t)(1 + segmentation_nearest(tables->segmentation, values, NULL));
}

/* Sums in another order differ in their last digits; where that could decide, the distances are
 * summed up column by column. */
static uint8_t nearest(const struct segment_tables *tables, const struct facts *window, size_t row,
                       const double *sums) {
    static const double tolerance = 1e-9;
    int k = tables->segmentation->record.k, best = 0;
    double second = INFINITY;
    for (int c = 1; c < k; c++) {
        if (sums[c] < sums[best]) {
            second = sums[best];
            best = c;
        } else if (sums[c] < second) {
            second = sums[c];
        }
    }
    if (second - sums[best] > tolerance * (1 + second))
        return (uint8_t)(1 + best);
    return measured(tables, window, row);
}

void segment_tables_assign(const void *context, const struct facts *window, size_t count,
                           uint8_t *segments) {
    const struct segment_tables *tables = context;
    double sums[STRIDE_MAX];
    for (size_t row = 0; row < count; row++) {
        if (window->day[row] < tables->first_day || window->day[row] > tables->last_day) {
            segments[row] = measured(tables, window, row); /* whoever reads it will refuse it */
            continue;
        }
        if (tables->stride == LANES)
            add_up(tables, window, row, LANES, sums);
        else if (tables->stride == 2 * LANES)
            add_up(tables, window, row, 2 * LANES, sums);
        else
            add_up(tables, window, row, STRIDE_MAX, sums);
        segments[row] = nearest(tables, window, row, sums);
    }
}
