#include "tests/support/planted_shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "engine/learn/random.h"
#include "tests/support/facts_table.h"

void planted_facts(struct facts *facts) {
    facts_table_random(facts, PLANTED_SALES, 31);
    gsl_rng *random = random_new(8, 8);
    for (size_t row = 0; row < PLANTED_SALES; row++) {
        int follows = facts_answer(facts, row, ANSWER_FOLLOWS);
        int returning = gsl_rng_uniform(random) < (follows == 1 ? 0.75 : 0.15);
        int digit = facts->answers[row] / 9 % 3;
        facts->answers[row] = (uint8_t)(facts->answers[row] + (1 + returning - digit) * 9);
    }
    gsl_rng_free(random);
}

void planted_train(const char *path, enum algorithm algorithm, bool segments) {
    struct train_options options;
    struct error error = {0};
    train_defaults(&options);
    train_only(&options, algorithm);
    options.segments = segments;
    options.folds = PLANTED_FOLDS;
    options.repeats = PLANTED_REPEATS;
    options.permutations = 0;
    if (train_run(path, &options, NULL, NULL, NULL, &error) != ERR_OK)
        fail_msg("%s", error.message);
}

struct shop *planted_open(const char *path) {
    struct shop *shop;
    struct error error = {0};
    if (shop_open(path, &shop, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return shop;
}
