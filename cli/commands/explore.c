/* `retail-pulse explore --by D[,D]`: every measure by one or two dimensions. */
#include "engine/analysis/explore.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options.h"
#include "cli/session.h"

struct options {
    struct texts where;
    const char *by;
};

static const struct option_spec specs[] = {
    {"by", OPTION_TEXT, offsetof(struct options, by), "D[,D]", "one or two dimensions", 0, 0, NULL},
    OPTION_WHERE(struct options),
};

static const char *const answer_names[] = {
#define X(symbol, name, heading) name,
    ANSWER_LIST(X)
#undef X
};

static enum err unknown_dimension(const char *word, struct error *error) {
    const char *names[DIMENSION_COUNT];
    struct buffer list = {0};
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        names[i] = dimension_name((enum dimension)i);
        buffer_printf(&list, "%s%s", i != 0 ? ", " : "", names[i]);
    }
    error_set(error, ERR_USAGE, "there is no dimension '%s'", word);
    const char *meant = near_miss(word, names, DIMENSION_COUNT);
    if (meant != NULL)
        error_hint(error, "Did you mean %s?", meant);
    else
        error_hint(error, "It is one of: %s.", list.data);
    buffer_free(&list);
    return ERR_USAGE;
}

static enum err by_read(const char *by, enum dimension *dimensions, int *count,
                        struct error *error) {
    if (by == NULL) {
        error_set(error, ERR_USAGE, "explore needs --by");
        return error_hint(error, "For example: retail-pulse explore --by location,facebook");
    }
    *count = 0;
    enum err code = ERR_OK;
    char *copy = xstrdup(by);
    char *rest = copy;
    for (char *word; code == ERR_OK && (word = strsep(&rest, ",")) != NULL;) {
        if (*count == 2)
            code = error_set(error, ERR_USAGE, "--by takes one or two dimensions, not '%s'", by);
        else if (!dimension_by_name(word, &dimensions[*count]))
            code = unknown_dimension(word, error);
        else if (++*count == 2 && dimensions[0] == dimensions[1])
            code = error_set(error, ERR_USAGE, "--by names %s twice", word);
    }
    free(copy);
    return code;
}

static json_t *test_json(struct chi_square test) {
    return json_pack("{s:f, s:i, s:o}", "chi2", test.df > 0 ? test.statistic : 0.0, "df", test.df,
                     "p", test.df > 0 ? json_real(test.p) : json_null());
}

/* The outcomes that are not what the rows are made of. */
static bool is_grouped_by(const struct explore *explore, enum answer answer) {
    enum answer own;
    for (int i = 0; i < explore->grouping.dimension_count; i++) {
        if (dimension_answer(explore->grouping.dimensions[i], &own) && own == answer)
            return true;
    }
    return false;
}

static void tests_add(struct document *document, const struct explore *explore) {
    static const enum answer told[] = {ANSWER_RETURNING, ANSWER_FACEBOOK};
    json_t *tests = json_object();
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        json_object_set_new(tests, answer_names[answer], test_json(explore->test[answer]));
    document_json(document, "test", test_json(explore->test[ANSWER_RETURNING]));
    document_json(document, "tests", tests);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        struct chi_square test = explore->test[told[i]];
        const char *what = told[i] == ANSWER_RETURNING ? "returning" : "from Facebook";
        if (is_grouped_by(explore, told[i]))
            continue;
        if (test.df == 0) {
            document_sentence(document, "Share %s: nothing to compare.", what);
            continue;
        }
        const char *verdict =
            test.p < 0.05 ? "the rows differ" : "unclear, chance would do as much";
        document_sentence(document, "Share %s: chi-square %.2f, df %d, p = %.3g: %s%s.", what,
                          test.statistic, test.df, test.p, verdict,
                          test.smallest_expected < 5 ? " (some rows are too small for this test)"
                                                     : "");
    }
}

static void rows_add(struct document *document, const struct explore *explore) {
    const struct grouping *grouping = &explore->grouping;
    struct column columns[16];
    size_t count = 0;
    for (int i = 0; i < grouping->dimension_count; i++)
        columns[count++] = (struct column){.key = dimension_name(grouping->dimensions[i]),
                                           .title = dimension_title(grouping->dimensions[i]),
                                           .hidden = NOT_IN_JSON};
    columns[count++] = (struct column){.key = "keys", .title = "", .kind = KIND_JSON};
    columns[count++] = (struct column){.key = "sales", .title = "Sales", .kind = KIND_COUNT};
    columns[count++] = (struct column){.key = "revenue", .title = "Revenue", .kind = KIND_MONEY};
    columns[count++] = (struct column){.key = "mean_price", .title = "Mean", .kind = KIND_MONEY};
    static const struct column shares[] = {
#define X(symbol, name, heading)                      \
    [ANSWER_##symbol] = {.key = "share_" name,        \
                         .title = (heading),          \
                         .kind = KIND_SHARE,          \
                         .low = "share_" name "_low", \
                         .high = "share_" name "_high"},
        ANSWER_LIST(X)
#undef X
    };
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        bool told = (answer == ANSWER_RETURNING || answer == ANSWER_FACEBOOK) &&
                    !is_grouped_by(explore, (enum answer)answer);
        columns[count] = shares[answer];
        columns[count++].hidden = told ? 0 : NOT_IN_TEXT;
    }
    struct table *table = document_table(document, "rows", NULL, columns, count);
    document->csv = table;
    for (int i = 0; i < grouping->count; i++) {
        const struct explore_row *row = &explore->rows[i];
        json_t *keys = json_array();
        for (int d = 0; d < grouping->dimension_count; d++) {
            table_text(table, row->group->label[d]);
            json_array_append_new(keys, json_text(row->group->label[d]));
        }
        table_json(table, keys);
        table_integer(table, row->group->cell.sales);
        table_integer(table, row->group->cell.revenue_minor);
        table_real(table, row->mean_price_minor);
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            table_interval(table, row->shares[answer]);
    }
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    enum dimension dimensions[2] = {DIMENSION_MONTH, DIMENSION_MONTH};
    int count = 0;
    enum err code = by_read(options->by, dimensions, &count, error);
    if (code != ERR_OK)
        return ERR_USAGE;
    struct session session;
    code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct explore explore;
        explore_compute(session.facts, &session.selection, dimensions, count, &explore);
        struct document *document = document_new();
        session_head(&session, document, "Explore");
        json_t *by = json_array();
        for (int i = 0; i < count; i++)
            json_array_append_new(by, json_string(dimension_name(dimensions[i])));
        document_json(document, "by", by);
        rows_add(document, &explore);
        tests_add(document, &explore);
        struct look look = invocation_look(invocation);
        code = document_print(document, &look, stdout, error);
        document_free(document);
        explore_free(&explore);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_explore = {
    .about = "Dimensions: month, quarter, year, week, day, weekday, weekend, location, local, gender, age_band, brand, handset, "
             "price_band, facebook, follows, returning, heard, engagement, segment.\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
