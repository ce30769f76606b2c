/* `retail-pulse describe`: how numbers and categories are spread, and what goes with the outcomes.
 */
#include "report/describe.h"

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

static enum err request_read(const struct invocation *invocation, struct describe_request *request,
                             struct error *error) {
    const struct options *options = invocation->options;
    *request = (struct describe_request){.summary = invocation->operand_count == 0,
                                         .boxes = options->by != NULL};
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

/* Sums tell of a list what each sale would, of a number only the mean. */
static bool is_of_numbers(const struct describe_request *request) {
    bool numbers = false;
    for (int i = 0; i < NUMERIC_COUNT; i++)
        numbers = numbers || request->numbers[i];
    return numbers;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct describe_request request;
    enum err code = request_read(invocation, &request, error);
    if (code != ERR_OK)
        return ERR_USAGE;
    struct session session;
    code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct reading reading = session_reading(&session);
        struct document *document;
        if (is_of_numbers(&request))
            session_needs_sales(&session, invocation);
        code = report_describe(&reading, &request, invocation_look(invocation).columns, &document,
                               error);
        if (code == ERR_OK)
            code = invocation_print(invocation, document, error);
    }
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
