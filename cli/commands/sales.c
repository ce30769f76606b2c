/* `retail-pulse sales`: the slice's sales, a page at a time. */
#include "report/sales.h"

#include "cli/session.h"

struct options {
    struct texts where;
    int64_t limit, offset;
    const char *sort, *search;
    bool descending, scores;
};

static const struct option_spec specs[] = {
    {"limit", OPTION_INTEGER, offsetof(struct options, limit), "N",
     "how many at most (50; 0: all of them)", 0, INT32_MAX, NULL},
    {"offset", OPTION_INTEGER, offsetof(struct options, offset), "N", "leave out the first N", 0,
     INT32_MAX, NULL},
    {"sort", OPTION_TEXT, offsetof(struct options, sort), "COLUMN[:desc]",
     "by id, date, location, age, gender, handset, price, facebook, follows, returning, heard, "
     "segment, p-returning or p-facebook; unknown last",
     0, 0, NULL},
    {"desc", OPTION_FLAG, offsetof(struct options, descending), NULL, "largest first", 0, 0, NULL},
    {"search", OPTION_TEXT, offsetof(struct options, search), "TEXT",
     "only those with it in place or handset, or with this reference, price or date", 0, 0, NULL},
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
    enum order_by by = ORDER_ID;
    bool descending = false;
    if (options->sort != NULL && order_read(options->sort, &by, &descending, error) != ERR_OK)
        return error->code;
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct reading reading = session_reading(&session);
        struct sales_request request = {.limit = (size_t)options->limit,
                                        .offset = (size_t)options->offset,
                                        .sort = by,
                                        .descending = descending || options->descending,
                                        .search = options->search,
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
