/* `retail-pulse sales`: the slice's sales, a page at a time. */
#include "report/sales.h"

#include "cli/session.h"

static const char *const sort_names[] = {
#define X(symbol, name, title) name,
    SALES_SORT_LIST(X)
#undef X
        NULL};

struct options {
    struct texts where;
    int64_t limit, offset;
    int sort;
    bool descending, scores;
};

static const struct option_spec specs[] = {
    {"limit", OPTION_INTEGER, offsetof(struct options, limit), "N",
     "how many at most (50; 0: all of them)", 0, INT32_MAX, NULL},
    {"offset", OPTION_INTEGER, offsetof(struct options, offset), "N", "leave out the first N", 0,
     INT32_MAX, NULL},
    {"sort", OPTION_CHOICE, offsetof(struct options, sort), "FIELD", "by which column", 0, 0,
     sort_names},
    {"desc", OPTION_FLAG, offsetof(struct options, descending), NULL, "largest first", 0, 0, NULL},
    {"scores", OPTION_FLAG, offsetof(struct options, scores), NULL,
     "with what the models made of each, as `score` wrote it", 0, 0, NULL},
    OPTION_WHERE(struct options),
};

static void init(void *options) {
    ((struct options *)options)->limit = 50;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct session session;
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct reading reading = session_reading(&session);
        struct sales_request request = {.limit = (size_t)options->limit,
                                        .offset = (size_t)options->offset,
                                        .sort = (enum sales_sort)options->sort,
                                        .descending = options->descending,
                                        .scores = options->scores};
        struct document *document;
        code = report_sales(&reading, &request, &document, error);
        if (code == ERR_OK)
            code = invocation_print(invocation, document, error);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_sales = {
    .about = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
