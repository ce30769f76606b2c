/* Training from the sales to the registry. */
#include "engine/learn/train.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/number.h"
#include "db/audit.h"
#include "db/models.h"
#include "engine/learn/evaluate.h"
#include "engine/learn/features.h"
#include "engine/learn/golden.h"
#include "engine/learn/metrics_json.h"
#include "engine/learn/random.h"
#include "engine/learn/tuning.h"

enum {
    SALES_MIN = 100,
    FOLDS_LIMIT = 20,
    REPEATS_LIMIT = 50,
    PERMUTATIONS_LIMIT = 10000,
    TUNE_LIMIT = 1000,
    SEGMENT_FITS = 350, /* segments take about as long as so many fits in a row */
    STREAM_TUNING = 4000,
    STREAM_SAMPLE = 5000,
    THREADS_DEFAULT_MAX = 4
};

static int processors(void) {
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < THREADS_DEFAULT_MAX ? count : THREADS_DEFAULT_MAX;
}

void train_defaults(struct train_options *options) {
    *options = (struct train_options){
        .outcomes = {true, true},
        .segments = true,
        .weights = {[CLASS_WEIGHTS_BALANCED] = true},
        .sampling = {[SAMPLING_NONE] = true},
        .rule = THRESHOLD_EVEN,
        .costs = {1, 1},
        .k = SEGMENTS_K_DEFAULT,
        .folds = 5,
        .repeats = 3,
        .permutations = 100,
        .sample = TRAIN_SAMPLE,
        .threads = processors(),
        .seed = 1,
    };
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        options->features[field] = true;
    for (int algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++)
        options->algorithms[algorithm] = true;
}

void train_only(struct train_options *options, enum algorithm algorithm) {
    for (int i = 0; i < ALGORITHM_COUNT; i++)
        options->algorithms[i] = i == (int)algorithm;
}

/* One training session: what every part of it needs. */
struct training {
    const char *db_path;
    const struct train_options *options;
    const struct progress_sink *progress;
    void (*after)(void *context, const char *what, const char *sentence);
    void *context;
    struct facts facts;          /* all sales, or a sample of them */
    int64_t sales, last_sale_id; /* of all sales */
    struct fits fits;
    struct crew *crew;
};

/* One model of an outcome: a row of the registry. */
struct contender {
    enum algorithm algorithm;
    struct treatment treatment;
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
        {"sampled sales", options->sample, 0, INT64_MAX},
        {"threads", options->threads, 1, 1024},
        {"segments", options->k, 1, SEGMENTS_K_MAX},
        {"folds of a threshold that is chosen", options->folds,
         options->rule == THRESHOLD_EVEN ? 2 : FOLDS_INNER_MIN, FOLDS_LIMIT},
    };
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof ranges / sizeof *ranges; i++)
        err = check_range(ranges[i].what, ranges[i].value, ranges[i].low, ranges[i].high, error);
    const struct mistake_costs *costs = &options->costs;
    if (err == ERR_OK && !(costs->false_yes > 0 && costs->missed_yes > 0))
        err = error_set(error, ERR_USAGE, "what a mistake costs must be above 0");
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
                            const struct contender *contender, const struct features *features,
                            const struct examples *examples, const struct evaluation *evaluation,
                            struct model_record *record, struct error *error) {
    int count = 1 + evaluation->fold_count;
    struct weighed_booster *boosters = xcalloc((size_t)count, sizeof *boosters);
    boosters[0] = evaluation->final;
    memcpy(boosters + 1, evaluation->folds, (size_t)evaluation->fold_count * sizeof *boosters);
    *record = (struct model_record){
        .target = xstrdup(outcome_name(outcome)),
        .algorithm = xstrdup(algorithm_name(contender->algorithm)),
        .weights = xstrdup(class_weights_name(contender->treatment.weights)),
        .sampling = xstrdup(sampling_name(contender->treatment.sampling)),
        .rows = (int64_t)examples->rows,
        .last_sale_id = training->last_sale_id,
        .parameters = parameters_json(&evaluation->chosen, evaluation->final.weight),
        .features = features_json(features),
        .metrics = metrics_json(&evaluation->metrics),
        .verdict = xstrdup(model_has_skill(&evaluation->metrics) ? "skill" : "no skill"),
        .folds = xcalloc((size_t)evaluation->fold_count, sizeof *record->folds),
        .fold_count = evaluation->fold_count,
        .out_of_fold = &evaluation->predictions,
    };
    clock_stamp(record->trained_at);
    enum err err = golden_make(examples, boosters, count, &record->golden, error);
    if (err == ERR_OK)
        err = booster_save(evaluation->final.booster, &record->booster, error);
    for (int i = 0; err == ERR_OK && i < evaluation->fold_count; i++)
        err = booster_save(evaluation->folds[i].booster, &record->folds[i], error);
    free(boosters);
    return err;
}

/* Within the transaction: the registry with the new model decides which one predicts. */
static enum err activate_best(struct db *writer, enum outcome outcome, struct error *error) {
    struct model_summary *models;
    int count;
    enum err err = models_list(writer, &models, &count, error);
    if (err != ERR_OK)
        return err;
    int best = models_best(models, count, outcome);
    if (best >= 0)
        err = db_model_activate(writer, models[best].id, error);
    models_free(models, count);
    return err;
}

static enum err say_on_record(struct db *writer, const struct model_record *record, int64_t id,
                              struct error *error) {
    char *subject =
        xasprintf("model %lld: %s, %s", (long long)id, record->target, record->algorithm);
    enum err err = db_audit(writer, AUDIT_TRAIN, subject, error, "%s, of %lld sales",
                            record->verdict, (long long)record->rows);
    free(subject);
    return err;
}

static enum err store_model(const struct training *training, enum outcome outcome,
                            const struct model_record *record, struct error *error) {
    struct db *writer;
    int64_t id;
    enum err err = db_open_writer(training->db_path, training->progress, &writer, error);
    if (err != ERR_OK)
        return err;
    err = db_begin(writer, error);
    if (err == ERR_OK)
        err = db_model_add(writer, record, &id, error);
    if (err == ERR_OK)
        err = activate_best(writer, outcome, error);
    if (err == ERR_OK)
        err = say_on_record(writer, record, id, error);
    if (err == ERR_OK)
        err = db_commit(writer, error);
    db_close(writer); /* rolls back what is not committed */
    return err;
}

static struct recipe *make_candidates(const struct train_options *options,
                                      enum algorithm algorithm) {
    struct recipe *candidates = xcalloc((size_t)options->tune + 1, sizeof *candidates);
    gsl_rng *random = random_new(options->seed, STREAM_TUNING);
    recipe_default(&candidates[0], algorithm);
    for (int i = 1; i <= options->tune; i++)
        recipe_draw(&candidates[i], algorithm, random);
    gsl_rng_free(random);
    return candidates;
}

/* "gbtree", "gbtree, no weights, oversampling" … */
static void name_contender(const struct contender *contender, char *text, size_t size) {
    static const char *const sampling[] = {[SAMPLING_NONE] = "",
                                           [SAMPLING_OVER] = ", oversampled",
                                           [SAMPLING_UNDER] = ", undersampled"};
    snprintf(text, size, "%s%s%s", algorithm_name(contender->algorithm),
             contender->treatment.weights == CLASS_WEIGHTS_NONE ? ", no weights" : "",
             sampling[contender->treatment.sampling]);
}

static void tell_model(const struct training *training, enum outcome outcome,
                       const struct contender *contender, const struct model_metrics *metrics) {
    const struct model_summary summary = {.target = outcome, .metrics = *metrics};
    char sentence[192], name[64], text[320];
    if (!training->after)
        return;
    model_sentence(&summary, sentence, sizeof sentence);
    name_contender(contender, name, sizeof name);
    snprintf(text, sizeof text, "%s, %s: %s", outcome_title(outcome), name, sentence);
    training->after(training->context, outcome_name(outcome), text);
}

static void tell_tuning(void *context, const char *text) {
    const struct training *training = context;
    if (training->after)
        training->after(training->context, "tuning", text);
}

static enum err open_tuning(struct training *training, enum outcome outcome,
                            const struct examples *examples, struct evaluation_plan *plan,
                            struct error *error) {
    if (training->options->tune == 0)
        return ERR_OK;
    const struct tuning_options options = {.db_path = training->db_path,
                                           .progress = training->progress,
                                           .target = outcome,
                                           .folds = training->options->folds,
                                           .repeats = training->options->repeats,
                                           .plan = *plan,
                                           .tell = tell_tuning,
                                           .context = training};
    return tuning_open(&options, examples, &plan->tuning, error);
}

/* What all models of an outcome share. */
struct subject {
    enum outcome outcome;
    struct features features;
    struct examples examples;
    struct splits splits;
};

static enum err train_model(struct training *training, struct subject *subject,
                            const struct contender *contender, struct error *error) {
    const struct train_options *options = training->options;
    struct evaluation evaluation = {0};
    struct model_record record = {0};
    struct recipe *candidates = make_candidates(options, contender->algorithm);
    struct evaluation_plan plan = {.candidates = candidates,
                                   .candidate_count = 1 + options->tune,
                                   .treatment = contender->treatment,
                                   .rule = options->rule,
                                   .costs = options->costs,
                                   .permutations = options->permutations,
                                   .seed = options->seed,
                                   .features = &subject->features};
    char name[64];
    name_contender(contender, name, sizeof name);
    snprintf(training->fits.phase, sizeof training->fits.phase, "training %s: %s",
             outcome_name(subject->outcome), name);
    enum err err = open_tuning(training, subject->outcome, &subject->examples, &plan, error);
    if (err == ERR_OK)
        err =
            evaluate(&subject->splits, &plan, training->crew, &training->fits, &evaluation, error);
    struct error ignored;
    enum err closed = tuning_close(plan.tuning, err == ERR_OK, err == ERR_OK ? error : &ignored);
    if (err == ERR_OK)
        err = closed;
    evaluation.metrics.sampled_from =
        training->sales > (int64_t)training->facts.count ? training->sales : 0;
    if (err == ERR_OK)
        err = make_record(training, subject->outcome, contender, &subject->features,
                          &subject->examples, &evaluation, &record, error);
    if (err == ERR_OK)
        err = store_model(training, subject->outcome, &record, error);
    if (err == ERR_OK)
        tell_model(training, subject->outcome, contender, &evaluation.metrics);
    model_record_free(&record);
    evaluation_free(&evaluation);
    free(candidates);
    return err;
}

enum { CONTENDER_COUNT = ALGORITHM_COUNT * CLASS_WEIGHTS_COUNT * SAMPLING_COUNT };

/* Those that are asked for, in the order of the lists; returns how many. */
static int list_contenders(const struct train_options *options,
                           struct contender contenders[CONTENDER_COUNT]) {
    int count = 0;
    for (int algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++)
        for (int weights = 0; weights < CLASS_WEIGHTS_COUNT; weights++)
            for (int sampling = 0; sampling < SAMPLING_COUNT; sampling++)
                if (options->algorithms[algorithm] && options->weights[weights] &&
                    options->sampling[sampling])
                    contenders[count++] =
                        (struct contender){(enum algorithm)algorithm,
                                           {(enum class_weights)weights, (enum sampling)sampling}};
    return count;
}

static enum err train_outcome(struct training *training, enum outcome outcome,
                              struct error *error) {
    const struct train_options *options = training->options;
    struct subject subject = {.outcome = outcome};
    enum answer answer = outcome_answer(outcome);
    enum err err = ERR_OK;
    struct contender contenders[CONTENDER_COUNT];
    int count = list_contenders(options, contenders);
    features_fit(&subject.features, &training->facts, (int)answer);
    examples_make(&subject.examples, &subject.features, &training->facts, answer);
    splits_open(&subject.splits, &subject.examples, options->folds, options->repeats,
                options->seed);
    for (int i = 0; err == ERR_OK && i < count; i++) {
        err = train_model(training, &subject, &contenders[i], error);
        splits_release(&subject.splits);
    }
    splits_close(&subject.splits);
    examples_free(&subject.examples);
    features_free(&subject.features);
    return err;
}

/* ------------------------------------------------------------------ segments */

/* What segments count for in the one total: they are found on one thread, fits on all of them. */
static uint64_t segment_fits(const struct train_options *options) {
    return SEGMENT_FITS * (uint64_t)options->threads;
}

/* Segments report in steps of their own. */
static bool report_segments(void *context, const struct progress *progress) {
    const struct training *training = context;
    uint64_t fits = segment_fits(training->options);
    uint64_t done = progress->total > 0 ? progress->done * fits / progress->total : 0;
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
    training->fits.done += segment_fits(training->options);
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

static void tell_sample(const struct training *training) {
    char text[160], kept[NUMBER_TEXT_SIZE], all[NUMBER_TEXT_SIZE];
    if (!training->after || training->sales == (int64_t)training->facts.count)
        return;
    number_grouped((int64_t)training->facts.count, kept, sizeof kept);
    number_grouped(training->sales, all, sizeof all);
    snprintf(text, sizeof text, "Learned from a random sample of %s of %s sales.", kept, all);
    training->after(training->context, "sample", text);
}

static enum err load_sales(struct training *training, struct error *error) {
    struct db *reader;
    struct sales_extent extent;
    enum err err = db_open_reader(training->db_path, &reader, error);
    if (err != ERR_OK)
        return err;
    err = facts_load_sample(reader, training->options->sample,
                            random_seed(training->options->seed, STREAM_SAMPLE), &training->facts,
                            &extent, error);
    db_close(reader); /* the sales are in memory: nobody waits for us while we train */
    if (err != ERR_OK)
        return err;
    training->sales = extent.sales;
    training->last_sale_id = extent.last_id;
    tell_sample(training);
    return ERR_OK;
}

/* The one total, before anything is known to stop early. */
static void count_fits(struct training *training) {
    const struct train_options *options = training->options;
    uint64_t of_model =
        evaluation_fits(options->folds, options->repeats, options->tune + 1, options->permutations);
    struct contender contenders[CONTENDER_COUNT];
    uint64_t count = (uint64_t)list_contenders(options, contenders);
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        training->fits.total += options->outcomes[outcome] ? count * of_model : 0;
    training->fits.total += options->segments ? segment_fits(options) : 0;
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
    count_fits(&training);
    err = load_sales(&training, error);
    if (err == ERR_OK)
        err = check_sales(&training, error);
    training.crew = crew_open(options->threads, fits_idle, &training.fits);
    if (err == ERR_OK && options->segments)
        err = train_segments(&training, error);
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++)
        if (options->outcomes[outcome])
            err = train_outcome(&training, (enum outcome)outcome, error);
    crew_close(training.crew);
    facts_free(&training.facts);
    return err;
}
