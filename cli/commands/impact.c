/* `retail-pulse impact`: who differs in an outcome, by how much, and whether it is noise. */
#include "engine/analysis/impact.h"

#include "base/number.h"
#include "report/impact_tables.h"
#include "cli/session.h"

struct options {
    struct texts where;
    int outcome;
    const char *strata, *difference;
};

/* In the order of enum outcome. */
static const char *const outcome_names[] = {"returning", "facebook", NULL};

static const struct option_spec specs[] = {
    {"outcome", OPTION_CHOICE, offsetof(struct options, outcome), "O",
     "returning (the default) or facebook", 0, 0, outcome_names},
    {"strata", OPTION_TEXT, offsetof(struct options, strata), "D[,D...]",
     "what customers are alike in for the adjusted odds: up to four dimensions, or none (default "
     "location,gender,age_band)",
     0, 0, NULL},
    {"difference", OPTION_TEXT, offsetof(struct options, difference), "POINTS",
     "how many sales would show a difference of so many points? (default 3)", 0, 0, NULL},
    OPTION_WHERE(struct options),
};

static enum err choose(const struct options *options, struct impact_options *out,
                       struct error *error) {
    *out = impact_defaults((enum outcome)options->outcome);
    if (options->strata != NULL) {
        enum err code = impact_strata_parse(options->strata, out, error);
        if (code != ERR_OK)
            return code;
    }
    if (options->difference == NULL)
        return ERR_OK;
    double points;
    if (!number_parse_real(options->difference, &points) || !(points > 0 && points < 100)) {
        error_set(error, ERR_USAGE, "--difference takes points between 0 and 100, not '%s'",
                  options->difference);
        return error_hint(error, "For example --difference 2.5: from 24 %% to 26.5 %%.");
    }
    out->difference = points / 100;
    return ERR_OK;
}

static void document_fill(struct document *document, const struct impact *impact,
                          const struct reach *reach) {
    static const struct column outcome = {.key = "outcome", .title = "Outcome"},
                               known = {.key = "known",
                                        .title = "Sales with an answer",
                                        .kind = KIND_COUNT},
                               rate = {.key = "base_rate",
                                       .title = "Share of all",
                                       .kind = KIND_SHARE,
                                       .low = "base_rate_low",
                                       .high = "base_rate_high"};
    struct table *figures = document_figures(document);
    table_column(figures, &outcome);
    table_text(figures, outcome_name(impact->outcome));
    table_column(figures, &known);
    table_integer(figures, impact->known);
    table_column(figures, &rate);
    table_interval(figures, impact->base_rate);
    differences_add(document, impact);
    tests_add(document, impact);
    adjusted_add(document, impact);
    reach_add(document, reach);
    trend_add(document, impact);
    money_add(document, impact);
    power_add(document, impact);
    document_sentence(document, "These are differences, not effects: nobody drew lots over who "
                                "comes from where.");
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct impact_options chosen;
    enum err code = choose(options, &chosen, error);
    if (code != ERR_OK)
        return code;
    struct session session;
    code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct impact impact;
        struct reach reach;
        impact_compute(session.facts, &session.selection, chosen, &impact);
        reach_compute(session.facts, &session.selection, &reach);
        struct document *document = document_new();
        session_head(&session, document, "Marketing impact");
        document_fill(document, &impact, &reach);
        struct look look = invocation_look(invocation);
        code = document_print(document, &look, stdout, error);
        document_free(document);
        impact_free(&impact);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_impact = {
    .about = "Verdicts: \"higher\" and \"lower\" mean that the 95% interval of the difference "
             "excludes zero (of an odds ratio, one); \"unclear\" that chance would do as much.\n\n"
             "The p of a test is Pearson's where every expected count is 5 or more, else "
             "Fisher's for two levels and, for more, from 10,000 tables drawn at random with the "
             "same sums (seed 1); the column \"By\" says which. \"p adjusted\" adjusts these p for "
             "being many (Benjamini-Hochberg).\n\n"
             "Risk and odds ratios have score intervals (Koopman, Cornfield), which stand with "
             "zero counts too. \"p same\" is the Breslow-Day test with Tarone's correction: small "
             "means that one odds ratio does not tell it for all strata.\n\n"
             "Prices and daily takings are compared by Welch's test (means) and by Mann and "
             "Whitney's (ranks). Revenue a day: what those who are yes bring on a day minus what "
             "the others bring, days without such a sale counting as 0; beside it the share of "
             "the revenue and of the sales that come from yes.\n\n"
             "Needed sales: two-sided 5 %, power 80 %, at the present mix of both sides.\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
