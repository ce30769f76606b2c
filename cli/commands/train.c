/* `retail-pulse train`: starts the process that trains and tells how far it is. Also that process
 * itself, the hidden `train-worker`. */
#include "engine/learn/train.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/worker.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "engine/learn/recipe.h"

struct options {
    struct texts algorithms, weights, sampling;
    int rule; /* enum threshold_rule */
    const char *cost_false_yes, *cost_missed_yes;
    int64_t tune, folds, repeats, permutations, seed, sample, threads, k;
    const char *features; /* NULL: all */
    int64_t progress_fd;  /* the worker's */
};

#define X(symbol, name, title) name,
static const char *const algorithm_names[] = {ALGORITHM_LIST(X) NULL};
static const char *const weights_names[] = {CLASS_WEIGHTS_LIST(X) NULL};
static const char *const sampling_names[] = {SAMPLING_LIST(X) NULL};
static const char *const rule_names[] = {THRESHOLD_RULE_LIST(X) NULL};
#undef X

enum { THREADS_MAX = 256 };

#define TRAIN_SPECS                                                                            \
    {"algorithm",                                                                              \
     OPTION_TEXTS,                                                                             \
     offsetof(struct options, algorithms),                                                     \
     "A",                                                                                      \
     "gbtree, dart, linear, forest, tree, a list of them or all (all)",                        \
     0,                                                                                        \
     0,                                                                                        \
     NULL},                                                                                    \
        {"weights",                                                                            \
         OPTION_TEXTS,                                                                         \
         offsetof(struct options, weights),                                                    \
         "W",                                                                                  \
         "of the classes: balanced, none or all (balanced)",                                   \
         0,                                                                                    \
         0,                                                                                    \
         NULL},                                                                                \
        {"sampling",                                                                           \
         OPTION_TEXTS,                                                                         \
         offsetof(struct options, sampling),                                                   \
         "S",                                                                                  \
         "inside the training folds: none, over, under or all (none)",                         \
         0,                                                                                    \
         0,                                                                                    \
         NULL},                                                                                \
        {"threshold",                                                                          \
         OPTION_CHOICE,                                                                        \
         offsetof(struct options, rule),                                                       \
         "RULE",                                                                               \
         "what \"yes\" is answered by",                                                        \
         0,                                                                                    \
         0,                                                                                    \
         rule_names},                                                                          \
        {"cost-false-yes",                                                                     \
         OPTION_TEXT,                                                                          \
         offsetof(struct options, cost_false_yes),                                             \
         "COST",                                                                               \
         "of a yes that is wrong, in any unit (1)",                                            \
         0,                                                                                    \
         0,                                                                                    \
         NULL},                                                                                \
        {"cost-missed-yes",                                                                    \
         OPTION_TEXT,                                                                          \
         offsetof(struct options, cost_missed_yes),                                            \
         "COST",                                                                               \
         "of a no that is wrong, in the same unit (1)",                                        \
         0,                                                                                    \
         0,                                                                                    \
         NULL},                                                                                \
        {"tune",                                                                               \
         OPTION_INTEGER,                                                                       \
         offsetof(struct options, tune),                                                       \
         "N",                                                                                  \
         "trials of a random search inside the training folds; the same again resumes it (0)", \
         0,                                                                                    \
         1000,                                                                                 \
         NULL},                                                                                \
        {"folds",                                                                              \
         OPTION_INTEGER,                                                                       \
         offsetof(struct options, folds),                                                      \
         "N",                                                                                  \
         "folds of the cross-validation (5)",                                                  \
         2,                                                                                    \
         20,                                                                                   \
         NULL},                                                                                \
        {"repeats",                                                                            \
         OPTION_INTEGER,                                                                       \
         offsetof(struct options, repeats),                                                    \
         "N",                                                                                  \
         "repeats of the cross-validation (3)",                                                \
         1,                                                                                    \
         50,                                                                                   \
         NULL},                                                                                \
        {"permutations",                                                                       \
         OPTION_INTEGER,                                                                       \
         offsetof(struct options, permutations),                                               \
         "N",                                                                                  \
         "at most, of the test against chance (100); without it no model has skill",           \
         0,                                                                                    \
         10000,                                                                                \
         NULL},                                                                                \
        {"seed",                                                                               \
         OPTION_INTEGER,                                                                       \
         offsetof(struct options, seed),                                                       \
         "S",                                                                                  \
         "the same seed gives the same models (1)",                                            \
         0,                                                                                    \
         INT64_MAX,                                                                            \
         NULL},                                                                                \
        {"sample",                                                                             \
         OPTION_INTEGER,                                                                       \
         offsetof(struct options, sample),                                                     \
         "N",                                                                                  \
         "learn from a random sample of so many sales where there are more (100000); 0: all",  \
         0,                                                                                    \
         INT64_MAX,                                                                            \
         NULL},                                                                                \
        {"threads",                                                                            \
         OPTION_INTEGER,                                                                       \
         offsetof(struct options, threads),                                                    \
         "N",                                                                                  \
         "to train in (as many as there are processors, 4 at most); the models are the same",  \
         1,                                                                                    \
         THREADS_MAX,                                                                          \
         NULL},                                                                                \
        {"k",                                                                                  \
         OPTION_INTEGER,                                                                       \
         offsetof(struct options, k),                                                          \
         "N",                                                                                  \
         "how many segments (4)",                                                              \
         2,                                                                                    \
         SEGMENTS_K_MAX,                                                                       \
         NULL},                                                                                \
    {                                                                                          \
        "features", OPTION_TEXT, offsetof(struct options, features), "NAME,...",               \
            "what segments look at (all); segments --help names them", 0, 0, NULL              \
    }

static const struct option_spec train_specs[] = {TRAIN_SPECS};

static const struct option_spec worker_specs[] = {
    TRAIN_SPECS,
    {"progress-fd", OPTION_INTEGER, offsetof(struct options, progress_fd), "FD",
     "where the parent listens", 0, INT32_MAX, NULL},
};

static void init(void *target) {
    struct train_options train;
    train_defaults(&train);
    *(struct options *)target = (struct options){.rule = (int)train.rule,
                                                 .tune = train.tune,
                                                 .folds = train.folds,
                                                 .repeats = train.repeats,
                                                 .permutations = train.permutations,
                                                 .seed = (int64_t)train.seed,
                                                 .sample = train.sample,
                                                 .threads = train.threads,
                                                 .k = train.k,
                                                 .progress_fd = -1};
}

/* What is asked for; everything where nothing is named. */
static enum err targets_read(const struct invocation *invocation, struct train_options *train,
                             struct error *error) {
    bool all = invocation->operand_count == 0;
    for (int i = 0; i < OUTCOME_COUNT; i++)
        train->outcomes[i] = all;
    train->segments = all;
    for (int i = 0; i < invocation->operand_count; i++) {
        const char *word = invocation->operands[i];
        enum outcome outcome;
        if (strcmp(word, "segments") == 0) {
            train->segments = true;
        } else if (outcome_by_name(word, &outcome)) {
            train->outcomes[outcome] = true;
        } else {
            error_set(error, ERR_USAGE, "'%s' cannot be trained", word);
            return error_hint(error, "Name any of: returning, facebook, segments.");
        }
    }
    const struct options *options = invocation->options;
    if (options->features != NULL)
        return features_read_fields(options->features, train->features, error);
    return ERR_OK;
}

/* Comma-separated names, given once or more, into `chosen`; left as it is where nothing is given.
 */
static enum err names_read(const char *option, const struct texts *texts, const char *const *names,
                           bool *chosen, struct error *error) {
    for (int at = 0; texts->count > 0 && names[at]; at++)
        chosen[at] = false;
    for (int i = 0; i < texts->count; i++) {
        char *list = xstrdup(texts->items[i]), *rest = list, *word;
        bool known = true;
        while (known && (word = strsep(&rest, ",")) != NULL) {
            bool all = strcmp(word, "all") == 0;
            known = all;
            for (int at = 0; names[at]; at++)
                if (all || strcmp(word, names[at]) == 0)
                    chosen[at] = known = true;
        }
        if (!known) {
            struct buffer hint = {0};
            for (int at = 0; names[at]; at++)
                buffer_printf(&hint, "%s, ", names[at]);
            error_set(error, ERR_USAGE, "--%s cannot be '%s'", option, word);
            error_hint(error, "It is one or more, separated by commas, of: %sall.", hint.data);
            buffer_free(&hint);
        }
        free(list);
        if (!known)
            return ERR_USAGE;
    }
    return ERR_OK;
}

static enum err cost_read(const char *option, const char *text, double *cost, struct error *error) {
    if (text == NULL || (number_parse_real(text, cost) && *cost > 0))
        return ERR_OK;
    return error_set(error, ERR_USAGE, "--%s takes a number above 0, not '%s'", option, text);
}

/* The whole command line. */
static enum err train_read(const struct invocation *invocation, struct train_options *train,
                           struct error *error) {
    const struct options *options = invocation->options;
    train_defaults(train);
    train->rule = (enum threshold_rule)options->rule;
    train->tune = (int)options->tune;
    train->folds = (int)options->folds;
    train->repeats = (int)options->repeats;
    train->permutations = (int)options->permutations;
    train->seed = (uint64_t)options->seed;
    train->sample = options->sample;
    train->threads = (int)options->threads;
    train->k = (int)options->k;
    enum err code = targets_read(invocation, train, error);
    if (code == ERR_OK)
        code = names_read("algorithm", &options->algorithms, algorithm_names, train->algorithms,
                          error);
    if (code == ERR_OK)
        code = names_read("weights", &options->weights, weights_names, train->weights, error);
    if (code == ERR_OK)
        code = names_read("sampling", &options->sampling, sampling_names, train->sampling, error);
    if (code == ERR_OK)
        code = cost_read("cost-false-yes", options->cost_false_yes, &train->costs.false_yes, error);
    if (code == ERR_OK)
        code =
            cost_read("cost-missed-yes", options->cost_missed_yes, &train->costs.missed_yes, error);
    return code;
}

/* The worker's command line. */
struct arguments {
    char *items[64];
    int count;
};

static void argument_add(struct arguments *arguments, const char *text) {
    arguments->items[arguments->count++] = xstrdup(text);
    arguments->items[arguments->count] = NULL;
}

static void number_add(struct arguments *arguments, const char *name, int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    argument_add(arguments, name);
    argument_add(arguments, text);
}

static void names_add(struct arguments *arguments, const char *name, const bool *chosen,
                      const char *const *names) {
    struct buffer list = {0};
    for (int at = 0; names[at]; at++)
        if (chosen[at])
            buffer_printf(&list, "%s%s", list.length > 0 ? "," : "", names[at]);
    argument_add(arguments, name);
    argument_add(arguments, list.data);
    buffer_free(&list);
}

static void text_add(struct arguments *arguments, const char *name, const char *text) {
    if (text == NULL)
        return;
    argument_add(arguments, name);
    argument_add(arguments, text);
}

static void arguments_make(struct arguments *arguments, const struct invocation *invocation,
                           const struct train_options *train) {
    const struct options *options = invocation->options;
    argument_add(arguments, "train-worker");
    argument_add(arguments, "--db");
    argument_add(arguments, invocation->db_path);
    names_add(arguments, "--algorithm", train->algorithms, algorithm_names);
    names_add(arguments, "--weights", train->weights, weights_names);
    names_add(arguments, "--sampling", train->sampling, sampling_names);
    text_add(arguments, "--threshold", rule_names[options->rule]);
    text_add(arguments, "--cost-false-yes", options->cost_false_yes);
    text_add(arguments, "--cost-missed-yes", options->cost_missed_yes);
    number_add(arguments, "--tune", options->tune);
    number_add(arguments, "--folds", options->folds);
    number_add(arguments, "--repeats", options->repeats);
    number_add(arguments, "--permutations", options->permutations);
    number_add(arguments, "--seed", options->seed);
    number_add(arguments, "--sample", options->sample);
    number_add(arguments, "--threads", options->threads);
    number_add(arguments, "--k", options->k);
    if (options->features != NULL) {
        argument_add(arguments, "--features");
        argument_add(arguments, options->features);
    }
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (train->outcomes[i])
            argument_add(arguments, outcome_name((enum outcome)i));
    }
    if (train->segments)
        argument_add(arguments, "segments");
}

struct told {
    struct document *document;
    json_t *notes;
    struct progress_line *line;
    struct look look; /* as text the notes are told at once, while the rest is being trained */
};

static void note(void *context, const char *text) {
    struct told *told = context;
    progress_line_erase(told->line);
    json_array_append_new(told->notes, json_string(text));
    struct document *document = document_new();
    document_sentence(document, "%s", text);
    if (told->look.format == FORMAT_TEXT)
        document_print(document, &told->look, stdout, NULL);
    document_free(document);
}

static enum err run_train(struct invocation *invocation, struct error *error) {
    struct train_options train;
    if (train_read(invocation, &train, error) != ERR_OK)
        return ERR_USAGE;
    struct arguments arguments = {.count = 0};
    arguments_make(&arguments, invocation, &train);
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct told told = {.notes = json_array(), .line = &line, .look = invocation_look(invocation)};
    interrupt_catch();
    struct worker worker;
    enum err code = worker_start(&worker, (const char *const *)arguments.items, error);
    if (code == ERR_OK) {
        code = worker_wait(&worker, &sink, note, &told, error);
        progress_line_erase(&line);
        worker_close(&worker);
    }
    if (code == ERR_OK && told.look.format != FORMAT_TEXT) {
        struct document *document = document_new();
        static const struct column columns[] = {{.key = "note", .title = "Trained"}};
        struct table *table = document_table(document, "trained", NULL, columns, 1);
        for (size_t i = 0; i < json_array_size(told.notes); i++)
            table_text(table, json_string_value(json_array_get(told.notes, i)));
        code = document_print(document, &told.look, stdout, error);
        document_free(document);
    } else if (code == ERR_OK) {
        code = stream_check(stdout, "standard output", error);
    }
    json_decref(told.notes);
    for (int i = 0; i < arguments.count; i++)
        free(arguments.items[i]);
    return code;
}

static void stored(void *context, const char *what, const char *sentence) {
    (void)what;
    worker_report_note(context, sentence);
}

static enum err run_worker(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->progress_fd < 0)
        return error_set(error, ERR_USAGE, "train-worker is started by train, not by hand");
    signal(SIGPIPE, SIG_IGN); /* a parent that has gone shows as a failed report */
    struct train_options train;
    enum err code = train_read(invocation, &train, error);
    struct worker_report report = {(int)options->progress_fd};
    struct progress_sink sink = worker_report_sink(&report);
    if (code == ERR_OK)
        code = train_run(invocation->db_path, &train, &sink, stored, &report, error);
    worker_report_end(&report, code, error);
    return code;
}

#define TOLD_WHOLE ""
#define TOLD_EVEN ""
#define TOLD_LOG " (log)"
#define SEARCH_TOLD(scale, name, low, high) name " " #low "-" #high TOLD_##scale ", "

const struct subcommand subcommand_train = {
    .operands = "[returning|facebook|segments]...",
    .about =
        "Without a name everything is trained. Models are judged out of fold and kept whether "
        "they have skill or not; retail-pulse models shows how they compare with always "
        "giving the same answer.\n\n"
        "--tune draws parameters evenly between two bounds, (log) on the logarithm:\n"
        "gbtree: " SEARCH_GBTREE(
            SEARCH_TOLD) "the rest is fixed.\n"
                         "dart: " SEARCH_DART(
                             SEARCH_TOLD) "the rest is fixed.\n"
                                          "linear: " SEARCH_LINEAR(
                                              SEARCH_TOLD) "the rest is fixed.\n"
                                                           "forest: " SEARCH_FOREST(
                                                               SEARCH_TOLD) "the rest is fixed.\n"
                                                                            "tree: " SEARCH_TREE(
                                                                                SEARCH_TOLD) "the "
                                                                                             "rest "
                                                                                             "is "
                                                                                             "fixed"
                                                                                             ".\n",
    .options = train_specs,
    .option_count = sizeof train_specs / sizeof *train_specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run_train,
};

const struct subcommand subcommand_train_worker = {
    .operands = "[returning|facebook|segments]...",
    .options = worker_specs,
    .option_count = sizeof worker_specs / sizeof *worker_specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run_worker,
};
