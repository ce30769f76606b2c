/* `retail-pulse train`: starts the process that trains and tells how far it is. Also that process
 * itself, the hidden `train-worker`. */
#include "engine/learn/train.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "engine/learn/worker.h"

struct options {
    int algorithm;
    int64_t tune, folds, repeats, permutations, seed, threads, k;
    const char *features; /* NULL: all */
    int64_t progress_fd;  /* the worker's */
};

static const char *const algorithm_names[] = {
#define X(symbol, name, title) name,
    ALGORITHM_LIST(X)
#undef X
        NULL};

enum { THREADS_MAX = 256 };

#define TRAIN_SPECS                                                                              \
    {                                                                                            \
        "algorithm", OPTION_CHOICE,       offsetof(struct options, algorithm),                   \
        "A",         "the kind of model", 0,                                                     \
        0,           algorithm_names},                                                           \
        {"tune",                                                                                 \
         OPTION_INTEGER,                                                                         \
         offsetof(struct options, tune),                                                         \
         "N",                                                                                    \
         "trials of a random search inside the training folds (0: the parameters as published)", \
         0,                                                                                      \
         1000,                                                                                   \
         NULL},                                                                                  \
        {"folds",                                                                                \
         OPTION_INTEGER,                                                                         \
         offsetof(struct options, folds),                                                        \
         "N",                                                                                    \
         "folds of the cross-validation (5)",                                                    \
         2,                                                                                      \
         20,                                                                                     \
         NULL},                                                                                  \
        {"repeats",                                                                              \
         OPTION_INTEGER,                                                                         \
         offsetof(struct options, repeats),                                                      \
         "N",                                                                                    \
         "repeats of the cross-validation (3)",                                                  \
         1,                                                                                      \
         50,                                                                                     \
         NULL},                                                                                  \
        {"permutations",                                                                         \
         OPTION_INTEGER,                                                                         \
         offsetof(struct options, permutations),                                                 \
         "N",                                                                                    \
         "of the test against chance (100); without it no model has skill",                      \
         0,                                                                                      \
         10000,                                                                                  \
         NULL},                                                                                  \
        {"seed",                                                                                 \
         OPTION_INTEGER,                                                                         \
         offsetof(struct options, seed),                                                         \
         "S",                                                                                    \
         "the same seed gives the same models (1)",                                              \
         0,                                                                                      \
         INT64_MAX,                                                                              \
         NULL},                                                                                  \
        {"threads",                                                                              \
         OPTION_INTEGER,                                                                         \
         offsetof(struct options, threads),                                                      \
         "N",                                                                                    \
         "processors to use (1); the models are the same",                                       \
         1,                                                                                      \
         THREADS_MAX,                                                                            \
         NULL},                                                                                  \
        {"k",                                                                                    \
         OPTION_INTEGER,                                                                         \
         offsetof(struct options, k),                                                            \
         "N",                                                                                    \
         "how many segments (4)",                                                                \
         2,                                                                                      \
         SEGMENTS_K_MAX,                                                                         \
         NULL},                                                                                  \
    {                                                                                            \
        "features", OPTION_TEXT, offsetof(struct options, features), "NAME,...",                 \
            "what segments look at (all); segments --help names them", 0, 0, NULL                \
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
    *(struct options *)target = (struct options){.algorithm = (int)train.algorithm,
                                                 .tune = train.tune,
                                                 .folds = train.folds,
                                                 .repeats = train.repeats,
                                                 .permutations = train.permutations,
                                                 .seed = (int64_t)train.seed,
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

/* The worker's command line. */
struct arguments {
    char *items[32];
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

static void arguments_make(struct arguments *arguments, const struct invocation *invocation,
                           const struct train_options *train) {
    const struct options *options = invocation->options;
    argument_add(arguments, "train-worker");
    argument_add(arguments, "--db");
    argument_add(arguments, invocation->db_path);
    argument_add(arguments, "--algorithm");
    argument_add(arguments, algorithm_names[options->algorithm]);
    number_add(arguments, "--tune", options->tune);
    number_add(arguments, "--folds", options->folds);
    number_add(arguments, "--repeats", options->repeats);
    number_add(arguments, "--permutations", options->permutations);
    number_add(arguments, "--seed", options->seed);
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
    if (targets_read(invocation, &train, error) != ERR_OK)
        return ERR_USAGE;
    struct arguments arguments = {.count = 0};
    arguments_make(&arguments, invocation, &train);
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct told told = {.notes = json_array(), .line = &line, .look = invocation_look(invocation)};
    interrupt_catch();
    char threads[32];
    snprintf(threads, sizeof threads, "%d", (int)((struct options *)invocation->options)->threads);
    setenv("OMP_WAIT_POLICY", "passive", 1); /* see cli/main.c */
    setenv("OMP_NUM_THREADS", threads, 1);
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

/* GOMP took its number of threads before main: with another one, the program starts again. */
static void restart_with_threads(int64_t threads, char **argv) {
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%lld", (long long)threads);
    const char *set = getenv("OMP_NUM_THREADS");
    if (set != NULL && strcmp(set, wanted) == 0)
        return;
    setenv("OMP_NUM_THREADS", wanted, 1);
    execv("/proc/self/exe", argv); /* where that fails: the same models, only slower */
}

static enum err run_worker(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->progress_fd < 0)
        return error_set(error, ERR_USAGE, "train-worker is started by train, not by hand");
    restart_with_threads(options->threads, invocation->argv);
    signal(SIGPIPE, SIG_IGN); /* a parent that has gone shows as a failed report */
    struct train_options train;
    train_defaults(&train);
    enum err code = targets_read(invocation, &train, error);
    train.algorithm = (enum algorithm)options->algorithm;
    train.tune = (int)options->tune;
    train.folds = (int)options->folds;
    train.repeats = (int)options->repeats;
    train.permutations = (int)options->permutations;
    train.seed = (uint64_t)options->seed;
    train.threads = (int)options->threads;
    train.k = (int)options->k;
    struct worker_report report = {(int)options->progress_fd};
    struct progress_sink sink = worker_report_sink(&report);
    if (code == ERR_OK)
        code = train_run(invocation->db_path, &train, &sink, stored, &report, error);
    worker_report_end(&report, code, error);
    return code;
}

const struct subcommand subcommand_train = {
    .operands = "[returning|facebook|segments]...",
    .about = "Without a name everything is trained. Models are judged out of fold and kept whether "
             "they have skill or not; retail-pulse models shows how they compare with always "
             "giving the same answer.\n",
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
