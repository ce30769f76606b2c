/* Segments: personas by rule, profiles, storing, and the reference figures of the real file. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "base/text.h"
#include "db/segmentations.h"
#include "engine/learn/persona.h"
#include "engine/learn/random.h"
#include "engine/learn/segment_tables.h"
#include "engine/learn/segments_inside.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"
#include "tests/support/scratch.h"

static struct segmentation *fit(const struct facts *facts, int k) {
    struct segmentation *segmentation;
    struct error error = {0};
    struct segmentation_plan plan;
    segmentation_plan_default(&plan);
    plan.k = k;
    if (segmentation_fit(facts, &plan, NULL, &segmentation, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return segmentation;
}

static void profile(const struct segmentation *segmentation, const struct facts *facts,
                    struct segment_profile *out) {
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    assert_int_equal(slice_select(&slice, facts, &selection, &error), ERR_OK);
    assert_int_equal(segment_profiles(segmentation, facts, &selection, out, &error), ERR_OK);
    selection_free(&selection);
}

/* Inertia, silhouette and personas by scikit-learn 1.2 on the real file. */
static void the_real_file_gives_the_reference_segments(void **state) {
    (void)state;
    static const double inertia[] = {79581.2,  52556.47, 44378.16, 38533.01,
                                     35906.43, 33682.57, 31911.21, 30588.66};
    static const double silhouette[] = {NAN,    0.7792, 0.2935, 0.1540,
                                        0.1562, 0.1275, 0.1171, 0.1184};
    static const struct {
        const char *name;
        int sales, age_min, age_max, price_min, price_max;
        double age_mean, price_mean;
    } personas[] = {
        {"Practical Professionals", 3948, 34, 50, 12702, 35134, 42.22, 20477.22},
        {"Budget-Conscious Youngsters", 3808, 18, 34, 12707, 35735, 25.58, 20492.43},
        {"Ambitious Tech Enthusiasts", 991, 18, 50, 33068, 74981, 33.91, 45705.11},
        {"Elite Tech Aficionados", 124, 18, 50, 103000, 200465, 35.04, 146843.83},
    };
    struct facts facts;
    struct segment_profile profiles[4];
    if (!facts_table_shop(&facts))
        skip();
    struct segmentation *segmentation = fit(&facts, 4);
    int count;
    const struct segment_scan *scan = segmentation_scan(segmentation, &count);
    assert_int_equal(count, SEGMENTS_K_MAX);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(scan[i].k, 1 + i);
        assert_near(scan[i].inertia, inertia[i], inertia[i] / 1000);
        if (i == 0)
            assert_true(isnan(scan[i].silhouette));
        else
            assert_near(scan[i].silhouette, silhouette[i], 0.00015);
    }
    assert_int_equal(segmentation_better_k(segmentation), 2);
    assert_int_equal(segmentation_silhouette_rows(segmentation), 8871);
    segmentation_assign(segmentation, &facts);
    profile(segmentation, &facts, profiles);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(profiles[i].name, personas[i].name);
        assert_in_range(profiles[i].sales, personas[i].sales - 2, personas[i].sales + 2);
        assert_int_equal(profiles[i].age_min, personas[i].age_min);
        assert_int_equal(profiles[i].age_max, personas[i].age_max);
        assert_near(profiles[i].age_mean, personas[i].age_mean, 0.01);
        assert_int_equal(profiles[i].price_min_minor, personas[i].price_min * 100);
        assert_int_equal(profiles[i].price_max_minor, personas[i].price_max * 100);
        assert_near(profiles[i].price_mean_minor / 100, personas[i].price_mean, 2);
        assert_near(profiles[i].share, (double)profiles[i].sales / 8871, 1e-12);
    }
    segmentation_free(segmentation);
    facts_free(&facts);
}

/* Whatever the centroids, names are there, all different, and the price decides first. */
static void names_are_unique_and_price_comes_first(void **state) {
    (void)state;
    struct facts facts;
    struct features features;
    char names[SEGMENTS_K_MAX][PERSONA_SIZE];
    facts_table_random(&facts, 500, 11);
    features_fit(&features, &facts, UNKNOWN);
    size_t width = (size_t)features.width;
    gsl_rng *random = random_new(2, 2);
    for (int trial = 0; trial < 300; trial++) {
        int k = 1 + trial % SEGMENTS_K_MAX;
        double *centroids = calloc((size_t)k * width, sizeof *centroids);
        int64_t sales[SEGMENTS_K_MAX];
        for (int i = 0; i < k; i++) {
            sales[i] = trial % 3 == 0 ? 0 : 10 * (k - i);
            for (size_t column = 0; trial % 2 == 0 && column < width; column++)
                centroids[(size_t)i * width + column] = 10 * gsl_rng_uniform(random) - 5;
        }
        if (k > 1)
            centroids[(size_t)(k - 1) * width + 1] = 20; /* the column of the price */
        personas_name(&features, centroids, sales, k, names);
        for (int i = 0; i < k; i++) {
            assert_true(names[i][0] != '\0');
            for (int j = 0; j < i; j++)
                assert_false(text_same(names[i], names[j]));
        }
        if (k == 1)
            assert_string_equal(names[0], "All Customers");
        else
            assert_string_equal(names[k - 1], "Elite Tech Aficionados");
        free(centroids);
    }
    gsl_rng_free(random);
    features_free(&features);
    facts_table_free(&facts);
}

static void namesakes_are_told_apart_by_what_differs_most(void **state) {
    (void)state;
    struct facts facts;
    struct features features;
    char names[3][PERSONA_SIZE];
    const int64_t sales[] = {100, 100, 100};
    facts_table_random(&facts, 500, 12);
    features_fit(&features, &facts, UNKNOWN);
    size_t width = (size_t)features.width;
    double *centroids = calloc(3 * width, sizeof *centroids);
    for (size_t i = 0; i < 3; i++)
        memcpy(centroids + i * width, features.known_mean, width * sizeof *centroids);
    int female = 0;
    while (features.field_of[female] != FEATURE_GENDER)
        female++;
    for (size_t i = 0; i < 3; i++) {
        centroids[i * width] = i < 2 ? 1 : -1; /* age */
        centroids[i * width + 1] = 0;          /* price */
    }
    centroids[female] = 1;
    centroids[width + (size_t)female] = 0;
    personas_name(&features, centroids, sales, 3, names);
    assert_string_equal(names[0], "Practical Professionals (women)");
    assert_string_equal(names[1], "Practical Professionals (men)");
    assert_string_equal(names[2], "Budget-Conscious Youngsters");
    free(centroids);
    features_free(&features);
    facts_table_free(&facts);
}

static void a_stored_segmentation_assigns_the_same(void **state) {
    struct facts facts, loaded;
    struct error error = {0};
    struct segmentation *again;
    char *path = scratch_path(state, "shop.db");
    facts_table_random(&facts, 300, 4);
    facts_db(path, &facts);
    struct db *reader = scratch_reader(path);
    assert_int_equal(segmentation_load(reader, &again, &error), ERR_NOT_FOUND);
    assert_null(again);
    assert_int_equal(facts_load(reader, &loaded, &error), ERR_OK);
    db_close(reader);
    struct segmentation *segmentation = fit(&loaded, 5);
    struct db *writer = scratch_writer(path);
    assert_int_equal(segmentation_store(writer, segmentation, &error), ERR_OK);
    assert_int_equal(segmentation_load(writer, &again, &error), ERR_OK);
    db_close(writer);
    assert_int_equal(segmentation_k(again), 5);
    assert_near(segmentation_inertia(again), segmentation_inertia(segmentation), 0);
    assert_near(segmentation_silhouette(again), segmentation_silhouette(segmentation), 0);
    assert_int_equal(segmentation_better_k(again), segmentation_better_k(segmentation));
    assert_int_equal(segmentation_rows(again), 300);
    segmentation_assign(segmentation, &loaded);
    uint8_t *first = malloc(loaded.count);
    memcpy(first, loaded.segment, loaded.count);
    memset(loaded.segment, 0, loaded.count);
    segmentation_assign(again, &loaded);
    assert_memory_equal(first, loaded.segment, loaded.count);
    assert_int_equal(loaded.segment_count, 5);
    for (int i = 0; i < 5; i++)
        assert_string_equal(loaded.segment_names[i], segmentation_name(segmentation, i));
    free(first);
    segmentation_free(again);
    segmentation_free(segmentation);
    facts_free(&loaded);
    facts_table_free(&facts);
    free(path);
}

static void compare_tables(const struct segmentation *segmentation, const struct facts *facts) {
    struct segment_tables *tables = segment_tables_new(segmentation, facts);
    struct feature_reader reader;
    double values[FEATURES_WIDTH_MAX];
    uint8_t *segments = malloc(facts->count);
    segment_tables_assign(tables, facts, facts->count, segments);
    feature_reader_open(&reader, segmentation_features(segmentation), facts);
    for (size_t row = 0; row < facts->count; row++) {
        feature_reader_row(&reader, row, values);
        features_fill(segmentation_features(segmentation), values);
        assert_int_equal(segments[row], 1 + segmentation_nearest(segmentation, values, NULL));
    }
    feature_reader_close(&reader);
    segment_tables_free(tables);
    free(segments);
}

static void tables_give_the_segment_that_is_nearest(void **state) {
    (void)state;
    struct facts facts;
    facts_table_random(&facts, 400, 9);
    for (int k = 1; k <= SEGMENTS_K_MAX; k += 4) {
        struct segmentation *segmentation = fit(&facts, k);
        compare_tables(segmentation, &facts);
        segmentation_free(segmentation);
    }
    facts_free(&facts);
}

/* Each sale is put halfway between two centroids, where sums in another order would decide. */
static void between_two_segments_tables_decide_as_the_distances_do(void **state) {
    (void)state;
    struct facts facts;
    facts_table_random(&facts, 400, 9);
    struct segmentation *segmentation = fit(&facts, 2);
    int width = segmentation->features.width;
    gsl_rng *random = random_new(3, 3);
    struct feature_reader reader;
    feature_reader_open(&reader, &segmentation->features, &facts);
    for (size_t row = 0; row < 200; row++) {
        double values[FEATURES_WIDTH_MAX];
        feature_reader_row(&reader, row, values);
        features_fill(&segmentation->features, values);
        for (int column = 0; column < width; column++) {
            double apart = gsl_rng_uniform(random);
            segmentation->centroids[column] = values[column] - apart;
            segmentation->centroids[width + column] = values[column] + apart;
        }
        compare_tables(segmentation, &facts);
    }
    feature_reader_close(&reader);
    gsl_rng_free(random);
    segmentation_free(segmentation);
    facts_free(&facts);
}

/* Sums over the segments are those of the slice, and the largest segment comes first. */
static void profiles_add_up_to_the_slice(void **state) {
    (void)state;
    struct facts facts;
    struct segment_profile profiles[3];
    facts_table_random(&facts, 300, 6);
    struct segmentation *segmentation = fit(&facts, 3);
    segmentation_assign(segmentation, &facts);
    profile(segmentation, &facts, profiles);
    int64_t sales = 0, revenue = 0, prices = 0;
    for (size_t row = 0; row < facts.count; row++)
        prices += facts.price_minor[row];
    for (int i = 0; i < 3; i++) {
        sales += profiles[i].sales;
        revenue += profiles[i].cell.revenue_minor;
        assert_true(i == 0 || profiles[i].sales <= profiles[i - 1].sales);
        assert_true((double)profiles[i].price_min_minor <= profiles[i].price_mean_minor);
        assert_true((double)profiles[i].price_max_minor >= profiles[i].price_mean_minor);
    }
    assert_int_equal(sales, 300);
    assert_int_equal(revenue, prices);
    segmentation_free(segmentation);
    facts_free(&facts);
}

static void sales_that_say_nothing_new_make_segments_too(void **state) {
    (void)state;
    struct facts_row rows[40];
    struct facts facts;
    for (int i = 0; i < 40; i++)
        rows[i] = (struct facts_row){"2025-01-01", NULL, 0, 0, "Alpha", 100, "----", 0};
    facts_table(&facts, rows, 40);
    struct segmentation *segmentation = fit(&facts, 4);
    assert_near(segmentation_inertia(segmentation), 0, 1e-12);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(segmentation_name(segmentation, i),
                                    segmentation_name(segmentation, j));
    segmentation_assign(segmentation, &facts);
    segmentation_free(segmentation);
    facts_free(&facts);
}

static void too_few_sales_are_refused(void **state) {
    (void)state;
    struct facts facts;
    struct segmentation *segmentation;
    struct error error;
    facts_table_random(&facts, 39, 1);
    struct segmentation_plan plan;
    segmentation_plan_default(&plan);
    assert_int_equal(segmentation_fit(&facts, &plan, NULL, &segmentation, &error), ERR_NO_DATA);
    assert_non_null(strstr(error.message, "39"));
    plan.k = 11;
    assert_int_equal(segmentation_fit(&facts, &plan, NULL, &segmentation, &error), ERR_USAGE);
    facts_table_free(&facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_real_file_gives_the_reference_segments),
        cmocka_unit_test(names_are_unique_and_price_comes_first),
        cmocka_unit_test(namesakes_are_told_apart_by_what_differs_most),
        cmocka_unit_test(a_stored_segmentation_assigns_the_same),
        cmocka_unit_test(tables_give_the_segment_that_is_nearest),
        cmocka_unit_test(between_two_segments_tables_decide_as_the_distances_do),
        cmocka_unit_test(profiles_add_up_to_the_slice),
        cmocka_unit_test(sales_that_say_nothing_new_make_segments_too),
        cmocka_unit_test(too_few_sales_are_refused),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
