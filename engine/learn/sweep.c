/* The values to ask, the customers that have them, and one question for all of them. */
#include "engine/learn/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort_double.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/learn/predictor.h"

enum { STEPS_MAX = 60, PLACES_MAX = 64 };

/* What is to be asked; `customers` beside the points they stand for. */
struct plan {
    const struct predictor *predictor;
    const struct customer *customer;
    struct sweep *sweep;
    struct customer customers[SWEEP_POINTS_MAX];
};

static void add_point(struct plan *plan, const struct customer *changed, double at) {
    struct sweep *sweep = plan->sweep;
    if (sweep->count == SWEEP_POINTS_MAX)
        return;
    struct sweep_point *point = &sweep->points[sweep->count];
    *point = (struct sweep_point){.at = at};
    customer_say(changed, sweep->field, point->value);
    point->outside = predictor_outside(plan->predictor, changed, sweep->field);
    point->own = !customers_differ(changed, plan->customer, sweep->field);
    if (point->own)
        sweep->own = sweep->count;
    plan->customers[sweep->count++] = *changed;
}

/* ------------------------------------------------------------------ numbers */

static void add_number(struct plan *plan, double at) {
    struct customer changed = *plan->customer;
    switch (plan->sweep->field) {
    case FIELD_AGE:
        changed.age_years = (int)lround(at);
        break;
    case FIELD_PRICE:
        changed.has_price = true;
        changed.price_minor = llround(at * MONEY_MINOR);
        break;
    default:
        changed.has_day = true;
        changed.day = (day_number)lround(at);
    }
    add_point(plan, &changed, at);
}

/* The smallest of 1, 2, 5, 10, 20, … that covers the span in few enough steps. */
static double round_step(double span) {
    static const double leading[] = {1, 2, 5};
    for (double decade = 1;; decade *= 10)
        for (size_t i = 0; i < sizeof leading / sizeof *leading; i++)
            if (span / (leading[i] * decade) <= STEPS_MAX)
                return leading[i] * decade;
}

/* Days: single ones, weeks, fortnights, … */
static double day_step(double span) {
    double step = span <= STEPS_MAX ? 1 : 7;
    while (span / step > STEPS_MAX)
        step *= 2;
    return step;
}

/* Steps from `from` to `to`, the ends of the training range, and the customer's own value. */
static void add_grid(struct plan *plan, double from, double to, double step, double own) {
    double values[SWEEP_POINTS_MAX];
    size_t count = 0;
    for (double at = from; at <= to && count < STEPS_MAX + 1; at += step)
        values[count++] = at;
    values[count++] = plan->sweep->low;
    values[count++] = plan->sweep->high;
    if (!isnan(own))
        values[count++] = own;
    gsl_sort(values, 1, count);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || values[i] > values[i - 1])
            add_number(plan, values[i]);
}

static void plan_ages(struct plan *plan) {
    const struct predictor *predictor = plan->predictor;
    struct sweep *sweep = plan->sweep;
    const struct customer *customer = plan->customer;
    sweep->low = predictor->past.age_max > 0 ? predictor->past.age_min : AGE_MIN;
    sweep->high = predictor->past.age_max > 0 ? predictor->past.age_max : AGE_MAX;
    double step = round_step(sweep->high - sweep->low);
    add_grid(plan, sweep->low, sweep->high, step,
             customer->age_years == UNKNOWN ? (double)NAN : customer->age_years);
    snprintf(sweep->grid, sizeof sweep->grid, "ages %.0f to %.0f, those of past sales, by %.0f",
             sweep->low, sweep->high, step);
}

static void plan_prices(struct plan *plan) {
    const struct past *past = &plan->predictor->past;
    const struct customer *customer = plan->customer;
    struct sweep *sweep = plan->sweep;
    char low[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE], from[MONEY_TEXT_SIZE], to[MONEY_TEXT_SIZE],
        by[MONEY_TEXT_SIZE];
    double first = past->price_first, last = past->price_last;
    sweep->low = (double)past->price_min_minor / MONEY_MINOR;
    sweep->high = (double)past->price_max_minor / MONEY_MINOR;
    double step = round_step(last - first);
    if ((sweep->high - sweep->low) / step <= STEPS_MAX) {
        first = sweep->low;
        last = sweep->high;
    }
    first = ceil(first / step) * step;
    last = floor(last / step) * step;
    add_grid(plan, first, last, step,
             customer->has_price ? (double)customer->price_minor / MONEY_MINOR : (double)NAN);
    money_grouped(llround(sweep->low * MONEY_MINOR), low);
    money_grouped(llround(sweep->high * MONEY_MINOR), high);
    money_grouped(llround(first * MONEY_MINOR), from);
    money_grouped(llround(last * MONEY_MINOR), to);
    money_grouped(llround(step * MONEY_MINOR), by);
    snprintf(sweep->grid, sizeof sweep->grid,
             "prices %s to %s by %s, and the ends of past sales' range, %s and %s", from, to, by,
             low, high);
}

static void plan_days(struct plan *plan) {
    const struct facts *facts = plan->predictor->facts;
    const struct customer *customer = plan->customer;
    struct sweep *sweep = plan->sweep;
    char first[DATE_ISO_SIZE], last[DATE_ISO_SIZE];
    sweep->low = facts->first_day;
    sweep->high = facts->last_day;
    double step = day_step(sweep->high - sweep->low);
    add_grid(plan, sweep->low, sweep->high, step,
             customer->has_day ? (double)customer->day : (double)NAN);
    date_iso(facts->first_day, first);
    date_iso(facts->last_day, last);
    snprintf(sweep->grid, sizeof sweep->grid,
             "days from %s to %s, the first and the last sale, by %.0f; the models see the season, "
             "not the year",
             first, last, step);
}

/* ------------------------------------------------------------------ names and answers */

static void add_name(struct plan *plan, const char *name) {
    struct customer changed = *plan->customer;
    snprintf(plan->sweep->field == FIELD_HANDSET ? changed.handset : changed.location,
             DIMENSION_LABEL_SIZE, "%s", name);
    add_point(plan, &changed, plan->sweep->count);
}

/* The customer's own name, where it is not among the points yet. */
static void add_own_name(struct plan *plan) {
    if (plan->sweep->own < 0)
        add_name(plan, plan->sweep->field == FIELD_HANDSET ? plan->customer->handset
                                                           : plan->customer->location);
}

/* The models know the same handsets, as they are trained together; where one was not, the other's
 * are taken. */
static const struct features *known_handsets(const struct predictor *predictor) {
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        if (predictor->available[outcome])
            return &predictor->models[outcome].features;
    return NULL;
}

static void plan_handsets(struct plan *plan) {
    const struct features *features = known_handsets(plan->predictor);
    int known = features ? features->handset_count : 0;
    for (int i = 0; i < known; i++)
        add_name(plan, features->handsets[i]);
    add_own_name(plan);
    struct sweep *sweep = plan->sweep;
    snprintf(sweep->grid, sizeof sweep->grid,
             "the %d handsets that the models know, the most sold first, and any other", known);
    add_name(plan, "any other handset");
    sweep->points[sweep->count - 1].outside = true;
}

struct place {
    int64_t sales;
    int id;
};

static int by_falling_sales(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    return x->sales != y->sales ? (x->sales < y->sales) - (x->sales > y->sales) : x->id - y->id;
}

static void plan_places(struct plan *plan) {
    const struct facts *facts = plan->predictor->facts;
    int count = facts->locations.count;
    struct place *places = xcalloc((size_t)count + 1, sizeof *places);
    for (int i = 0; i < count; i++)
        places[i] = (struct place){plan->predictor->past.location_sales[i + 1], i + 1};
    qsort(places, (size_t)count, sizeof *places, by_falling_sales);
    int shown = count < PLACES_MAX ? count : PLACES_MAX;
    for (int i = 0; i < shown; i++)
        add_name(plan, facts->locations.entries[places[i].id - 1].name);
    free(places);
    add_own_name(plan);
    snprintf(plan->sweep->grid, sizeof plan->sweep->grid,
             "%d of %d places, those with the most sales first; the models see only whether a "
             "place is local or outside",
             shown, count);
}

static void plan_genders(struct plan *plan) {
    struct customer changed = *plan->customer;
    for (changed.gender = 0; changed.gender < GENDER_COUNT; changed.gender++)
        add_point(plan, &changed, changed.gender);
    snprintf(plan->sweep->grid, sizeof plan->sweep->grid,
             "each gender; the models see only female or not");
    changed.gender = UNKNOWN;
    if (plan->sweep->own < 0)
        add_point(plan, &changed, GENDER_COUNT);
}

static void plan_answers(struct plan *plan, enum answer answer) {
    struct customer changed = *plan->customer;
    for (int said = 0; said <= 1; said++) {
        changed.answers[answer] = said;
        add_point(plan, &changed, said);
    }
    snprintf(plan->sweep->grid, sizeof plan->sweep->grid, "no and yes");
    changed.answers[answer] = UNKNOWN;
    if (plan->sweep->own < 0)
        add_point(plan, &changed, 2);
}

static enum err make_plan(struct plan *plan, struct error *error) {
    enum answer answer;
    enum field field = plan->sweep->field;
    if (plan->predictor->facts->count == 0)
        return error_set(error, ERR_NO_DATA, "there are no past sales to take a range from");
    switch (field) {
    case FIELD_AGE:
        plan_ages(plan);
        break;
    case FIELD_PRICE:
        plan_prices(plan);
        break;
    case FIELD_DATE:
        plan_days(plan);
        break;
    case FIELD_HANDSET:
        plan_handsets(plan);
        break;
    case FIELD_LOCATION:
        plan_places(plan);
        break;
    case FIELD_GENDER:
        plan_genders(plan);
        break;
    default:
        if (!field_answer(field, &answer))
            return error_set(error, ERR_INPUT, "this field cannot be swept");
        plan_answers(plan, answer);
    }
    return ERR_OK;
}

/* ------------------------------------------------------------------ asking */

/* Where the probability is least and greatest; outside the training range only where nothing lies
 * inside. */
static void find_extremes(const struct sweep *sweep, int which, struct sweep_outcome *outcome) {
    outcome->lowest = outcome->highest = -1;
    for (int i = 0; i < sweep->count; i++) {
        double own = sweep->points[i].probability[which].estimate;
        if (sweep->points[i].outside)
            continue;
        if (outcome->lowest < 0 || own < sweep->points[outcome->lowest].probability[which].estimate)
            outcome->lowest = i;
        if (outcome->highest < 0 ||
            own > sweep->points[outcome->highest].probability[which].estimate)
            outcome->highest = i;
    }
    if (outcome->lowest < 0)
        outcome->lowest = outcome->highest = 0;
}

static enum err ask(struct plan *plan, enum outcome which, struct error *error) {
    const struct predictor *predictor = plan->predictor;
    const struct loaded_model *model = &predictor->models[which];
    struct sweep *sweep = plan->sweep;
    struct sweep_outcome *outcome = &sweep->outcomes[which];
    struct ensemble ensemble;
    if (!predictor->available[which]) {
        for (int i = 0; i < sweep->count; i++)
            sweep->points[i].probability[which] =
                (struct interval){(double)NAN, (double)NAN, (double)NAN};
        return ERR_OK;
    }
    enum err err = predictor_ensemble(predictor, which, plan->customers, (size_t)sweep->count,
                                      &ensemble, error);
    if (err != ERR_OK)
        return err;
    for (int i = 0; i < sweep->count; i++)
        sweep->points[i].probability[which] = ensemble_probability(&ensemble, (size_t)i);
    outcome->available = true;
    outcome->skill = model_has_skill(&model->metrics);
    outcome->base_rate = model->metrics.base_rate;
    for (int feature = 0; feature < FEATURE_FIELD_COUNT; feature++)
        if (strcmp(feature_field_name((enum feature_field)feature), field_name(sweep->field)) == 0)
            outcome->used = model->features.has[feature];
    find_extremes(sweep, which, outcome);
    outcome->gap =
        ensemble_difference(&ensemble, (size_t)outcome->highest, (size_t)outcome->lowest);
    ensemble_free(&ensemble);
    return ERR_OK;
}

enum err predictor_sweep(struct predictor *predictor, const struct customer *customer,
                         enum field field, struct sweep *out, struct error *error) {
    struct plan *plan = xcalloc(1, sizeof *plan);
    *plan = (struct plan){.predictor = predictor, .customer = customer, .sweep = out};
    *out = (struct sweep){.field = field, .own = -1};
    out->numeric = field == FIELD_AGE || field == FIELD_PRICE || field == FIELD_DATE;
    out->points = xcalloc(SWEEP_POINTS_MAX, sizeof *out->points);
    enum err err = make_plan(plan, error);
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++)
        err = ask(plan, (enum outcome)outcome, error);
    free(plan);
    if (err != ERR_OK)
        sweep_free(out);
    return err;
}

void sweep_free(struct sweep *sweep) {
    free(sweep->points);
    *sweep = (struct sweep){.own = -1};
}

/* ------------------------------------------------------------------ saying */

/* Completes "24.8% …" of an answer that does not move with the field. */
static const char *whatever(enum field field) {
    switch (field) {
    case FIELD_LOCATION:
        return "wherever the customer comes from";
    case FIELD_AGE:
        return "at every age";
    case FIELD_GENDER:
        return "for every gender";
    case FIELD_HANDSET:
        return "with every handset";
    case FIELD_PRICE:
        return "at every price";
    case FIELD_DATE:
        return "on every day";
    case FIELD_FACEBOOK:
        return "whether the customer came from Facebook or not";
    case FIELD_FOLLOWS:
        return "whether the customer follows the page or not";
    case FIELD_RETURNING:
        return "whether the customer bought before or not";
    case FIELD_HEARD:
        return "whether the customer had heard of the shop or not";
    default:
        return "whatever is told";
    }
}

void sweep_sentence(const struct sweep *sweep, enum outcome which, char *text, size_t size) {
    const struct sweep_outcome *outcome = &sweep->outcomes[which];
    if (!outcome->available) {
        snprintf(text, size, "There is no model for this outcome.");
        return;
    }
    if (!outcome->used) {
        snprintf(text, size, "This is what is being predicted, so the model does not look at it.");
        return;
    }
    const struct sweep_point *lowest = &sweep->points[outcome->lowest];
    const struct sweep_point *highest = &sweep->points[outcome->highest];
    const char *believe = outcome->skill ? ""
                                         : " The model has no skill: differences between its "
                                           "answers say nothing about customers.";
    if (outcome->gap.estimate <= 0) {
        snprintf(text, size, "%.1f%% %s.%s", 100 * lowest->probability[which].estimate,
                 whatever(sweep->field), believe);
        return;
    }
    char from[40], to[40]; /* long names are clipped, whole characters */
    int used;
    snprintf(from, sizeof from, "%.*s", (int)text_clip(lowest->value, 24, &used), lowest->value);
    snprintf(to, sizeof to, "%.*s", (int)text_clip(highest->value, 24, &used), highest->value);
    snprintf(text, size,
             "From %.1f%% (%s) to %.1f%% (%s): %+.1f points [%+.1f to %+.1f], %s the model's own "
             "uncertainty.%s",
             100 * lowest->probability[which].estimate, from,
             100 * highest->probability[which].estimate, to, 100 * outcome->gap.estimate,
             100 * outcome->gap.low, 100 * outcome->gap.high,
             verdict_of(outcome->gap) == VERDICT_UNCLEAR ? "within" : "beyond", believe);
}
