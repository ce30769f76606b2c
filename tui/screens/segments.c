/* Segments: the kinds of customer, and whether the sales really fall into kinds.
 *
 * The scan over k and the resamples stand beside the personas so that nobody takes a description
 * for a discovery. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/shop.h"
#include "report/segments_document.h"
#include "tui/choices.h"
#include "tui/screens/segments_state.h"
#include "tui/widgets/tabs.h"

/* Whoever types does not wait for another program that writes. */
static bool do_not_wait(void *context, const struct progress *progress) {
    (void)context;
    (void)progress;
    return false;
}

static unsigned rename_accepted(void *opaque, struct app *app, const char *text) {
    const struct segments_state *state = opaque;
    struct progress_sink sink = {do_not_wait, NULL};
    struct error error;
    if (state->table.cursor >= state->count)
        return REACT_DRAW;
    enum err code =
        segments_rename(app_db_path(app), &sink, state->labels[state->table.cursor], text, &error);
    if (code == ERR_CANCELLED)
        app_notice(app, STYLE_WARNING,
                   "Another program is writing; try again when it has finished");
    else if (code != ERR_OK)
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
    return REACT_DRAW | (code == ERR_OK ? REACT_RELOAD : 0);
}

static unsigned begin_rename(struct segments_state *state, struct app *app) {
    if (app_read_only(app)) {
        app_notice(app, STYLE_WARNING, "Opened read-only: a name would be written");
        return REACT_DRAW;
    }
    return app_prompt(app, "Call this segment (empty: as the rule does):",
                      state->labels[state->table.cursor], rename_accepted, state);
}

static bool wide(const struct app *app) {
    return app_body_width(app) >= SEGMENTS_WIDE && app_body_height(app) >= SEGMENTS_TALL;
}

static unsigned act(void *opaque, struct app *app, enum action action) {
    struct segments_state *state = opaque;
    if (action == ACTION_TRAIN)
        return app_train(app);
    if (state->count == 0)
        return REACT_NONE;
    if (tabs_act(&state->page, SEGMENTS_PAGES, action))
        return REACT_DRAW;
    if (action == ACTION_RENAME)
        return begin_rename(state, app);
    if (state->selected == 0)
        return REACT_NONE;
    int page = app_body_height(app) / (wide(app) ? 2 : 1) - 6;
    long before = state->table.cursor;
    if (action == ACTION_LEFT || action == ACTION_RIGHT) {
        table_move(&state->table, action == ACTION_LEFT ? ACTION_UP : ACTION_DOWN, state->count, 1);
    } else if (state->page == PAGE_APART) {
        if (table_move(&state->traits, action, state->passed.contrasts[state->table.cursor].count,
                       page > 1 ? page : 1))
            return REACT_DRAW;
    } else if (!table_move(&state->table, action, state->count, page > 1 ? page : 1)) {
        before = -1;
    }
    if (before >= 0 &&
        (action == ACTION_LEFT || action == ACTION_RIGHT || state->page != PAGE_APART)) {
        if (state->table.cursor != before)
            state->traits = (struct table){0};
        return REACT_DRAW;
    }
    const char *label = state->labels[state->table.cursor];
    switch (action) {
    case ACTION_OPEN:
        return app_drill(app, DIMENSION_SEGMENT, label, DIMENSION_HANDSET);
    case ACTION_KEEP:
        return app_filter(app, DIMENSION_SEGMENT, FILTER_IS, label);
    case ACTION_EXCLUDE:
        return app_filter(app, DIMENSION_SEGMENT, FILTER_IS_NOT, label);
    default:
        return REACT_NONE;
    }
}

static void remember(const void *data, struct buffer *choices) {
    const struct segments_state *state = data;
    choices_add(choices, "page", state->page);
}

static void restore(void *data, const char *choices) {
    struct segments_state *state = data;
    state->page = choices_get(choices, "page", state->page, SEGMENTS_PAGES);
}

enum { EXPORTED_MAX = 1000000 }; /* points */

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    const struct segments_state *state = data;
    const char *problem = NULL;
    const struct segmentation *stored = shop_segmentation(app_shop(app), &problem);
    if (stored == NULL) {
        error_set(error, ERR_NOT_FOUND, "no segments: %s", problem != NULL ? problem : "none yet");
        return NULL;
    }
    struct reading reading = app_reading(app);
    int64_t sales = selection_sales(reading.facts, reading.selection);
    size_t points = sales < EXPORTED_MAX ? (size_t)sales : EXPORTED_MAX;
    return report_segments_stored(&reading, stored, state->page == PAGE_APART,
                                  state->page == PAGE_SCATTER && !app_is_linear(app)
                                      ? points
                                      : 0, /* nobody listens to thousands of points */
                                  error);
}

static char *command_of(const void *data, const struct app *app) {
    const struct segments_state *state = data;
    (void)app;
    return xstrdup(state->page == PAGE_APART     ? "segments --profile"
                   : state->page == PAGE_SCATTER ? "segments --scatter 1000000"
                                                 : "segments");
}

/* How many and how stable they are was judged on all sales; side by side, the pages' own words
 * tell.
 */
static bool ignores_filters(const void *data, const struct app *app) {
    const struct segments_state *state = data;
    return !wide(app) && (state->page == PAGE_SCAN || state->page == PAGE_STABILITY);
}

const struct screen_ops segments_screen = {
    .title = "Segments",
    .ignores_filters = ignores_filters,
    .help =
        "Kinds of customer, found by k-means on age, price, handset, place, gender, answers and "
        "season, and named from what their customers are like. Shares stand with their 95 % "
        "intervals. Tab turns the page: the scatter shows the sales on the two directions in which "
        "they differ most; How many shows how well other numbers of segments separate (a "
        "silhouette of 1 is perfect, 0 is none) and where inertia bends; What sets apart compares "
        "the segment with all others, value by value; Stability fits the segments again to "
        "resamples of the sales. Where another k separates better, the segments describe the "
        "customers rather than sort them. Left and Right choose the segment, R renames it, Enter "
        "opens it by handset. Another number of segments, T; by other features: retail-pulse "
        "train segments --k N --features NAME,...",
    .state_size = sizeof(struct segments_state),
    .load = segments_load,
    .late_size = sizeof(struct segments_passed),
    .late_begin = segments_late_begin,
    .late_work = segments_late_work,
    .late_take = segments_late_take,
    .late_release = segments_late_release,
    .draw = segments_draw,
    .act = act,
    .release = segments_release,
    .remember = remember,
    .restore = restore,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_NEXT, ACTION_OPEN, ACTION_RENAME, ACTION_KEEP, ACTION_FILTER, ACTION_HELP,
               ACTION_QUIT},
};
