/* `retail-pulse segments`: kinds of customer, stored ones or fitted for this answer only. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "cli/session.h"
#include "report/segments.h"

struct options {
    struct texts where, rename;
    int64_t k;            /* 0: as stored */
    const char *features; /* NULL: as stored */
    bool profile;
    int64_t scatter;
};

enum { SCATTER_MAX = 1000000 };

static const struct option_spec specs[] = {
    {"k", OPTION_INTEGER, offsetof(struct options, k), "N",
     "how many; fitted for this answer only where it is not what is stored", 2, SEGMENTS_K_MAX,
     NULL},
    {"features", OPTION_TEXT, offsetof(struct options, features), "NAME,...",
     "what segments look at; fitted for this answer only where it is not what is stored", 0, 0,
     NULL},
    {"profile", OPTION_FLAG, offsetof(struct options, profile), NULL,
     "what sets each segment apart, over all dimensions or the named ones", 0, 0, NULL},
    {"scatter", OPTION_INTEGER, offsetof(struct options, scatter), "N",
     "so many sales on the first two principal components", 1, SCATTER_MAX, NULL},
    {"rename", OPTION_TEXTS, offsetof(struct options, rename), "OLD=NEW",
     "call a segment by another name; without NEW the rule's comes back", 0, 0, NULL},
    OPTION_WHERE(struct options),
};

/* Fits and marks a copy of the facts: the session's own keep what is stored. */
static enum err fit(const struct invocation *invocation, struct session *session,
                    const struct segmentation_plan *plan, struct facts *facts,
                    struct segmentation **out, struct error *error) {
    enum err code = facts_load(shop_db(session->shop), facts, error);
    if (code != ERR_OK)
        return code;
    interrupt_catch();
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    facts->weekend = session->facts->weekend;
    code = segmentation_fit(facts, plan, &sink, out, error);
    progress_line_erase(&line);
    if (code == ERR_OK)
        code = segmentation_take_names(*out, shop_db(session->shop), error);
    if (code == ERR_OK)
        segmentation_assign(*out, facts);
    return code;
}

/* The dimensions that the operands name. */
static enum err read_dimensions(const struct invocation *invocation, bool over[DIMENSION_COUNT],
                                struct error *error) {
    const struct options *options = invocation->options;
    for (int i = 0; i < invocation->operand_count; i++) {
        const char *word = invocation->operands[i];
        enum dimension dimension;
        if (!options->profile) {
            error_set(error, ERR_USAGE, "segments takes '%s' only with --profile", word);
            return error_hint(error, "retail-pulse segments --profile %s", word);
        }
        if (!dimension_by_name(word, &dimension) || dimension == DIMENSION_SEGMENT) {
            struct buffer list = {0};
            for (int d = 0; d < DIMENSION_COUNT; d++)
                if (d != DIMENSION_SEGMENT)
                    buffer_printf(&list, "%s%s", d != 0 ? ", " : "",
                                  dimension_name((enum dimension)d));
            error_set(error, ERR_USAGE, "segments cannot be profiled by '%s'", word);
            error_hint(error, "Name any of: %s.", list.data);
            buffer_free(&list);
            return ERR_USAGE;
        }
        over[dimension] = true;
    }
    return ERR_OK;
}

static enum err print(const struct invocation *invocation, const struct session *session,
                      const struct segmentation *segmentation, const struct facts *facts,
                      bool stored, const char *problem, struct error *error) {
    const struct options *options = invocation->options;
    bool over[DIMENSION_COUNT] = {false};
    enum err code = read_dimensions(invocation, over, error);
    if (code != ERR_OK)
        return code;
    struct reading reading = session_reading(session);
    char *note = NULL;
    if (!stored && problem != NULL)
        note = xasprintf("Fitted for this answer only (%s); to keep them: retail-pulse "
                         "train segments --k %d%s%s",
                         problem, segmentation_k(segmentation),
                         options->features != NULL ? " --features " : "",
                         options->features != NULL ? options->features : "");
    struct segments_request request = {.note = note,
                                       .stored = stored,
                                       .contrasts = options->profile,
                                       .over = invocation->operand_count > 0 ? over : NULL,
                                       .scatter_limit = (size_t)options->scatter};
    struct error failed;
    struct document *document = report_segments(&reading, segmentation, facts, &request, &failed);
    if (document != NULL)
        code = invocation_print(invocation, document, error);
    else if (error != NULL)
        *error = failed;
    code = document != NULL ? code : failed.code;
    free(note);
    return code;
}

/* ------------------------------------------------------------------ renaming */

static enum err rename_all(const struct invocation *invocation, struct error *error) {
    const struct texts *names = &((const struct options *)invocation->options)->rename;
    enum err code = ERR_OK;
    if (names->count > 0 && invocation->settings.read_only)
        return error_set(error, ERR_READ_ONLY,
                         "--rename writes to the database: it cannot be used with --read-only");
    for (int i = 0; code == ERR_OK && i < names->count; i++) {
        const char *text = names->items[i], *equals = strchr(text, '=');
        if (equals == NULL) {
            error_set(error, ERR_USAGE, "--rename '%s' lacks the new name", text);
            return error_hint(error, "--rename 'OLD=NEW'; 'OLD=' gives the rule's name back");
        }
        char *which = xstrndup(text, (size_t)(equals - text));
        code = segments_rename(invocation->db_path, NULL, which, equals + 1, error);
        free(which);
    }
    return code;
}

/* ------------------------------------------------------------------ all of it */

/* What is asked for beside what is stored; false where it is what is stored. */
static enum err make_plan(const struct options *options, const struct segmentation *stored,
                          struct segmentation_plan *plan, bool *other, struct error *error) {
    segmentation_plan_default(plan);
    if (stored != NULL) {
        plan->k = segmentation_k(stored);
        memcpy(plan->features, segmentation_features(stored)->has, sizeof plan->features);
    }
    if (options->k != 0)
        plan->k = (int)options->k;
    if (options->features != NULL &&
        features_read_fields(options->features, plan->features, error) != ERR_OK)
        return ERR_USAGE;
    *other = stored == NULL || plan->k != segmentation_k(stored) ||
             memcmp(plan->features, segmentation_features(stored)->has, sizeof plan->features) != 0;
    return ERR_OK;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct session session = {0};
    struct facts copy = {0};
    struct segmentation *fitted = NULL;
    struct segmentation_plan plan;
    const char *problem = NULL;
    bool other = false;
    enum err code = rename_all(invocation, error);
    if (code == ERR_OK)
        code = session_open(&session, invocation, &options->where, error);
    if (code != ERR_OK)
        goto cleanup;
    session_needs_sales(&session, invocation);
    const struct segmentation *stored = shop_segmentation(session.shop, &problem);
    code = make_plan(options, stored, &plan, &other, error);
    if (code == ERR_OK && !other)
        code = print(invocation, &session, stored, session.facts, true, NULL, error);
    if (code != ERR_OK || !other)
        goto cleanup;
    code = fit(invocation, &session, &plan, &copy, &fitted, error);
    if (code == ERR_OK)
        code = print(invocation, &session, fitted, &copy, false,
                     stored != NULL ? "others are stored" : problem, error);
cleanup:
    segmentation_free(fitted);
    facts_free(&copy);
    session_close(&session);
    return code;
}

const struct subcommand subcommand_segments = {
    .operands = "[DIMENSION]...",
    .about = filters_about,
    .more =
        "Segments look at age, price, handset, location, gender, facebook, follows, heard, date "
        "and returning unless --features names less.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
