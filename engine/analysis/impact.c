/* Which customers differ in an outcome, and by how much. Every figure is counted over the sales
 * whose outcome and factor are both known. */
#include "engine/analysis/impact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "engine/analysis/impact_blocks.h"

static const struct outcome_words outcomes[] = {
    [OUTCOME_RETURNING] = {"returning",
                           "Returning",
                           "are returning",
                           "is returning",
                           ANSWER_RETURNING,
                           DIMENSION_RETURNING,
                           {DIMENSION_FACEBOOK, DIMENSION_FOLLOWS, DIMENSION_HEARD}},
    [OUTCOME_FACEBOOK] = {"facebook",
                          "From Facebook",
                          "came from Facebook",
                          "came from Facebook",
                          ANSWER_FACEBOOK,
                          DIMENSION_FACEBOOK,
                          {DIMENSION_FOLLOWS, DIMENSION_RETURNING, DIMENSION_HEARD}},
};

const struct outcome_words *outcome_words(enum outcome outcome) {
    return &outcomes[outcome];
}

const char *outcome_name(enum outcome outcome) {
    return outcomes[outcome].name;
}

const char *outcome_title(enum outcome outcome) {
    return outcomes[outcome].title;
}

enum answer outcome_answer(enum outcome outcome) {
    return outcomes[outcome].answer;
}

bool outcome_by_name(const char *name, enum outcome *out) {
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (text_same(name, outcomes[i].name)) {
            *out = (enum outcome)i;
            return true;
        }
    }
    return false;
}

/* -------------------------------------------------------------------- options */

struct impact_options impact_defaults(enum outcome outcome) {
    return (struct impact_options){
        .outcome = outcome,
        .strata = {DIMENSION_LOCATION, DIMENSION_GENDER, DIMENSION_AGE_BAND},
        .strata_count = 3,
        .difference = 0.03};
}

static enum err strata_add(const char *word, struct impact_options *options, struct error *error) {
    enum dimension dimension;
    if (!dimension_by_name(word, &dimension)) {
        error_set(error, ERR_USAGE, "there is no dimension '%s'", word);
        return error_hint(error, "For example: location,gender,age_band. `explore --help` has the "
                                 "others; `none` holds nothing alike.");
    }
    for (int i = 0; i < options->strata_count; i++) {
        if (options->strata[i] == dimension)
            return error_set(error, ERR_USAGE, "the strata name %s twice", word);
    }
    if (options->strata_count == IMPACT_STRATA_MAX)
        return error_set(error, ERR_USAGE, "strata are made of at most %d dimensions",
                         IMPACT_STRATA_MAX);
    options->strata[options->strata_count++] = dimension;
    return ERR_OK;
}

enum err impact_strata_parse(const char *text, struct impact_options *options,
                             struct error *error) {
    struct impact_options read = *options;
    read.strata_count = 0;
    char *copy = xstrdup(text), *rest = copy;
    enum err code = ERR_OK;
    bool none = text_same(text, "none");
    for (char *word; !none && code == ERR_OK && (word = strsep(&rest, ", ")) != NULL;) {
        if (*word != '\0')
            code = strata_add(word, &read, error);
    }
    if (code == ERR_OK && !none && read.strata_count == 0)
        code = error_set(error, ERR_USAGE, "no dimension is named for the strata");
    if (code == ERR_OK)
        *options = read;
    free(copy);
    return code;
}

/* -------------------------------------------------------------------- the rest */

static bool is_stopped(const struct impact_options *options) {
    return options->stop != NULL && atomic_load(options->stop);
}

/* The odds among alike customers, and the months: several passes. */
static void compute_slow(const struct facts *facts, const struct selection *selection,
                         const struct impact_options *options, struct impact *out) {
    static const char later[] = "Still being counted.";
    if (!out->pending) {
        impact_adjust(facts, selection, options, out);
        if (!is_stopped(options))
            impact_months(facts, selection, out);
        return;
    }
    snprintf(out->adjusted_sentence, sizeof out->adjusted_sentence, "%s", later);
    snprintf(out->trend.sentence, sizeof out->trend.sentence, "%s", later);
}

void impact_compute(const struct facts *facts, const struct selection *selection,
                    struct impact_options options, struct impact *out) {
    struct sales_by by;
    *out = (struct impact){.outcome = options.outcome,
                           .pending = options.quick && facts->sales != NULL};
    sales_by_count(facts, selection, options.outcome, &by);
    const struct cell *total = &sales_by(&by, outcome_words(options.outcome)->dimension)->total;
    enum answer answer = outcome_answer(options.outcome);
    out->known = total->known[answer];
    out->base_rate = share_wilson(total->yes[answer], out->known);
    out->days = days_covered(facts, selection);
    if (!is_stopped(&options))
        impact_tests(facts, selection, &by, out);
    if (!options.tests_only && !is_stopped(&options)) {
        impact_differences(&by, out);
        impact_money(facts, selection, &by, out);
    }
    if (!options.tests_only && !is_stopped(&options)) {
        compute_slow(facts, selection, &options, out);
        impact_power_compute(options.difference, out);
        out->detectable_difference = out->power.detectable_difference;
    }
    sales_by_free(&by);
}

void impact_free(struct impact *impact) {
    free(impact->trend.months);
    *impact = (struct impact){0};
}
