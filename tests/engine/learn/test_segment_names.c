/* What people call segments, what segments look at, what sets them apart, and sales that came after
 * the training. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/segmentations.h"
#include "engine/learn/components.h"
#include "engine/learn/persona.h"
#include "engine/learn/segment_contrast.h"
#include "engine/learn/segmentation.h"
#include "engine/learn/stability.h"
#include "engine/shop.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"
#include "tests/support/scratch.h"

static struct segmentation *fit(const struct facts *facts, const char *features, int k) {
    struct segmentation *segmentation;
    struct segmentation_plan plan;
    struct error error = {0};
    segmentation_plan_default(&plan);
    plan.k = k;
    plan.resamples = 3;
    if (features != NULL)
        assert_int_equal(features_read_fields(features, plan.features, &error), ERR_OK);
    if (segmentation_fit(facts, &plan, NULL, &segmentation, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return segmentation;
}

/* A shop of random sales with three segments, on disk. */
static char *make_shop(void **state, struct facts *facts) {
    char *path = scratch_path(state, "shop.db");
    struct error error;
    facts_table_random(facts, 300, 4);
    facts_db(path, facts);
    struct segmentation *segmentation = fit(facts, NULL, 3);
    struct db *writer = scratch_writer(path);
    assert_int_equal(segmentation_store(writer, segmentation, &error), ERR_OK);
    db_close(writer);
    segmentation_free(segmentation);
    return path;
}

static struct shop *open_shop(const char *path) {
    struct shop *shop;
    struct error error;
    if (shop_open(path, &shop, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return shop;
}

static void a_new_name_is_shown_everywhere_and_survives_training(void **state) {
    struct facts facts;
    struct error error;
    bool changed;
    char *path = make_shop(state, &facts);
    struct shop *shop = open_shop(path);
    char *persona = xstrdup(shop_facts(shop)->segment_names[1]);
    assert_int_equal(segments_rename(path, NULL, persona, "  Stammgäste\t", &error), ERR_OK);
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    assert_true(changed);
    assert_string_equal(shop_facts(shop)->segment_names[1], "Stammgäste");
    assert_string_equal(segmentation_name(shop_segmentation(shop, NULL), 1), "Stammgäste");
    assert_string_equal(segmentation_persona(shop_segmentation(shop, NULL), 1), persona);
    struct slice slice = {0};
    assert_int_equal(slice_parse(&slice, shop_facts(shop), "segment=stamm", &error), ERR_OK);
    slice_free(&slice);
    /* a filter written down before tells what there is now */
    char old[160];
    snprintf(old, sizeof old, "segment='%s'", persona);
    assert_int_equal(slice_parse(&slice, shop_facts(shop), old, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, persona));
    assert_non_null(strstr(error.message, "Stammgäste"));
    struct segmentation *again = fit(shop_facts(shop), NULL, 3);
    struct db *writer = scratch_writer(path);
    assert_int_equal(segmentation_store(writer, again, &error), ERR_OK);
    db_close(writer);
    segmentation_free(again);
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    assert_string_equal(shop_facts(shop)->segment_names[1], "Stammgäste");
    assert_int_equal(segments_rename(path, NULL, "STAMMGäste", "", &error), ERR_OK);
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    assert_string_equal(shop_facts(shop)->segment_names[1], persona);
    free(persona);
    shop_close(shop);
    facts_table_free(&facts);
    free(path);
}

static void names_that_would_confuse_are_refused(void **state) {
    struct facts facts;
    struct error error;
    char *path = make_shop(state, &facts);
    struct shop *shop = open_shop(path);
    char *first = xstrdup(shop_facts(shop)->segment_names[0]);
    char *second = xstrdup(shop_facts(shop)->segment_names[1]);
    shop_close(shop);
    static const struct {
        const char *name, *told;
    } refused[] = {
        {"unknown", "cannot be called"},
        {"Mainstream Shoppers (women)", "a name that the program gives"},
        {"all customers 2", "a name that the program gives"},
        {"a=b", "cannot hold"},
        {"tab\x01here", "cannot be shown"},
        {"\xE2\x80\xAEreversed", "cannot be shown"},
        {"12345678901234567890123456789012345678901", "too long"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(segments_rename(path, NULL, first, refused[i].name, &error), ERR_INPUT);
        if (strstr(error.message, refused[i].told) == NULL)
            fail_msg("%s: %s", refused[i].name, error.message);
    }
    assert_int_equal(segments_rename(path, NULL, "nobody", "Anybody", &error), ERR_INPUT);
    assert_non_null(strstr(error.hint, first));
    assert_int_equal(segments_rename(path, NULL, first, "Mainstream people", &error), ERR_OK);
    assert_int_equal(segments_rename(path, NULL, second, "MAINSTREAM PEOPLE", &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "already"));
    assert_int_equal(segments_rename(path, NULL, first, first, &error), ERR_OK); /* the rule's */
    assert_int_equal(segments_rename(path, NULL, second, "Mainstream People", &error), ERR_OK);
    char *missing = scratch_path(state, "none.db");
    assert_int_equal(segments_rename(missing, NULL, first, "x", &error), ERR_NOT_FOUND);
    free(missing);
    free(second);
    free(first);
    facts_table_free(&facts);
    free(path);
}

/* A persona that no segment has after another training keeps its name, and gives it back. */
static void a_name_of_a_persona_that_is_gone_can_be_taken_back(void **state) {
    struct facts facts;
    struct error error;
    char *path = make_shop(state, &facts);
    struct db *writer = scratch_writer(path);
    assert_int_equal(db_persona_rename(writer, "Gone", "Regulars", &error), ERR_OK);
    db_close(writer);
    struct shop *shop = open_shop(path);
    const char *first = shop_facts(shop)->segment_names[0];
    assert_int_equal(segments_rename(path, NULL, first, "Regulars", &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "Gone"));
    assert_non_null(strstr(error.hint, "Regulars="));
    assert_int_equal(segments_rename(path, NULL, "regulars", "", &error), ERR_OK);
    assert_int_equal(segments_rename(path, NULL, first, "Regulars", &error), ERR_OK);
    shop_close(shop);
    facts_table_free(&facts);
    free(path);
}

/* Sales that another process imports while the shop is open get their segments at once. */
static void sales_imported_after_the_training_get_segments(void **state) {
    struct facts facts;
    struct error error;
    bool changed;
    int added;
    char *path = make_shop(state, &facts);
    struct shop *shop = open_shop(path);
    struct db *writer = scratch_writer(path);
    const struct sale sales[] = {
        {.day = 20000,
         .location = 1,
         .handset = 1,
         .price_minor = 10000,
         .age_years = 20,
         .gender = GENDER_FEMALE},
        {.day = 20001,
         .location = 1,
         .handset = 1,
         .price_minor = 9000000,
         .age_years = 60,
         .gender = GENDER_FEMALE},
    };
    scratch_import(writer, sales, 2, &added);
    db_close(writer);
    assert_int_equal(added, 2);
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    const struct facts *now = shop_facts(shop);
    assert_true(changed);
    assert_int_equal(now->count, 302);
    const struct segmentation *segmentation = shop_segmentation(shop, NULL);
    assert_int_equal(segmentation_rows(segmentation), 300);
    struct feature_reader reader;
    double row[FEATURES_WIDTH_MAX];
    feature_reader_open(&reader, segmentation_features(segmentation), now);
    for (size_t i = 300; i < 302; i++) {
        feature_reader_row(&reader, i, row);
        features_fill(segmentation_features(segmentation), row);
        assert_int_equal(now->segment[i], 1 + segmentation_nearest(segmentation, row, NULL));
    }
    feature_reader_close(&reader);
    shop_close(shop);
    facts_table_free(&facts);
    free(path);
}

static void features_are_read_by_name_or_refused_with_the_names(void **state) {
    (void)state;
    bool has[FEATURE_FIELD_COUNT];
    struct error error;
    assert_int_equal(features_read_fields("price, Age", has, &error), ERR_OK);
    char *text = features_fields_text(has);
    assert_string_equal(text, "age,price");
    free(text);
    static const char *const wrong[] = {"", "age,", "age,,price", "colour", "age,age"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (features_read_fields(wrong[i], has, &error) != ERR_USAGE)
            fail_msg("taken: %s", wrong[i]);
        assert_non_null(strstr(error.hint, "handset,location,gender"));
    }
}

/* The segments look at what they are told to, and are stored and named so. */
static void segments_look_at_the_chosen_features_alone(void **state) {
    struct facts facts;
    struct error error;
    char *path = scratch_path(state, "shop.db"), name[FEATURES_COLUMN_SIZE];
    facts_table_random(&facts, 300, 9);
    facts_db(path, &facts);
    struct segmentation *segmentation = fit(&facts, "gender,facebook", 3), *again;
    const struct features *features = segmentation_features(segmentation);
    assert_int_equal(features->width, 2);
    features_column_name(features, 0, name);
    assert_string_equal(name, "female");
    assert_int_equal(segmentation_components(segmentation)->count, 2);
    struct db *writer = scratch_writer(path);
    assert_int_equal(segmentation_store(writer, segmentation, &error), ERR_OK);
    assert_int_equal(segmentation_load(writer, &again, &error), ERR_OK);
    db_close(writer);
    assert_memory_equal(segmentation_features(again)->has, features->has, sizeof features->has);
    assert_near(segmentation_components(again)->loadings[1][0],
                segmentation_components(segmentation)->loadings[1][0], 0);
    assert_near(segmentation_stability(again)->mean, segmentation_stability(segmentation)->mean, 0);
    for (int i = 0; i < 3; i++) {
        assert_true(strncmp(segmentation_name(again, i), "Mainstream Shoppers", 19) == 0);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(segmentation_name(again, i), segmentation_name(again, j));
    }
    segmentation_free(again);
    segmentation_free(segmentation);
    facts_table_free(&facts);
    free(path);
}

/* 12 of 20 women against 10 of 40: scipy.stats.chi2_contingency(correction=False) and statsmodels'
 * proportion_confint(method="wilson"). */
static void a_contrast_counts_the_segment_against_the_rest(void **state) {
    (void)state;
    struct facts_row rows[60];
    struct facts facts;
    struct segment_contrast contrast, contrasts[2];
    for (int i = 0; i < 60; i++) {
        bool own = i < 20, woman = own ? i < 12 : i < 30;
        rows[i] = (struct facts_row){"2025-01-01", "Lakeside", own ? 20 : 40, woman ? 'F' : 'M',
                                     "Alpha One",  100,        "----",        own ? 1 : 2};
    }
    facts_table(&facts, rows, 60);
    char *names[] = {"Young", "Old"};
    facts_table_segments(&facts, names, 2);
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    bool over[DIMENSION_COUNT] = {[DIMENSION_GENDER] = true};
    assert_int_equal(slice_select(&slice, &facts, &selection, &error), ERR_OK);
    assert_int_equal(segment_contrasts_of(&facts, &selection, 2, over, contrasts, &error), ERR_OK);
    contrast = contrasts[0];
    assert_int_equal(contrast.count, 2);
    const struct segment_trait *women = &contrast.traits[0], *men = &contrast.traits[1];
    assert_string_equal(women->label, "F");
    assert_int_equal(women->yes, 12);
    assert_int_equal(women->rest_yes, 10);
    assert_near(women->difference.estimate, 0.35, 1e-12);
    /* statsmodels 0.13.5, confint_proportions_2indep(12, 20, 10, 40, "newcomb", "diff") */
    assert_near(women->difference.low, 0.08802079818720171, 1e-9);
    assert_near(women->difference.high, 0.5610045332291723, 1e-9);
    assert_near(women->share.low, 0.3865815007622531, 1e-12);
    assert_near(women->share.high, 0.781193467627183, 1e-12);
    assert_near(women->rest.low, 0.14187118639096305, 1e-12);
    assert_near(women->p, 0.00799991710457082, 1e-12);
    assert_near(women->p_adjusted, women->p, 0); /* the men are no second test */
    assert_int_equal(women->verdict, VERDICT_HIGHER);
    assert_int_equal(men->verdict, VERDICT_LOWER);
    assert_true(men->mirror && !women->mirror);
    /* the other segment is the rest of the first: the same difference, turned round */
    const struct segment_trait *other = &contrasts[1].traits[0];
    assert_int_equal(contrasts[1].count, 2);
    assert_string_equal(other->label, "M");
    assert_int_equal(other->yes, 30);
    assert_int_equal(other->known, 40);
    assert_int_equal(other->rest_yes, 8);
    assert_int_equal(other->rest_known, 20);
    assert_near(other->difference.estimate, 0.35, 1e-12);
    assert_near(other->p, women->p, 1e-12);
    segment_contrast_free(&contrasts[0]);
    segment_contrast_free(&contrasts[1]);
    /* over everything: the age band is all, and comes before the women */
    assert_int_equal(segment_contrasts_of(&facts, &selection, 2, NULL, contrasts, &error), ERR_OK);
    contrast = contrasts[0];
    assert_int_equal(contrast.traits[0].dimension, DIMENSION_AGE_BAND);
    assert_near(contrast.traits[0].difference.estimate, 1, 0);
    for (int i = 0; i < contrast.count; i++)
        assert_true(contrast.traits[i].dimension != DIMENSION_SEGMENT &&
                    contrast.traits[i].dimension != DIMENSION_DAY);
    segment_contrast_free(&contrasts[0]);
    segment_contrast_free(&contrasts[1]);
    selection_free(&selection);
    facts_table_free(&facts);
}

/* Every scattered sale is of the slice, comes once, and lies where its components say. */
static void the_scatter_projects_sales_of_the_slice(void **state) {
    (void)state;
    struct facts facts;
    struct scatter_point points[50], again[50];
    facts_table_random(&facts, 300, 4);
    struct segmentation *segmentation = fit(&facts, NULL, 3);
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    assert_int_equal(slice_select(&slice, &facts, &selection, &error), ERR_OK);
    size_t count;
    assert_int_equal(
        segmentation_scatter(segmentation, &facts, &selection, 50, points, &count, &error), ERR_OK);
    assert_int_equal(count, 50);
    assert_int_equal(
        segmentation_scatter(segmentation, &facts, &selection, 50, again, &count, &error), ERR_OK);
    struct feature_reader reader;
    double row[FEATURES_WIDTH_MAX], scores[2];
    feature_reader_open(&reader, segmentation_features(segmentation), &facts);
    for (int i = 0; i < 50; i++) {
        assert_true(i == 0 || points[i].id > points[i - 1].id);
        assert_int_equal(points[i].id, again[i].id);
        size_t sale = (size_t)(points[i].id - facts.id[0]); /* ids follow one another */
        assert_int_equal(facts.id[sale], points[i].id);
        feature_reader_row(&reader, sale, row);
        features_fill(segmentation_features(segmentation), row);
        components_project(segmentation_components(segmentation), row, 2, scores);
        assert_near(points[i].x, scores[0], 0);
        assert_near(points[i].y, scores[1], 0);
        assert_int_equal(points[i].segment, segmentation_nearest(segmentation, row, NULL));
    }
    feature_reader_close(&reader);
    selection_free(&selection);
    segmentation_free(segmentation);
    facts_table_free(&facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_name_is_shown_everywhere_and_survives_training,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(names_that_would_confuse_are_refused, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_name_of_a_persona_that_is_gone_can_be_taken_back,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(sales_imported_after_the_training_get_segments,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test(features_are_read_by_name_or_refused_with_the_names),
        cmocka_unit_test_setup_teardown(segments_look_at_the_chosen_features_alone, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(a_contrast_counts_the_segment_against_the_rest),
        cmocka_unit_test(the_scatter_projects_sales_of_the_slice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
