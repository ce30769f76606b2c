/* `retail-pulse segments`: kinds of customer, stored ones or fitted for this answer only. */
#include "engine/learn/segments.h"

#include <stdlib.h>

#include "base/memory.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "cli/session.h"

struct options {
    struct texts where;
    int64_t k; /* 0: as stored */
};

static const struct option_spec specs[] = {
    {"k", OPTION_INTEGER, offsetof(struct options, k), "N",
     "how many; fitted for this answer only where it is not what is stored", 2, SEGMENTS_K_MAX,
     NULL},
    OPTION_WHERE(struct options),
};

static void segments_add(struct document *document, const struct segmentation *segmentation,
                         const struct segment_profile *profiles) {
    static const struct column columns[] = {
        {.key = "name", .title = "Segment"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "share", .minor = true, .title = "Share", .kind = KIND_SHARE},
        {.key = "age_min", .minor = true, .title = "Youngest", .kind = KIND_NUMBER},
        {.key = "age_mean", .title = "Mean age", .kind = KIND_REAL, .decimals = 1},
        {.key = "age_max", .minor = true, .title = "Oldest", .kind = KIND_NUMBER},
        {.key = "price_min", .minor = true, .title = "Cheapest", .kind = KIND_MONEY},
        {.key = "price_mean", .title = "Mean price", .kind = KIND_MONEY},
        {.key = "price_max", .minor = true, .title = "Dearest", .kind = KIND_MONEY},
        {.key = "share_returning",
         .title = "Bought before",
         .kind = KIND_SHARE,
         .low = "share_returning_low",
         .high = "share_returning_high"},
        {.key = "share_facebook",
         .minor = true,
         .title = "From Facebook",
         .kind = KIND_SHARE,
         .low = "share_facebook_low",
         .high = "share_facebook_high"},
    };
    struct table *table =
        document_table(document, "segments", NULL, columns, sizeof columns / sizeof *columns);
    document->csv = table;
    for (int i = 0; i < segmentation_k(segmentation); i++) {
        const struct segment_profile *profile = &profiles[i];
        const struct cell *cell = &profile->cell;
        table_text(table, profile->name);
        table_integer(table, profile->sales);
        table_real(table, profile->share);
        if (profile->age_max > 0) {
            table_integer(table, profile->age_min);
            table_real(table, profile->age_mean);
            table_integer(table, profile->age_max);
        } else {
            for (int unknown = 0; unknown < 3; unknown++)
                table_unknown(table);
        }
        if (profile->sales > 0) {
            table_integer(table, profile->price_min_minor);
            table_real(table, profile->price_mean_minor);
            table_integer(table, profile->price_max_minor);
        } else {
            for (int unknown = 0; unknown < 3; unknown++)
                table_unknown(table);
        }
        table_interval(table,
                       share_wilson(cell->yes[ANSWER_RETURNING], cell->known[ANSWER_RETURNING]));
        table_interval(table,
                       share_wilson(cell->yes[ANSWER_FACEBOOK], cell->known[ANSWER_FACEBOOK]));
    }
}

static void scan_add(struct document *document, const struct segmentation *segmentation) {
    static const struct column columns[] = {
        {.key = "k", .title = "k", .kind = KIND_NUMBER},
        {.key = "inertia", .title = "Inertia", .kind = KIND_REAL, .decimals = 1},
        {.key = "silhouette", .title = "Silhouette", .kind = KIND_REAL, .decimals = 4},
    };
    int count;
    const struct segment_scan *scan = segmentation_scan(segmentation, &count);
    struct table *table = document_table(document, "scan", "How many segments?", columns,
                                         sizeof columns / sizeof *columns);
    for (int i = 0; i < count; i++) {
        table_integer(table, scan[i].k);
        table_real(table, scan[i].inertia);
        table_real(table, scan[i].silhouette);
    }
    int better = segmentation_better_k(segmentation);
    if (better != 0)
        document_sentence(document, "By silhouette, %d segments separate better than %d.", better,
                          segmentation_k(segmentation));
}

static void figures_add(struct document *document, const struct segmentation *segmentation,
                        bool stored) {
    static const struct column
        k = {.key = "k", .title = "Segments", .kind = KIND_NUMBER},
        inertia = {.key = "inertia", .title = "Inertia", .kind = KIND_REAL, .decimals = 2},
        silhouette = {.key = "silhouette", .title = "Silhouette", .kind = KIND_REAL, .decimals = 4},
        kept = {.key = "stored", .title = "Stored", .kind = KIND_FLAG};
    struct table *figures = document_figures(document);
    table_column(figures, &k);
    table_integer(figures, segmentation_k(segmentation));
    table_column(figures, &inertia);
    table_real(figures, segmentation_inertia(segmentation));
    table_column(figures, &silhouette);
    table_real(figures, segmentation_silhouette(segmentation));
    table_column(figures, &kept);
    table_flag(figures, stored);
}

/* Fits and marks a copy of the facts: the session's own keep what is stored. */
static enum err fit(const struct invocation *invocation, struct session *session, int k,
                    struct facts *facts, struct segmentation **out, struct error *error) {
    enum err code = facts_load(shop_db(session->shop), facts, error);
    if (code != ERR_OK)
        return code;
    interrupt_catch();
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct segmentation_plan plan;
    segmentation_plan_default(&plan);
    plan.k = k;
    code = segmentation_fit(facts, &plan, &sink, out, error);
    progress_line_erase(&line);
    if (code == ERR_OK)
        segmentation_assign(*out, facts);
    return code;
}

static enum err print(const struct invocation *invocation, const struct session *session,
                      const struct segmentation *segmentation, const struct facts *facts,
                      bool stored, const char *problem, struct error *error) {
    struct segment_profile *profiles =
        xcalloc((size_t)segmentation_k(segmentation), sizeof *profiles);
    segment_profiles(segmentation, facts, &session->selection, profiles);
    struct document *document = document_new();
    session_head(session, document, "Segments");
    if (!stored && problem != NULL)
        document_sentence(document,
                          "Fitted for this answer only (%s); to keep them: retail-pulse "
                          "train segments --k %d",
                          problem, segmentation_k(segmentation));
    figures_add(document, segmentation, stored);
    segments_add(document, segmentation, profiles);
    scan_add(document, segmentation);
    struct look look = invocation_look(invocation);
    enum err code = document_print(document, &look, stdout, error);
    document_free(document);
    free(profiles);
    return code;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct session session;
    struct facts copy = {0};
    struct segmentation *fitted = NULL;
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code != ERR_OK)
        goto cleanup;
    const char *problem = NULL;
    const struct segmentation *stored = shop_segmentation(session.shop, &problem);
    int k = options->k != 0  ? (int)options->k
            : stored != NULL ? segmentation_k(stored)
                             : SEGMENTS_K_DEFAULT;
    if (stored != NULL && segmentation_k(stored) == k) {
        code = print(invocation, &session, stored, session.facts, true, NULL, error);
        goto cleanup;
    }
    code = fit(invocation, &session, k, &copy, &fitted, error);
    if (code == ERR_OK)
        code = print(invocation, &session, fitted, &copy, false,
                     stored != NULL ? "another number is stored" : problem, error);
cleanup:
    if (fitted != NULL)
        segmentation_free(fitted);
    facts_free(&copy);
    session_close(&session);
    return code;
}

const struct subcommand subcommand_segments = {
    .about = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
