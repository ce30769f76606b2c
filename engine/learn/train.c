/* Training from the sales to the registry. */
#include "engine/learn/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/models.h"
#include "engine/learn/evaluate.h"
#include "engine/learn/features.h"
#include "engine/learn/golden.h"
#include "engine/learn/metrics_json.h"
#include "engine/learn/random.h"

enum {
    SALES_MIN = 100,
    FOLDS_LIMIT = 20,
    REPEATS_LIMIT = 50,
    PERMUTATIONS_LIMIT = 10000,
    TUNE_LIMIT = 1000,
    SEGMENT_FITS =
        300, /* what segments count for in the one total: about as long as so many fits */
    STREAM_TUNING = 4000
};

void train_defaults(struct train_options *options) {
    *options = (struct train_options){
        .outcomes = {true, true},
        .segments = true,
        .algorithm = ALGORITHM_GBTREE,
        .k = SEGMENTS_K_DEFAULT,
        .folds = 5,
        .repeats = 3,
        .permutations = 100,
        .threads = 1,
        .seed = 1,
    };
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        options->features[field] = true;
}

/* One training session: what every part of it needs. */
struct training {
    const char *db_path;
    const struct train_options *options;
    const struct progress_sink *progress;
    void (*after)(void *context, const char *what, const char *sentence);
    void *context;
    struct facts facts;
    struct fits fits;
};

static enum err check_range(const char *what, int64_t value, int64_t low, int64_t high,
                            struct error *error) {
    if (value >= low && value <= high)
        return ERR_OK;
    return error_set(error, ERR_USAGE, "%s %lld: it must be %lld to %lld", what, (long long)value,
                     (long long)low, (long long)high);
}

static enum err check_options(const struct train_options *options, struct error *error) {
    const struct {
        const char *what;
        int64_t value, low, high;
    } ranges[] = {
        {"folds", options->folds, options->tune > 0 ? 3 : 2, FOLDS_LIMIT},
        {"repeats", options->repeats, 1, REPEATS_LIMIT},
        {"permutations", options->permutations, 0, PERMUTATIONS_LIMIT},
        {"tuning trials", options->tune, 0, TUNE_LIMIT},
        {"threads", options->threads, 1, 1024},
        {"segments", options->k, 1, SEGMENTS_K_MAX},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof ranges / sizeof *ranges; i++)
        err = check_range(ranges[i].what, ranges[i].value, ranges[i].low, ranges[i].high, error);
    return err;
}

static enum err check_sales(const struct training *training, struct error *error) {
    const struct facts *facts = &training->facts;
    if (facts->count < SALES_MIN) {
        error_set(error, ERR_NO_DATA, "%zu sales are too few to learn from", facts->count);
        return error_hint(error, "it takes %d; import more with retail-pulse import", SALES_MIN);
    }
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        if (!training->options->outcomes[outcome])
            continue;
        int counts[2] = {0}, least = 2 * training->options->folds;
        for (size_t row = 0; row < facts->count; row++) {
            int said = facts_answer(facts, row, outcome_answer((enum outcome)outcome));
            if (said != UNKNOWN)
                counts[said]++;
        }
        if (counts[0] < least || counts[1] < least) {
            error_set(error, ERR_NO_DATA, "\"%s\" is answered yes %d times and no %d times",
                      outcome_title((enum outcome)outcome), counts[1], counts[0]);
            return error_hint(error, "with %d folds it takes %d of each", training->options->folds,
                              least);
        }
    }
    return ERR_OK;
}

/* ------------------------------------------------------------------ outcomes */

static char *parameters_json(const struct recipe *recipe, double weight) {
    json_t *object = recipe_json(recipe);
    json_object_set_new(object, "scale_pos_weight", json_real(weight));
    char *dumped = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *text = xstrdup(dumped ? dumped : "{}");
    free(dumped);
    json_decref(object);
    return text;
}

/* Everything that the registry keeps of a model. */
static enum err make_record(const struct training *training, enum outcome outcome,
                            const struct features *features, const struct examples *examples,
                            const struct evaluation *evaluation, struct weighed_booster final,
                            const struct recipe *recipe, struct model_record *record,
                            struct error *error) {
    int count = 1 + evaluation->fold_count;
    struct weighed_booster *boosters = xcalloc((size_t)count, sizeof *boosters);
    boosters[0] = final;
    memcpy(boosters + 1, evaluation->folds, (size_t)evaluation->fold_count * sizeof *boosters);
    *record = (struct model_record){
        .target = xstrdup(outcome_name(outcome)),
        .algorithm = xstrdup(algorithm_name(training->options->algorithm)),
        .weights = xstrdup(class_weights_name(CLASS_WEIGHTS_BALANCED)),
        .sampling = xstrdup(sampling_name(SAMPLING_NONE)),
        .active = true,
        .rows = (int64_t)examples->rows,
        .last_sale_id = training->facts.id[training->facts.count - 1],
        .parameters = parameters_json(recipe, final.weight),
        .features = features_json(features),
        .metrics = metrics_json(&evaluation->metrics),
        .verdict = xstrdup(model_has_skill(&evaluation->metrics) ? "skill" : "no skill"),
        .folds = xcalloc((size_t)evaluation->fold_count, sizeof *record->folds),
        .fold_count = evaluation->fold_count,
    };
    clock_stamp(record->trained_at);
    enum err err = golden_make(examples, boosters, count, &record->golden, error);
    if (err == ERR_OK)
        err = booster_save(final.booster, &record->booster, error);
    for (int i = 0; err == ERR_OK && i < evaluation->fold_count; i++)
        err = booster_save(evaluation->folds[i].booster, &record->folds[i], error);
    free(boosters);
    return err;
}

static enum err store_model(const struct training *training, const struct model_record *record,
                            struct error *error) {
    struct db *writer;
    enum err err = db_open_writer(training->db_path, training->progress, &writer, error);
    if (err != ERR_OK)
        return err;
    err = db_model_store(writer, record, error);
    db_close(writer);
    return err;
}

static void make_candidates(const struct train_options *options, struct recipe *candidates) {
    gsl_rng *random = random_new(options->seed, STREAM_TUNING);
    recipe_default(&candidates[0], options->algorithm);
    for (int i = 1; i <= options->tune; i++)
        recipe_draw(&candidates[i], options->algorithm, random);
    gsl_rng_free(random);
}

static struct evaluation_plan plan_of(const struct train_options *options,
                                      const struct recipe *candidates) {
    return (struct evaluation_plan){
        .candidates = candidates,
        .candidate_count = 1 + options->tune,
        .folds = options->folds,
        .repeats = options->repeats,
        .permutations = options->permutations,
        .threads = options->threads,
        .seed = options->seed,
    };
}

static void tell_model(const struct training *training, enum outcome outcome,
                       const struct model_metrics *metrics) {
    const struct model_summary summary = {.target = outcome, .metrics = *metrics};
    char sentence[192], text[256];
    if (!training->after)
        return;
    model_sentence(&summary, sentence, sizeof sentence);
    snprintf(text, sizeof text, "%s: %s", outcome_title(outcome), sentence);
    training->after(training->context, outcome_name(outcome), text);
}

static enum err train_outcome(struct training *training, enum outcome outcome,
                              const struct evaluation_plan *plan, struct error *error) {
    static const char *const phases[OUTCOME_COUNT] = {
        [OUTCOME_RETURNING] = "training returning", [OUTCOME_FACEBOOK] = "training facebook"};
    struct features features;
    struct examples examples;
    struct evaluation evaluation = {0};
    struct weighed_booster final = {0};
    struct model_record record = {0};
    struct recipe chosen;
    enum answer answer = outcome_answer(outcome);
    training->fits.phase = phases[outcome];
    features_fit(&features, &training->facts, (int)answer);
    examples_make(&examples, &features, &training->facts, answer);
    enum err err = evaluate(&examples, plan, &training->fits, &evaluation, error);
    evaluation.metrics.tuned_trials = training->options->tune;
    if (err == ERR_OK)
        err = train_final(&examples, plan, &training->fits, &final, &chosen, error);
    if (err == ERR_OK)
        err = make_record(training, outcome, &features, &examples, &evaluation, final, &chosen,
                          &record, error);
    if (err == ERR_OK)
        err = store_model(training, &record, error);
    if (err == ERR_OK)
        tell_model(training, outcome, &evaluation.metrics);
    model_record_free(&record);
    booster_free(final.booster);
    evaluation_free(&evaluation);
    examples_free(&examples);
    features_free(&features);
    return err;
}

/* ------------------------------------------------------------------ segments */

/* Segments report in steps of their own; the one total counts them as SEGMENT_FITS. */
static bool report_segments(void *context, const struct progress *progress) {
    const struct training *training = context;
    uint64_t done = progress->total > 0 ? progress->done * SEGMENT_FITS / progress->total : 0;
    return progress_report(training->progress, progress->phase, "fits", training->fits.done + done,
                           training->fits.total);
}

static enum err train_segments(struct training *training, struct error *error) {
    struct progress_sink sink = {report_segments, training};
    struct segmentation *segmentation;
    struct db *writer;
    struct segmentation_plan plan;
    segmentation_plan_default(&plan);
    plan.k = training->options->k;
    plan.seed = training->options->seed;
    memcpy(plan.features, training->options->features, sizeof plan.features);
    enum err err = segmentation_fit(&training->facts, &plan, &sink, &segmentation, error);
    if (err != ERR_OK)
        return err;
    training->fits.done += SEGMENT_FITS;
    err = db_open_writer(training->db_path, training->progress, &writer, error);
    if (err == ERR_OK) {
        err = segmentation_store(writer, segmentation, error);
        db_close(writer);
    }
    if (err == ERR_OK && training->after) {
        char text[256], silhouette[64] = "", better[96] = "";
        int best = segmentation_better_k(segmentation);
        if (segmentation_k(segmentation) > 1)
            snprintf(silhouette, sizeof silhouette, ", silhouette %.2f",
                     segmentation_silhouette(segmentation));
        if (best != 0)
            snprintf(better, sizeof better, "; %d would separate best", best);
        snprintf(text, sizeof text, "Segments: %d%s%s.", segmentation_k(segmentation), silhouette,
                 better);
        training->after(training->context, "segments", text);
    }
    segmentation_free(segmentation);
    return err;
}

/* ------------------------------------------------------------------ all of it */

static enum err load_sales(struct training *training, struct error *error) {
    struct db *reader;
    enum err err = db_open_reader(training->db_path, &reader, error);
    if (err != ERR_OK)
        return err;
    err = facts_load(reader, &training->facts, error);
    db_close(reader); /* the sales are in memory: nobody waits for us while we train */
    return err;
}

enum err train_run(const char *db_path, const struct train_options *options,
                   const struct progress_sink *progress,
                   void (*after)(void *context, const char *what, const char *sentence),
                   void *context, struct error *error) {
    struct training training = {.db_path = db_path,
                                .options = options,
                                .progress = progress,
                                .after = after,
                                .context = context,
                                .fits = {.sink = progress}};
    enum err err = check_options(options, error);
    if (err != ERR_OK)
        return err;
    struct recipe *candidates = xcalloc((size_t)options->tune + 1, sizeof *candidates);
    make_candidates(options, candidates);
    struct evaluation_plan plan = plan_of(options, candidates);
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        training.fits.total += options->outcomes[outcome] ? evaluation_fits(&plan) : 0;
    training.fits.total += options->segments ? SEGMENT_FITS : 0;
    err = load_sales(&training, error);
    if (err == ERR_OK)
        err = check_sales(&training, error);
    if (err == ERR_OK && options->segments)
        err = train_segments(&training, error);
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++)
        if (options->outcomes[outcome])
            err = train_outcome(&training, (enum outcome)outcome, &plan, error);
    facts_free(&training.facts);
    free(candidates);
    return err;
}
