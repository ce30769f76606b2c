/* Default and random parameters of each algorithm. */
#include "engine/learn/recipe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

void recipe_set(struct recipe *recipe, const char *name, const char *value) {
    int at = 0;
    while (at < recipe->count && strcmp(recipe->parameters[at].name, name) != 0)
        at++;
    if (at == recipe->count)
        recipe->count++;
    snprintf(recipe->parameters[at].name, PARAMETER_TEXT_SIZE, "%s", name);
    snprintf(recipe->parameters[at].value, PARAMETER_TEXT_SIZE, "%s", value);
}

static void set_real(struct recipe *recipe, const char *name, double value) {
    char text[PARAMETER_TEXT_SIZE];
    snprintf(text, sizeof text, "%.17g", value);
    recipe_set(recipe, name, text);
}

static void set_whole(struct recipe *recipe, const char *name, int value) {
    char text[PARAMETER_TEXT_SIZE];
    snprintf(text, sizeof text, "%d", value);
    recipe_set(recipe, name, text);
}

static void set_booster(struct recipe *recipe, enum algorithm algorithm) {
    *recipe = (struct recipe){.algorithm = algorithm, .rounds = 1};
    switch (algorithm) {
    case ALGORITHM_LINEAR:
        recipe_set(recipe, "booster", "gblinear");
        recipe_set(recipe, "updater", "coord_descent"); /* "shotgun" depends on the threads */
        recipe_set(recipe, "feature_selector", "cyclic");
        return;
    case ALGORITHM_DART:
        recipe_set(recipe, "booster", "dart");
        break;
    default:
        recipe_set(recipe, "booster", "gbtree");
    }
    recipe_set(recipe, "tree_method", "hist");
    if (algorithm == ALGORITHM_FOREST)
        recipe_set(recipe, "num_parallel_tree", "40");
    if (algorithm == ALGORITHM_FOREST || algorithm == ALGORITHM_TREE)
        recipe_set(recipe, "eta", "1");
}

void recipe_default(struct recipe *recipe, enum algorithm algorithm) {
    set_booster(recipe, algorithm);
    switch (algorithm) {
    case ALGORITHM_GBTREE:
    case ALGORITHM_DART:
        recipe->rounds = 53;
        recipe_set(recipe, "max_depth", "2");
        recipe_set(recipe, "eta", "0.015338655903040864");
        recipe_set(recipe, "subsample", "0.7260901466089422");
        recipe_set(recipe, "colsample_bytree", "0.9330173253181531");
        if (algorithm == ALGORITHM_DART) {
            recipe->rounds = 10;
            recipe_set(recipe, "eta", "0.2");
            recipe_set(recipe, "rate_drop", "0.1");
            recipe_set(recipe, "skip_drop", "0.5");
        }
        break;
    case ALGORITHM_LINEAR:
        recipe->rounds = 15;
        recipe_set(recipe, "eta", "1");
        recipe_set(recipe, "lambda", "0.01");
        break;
    case ALGORITHM_FOREST:
        recipe_set(recipe, "max_depth", "4");
        recipe_set(recipe, "subsample", "0.8");
        recipe_set(recipe, "colsample_bynode", "0.5");
        recipe_set(recipe, "min_child_weight", "20");
        break;
    default:
        recipe_set(recipe, "max_depth", "4");
        recipe_set(recipe, "min_child_weight", "20");
    }
}

struct range {
    enum search_scale scale;
    const char *name;
    double low, high;
};

#define X(scale, name, low, high) {SEARCH_##scale, name, low, high},
static const struct range gbtree_ranges[] = {SEARCH_GBTREE(X)}, dart_ranges[] = {SEARCH_DART(X)},
                          linear_ranges[] = {SEARCH_LINEAR(X)},
                          forest_ranges[] = {SEARCH_FOREST(X)}, tree_ranges[] = {SEARCH_TREE(X)};
#undef X

static const struct {
    const struct range *ranges;
    size_t count;
} spaces[] = {
    [ALGORITHM_GBTREE] = {gbtree_ranges, sizeof gbtree_ranges / sizeof *gbtree_ranges},
    [ALGORITHM_DART] = {dart_ranges, sizeof dart_ranges / sizeof *dart_ranges},
    [ALGORITHM_LINEAR] = {linear_ranges, sizeof linear_ranges / sizeof *linear_ranges},
    [ALGORITHM_FOREST] = {forest_ranges, sizeof forest_ranges / sizeof *forest_ranges},
    [ALGORITHM_TREE] = {tree_ranges, sizeof tree_ranges / sizeof *tree_ranges},
};

static double between(gsl_rng *random, double low, double high) {
    return low + (high - low) * gsl_rng_uniform(random);
}

static void range_draw(struct recipe *recipe, const struct range *range, gsl_rng *random) {
    if (range->scale == SEARCH_WHOLE) {
        unsigned long choices = (unsigned long)(range->high - range->low) + 1;
        int value = (int)range->low + (int)gsl_rng_uniform_int(random, choices);
        if (strcmp(range->name, "rounds") == 0)
            recipe->rounds = value;
        else
            set_whole(recipe, range->name, value);
    } else if (range->scale == SEARCH_LOG) {
        set_real(recipe, range->name, exp(between(random, log(range->low), log(range->high))));
    } else {
        set_real(recipe, range->name, between(random, range->low, range->high));
    }
}

void recipe_draw(struct recipe *recipe, enum algorithm algorithm, gsl_rng *random) {
    set_booster(recipe, algorithm);
    for (size_t i = 0; i < spaces[algorithm].count; i++)
        range_draw(recipe, &spaces[algorithm].ranges[i], random);
    if (algorithm == ALGORITHM_DART)
        recipe_set(recipe, "skip_drop", "0.5");
}

json_t *recipe_json(const struct recipe *recipe) {
    json_t *object = json_object();
    json_object_set_new(object, "rounds", json_integer(recipe->rounds));
    for (int i = 0; i < recipe->count; i++) {
        /* numbers as numbers, so that SQL can compare them */
        json_t *number = json_loads(recipe->parameters[i].value, JSON_DECODE_ANY, NULL);
        json_object_set_new(object, recipe->parameters[i].name,
                            number ? number : json_string(recipe->parameters[i].value));
    }
    return object;
}

/* What every recipe of an algorithm shares says nothing about this one. */
static bool is_fixed(const char *name) {
    static const char *const fixed[] = {"booster", "updater", "feature_selector", "tree_method",
                                        "skip_drop"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(name, fixed[i]) == 0)
            return true;
    return false;
}

char *recipe_words(const struct recipe *recipe) {
    struct buffer text = {0};
    buffer_printf(&text, "rounds %d", recipe->rounds);
    for (int i = 0; i < recipe->count; i++) {
        const struct parameter *parameter = &recipe->parameters[i];
        json_t *number = json_loads(parameter->value, JSON_DECODE_ANY, NULL);
        if (!is_fixed(parameter->name) && json_is_number(number))
            buffer_printf(&text, ", %s %.3g", parameter->name, json_number_value(number));
        json_decref(number);
    }
    return buffer_take(&text);
}

enum err recipe_train(const struct recipe *recipe, struct matrix *matrix, double weight,
                      double share, uint32_t seed, int threads, struct booster **out,
                      struct error *error) {
    struct recipe weighed = *recipe;
    set_real(&weighed, "scale_pos_weight", weight);
    set_real(&weighed, "base_score", share);
    return booster_train(matrix, weighed.parameters, weighed.count, weighed.rounds, seed, threads,
                         out, error);
}
