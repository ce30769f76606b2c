/* Models at scale: training, scoring in batches, and one customer predicted and explained, which
 * must not depend on how many sales there are. Run by bench/run.sh, which sees to it that all have
 * models: learn_bench train PROGRAM FOLDER ROWS; learn_bench use PROGRAM FOLDER ROWS SIZE… */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "bench/measure.h"
#include "bench/peers.h"
#include "bench/table.h"
#include "engine/shop.h"

enum { CUSTOMERS = 2000, WARM_UP = 20, SEED = 11, ARGUMENTS_MAX = 12 };

static const double PREDICTION_US_MOST = 200, GROWTH_MOST = 2;

struct size {
    int64_t rows;
    struct shop *shop;
    struct predictor *predictor;
    struct samples us;
};

static char *path_of(const char *folder, int64_t rows, const char *name) {
    return xasprintf("%s/%" PRId64 "/%s", folder, rows, name);
}

/* --------------------------------------------------- the program's commands */

struct command {
    const char *title;
    const char *words[ARGUMENTS_MAX]; /* behind the database */
    bool batch;                       /* the CSV file comes behind the words */
};

/* As `retail-pulse train` does it, but for the test against chance: that is the same work a hundred
 * times over. */
static const struct command trainings[] = {
    {"train returning",
     {"train", "returning", "--algorithm", "gbtree", "--permutations", "0"},
     false},
    {"train facebook",
     {"train", "facebook", "--algorithm", "gbtree", "--permutations", "0"},
     false},
    {"train segments", {"train", "segments"}, false},
};
static const struct command uses[] = {
    {"score: every sale, both models, its segment", {"score", "--all"}, false},
    {"predict --batch: intervals too, CSV to CSV", {"predict", "--batch"}, true},
};

enum { TRAININGS = sizeof trainings / sizeof *trainings, USES = sizeof uses / sizeof *uses };

static void run_command(const struct command *command, const char *program, const char *database,
                        const char *csv, struct run *run) {
    const char *arguments[ARGUMENTS_MAX + 5] = {program, "--db", database};
    int count = 3;
    for (int i = 0; i < ARGUMENTS_MAX && command->words[i] != NULL; i++)
        arguments[count++] = command->words[i];
    if (command->batch)
        arguments[count++] = csv;
    run_program(arguments, run);
}

static void measure_commands(struct table *table, const char *what, const struct command *commands,
                             int count, const char *program, const char *folder, int64_t rows) {
    static const char *const columns[] = {"seconds", "sales/s", "peak MB", NULL};
    char *database = path_of(folder, rows, "shop.db"), *csv = path_of(folder, rows, "random.csv"),
         grouped[32];
    number_grouped(rows, grouped, sizeof grouped);
    char *title = xasprintf("%s %s sales, once", what, grouped);
    table_begin(table, title, columns);
    for (int i = 0; i < count; i++) {
        struct run run;
        run_command(&commands[i], program, database, csv, &run);
        const double values[] = {run.seconds, (double)rows / run.seconds, run.peak_mb};
        char *name = xasprintf("  %s", commands[i].title);
        if (run.status == 0)
            table_line(table, name, values);
        else
            table_without(table, name, "failed  MISSED");
        if (run.status == 0 && commands[i].batch && run.lines != rows + 1)
            table_wrong(table, "%" PRId64 " lines of predictions", run.lines);
        free(name);
        free(run.output);
    }
    free(title);
    free(csv);
    free(database);
}

/* ------------------------------------------------------------ one customer */

static void draw_customer(struct customer *customer, struct lot *lot, const struct facts *facts) {
    const struct dictionary *places = &facts->locations, *handsets = &facts->handsets;
    int days = (int)(facts->last_day - facts->first_day) + 1;
    customer_init(customer);
    customer->has_day = customer->has_price = true;
    customer->day = facts->first_day + lot_below(lot, days);
    customer->price_minor = (8000 + (int64_t)lot_below(lot, 140000)) * 100;
    customer->age_years = 16 + lot_below(lot, 60);
    customer->gender = lot_below(lot, 2);
    for (int i = 0; i < ANSWER_COUNT; i++)
        customer->answers[i] = lot_below(lot, 2);
    snprintf(customer->location, sizeof customer->location, "%s",
             places->entries[lot_below(lot, places->count)].name);
    snprintf(customer->handset, sizeof customer->handset, "%s",
             handsets->entries[lot_below(lot, handsets->count)].name);
}

static void predict(struct size *size, struct table *table, const struct customer *customer,
                    bool counts) {
    static struct prediction prediction; /* large */
    struct error error;
    double started = seconds_now();
    bench_check(predictor_predict(size->predictor, customer, &prediction, &error), &error);
    double us = (seconds_now() - started) * 1e6;
    if (counts)
        samples_add(&size->us, us);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const struct outcome_prediction *outcome = &prediction.outcomes[i];
        double sum = outcome->bias_log_odds;
        for (int j = 0; j < outcome->contribution_count; j++)
            sum += outcome->contributions[j].log_odds;
        if (!outcome->available)
            bench_fail("no prediction: %s", outcome->problem);
        if (!(fabs(sum - outcome->log_odds) < 1e-3))
            table_wrong(table, "the reasons add up to %g, the prediction is %g", sum,
                        outcome->log_odds);
    }
}

static void measure_predictions(struct table *table, struct size *sizes, int count) {
    struct lot lot = lot_new(SEED);
    for (int i = -WARM_UP; i < bench_times(CUSTOMERS); i++) {
        struct customer customer;
        draw_customer(&customer, &lot, shop_facts(sizes[0].shop));
        for (int j = 0; j < count; j++)
            predict(&sizes[j], table, &customer, i >= 0);
    }
}

static void print_predictions(struct table *table, struct size *sizes, int count) {
    const char *columns[TABLE_COLUMNS_MAX + 1] = {NULL};
    char titles[TABLE_COLUMNS_MAX][32];
    double median[TABLE_COLUMNS_MAX] = {0}, p99[TABLE_COLUMNS_MAX] = {0};
    for (int i = 0; i < count; i++) {
        number_grouped(sizes[i].rows, titles[i], sizeof titles[i]);
        columns[i] = titles[i];
        median[i] = samples_median(&sizes[i].us);
        p99[i] = samples_quantile(&sizes[i].us, 0.99);
    }
    columns[count] = "growth";
    median[count] = median[count - 1] / median[0];
    p99[count] = p99[count - 1] / p99[0];
    table_begin(table, "One customer, microseconds, at so many sales: 2,000 customers by lot",
                columns);
    table_line(table, "  both outcomes explained, segment, median", median);
    table_line(table, "  p99", p99);
    table_at_most(table, "median at most sales, microseconds", median[count - 1],
                  PREDICTION_US_MOST);
    table_at_most(table, "growth of the median", median[count], GROWTH_MOST);
}

static void measure_customers(struct table *table, const char *folder, char **rows, int count) {
    struct size sizes[TABLE_COLUMNS_MAX - 1] = {{.rows = 0}};
    for (int i = 0; i < count; i++) {
        struct error error;
        sizes[i].rows = atoll(rows[i]);
        char *path = path_of(folder, sizes[i].rows, "shop.db");
        bench_check(shop_open(path, &sizes[i].shop, &error), &error);
        bench_check(shop_predictor(sizes[i].shop, &sizes[i].predictor, &error), &error);
        free(path);
    }
    measure_predictions(table, sizes, count);
    print_predictions(table, sizes, count);
    for (int i = 0; i < count; i++) {
        samples_free(&sizes[i].us);
        shop_close(sizes[i].shop);
    }
}

int main(int argc, char **argv) {
    struct table table = {0};
    bool train = argc == 5 && strcmp(argv[1], "train") == 0;
    bool use = argc > 5 && argc - 5 < TABLE_COLUMNS_MAX && strcmp(argv[1], "use") == 0;
    if (!train && !use) {
        fprintf(stderr, "usage: learn_bench train PROGRAM FOLDER ROWS\n"
                        "       learn_bench use PROGRAM FOLDER ROWS SIZE...\n");
        return 2;
    }
    int64_t rows = atoll(argv[4]);
    if (train) {
        measure_commands(&table, "Learning from", trainings, TRAININGS, argv[2], argv[3], rows);
        return table_status(&table);
    }
    measure_commands(&table, "Models on", uses, USES, argv[2], argv[3], rows);
    measure_customers(&table, argv[3], argv + 5, argc - 5);
    return table_status(&table);
}
