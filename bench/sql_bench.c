/* Measures, side by side in one process, what SQL costs over a plain loop in C that does the same.
 * Each line runs a few times in turn and counts by its fastest run: other people's work on the
 * machine only ever adds. Run by bench/run.sh: sql_bench DATABASE. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "bench/measure.h"
#include "bench/table.h"
#include "db/query.h"
#include "engine/learn/loaded_model.h"
#include "engine/learn/scorer.h"
#include "engine/learn/sql_functions.h"

enum { RUNS = 5, SCALAR_ROWS = 100000 };

static const char *path;

/* ------------------------------------------------------------------ what is measured */

/* Loads the facts, encodes and predicts in the batches of score(), and takes the mean. */
static double plain_loop(void) {
    struct error error;
    struct db *db;
    struct facts facts;
    struct loaded_model model;
    struct feature_reader reader;
    double row[FEATURES_WIDTH_MAX], sum = 0, *probabilities;
    bench_check(db_open_reader(path, &db, &error), &error);
    bench_check(facts_load(db, &facts, &error), &error);
    bench_check(loaded_model_open(db, OUTCOME_RETURNING, &model, &error), &error);
    feature_reader_open(&reader, &model.features, &facts);
    int width = model.features.width;
    float *encoded = xcalloc((size_t)SCORE_BATCH * (size_t)width, sizeof *encoded);
    probabilities = xcalloc(SCORE_BATCH, sizeof *probabilities);
    for (size_t from = 0; from < facts.count; from += SCORE_BATCH) {
        size_t count = facts.count - from < SCORE_BATCH ? facts.count - from : SCORE_BATCH;
        float *at = encoded;
        for (size_t i = 0; i < count; i++) {
            feature_reader_row(&reader, from + i, row);
            for (int column = 0; column < width; column++)
                *at++ = (float)row[column];
        }
        bench_check(loaded_model_probabilities(&model, encoded, count, probabilities, &error),
                    &error);
        for (size_t i = 0; i < count; i++)
            sum += probabilities[i];
    }
    double mean = sum / (double)facts.count;
    free(encoded);
    free(probabilities);
    feature_reader_close(&reader);
    loaded_model_free(&model);
    facts_free(&facts);
    db_close(db);
    return mean;
}

static double query(const char *sql) {
    struct error error;
    struct db *db;
    struct query *query;
    bool row;
    bench_check(db_open_reader(path, &db, &error), &error);
    bench_check(sql_functions_add(db, &error), &error);
    bench_check(query_open(db, sql, NULL, &query, &error), &error);
    bench_check(query_step(query, &row, &error), &error);
    double answer = query_value(query, 0).real;
    query_close(query);
    db_close(db);
    return answer;
}

static double sql_score(void) {
    return query("SELECT avg(probability) FROM score('returning')");
}

static double sql_score_segment(void) {
    return query("SELECT avg(probability) FROM score('returning') WHERE segment IS NOT NULL");
}

/* Of the first sales only; the table's line is scaled to all. */
static double sql_predict(void) {
    return query("SELECT avg(predict('returning', 'age', age_years, 'price', price_minor / 100.0,"
                 " 'gender', gender, 'facebook', facebook, 'follows', follows, 'heard', heard,"
                 " 'date', day)) FROM sale WHERE id <= 100000");
}

static double sql_avg(void) {
    return query("SELECT avg(price_minor) FROM sale");
}

static double sql_median(void) {
    return query("SELECT median(price_minor) FROM sale");
}

/* ------------------------------------------------------------------ the table */

struct line {
    const char *title;
    double (*run)(void);
    int base;      /* the line that it is compared with */
    double target; /* the ratio may not be above; 0: none */
    bool sample;   /* ran on SCALAR_ROWS sales */
    bool same;     /* must give the base's answer */
};

static const struct line lines[] = {
    {"plain C loop: load, encode, predict, mean", plain_loop, 0, 0, false, true},
    {"avg(probability) FROM score()", sql_score, 0, 1.3, false, true},
    {"the same with segments", sql_score_segment, 0, 0, false, true},
    {"predict() a row", sql_predict, 0, 0, true, false},
    {"avg(price_minor)", sql_avg, 4, 0, false, true},
    {"median(price_minor)", sql_median, 4, 0, false, false},
};
enum { LINES = sizeof lines / sizeof *lines };

static void print(struct table *table, const double *answers, struct samples *seconds,
                  double sales) {
    static const char *const columns[] = {"seconds", "sales/s", "ratio", NULL};
    char grouped[32];
    number_grouped((int64_t)sales, grouped, sizeof grouped);
    char *title = xasprintf("Inference in SQL on %s sales, the fastest of %d runs in turn", grouped,
                            bench_times(RUNS));
    table_begin(table, title, columns);
    free(title);
    for (int i = 0; i < LINES; i++) {
        double best = samples_least(&seconds[i]);
        double ratio = best / samples_least(&seconds[lines[i].base]);
        const double values[] = {best, sales / best, ratio};
        char *name = xasprintf("  %s", lines[i].title);
        table_line(table, name, values);
        free(name);
        if (lines[i].target > 0)
            table_at_most(table, "of the plain loop's time", ratio, lines[i].target);
        double expected = answers[lines[i].base];
        if (lines[i].same && !(fabs(answers[i] - expected) <= 1e-9 * fabs(expected)))
            table_wrong(table, "%.17g instead of %.17g", answers[i], expected);
    }
}

int main(int argc, char **argv) {
    struct samples seconds[LINES] = {{.count = 0}};
    double answers[LINES];
    struct table table = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: sql_bench DATABASE\n");
        return 2;
    }
    path = argv[1];
    double sales = query("SELECT count(*) FROM sale");
    for (int run = 0; run < bench_times(RUNS); run++) {
        for (int i = 0; i < LINES; i++) {
            double started = seconds_now();
            answers[i] = lines[i].run();
            double took = seconds_now() - started;
            bool scaled = lines[i].sample && sales > SCALAR_ROWS;
            samples_add(&seconds[i], scaled ? took * sales / SCALAR_ROWS : took);
        }
    }
    print(&table, answers, seconds, sales);
    for (int i = 0; i < LINES; i++)
        samples_free(&seconds[i]);
    return table_status(&table);
}
