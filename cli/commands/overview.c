/* `retail-pulse overview`: the shop at a glance. */
#include "engine/analysis/overview.h"

#include "cli/session.h"

struct options {
    struct texts where;
};

static const struct option_spec specs[] = {OPTION_WHERE(struct options)};

static void figures_fill(struct table *figures, const struct overview *overview) {
    static const struct column
        sales = {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        revenue = {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        mean = {.key = "mean_price", .title = "Mean price", .kind = KIND_MONEY},
        median = {.key = "median_price", .title = "Median price", .kind = KIND_MONEY},
        sd = {.key = "sd_price", .title = "Price deviation", .kind = KIND_MONEY},
        first = {.key = "first_date", .title = "First sale"},
        last = {.key = "last_date", .title = "Last sale"};
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
    table_column(figures, &sales);
    table_integer(figures, overview->total.sales);
    table_column(figures, &revenue);
    table_integer(figures, overview->total.revenue_minor);
    table_column(figures, &mean);
    table_real(figures, overview->mean_price_minor);
    table_column(figures, &median);
    table_real(figures, overview->median_price_minor);
    table_column(figures, &sd);
    table_real(figures, overview->sd_price_minor);
    for (int end = 0; end < 2; end++) {
        table_column(figures, end == 0 ? &first : &last);
        if (overview->total.sales == 0)
            table_unknown(figures);
        else
            table_day(figures, end == 0 ? overview->first_day : overview->last_day);
    }
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        table_column(figures, &shares[answer]);
        table_interval(figures, overview->shares[answer]);
    }
}

static void months_add(struct document *document, const struct overview *overview) {
    static const struct column columns[] = {
        {.key = "month", .title = "Month"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        {.key = "days", .title = "Days", .kind = KIND_NUMBER},
        {.key = "partial", .title = "Partial", .kind = KIND_FLAG},
        {.key = "revenue_per_day", .title = "Revenue per day", .kind = KIND_MONEY},
    };
    struct table *table = document_table(document, "months", "Revenue by month", columns,
                                         sizeof columns / sizeof *columns);
    for (int i = 0; i < overview->month_count; i++) {
        const struct overview_month *month = &overview->months[i];
        table_text(table, month->month);
        table_integer(table, month->sales);
        table_integer(table, month->revenue_minor);
        table_integer(table, month->days);
        table_flag(table, month->partial);
        table_real(table, month->revenue_per_day_minor);
    }
}

static void lines_add(struct document *document, const char *key, const char *title,
                      const char *heading, const struct overview_line *lines, int count,
                      bool branded) {
    const struct column columns[] = {
        {.key = "name", .title = heading},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "revenue", .title = "Revenue", .kind = KIND_MONEY},
        {.key = "mean_price", .title = "Mean price", .kind = KIND_MONEY},
        {.key = "brand", .title = "Brand"},
    };
    struct table *table = document_table(document, key, title, columns, branded ? 5 : 4);
    for (int i = 0; i < count; i++) {
        table_text(table, lines[i].name);
        table_integer(table, lines[i].sales);
        table_integer(table, lines[i].revenue_minor);
        table_real(table, lines[i].mean_price_minor);
        if (branded)
            table_text(table, lines[i].brand);
    }
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct session session;
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct overview overview;
        overview_compute(session.facts, &session.selection, &overview);
        struct document *document = document_new();
        session_head(&session, document, "Overview");
        figures_fill(document_figures(document), &overview);
        months_add(document, &overview);
        lines_add(document, "locations", "Revenue by location", "Location", overview.locations,
                  overview.location_count, false);
        lines_add(document, "handsets", "Revenue by handset", "Handset", overview.handsets,
                  overview.handset_count, true);
        lines_add(document, "brands", "Revenue by brand", "Brand", overview.brands,
                  overview.brand_count, false);
        struct look look = invocation_look(invocation);
        code = document_print(document, &look, stdout, error);
        document_free(document);
        overview_free(&overview);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_overview = {
    .about = filters_about,
    .more = "Shares stand with their 95% intervals (Wilson). A partial month is one that the data "
            "or the filters cut; compare revenue per day.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
