/* `describe --format json|csv` on the bundled sample, whose figures pandas 1.5.3 and scipy 1.10.1
 * computed from data/sample.csv, and on the real file where it is there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/cli/run_program.h"

static int begin(void **state) {
    (void)state;
    program_begin();
    int code;
    program_output("import data/sample.csv", &code);
    return code == 0 ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    program_end();
    return 0;
}

static void everything_is_described_with_its_keys(void **state) {
    (void)state;
    json_t *root = program_json("describe --by location --format json");
    assert_json_has(root,
                    "columns[].column columns[].n columns[].missing columns[].mean columns[].sd "
                    "columns[].min columns[].p1 columns[].p25 columns[].p50 columns[].p99 "
                    "columns[].max columns[].skewness columns[].skewness_corrected "
                    "columns[].excess_kurtosis columns[].fence_low columns[].fence_high "
                    "columns[].below columns[].above columns[].share_beyond "
                    "columns[].share_beyond_low columns[].share_beyond_high "
                    "columns[].revenue_share_beyond columns[].log_skewness "
                    "columns[].box_cox_lambda columns[].box_cox_lambda_low "
                    "columns[].box_cox_skewness columns[].freedman_diaconis_width "
                    "histogram[].column histogram[].low histogram[].high histogram[].sales "
                    "histogram[].share histogram[].share_low histogram[].share_high "
                    "boxes[].column boxes[].by boxes[].value boxes[].q1 boxes[].median boxes[].q3 "
                    "boxes[].whisker_low boxes[].whisker_high boxes[].above "
                    "dimensions[].dimension dimensions[].values dimensions[].unknown "
                    "categories[].dimension categories[].value categories[].sales "
                    "categories[].share categories[].share_low categories[].share_high "
                    "associations[].outcome associations[].feature associations[].kind "
                    "associations[].correlation associations[].correlation_p "
                    "associations[].cramers_v associations[].mutual_information "
                    "associations[].mutual_information_by_chance associations[].share_of_entropy "
                    "associations[].g associations[].df associations[].p "
                    "associations[].p_adjusted associations[].verdict");
    json_decref(root);
}

static void the_samples_figures_are_pandass(void **state) {
    (void)state;
    json_t *root = program_json("describe price location --bins 10 --format json");
    assert_near(json_number_at(root, "columns[column=price].mean"), 27453.207222222223, 1e-9);
    assert_near(json_number_at(root, "columns[column=price].sd"), 23330.61577606419, 1e-9);
    assert_near(json_number_at(root, "columns[column=price].p95"), 60082.69999999996, 1e-9);
    assert_near(json_number_at(root, "columns[column=price].skewness"), 4.446780852987319, 1e-12);
    assert_near(json_number_at(root, "columns[column=price].excess_kurtosis"), 23.645180229624167,
                1e-11);
    assert_near(json_number_at(root, "columns[column=price].box_cox_lambda"), -1.051341668201703,
                1e-6);
    assert_near(json_number_at(root, "categories[value=Lakeside].sales"), 3257, 0);
    assert_near(json_number_at(root, "categories[value=Lakeside].share_low"), 0.35202173740116066,
                1e-12);
    static const int counts[10] = {7426, 960, 295, 129, 24,
                                   17,   45,  67,  30,  7}; /* numpy.histogram(x, 10) */
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(json_integer_value(json_object_get(
                             json_array_get(json_at(root, "histogram"), i), "sales")),
                         counts[i]);
    json_decref(root);
}

static void a_filter_reaches_every_table(void **state) {
    (void)state;
    json_t *root = program_json("describe age gender --by gender --where gender=f --format json");
    assert_int_equal(json_array_size(json_at(root, "categories")), 1);
    assert_int_equal(json_array_size(json_at(root, "boxes")), 1);
    assert_near(json_number_at(root, "categories[value=F].share"), 1, 0);
    assert_near(json_number_at(root, "columns[column=age].n"),
                json_number_at(root, "categories[value=F].sales"), 0);
    json_decref(root);
}

static void csv_has_a_section_for_each_table(void **state) {
    (void)state;
    int code;
    const char *text = program_output("describe age --format csv", &code);
    assert_int_equal(code, 0);
    assert_non_null(strstr(text, "section,column,n,missing,mean"));
    assert_non_null(strstr(text, "\ncolumns,age,"));
    assert_non_null(strstr(text, "\nhistogram,age,"));
    assert_null(strstr(text, "Age")); /* nothing of the page */
}

static void the_real_prices_have_their_published_figures(void **state) {
    (void)state;
    const char *file = getenv("SHOP_CSV");
    if (file == NULL || access(file, R_OK) != 0) {
        printf("skipped: the shop's file is not there (SHOP_CSV)\n");
        skip();
    }
    program_end();
    program_begin();
    char *arguments = xasprintf("import '%s'", file);
    program_output(arguments, NULL);
    free(arguments);
    json_t *root = program_json("describe price --format json"); /* scipy.stats.boxcox, skew */
    assert_near(json_number_at(root, "columns[column=price].box_cox_lambda"), -1.061207, 5e-7);
    assert_near(json_number_at(root, "columns[column=price].box_cox_skewness"), 0.023498, 5e-7);
    assert_near(json_number_at(root, "columns[column=price].log_skewness"), 1.8441, 5e-5);
    assert_near(json_number_at(root, "columns[column=price].skewness"), 6.057519, 5e-7);
    assert_near(json_number_at(root, "columns[column=price].skewness_corrected"), 6.058543, 5e-7);
    assert_near(json_number_at(root, "columns[column=price].fence_high"), 38244, 0);
    assert_near(json_number_at(root, "columns[column=price].above"), 919, 0);
    json_decref(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_described_with_its_keys),
        cmocka_unit_test(the_samples_figures_are_pandass),
        cmocka_unit_test(a_filter_reaches_every_table),
        cmocka_unit_test(csv_has_a_section_for_each_table),
        cmocka_unit_test(the_real_prices_have_their_published_figures),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
