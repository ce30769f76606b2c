/* `retail-pulse impact`: who differs in an outcome, by how much, and whether it is noise. */
#include "report/impact.h"

#include "base/number.h"
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

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct impact_options chosen;
    enum err code = choose(options, &chosen, error);
    if (code != ERR_OK)
        return code;
    struct session session;
    code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct reading reading = session_reading(&session);
        code = invocation_print(invocation, report_impact(&reading, chosen, IMPACT_ALL), error);
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
