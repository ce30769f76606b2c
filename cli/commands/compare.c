/* `retail-pulse compare --where A --with B`: two slices side by side, each difference with its
 * interval and what it allows one to say. */
#include "report/compare.h"

#include <stdlib.h>

#include "cli/session.h"

struct options {
    struct texts where, with;
};

static const struct option_spec specs[] = {
    OPTION_WHERE(struct options),
    {"with", OPTION_TEXTS, offsetof(struct options, with), "FILTERS",
     "what they are compared with; all else unless given", 0, 0, NULL},
};

static enum err answer(const struct invocation *invocation, const struct session *session,
                       const struct slice *with, struct error *error) {
    struct compare compare;
    enum err code = compare_slices(session->facts, &session->slice, with, &compare, error);
    if (code == ERR_OK) {
        struct reading reading = session_reading(session);
        char *words = slice_text(with);
        code = invocation_print(invocation, report_compare(&reading, &compare, words), error);
        free(words);
    }
    compare_free(&compare);
    return code;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->where.count == 0 && options->with.count == 0) {
        error_set(error, ERR_USAGE, "compare needs --where, --with or both");
        return error_hint(error, "For example: retail-pulse compare --where facebook=yes --with "
                                 "facebook=no");
    }
    struct session session;
    struct slice with = {0};
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK)
        code = session_slice(&session, &options->with, &with, error);
    if (code == ERR_OK)
        code = answer(invocation, &session, &with, error);
    slice_free(&with);
    session_close(&session);
    return code;
}

const struct subcommand subcommand_compare = {
    .about = "A is what --where leaves, B what --with leaves, or all that is not in A. Sales in "
             "both count on one side only, and the answer says on which. Prices are compared by "
             "Welch (mean) and by Hodges and Lehmann (median), shares by Newcombe; verdicts on "
             "ages, places and handsets allow for how many are looked at. Sales and takings are "
             "what happened and have no interval. A row that a filter decides has no verdict.\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
