/* `retail-pulse impact`: who differs in an outcome, by how much, and whether it is noise. */
#include "engine/analysis/impact.h"

#include <stdio.h>
#include <string.h>

#include "cli/session.h"

struct options {
    struct texts where;
    int outcome;
};

/* In the order of enum outcome. */
static const char *const outcome_names[] = {"returning", "facebook", NULL};

static const struct option_spec specs[] = {
    {"outcome", OPTION_CHOICE, offsetof(struct options, outcome), "O",
     "returning (the default) or facebook", 0, 0, outcome_names},
    OPTION_WHERE(struct options),
};

static void factor_add(struct table *table, enum dimension factor) {
    table_text(table, dimension_name(factor));
    table_text(table, dimension_title(factor));
}

#define FACTOR_COLUMNS                                                        \
    {.key = "factor", .title = "Factor", .hidden = NOT_IN_TEXT}, {            \
        .key = "title", .title = "Factor", .hidden = NOT_IN_CSV | NOT_IN_JSON \
    }

static void differences_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "yes_label", .title = "Yes is", .hidden = NOT_IN_TEXT},
        {.key = "no_label", .title = "No is", .hidden = NOT_IN_TEXT},
        {.key = "yes_n", .title = "n yes", .kind = KIND_COUNT},
        {.key = "no_n", .title = "n no", .kind = KIND_COUNT},
        {.key = "yes_share", .title = "Yes", .kind = KIND_SHARE},
        {.key = "no_share", .title = "No", .kind = KIND_SHARE},
        {.key = "difference",
         .title = "Difference, points",
         .kind = KIND_POINTS,
         .low = "low",
         .high = "high"},
        {.key = "verdict", .title = "Verdict"},
        {.key = "detectable", .title = "Detectable", .kind = KIND_SHARE, .hidden = NOT_IN_TEXT},
    };
    struct table *table = document_table(document, "differences", "Share where yes, minus where no",
                                         columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < impact->difference_count; i++) {
        const struct impact_difference *row = &impact->differences[i];
        char title[64]; /* "Gender (F)": what counts as yes where that is not plain */
        bool plain = strcmp(row->yes_label, "yes") == 0 || row->factor == DIMENSION_LOCAL;
        snprintf(title, sizeof title, "%s%s%s%s", dimension_title(row->factor), plain ? "" : " (",
                 plain ? "" : row->yes_label, plain ? "" : ")");
        table_text(table, dimension_name(row->factor));
        table_text(table, title);
        table_text(table, row->yes_label);
        table_text(table, row->no_label);
        table_integer(table, row->yes_n);
        table_integer(table, row->no_n);
        table_real(table, (double)row->yes_yes / (double)row->yes_n); /* NaN where n is 0 */
        table_real(table, (double)row->no_yes / (double)row->no_n);
        table_interval(table, row->difference);
        table_text(table, verdict_name(row->verdict));
        table_real(table, row->detectable);
    }
}

static void tests_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "chi2", .title = "Chi-square", .kind = KIND_REAL, .decimals = 2},
        {.key = "df", .minor = true, .title = "df", .kind = KIND_NUMBER},
        {.key = "p", .title = "p", .kind = KIND_P},
        {.key = "p_yates", .minor = true, .title = "p (Yates)", .kind = KIND_P},
        {.key = "p_adjusted", .minor = true, .title = "p adjusted", .kind = KIND_P},
        {.key = "cramers_v",
         .minor = true,
         .title = "Cramer's V",
         .kind = KIND_REAL,
         .decimals = 3},
        {.key = "verdict", .title = "Verdict"},
    };
    struct table *table = document_table(document, "tests", "Does it vary at all?", columns,
                                         sizeof columns / sizeof *columns);
    for (int i = 0; i < impact->test_count; i++) {
        const struct impact_test *row = &impact->tests[i];
        factor_add(table, row->factor);
        if (row->chi_square.df == 0)
            table_unknown(table);
        else
            table_real(table, row->chi_square.statistic);
        table_integer(table, row->chi_square.df);
        table_real(table, row->chi_square.p);
        table_real(table, row->chi_square.p_yates);
        table_real(table, row->p_adjusted);
        table_real(table, row->chi_square.cramers_v);
        table_text(table, row->differs ? "differs" : "unclear");
    }
}

static void price_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "difference",
         .title = "Mean price, yes minus no",
         .kind = KIND_MONEY_CHANGE,
         .low = "low",
         .high = "high"},
        {.key = "p", .title = "p", .kind = KIND_P},
        {.key = "verdict", .title = "Verdict"},
    };
    struct table *table =
        document_table(document, "price", "Price paid", columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < impact->price_count; i++) {
        factor_add(table, impact->prices[i].factor);
        table_interval(table, impact->prices[i].difference);
        table_real(table, impact->prices[i].p);
        table_text(table, verdict_name(verdict_of(impact->prices[i].difference)));
    }
}

static void adjusted_add(struct document *document, const struct impact *impact) {
    static const struct column columns[] = {
        FACTOR_COLUMNS,
        {.key = "odds_ratio",
         .title = "Odds ratio",
         .kind = KIND_REAL,
         .decimals = 2,
         .low = "low",
         .high = "high"},
        {.key = "strata", .title = "Among customers alike in"},
        {.key = "strata_count", .title = "Strata", .kind = KIND_NUMBER, .hidden = NOT_IN_TEXT},
    };
    struct table *table = document_table(document, "adjusted", "Adjusted (Mantel-Haenszel)",
                                         columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < impact->adjusted_count; i++) {
        factor_add(table, impact->adjusted[i].factor);
        table_interval(table, impact->adjusted[i].odds_ratio);
        table_text(table, impact->adjusted[i].held);
        table_integer(table, impact->adjusted[i].strata);
    }
}

static void document_fill(struct document *document, const struct impact *impact) {
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
    document_sentence(document, "%s", impact->sentence);
    tests_add(document, impact);
    price_add(document, impact);
    adjusted_add(document, impact);
    document_sentence(document,
                      "Detectable: two halves of this slice would show a difference of "
                      "%.1f points.",
                      impact->detectable_difference * 100);
    document_sentence(document, "These are differences, not effects: nobody drew lots over who "
                                "comes from where.");
    json_t *detectable = json_real(impact->detectable_difference);
    document_json(
        document, "power",
        json_pack("{s:o}", "detectable_difference", detectable != NULL ? detectable : json_null()));
    document_json(document, "sentence", json_text(impact->sentence));
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct session session;
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct impact impact;
        impact_compute(session.facts, &session.selection, (enum outcome)options->outcome, &impact);
        struct document *document = document_new();
        session_head(&session, document, "Marketing impact");
        document_fill(document, &impact);
        struct look look = invocation_look(invocation);
        code = document_print(document, &look, stdout, error);
        document_free(document);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_impact = {
    .about = "Verdicts: \"higher\" and \"lower\" mean that the 95% interval of the difference "
             "excludes zero; \"unclear\" that chance would do as much. Tests are adjusted for "
             "being many (Benjamini-Hochberg).\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
