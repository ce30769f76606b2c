/* Every command in every format on the bundled sample, whose truth is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cli/run_program.h"

static json_t *trained; /* what `train --format json` said */

static int begin(void **state) {
    (void)state;
    program_begin();
    int imported, code;
    program_output("import data/sample.csv", &imported);
    trained = json_loads(
        program_output(
            "train --algorithm gbtree --folds 4 --repeats 1 --permutations 25 --format json",
            &code),
        0, NULL);
    return imported == 0 && code == 0 ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    json_decref(trained);
    program_end();
    return 0;
}

static void overview_has_its_keys_and_the_files_own_sums(void **state) {
    (void)state;
    json_t *root = program_json("overview --format json");
    assert_json_has(root,
                    "sales revenue mean_price median_price first_date last_date "
                    "share_returning share_returning_low share_returning_high "
                    "share_facebook share_facebook_low share_facebook_high "
                    "share_follows share_follows_low share_follows_high "
                    "share_heard share_heard_low share_heard_high "
                    "months[].month months[].sales months[].revenue months[].days "
                    "months[].partial months[].revenue_per_day "
                    "locations[].name locations[].sales locations[].revenue locations[].mean_price "
                    "handsets[].name handsets[].brand handsets[].sales handsets[].revenue "
                    "handsets[].mean_price locations[].share_low genders[].name genders[].share "
                    "genders[].share_low genders[].share_high age_bands[].share_high "
                    "weekdays[].days weekdays[].revenue_per_day weeks[].week weeks[].partial "
                    "recent.days recent.from recent.before_to changes[].figure changes[].recent "
                    "changes[].before changes[].difference changes[].low changes[].high "
                    "changes[].verdict");
    /* awk -F, 'NR > 1 { n++; s += $7; r += $10 == "Yes" } END { print n, s, r }' data/sample.csv */
    assert_near(json_number_at(root, "sales"), 9000, 0);
    assert_near(json_number_at(root, "revenue"), 247078865, 0);
    assert_near(json_number_at(root, "share_returning"), 2312.0 / 9000, 1e-12);
    assert_string_equal(json_string_value(json_at(root, "first_date")), "2024-09-16");
    assert_string_equal(json_string_value(json_at(root, "last_date")), "2025-07-12");
    assert_true(json_is_true(json_at(root, "months[month=2024-09].partial")));
    assert_true(json_is_false(json_at(root, "months[month=2024-10].partial")));
    assert_near(json_number_at(root, "months[month=2024-09].days"), 15, 0);
    assert_near(json_number_at(root, "synthetic"), 9000, 0);
    json_decref(root);
}

static void a_filter_narrows_every_figure(void **state) {
    (void)state;
    json_t *root = program_json("overview --where location=outside --where 'price>40000' "
                                "--format json");
    double sales = json_number_at(root, "sales");
    json_decref(root);
    /* awk -F, '$3 == "Outside Town" && $7 > 40000' data/sample.csv | wc -l */
    assert_near(sales, 305, 0);
}

static void an_empty_slice_is_null_not_nonsense(void **state) {
    (void)state;
    json_t *root = program_json("overview --where 'price>900000' --format json");
    assert_near(json_number_at(root, "sales"), 0, 0);
    assert_true(json_is_null(json_at(root, "mean_price")));
    assert_true(json_is_null(json_at(root, "median_price")));
    assert_true(json_is_null(json_at(root, "share_returning")));
    assert_true(json_is_null(json_at(root, "first_date")));
    json_decref(root);
}

static void explore_has_its_keys_and_finds_who_comes_from_facebook(void **state) {
    (void)state;
    json_t *root = program_json("explore --by age_band --format json");
    assert_json_has(root, "by rows[].keys rows[].sales rows[].revenue rows[].mean_price "
                          "rows[].share_returning rows[].share_returning_low "
                          "rows[].share_returning_high rows[].share_facebook "
                          "rows[].share_facebook_low rows[].share_facebook_high "
                          "test.chi2 test.df test.p tests.facebook.p");
    assert_true(json_number_at(root, "tests.facebook.p") < 1e-10);
    json_decref(root);
    root = program_json("explore --by location,facebook --format json");
    assert_int_equal(json_array_size(json_at(root, "rows")), 6);
    assert_int_equal(json_array_size(json_at(root, "rows[0].keys")), 2);
    json_decref(root);
}

static void impact_has_its_keys_and_finds_what_was_planted(void **state) {
    (void)state;
    json_t *root = program_json("impact --format json");
    assert_json_has(root, "outcome base_rate tests[].factor tests[].chi2 tests[].df tests[].p "
                          "tests[].p_yates tests[].p_adjusted tests[].cramers_v tests[].verdict "
                          "differences[].factor differences[].yes_n differences[].no_n "
                          "differences[].yes_share differences[].no_share "
                          "differences[].difference differences[].low differences[].high "
                          "differences[].verdict price[].factor price[].difference price[].low "
                          "price[].high price[].p adjusted[].factor adjusted[].strata "
                          "adjusted[].odds_ratio adjusted[].low adjusted[].high "
                          "power.detectable_difference");
    assert_string_equal(json_string_value(json_at(root, "outcome")), "returning");
    assert_string_equal(json_string_value(json_at(root, "differences[factor=follows].verdict")),
                        "higher");
    assert_string_equal(json_string_value(json_at(root, "differences[factor=heard].verdict")),
                        "higher");
    assert_string_equal(json_string_value(json_at(root, "differences[factor=gender].verdict")),
                        "unclear");
    assert_string_equal(json_string_value(json_at(root, "tests[factor=price_band].verdict")),
                        "differs");
    json_decref(root);
    root = program_json("impact --outcome facebook --format json");
    assert_string_equal(json_string_value(json_at(root, "tests[factor=age_band].verdict")),
                        "differs");
    assert_string_equal(json_string_value(json_at(root, "tests[factor=location].verdict")),
                        "unclear");
    json_decref(root);
}

/* A command on a shop of 900 sales: what is found anew there takes seconds on 9,000. */
static json_t *small_shop_json(const char *arguments) {
    static bool made;
    char command[1024];
    int code = 0;
    if (!made) {
        snprintf(command, sizeof command, "sample --rows 900 --seed 5 >'%s/small.csv'",
                 program_folder());
        program_output(command, &code);
        assert_int_equal(code, 0);
        snprintf(command, sizeof command, "import --db '%s/small.db' '%s/small.csv'",
                 program_folder(), program_folder());
        program_output(command, &code);
        assert_int_equal(code, 0);
        made = true;
    }
    snprintf(command, sizeof command, "%s --db '%s/small.db' --format json", arguments,
             program_folder());
    return program_json(command);
}

static void segments_have_their_keys_and_share_out_every_sale(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        json_t *root =
            i == 0 ? program_json("segments --format json") : small_shop_json("segments --k 3");
        assert_json_has(root, "k inertia silhouette scan[].k scan[].inertia scan[].silhouette "
                              "segments[].name segments[].sales segments[].share "
                              "segments[].age_min segments[].age_mean segments[].age_max "
                              "segments[].price_min segments[].price_mean segments[].price_max "
                              "segments[].share_returning segments[].share_facebook");
        size_t k = i == 0 ? 4 : 3;
        assert_near(json_number_at(root, "k"), (double)k, 0);
        assert_int_equal(json_array_size(json_at(root, "segments")), k);
        double sales = 0;
        for (size_t each = 0; each < k; each++)
            sales += json_number_value(
                json_object_get(json_array_get(json_at(root, "segments"), each), "sales"));
        assert_near(sales, i == 0 ? 9000 : 900, 0);
        assert_true(json_is_boolean(json_at(root, "stored")));
        assert_int_equal(json_is_true(json_at(root, "stored")), i == 0);
        json_decref(root);
    }
}

static void segments_are_judged_profiled_and_scattered(void **state) {
    (void)state;
    json_t *root = program_json("segments --profile --scatter 50 --format json");
    assert_json_has(root,
                    "belief elbow_k best_k silhouette_rows features stability.mean stability.low "
                    "stability.high stability.resamples stability.verdict "
                    "components.explained components.loadings[].feature "
                    "components.loadings[].loadings segments[].persona segments[].jaccard "
                    "profiles[].segment profiles[].dimension profiles[].value "
                    "profiles[].share profiles[].share_low profiles[].rest_share "
                    "profiles[].difference profiles[].difference_low profiles[].p "
                    "profiles[].p_adjusted profiles[].verdict scatter[].id scatter[].x "
                    "scatter[].y scatter[].segment");
    assert_int_equal(json_array_size(json_at(root, "scan")), 10);
    assert_int_equal(json_array_size(json_at(root, "scatter")), 50);
    double explained = 0;
    for (size_t i = 0; i < json_array_size(json_at(root, "components.explained")); i++)
        explained += json_number_value(json_array_get(json_at(root, "components.explained"), i));
    assert_near(explained, 1, 1e-9);
    json_decref(root);
    root = program_json("segments --format json");
    assert_null(json_at(root, "scatter"));
    assert_null(json_at(root, "profiles"));
    json_decref(root);
    /* the sample has two genders, so each segment has two rows */
    root = program_json("segments --profile gender --format json");
    assert_int_equal(json_array_size(json_at(root, "profiles")),
                     2 * json_array_size(json_at(root, "segments")));
    json_decref(root);
    root = small_shop_json("segments --k 2 --features price,age");
    assert_string_equal(json_string_value(json_at(root, "features")), "age,price");
    assert_int_equal(json_array_size(json_at(root, "components.explained")), 2);
    json_decref(root);
}

static void a_segment_is_renamed_and_gets_its_own_name_back(void **state) {
    (void)state;
    int code;
    json_t *root =
        program_json("segments --rename 'elite tech aficionados=Collectors' --format json");
    assert_string_equal(json_string_value(json_at(root, "segments[name=Collectors].persona")),
                        "Elite Tech Aficionados");
    json_decref(root);
    root = program_json("sales --where segment=Collectors --limit 1 --format json");
    json_decref(root);
    program_output("segments --where 'segment=Elite Tech Aficionados' 2>&1", &code);
    assert_int_equal(code, 2);
    const char *text = program_output("segments --rename Collectors 2>&1", &code);
    assert_int_equal(code, 2);
    assert_non_null(strstr(text, "OLD=NEW"));
    text = program_output("segments --read-only --rename 'Collectors=' 2>&1", &code);
    assert_int_equal(code, 1);
    assert_non_null(strstr(text, "read-only"));
    root = program_json("segments --rename 'Collectors=' --format json");
    assert_non_null(json_at(root, "segments[name=Elite Tech Aficionados]"));
    json_decref(root);
    static const char *const refused[] = {"segments gender 2>&1", "segments --profile colour 2>&1",
                                          "train segments --features colour 2>&1"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        program_output(refused[i], &code);
        assert_int_equal(code, 2);
    }
}

static void models_have_their_keys_and_the_skill_that_was_planted(void **state) {
    (void)state;
    json_t *root = program_json("models --format json");
    assert_json_has(root, "models[].target models[].algorithm models[].active models[].trained_at "
                          "models[].rows models[].auc models[].auc_low models[].auc_high "
                          "models[].p_permutation models[].log_loss models[].base_log_loss "
                          "models[].brier models[].accuracy models[].f1 models[].precision "
                          "models[].recall models[].threshold "
                          "models[].baselines.majority_accuracy models[].baselines.always_yes_f1 "
                          "models[].verdict models[].parameters");
    assert_json_has(root, "models[].id models[].weights models[].sampling models[].pr_auc "
                          "models[].pr_auc_low models[].mcc models[].brier_skill "
                          "models[].log_loss_skill models[].log_loss_gain_low "
                          "leaderboard[].name leaderboard[].target leaderboard[].auc_low "
                          "leaderboard[].log_loss leaderboard[].verdict leaderboard[].mcc");
    assert_int_equal(json_array_size(json_at(root, "leaderboard")), 2 * (1 + 3));
    assert_near(json_number_at(root, "leaderboard[name=always the base rate].auc"), 0.5, 0);
    assert_int_equal(json_array_size(json_at(root, "models")), 2);
    assert_string_equal(json_string_value(json_at(root, "models[target=returning].verdict")),
                        "skill");
    assert_string_equal(json_string_value(json_at(root, "models[target=facebook].verdict")),
                        "skill");
    json_decref(root);
}

static void one_model_is_shown_from_every_side(void **state) {
    (void)state;
    json_t *root = program_json("models --target returning --detail --format json");
    assert_json_has(root, "roc[].false_yes_rate roc[].recall roc[].threshold "
                          "precision_recall[].recall precision_recall[].precision "
                          "calibration_bins[].predicted calibration_bins[].observed "
                          "calibration_bins[].observed_low calibration_bins[].sales "
                          "calibration.expected_error calibration.slope calibration.slope_low "
                          "calibration.p confusion[].threshold confusion[].true_yes "
                          "operating_points[].rule operating_points[].threshold "
                          "importance[].feature importance[].gain importance[].mean_abs_shap "
                          "time_split[].auc_low time_split[].first_date tuning");
    double sales = 0, gain = 0;
    for (size_t i = 0; i < json_array_size(json_at(root, "calibration_bins")); i++)
        sales += json_number_value(
            json_object_get(json_array_get(json_at(root, "calibration_bins"), i), "sales"));
    assert_near(sales, 9000, 0);
    for (size_t i = 0; i < json_array_size(json_at(root, "importance")); i++)
        gain += json_number_value(
            json_object_get(json_array_get(json_at(root, "importance"), i), "gain"));
    assert_near(gain, 1, 1e-9);
    assert_near(json_number_at(root, "roc[0].recall"), 0, 0);
    assert_near(json_number_at(root, "confusion[10].false_yes") +
                    json_number_at(root, "confusion[10].true_yes"),
                9000, 0);
    json_decref(root);
    int exit_code;
    assert_non_null(
        strstr(program_output("models --target returning --detail", &exit_code), "Calibration"));
}

static void models_are_narrowed_and_put_to_use_by_their_number(void **state) {
    (void)state;
    int exit_code;
    json_t *root = program_json("models --target facebook --format json");
    assert_int_equal(json_array_size(json_at(root, "models")), 1);
    int id = (int)json_number_at(root, "models[0].id");
    json_decref(root);
    char call[64];
    snprintf(call, sizeof call, "models --use %d 2>&1", id);
    assert_non_null(strstr(program_output(call, &exit_code), "In use from now on: From Facebook"));
    assert_int_equal(exit_code, 0);
    snprintf(call, sizeof call, "models --use %d --read-only 2>&1", id);
    assert_non_null(strstr(program_output(call, &exit_code), "--read-only refuses"));
    assert_int_equal(exit_code, 1);
    assert_non_null(strstr(program_output("models --use 999 2>&1", &exit_code), "no model 999"));
    assert_int_equal(exit_code, 1);
    program_output("models --detail 2>&1", &exit_code);
    assert_int_equal(exit_code, 2);
    program_output("models --target facebook --algorithm dart --detail 2>&1", &exit_code);
    assert_int_equal(exit_code, 1);
}

static void predict_answers_and_its_reasons_add_up(void **state) {
    (void)state;
    json_t *root = program_json("predict --age 22 --price 90000 --handset 'Galaxy S25 12/256' "
                                "--follows yes --heard yes --location lakeside --gender f "
                                "--facebook no --format json");
    assert_json_has(root, "returning.probability returning.low returning.high returning.base_rate "
                          "returning.verdict returning.threshold returning.label "
                          "returning.contributions[].feature returning.contributions[].value "
                          "returning.contributions[].log_odds returning.bias_log_odds "
                          "facebook.probability segment.name segment.distance similar.sales "
                          "similar.returning similar.facebook warnings");
    static const char *const outcomes[] = {"returning", "facebook"};
    for (int i = 0; i < 2; i++) {
        json_t *outcome = json_at(root, outcomes[i]);
        double sum = json_number_at(outcome, "bias_log_odds");
        size_t index;
        json_t *each;
        json_array_foreach(json_at(outcome, "contributions"), index, each) {
            sum += json_number_value(json_object_get(each, "log_odds"));
        }
        double probability = json_number_at(outcome, "probability");
        assert_near(sum, log(probability / (1 - probability)), 1e-4);
        assert_true(json_number_at(outcome, "low") <= probability);
        assert_true(json_number_at(outcome, "high") >= probability);
    }
    json_t *plain = program_json("predict --age 22 --price 15000 --handset 'Redmi 14C 4/128' "
                                 "--follows no --heard no --location lakeside --gender f "
                                 "--facebook no --format json");
    assert_true(json_number_at(root, "returning.probability") >
                json_number_at(plain, "returning.probability") + 0.02);
    json_decref(plain);
    json_decref(root);
}

static void predict_warns_of_what_it_has_never_seen_and_refuses_what_cannot_be(void **state) {
    (void)state;
    json_t *root = program_json("predict --handset 'Nobody Knows 1' --format json");
    assert_true(json_array_size(json_at(root, "warnings")) >= 1);
    json_decref(root);
    int exit_code;
    const char *text = program_output("predict --age 200 2>&1", &exit_code);
    assert_int_equal(exit_code, 2);
    assert_non_null(strstr(text, "--age '200' "));
    text = program_output("predict --price -5 2>&1", &exit_code);
    assert_int_equal(exit_code, 2);
    assert_non_null(strstr(text, "--price '-5' "));
    program_output("predict --facebook maybe 2>&1", &exit_code);
    assert_int_equal(exit_code, 2);
    program_output("predict --date 2025-02-30 2>&1", &exit_code);
    assert_int_equal(exit_code, 2);
}

static void train_sales_and_imports_answer_in_json(void **state) {
    (void)state;
    json_t *root = program_json("sales --limit 2 --format json");
    assert_json_has(root, "total sales[].id sales[].reference sales[].date sales[].location "
                          "sales[].age sales[].gender sales[].handset sales[].price "
                          "sales[].facebook sales[].follows sales[].returning sales[].heard "
                          "sales[].segment");
    assert_int_equal(json_array_size(json_at(root, "sales")), 2);
    assert_true(json_is_boolean(json_at(root, "sales[0].facebook")));
    json_decref(root);
    root = program_json("imports --format json");
    assert_json_has(root, "imports[].id imports[].file imports[].rows imports[].imported "
                          "imports[].duplicates imports[].rejected imports[].sha256");
    assert_true(json_is_true(json_at(root, "imports[0].synthetic")));
    json_decref(root);
    assert_json_has(trained, "trained[].note");
    assert_int_equal(json_array_size(json_at(trained, "trained")), 3);
    root = program_json("import data/sample.csv --format json");
    assert_json_has(root, "file rows imported duplicates rejected rejects seconds");
    assert_near(json_number_at(root, "duplicates"), 9000, 0);
    json_decref(root);
}

/* The number of fields of the CSV line at `text`, and where the next one begins. */
static int fields_of(const char **text) {
    int fields = 1;
    bool quoted = false;
    const char *at = *text;
    for (; *at != '\0' && (quoted || *at != '\n'); at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == ',' && !quoted)
            fields++;
    }
    *text = *at == '\n' ? at + 1 : at;
    return fields;
}

static const char *const reading[] = {"overview",
                                      "explore --by month",
                                      "explore --by location,facebook",
                                      "impact",
                                      "impact --outcome facebook",
                                      "segments",
                                      "segments --profile",
                                      "segments --scatter 20",
                                      "models",
                                      "sales",
                                      "imports",
                                      "imports --rejects",
                                      "predict --age 30 --price 22000"};

static void every_answer_is_one_csv_table(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof reading / sizeof *reading; i++) {
        char arguments[128];
        snprintf(arguments, sizeof arguments, "%s --format csv", reading[i]);
        int exit_code, line = 1;
        const char *text = program_output(arguments, &exit_code);
        assert_int_equal(exit_code, 0);
        assert_true(*text != '\0');
        int expected = fields_of(&text);
        for (; *text != '\0'; line++) {
            int fields = fields_of(&text);
            if (fields != expected)
                fail_msg("%s: %d fields in line %d, not %d", reading[i], fields, line, expected);
        }
    }
}

static void every_answer_as_text_says_synthetic_and_steers_no_terminal(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof reading / sizeof *reading; i++) {
        int exit_code;
        const char *text = program_output(reading[i], &exit_code);
        assert_int_equal(exit_code, 0);
        for (const char *at = text; *at != '\0'; at++)
            assert_true(*at == '\n' || (unsigned char)*at >= 0x20);
        if (strstr(text, "SYNTHETIC") == NULL && strncmp(reading[i], "imports", 7) != 0)
            fail_msg("%s does not say SYNTHETIC", reading[i]);
    }
}

static void no_command_without_a_terminal_is_the_overview(void **state) {
    (void)state;
    int exit_code;
    char *overview = strdup(program_output("overview", NULL));
    assert_string_equal(program_output("", &exit_code), overview);
    assert_int_equal(exit_code, 0);
    free(overview);
    json_t *root = program_json("--format json");
    assert_json_has(root, "sales revenue months[].month");
    json_decref(root);
}

static void a_batch_answers_like_single_questions(void **state) {
    (void)state;
    char path[128], arguments[256];
    snprintf(path, sizeof path, "%s/batch.csv", program_folder());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("Price,Mobile Name,Date,Age,id\n"
          "22000,Pixel 9a 8/128,,30,first\n"
          "22000,Pixel 9a 8/128,,200,second\n"
          "90000,Galaxy S25 12/256,2025-07-01,,third\n",
          file);
    fclose(file);
    int exit_code;
    snprintf(arguments, sizeof arguments, "predict --batch %s 2>&1", path);
    char *text = strdup(program_output(arguments, &exit_code));
    assert_int_equal(exit_code, 3);
    assert_non_null(strstr(text, "line 3, age: '200' "));
    assert_non_null(strstr(text, "line,id,returning_probability,returning_low,"));
    assert_null(strstr(text, "second"));
    const char *row = strstr(text, "\n2,first,");
    assert_non_null(row);
    double batch = strtod(row + strlen("\n2,first,"), NULL);
    json_t *root = program_json("predict --price 22000 --handset 'Pixel 9a 8/128' --age 30 "
                                "--format json");
    assert_near(batch, json_number_at(root, "returning.probability"), 1e-12);
    assert_non_null(strstr(text, "\n4,third,"));
    json_decref(root);
    free(text);
}

static void a_model_that_was_not_trained_is_said_not_hidden(void **state) {
    (void)state;
    int exit_code;
    const char *text = program_output("--db \"$(mktemp -u)\" models 2>&1", &exit_code);
    assert_int_equal(exit_code, 1);
    text = program_output("models", &exit_code);
    assert_non_null(strstr(text, "Boosted trees"));
    assert_non_null(strstr(text, "always the base rate"));
    assert_non_null(strstr(text, "Returning. Skill: "));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overview_has_its_keys_and_the_files_own_sums),
        cmocka_unit_test(a_filter_narrows_every_figure),
        cmocka_unit_test(an_empty_slice_is_null_not_nonsense),
        cmocka_unit_test(explore_has_its_keys_and_finds_who_comes_from_facebook),
        cmocka_unit_test(impact_has_its_keys_and_finds_what_was_planted),
        cmocka_unit_test(segments_have_their_keys_and_share_out_every_sale),
        cmocka_unit_test(segments_are_judged_profiled_and_scattered),
        cmocka_unit_test(a_segment_is_renamed_and_gets_its_own_name_back),
        cmocka_unit_test(models_have_their_keys_and_the_skill_that_was_planted),
        cmocka_unit_test(one_model_is_shown_from_every_side),
        cmocka_unit_test(models_are_narrowed_and_put_to_use_by_their_number),
        cmocka_unit_test(predict_answers_and_its_reasons_add_up),
        cmocka_unit_test(predict_warns_of_what_it_has_never_seen_and_refuses_what_cannot_be),
        cmocka_unit_test(train_sales_and_imports_answer_in_json),
        cmocka_unit_test(every_answer_is_one_csv_table),
        cmocka_unit_test(every_answer_as_text_says_synthetic_and_steers_no_terminal),
        cmocka_unit_test(no_command_without_a_terminal_is_the_overview),
        cmocka_unit_test(a_batch_answers_like_single_questions),
        cmocka_unit_test(a_model_that_was_not_trained_is_said_not_hidden),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
