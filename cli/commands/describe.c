/* `retail-pulse describe`: how numbers and categories are spread, and what goes with the outcomes.
 */
#include "report/describe.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "cli/options.h"
#include "cli/session.h"

struct options {
    struct texts where;
    const char *by, *bin_width;
    int64_t bins;
    bool log;
};

static const struct option_spec specs[] = {
    {"by", OPTION_TEXT, offsetof(struct options, by), "D", "box plots by a dimension", 0, 0, NULL},
    {"bins", OPTION_INTEGER, offsetof(struct options, bins), "N",
     "that many bins instead of automatic ones", 1, HISTOGRAM_BINS_MAX, NULL},
    {"bin-width", OPTION_TEXT, offsetof(struct options, bin_width), "W", "bins of this width", 0, 0,
     NULL},
    {"log", OPTION_FLAG, offsetof(struct options, log), NULL, "bins and box plots on the logarithm",
     0, 0, NULL},
    OPTION_WHERE(struct options),
};

/* What the command line asks for. */
struct request {
    bool numbers[NUMERIC_COUNT];
    bool dimensions[DIMENSION_COUNT];
    bool summary;
    bool boxes;
    enum dimension by;
    struct binning binning;
};

static enum err unknown_word(const char *word, bool numbers_too, struct error *error) {
    const char *names[DIMENSION_COUNT + NUMERIC_COUNT];
    size_t count = 0;
    struct buffer list = {0};
    for (int i = 0; i < NUMERIC_COUNT && numbers_too; i++)
        names[count++] = numeric_name((enum numeric)i);
    for (int i = 0; i < DIMENSION_COUNT; i++)
        names[count++] = dimension_name((enum dimension)i);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&list, "%s%s", i != 0 ? ", " : "", names[i]);
    error_set(error, ERR_USAGE, "there is no %s '%s'", numbers_too ? "column" : "dimension", word);
    const char *meant = near_miss(word, names, count);
    if (meant != NULL)
        error_hint(error, "Did you mean %s?", meant);
    else
        error_hint(error, "It is one of: %s.", list.data);
    buffer_free(&list);
    return ERR_USAGE;
}

static enum err binning_read(const struct options *options, struct binning *binning,
                             struct error *error) {
    *binning = (struct binning){.log = options->log};
    if (options->bins != 0 && options->bin_width != NULL)
        return error_set(error, ERR_USAGE, "--bins and --bin-width exclude each other");
    if (options->bins != 0) {
        binning->way = BINNING_COUNT;
        binning->count = (int)options->bins;
    } else if (options->bin_width != NULL) {
        binning->way = BINNING_WIDTH;
        if (!number_parse_real(options->bin_width, &binning->width))
            return error_set(error, ERR_USAGE, "--bin-width needs a number, not '%s'",
                             options->bin_width);
    }
    return ERR_OK;
}

static enum err request_read(const struct invocation *invocation, struct request *request,
                             struct error *error) {
    const struct options *options = invocation->options;
    *request =
        (struct request){.summary = invocation->operand_count == 0, .boxes = options->by != NULL};
    bool numbers = request->summary;
    for (int i = 0; i < invocation->operand_count; i++) {
        enum numeric numeric;
        enum dimension dimension;
        const char *word = invocation->operands[i];
        if (numeric_by_name(word, &numeric))
            request->numbers[numeric] = numbers = true;
        else if (dimension_by_name(word, &dimension))
            request->dimensions[dimension] = true;
        else
            return unknown_word(word, true, error);
    }
    for (int i = 0; i < NUMERIC_COUNT; i++)
        request->numbers[i] = request->numbers[i] || request->summary;
    for (int i = 0; i < DIMENSION_COUNT; i++)
        request->dimensions[i] = request->dimensions[i] || request->summary;
    if (request->boxes && !dimension_by_name(options->by, &request->by))
        return unknown_word(options->by, false, error);
    bool of_numbers =
        request->boxes || options->bins != 0 || options->bin_width != NULL || options->log;
    if (of_numbers && !numbers) {
        error_set(error, ERR_USAGE, "--by, --bins, --bin-width and --log are for numbers");
        return error_hint(error, "For example: retail-pulse describe price --by location");
    }
    return binning_read(options, &request->binning, error);
}

static enum err describe_number(const struct session *session, const struct request *request,
                                enum numeric numeric, struct description *out,
                                struct error *error) {
    struct described_number *number = &out->numbers[out->number_count++];
    struct series series;
    series_take(session->facts, &session->selection, numeric, &series);
    distribution_compute(session->facts, &session->selection, &series, &number->distribution);
    transforms_compute(series.values, series.count, &number->transforms);
    enum err code = histogram_compute(&series, &request->binning, &number->histogram, error);
    if (code == ERR_OK && request->boxes)
        boxes_by(session->facts, &session->selection, numeric, request->by, &number->boxes);
    series_free(&series);
    if (code == ERR_INPUT && error != NULL) /* the bins that were asked for */
        error->code = ERR_USAGE;
    return code == ERR_INPUT ? ERR_USAGE : code;
}

static enum err describe(const struct session *session, const struct request *request,
                         struct description *out, struct error *error) {
    enum err code = ERR_OK;
    out->summary = request->summary;
    out->log = request->binning.log;
    for (int i = 0; i < NUMERIC_COUNT && code == ERR_OK; i++) {
        if (request->numbers[i])
            code = describe_number(session, request, (enum numeric)i, out, error);
    }
    for (int i = 0; i < DIMENSION_COUNT && code == ERR_OK; i++) {
        bool there = i != DIMENSION_SEGMENT || session->facts->segment_count != 0;
        if (request->dimensions[i] && (there || !request->summary))
            categories_count(session->facts, &session->selection, (enum dimension)i,
                             &out->categories[out->category_count++]);
    }
    for (int i = 0; i < OUTCOME_COUNT && code == ERR_OK && request->summary; i++)
        associations_compute(session->facts, &session->selection, (enum outcome)i,
                             &out->associations[out->association_count++]);
    return code;
}

static void description_free(struct description *description) {
    for (int i = 0; i < description->number_count; i++) {
        histogram_free(&description->numbers[i].histogram);
        boxes_free(&description->numbers[i].boxes);
    }
    for (int i = 0; i < description->category_count; i++)
        categories_free(&description->categories[i]);
    free(description);
}

static enum err run(struct invocation *invocation, struct error *error) {
    struct request request;
    enum err code = request_read(invocation, &request, error);
    if (code != ERR_OK)
        return ERR_USAGE;
    struct session session;
    struct options *options = invocation->options;
    struct description *description = xcalloc(1, sizeof *description);
    code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK)
        code = describe(&session, &request, description, error);
    if (code == ERR_OK) {
        struct look look = invocation_look(invocation);
        struct document *document = document_new();
        session_head(&session, document, "Describe");
        describe_for_programs(description, document);
        describe_for_people(description, document, look.columns);
        code = document_print(document, &look, stdout, error);
        document_free(document);
    }
    description_free(description);
    session_close(&session);
    return code;
}

const struct subcommand subcommand_describe = {
    .operands = "[COLUMN|DIMENSION]...",
    .about = "Columns and dimensions:"
#define X(symbol, name, ...) " " name ","
    NUMERIC_LIST(X) DIMENSION_LIST(X)
#undef X
        " or none of them, for all in few lines and what goes with each outcome.\n"
        "\n"
        "Bins are by Freedman-Diaconis, rounded to readable edges, unless --bins or "
        "--bin-width says otherwise. Fences lie 1.5 interquartile ranges beyond the "
        "quartiles.\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
