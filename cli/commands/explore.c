/* `retail-pulse explore --by D[,D]`: every measure by one or two dimensions, or one measure as a
 * table of rows and columns. */
#include "report/explore.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options.h"
#include "cli/session.h"

struct options {
    struct texts where;
    const char *by;
    int measure; /* enum measure; MEASURE_COUNT: all of them */
    bool heat, wide;
};

static const char *const measure_names[] = {
#define X(symbol, name, ...) name,
    MEASURE_LIST(X)
#undef X
        NULL};

static void init(void *options) {
    ((struct options *)options)->measure = MEASURE_COUNT;
}

static const struct option_spec specs[] = {
    {"by", OPTION_TEXT, offsetof(struct options, by), "D[,D]", "one or two dimensions", 0, 0, NULL},
    {"measure", OPTION_CHOICE, offsetof(struct options, measure), "MEASURE",
     "one measure; with two dimensions, as a table of rows and columns", 0, 0, measure_names},
    {"heat", OPTION_FLAG, offsetof(struct options, heat), NULL,
     "shade that table from its lowest to its highest value", 0, 0, NULL},
    {"wide", OPTION_FLAG, offsetof(struct options, wide), NULL,
     "CSV as rows and columns too, instead of a line for every pair", 0, 0, NULL},
    OPTION_WHERE(struct options),
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

static enum err check_options(const struct options *options, int dimensions, struct error *error) {
    bool cross = dimensions == 2 && options->measure != MEASURE_COUNT;
    if (cross || (!options->heat && !options->wide))
        return ERR_OK;
    error_set(error, ERR_USAGE, "--%s needs two dimensions and a measure",
              options->heat ? "heat" : "wide");
    return error_hint(error, "For example: retail-pulse explore --by location,weekday --measure "
                             "revenue_per_day");
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct explore_request request = {
        .measure = (enum measure)options->measure, .heat = options->heat, .wide = options->wide};
    enum err code = by_read(options->by, request.by, &request.by_count, error);
    if (code == ERR_OK)
        code = check_options(options, request.by_count, error);
    if (code != ERR_OK)
        return ERR_USAGE;
    struct session session;
    code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct reading reading = session_reading(&session);
        struct look look = invocation_look(invocation);
        code = invocation_print(invocation, report_explore(&reading, &request, &look), error);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_explore = {
    .about = "Dimensions: month, quarter, year, week, day, weekday, weekend, location, local, "
             "gender, age_band, brand, handset, price_band, facebook, follows, returning, heard, "
             "engagement, segment. With a measure, every value stands against the rest: a "
             "residual beyond 2 or so is rare by chance, and the verdict allows for how many "
             "were looked at.\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
