/* Explore all: a small list of bars for every dimension, all of the current slice. Each list leaves
 * its own filters aside, so that what else could be chosen stays in sight. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "report/linked.h"
#include "tui/choices.h"
#include "tui/screens/linked_parts.h"

static const enum dimension order[] = {
    DIMENSION_SHOP,      DIMENSION_LOCATION,   DIMENSION_HANDSET, DIMENSION_MONTH,
    DIMENSION_AGE_BAND,  DIMENSION_PRICE_BAND, DIMENSION_GENDER,  DIMENSION_FACEBOOK,
    DIMENSION_RETURNING, DIMENSION_WEEKDAY,    DIMENSION_BRAND,   DIMENSION_FOLLOWS,
    DIMENSION_HEARD,     DIMENSION_ENGAGEMENT, DIMENSION_SEGMENT, DIMENSION_QUARTER,
    DIMENSION_WEEK,      DIMENSION_WEEKEND,    DIMENSION_LOCAL,   DIMENSION_YEAR,
    DIMENSION_DAY};

static const enum measure measures[] = {
    MEASURE_SALES,          MEASURE_REVENUE,       MEASURE_MEAN_PRICE, MEASURE_SHARE_RETURNING,
    MEASURE_SHARE_FACEBOOK, MEASURE_SHARE_FOLLOWS, MEASURE_SHARE_HEARD};
enum { MEASURES = sizeof measures / sizeof *measures };

struct interval linked_value(const struct cell *cell, enum measure measure) {
    enum answer of;
    double value = (double)cell->sales;
    if (measure_answer(measure, &of))
        return share_wilson(cell->yes[of], cell->known[of]);
    if (measure != MEASURE_SALES)
        value = (double)cell->revenue_minor;
    if (measure == MEASURE_MEAN_PRICE)
        value = cell->sales > 0 ? value / (double)cell->sales : NAN;
    return (struct interval){value, NAN, NAN};
}

/* -------------------------------------------------------------------- figures */

static void choose_lists(struct linked_state *state, const struct facts *facts) {
    state->shown_count = 0;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (dimension_is_offered(facts, order[i]))
            state->shown[state->shown_count++] = order[i];
    }
    if (state->focus >= state->shown_count)
        state->focus = 0;
}

static enum dimension focused(const struct linked_state *state) {
    return state->shown[state->focus];
}

static const struct linked_row *row_at(const struct linked_state *state, enum dimension dimension) {
    const struct linked_list *list = &state->linked.lists[dimension];
    long cursor = state->tables[dimension].cursor;
    return cursor < list->count ? &list->rows[cursor] : NULL;
}

/* The lists change their order with every filter; the cursors stay on their values. */
static void find_again(struct linked_state *state, const int codes[DIMENSION_COUNT]) {
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        const struct linked_list *list = &state->linked.lists[i];
        for (int row = 0; row < list->count; row++) {
            if (list->rows[row].code == codes[i])
                state->tables[i].cursor = row;
        }
        table_clamp(&state->tables[i], list->count);
    }
}

static void show(struct linked_state *state, struct linked *linked) {
    struct linked before = state->linked;
    int codes[DIMENSION_COUNT];
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        const struct linked_row *row = row_at(state, (enum dimension)i);
        codes[i] = row != NULL ? row->code : -1;
    }
    state->linked = *linked;
    *linked = before;
    find_again(state, codes);
}

static enum err load(void *data, struct app *app, struct error *error) {
    struct linked_state *state = data;
    struct linked linked;
    choose_lists(state, app_facts(app));
    enum err code = linked_compute(app_list_facts(app), app_slice(app), &linked, error);
    if (code == ERR_OK)
        show(state, &linked);
    linked_free(&linked);
    return code;
}

static bool late_begin(const void *data, void *result) {
    const struct linked_state *state = data;
    (void)result;
    return linked_is_pending(&state->linked);
}

/* A damaged pack or another process writing leaves them out; the next reading tells. */
static enum err late_work(void *result, const struct late_source *from, struct error *error) {
    enum err code = linked_compute(from->facts, from->slice, result, error);
    return code == ERR_OK ? linked_complete(from->facts, from->slice, result, error) : code;
}

static void late_take(void *data, struct app *app, void *result) {
    (void)app;
    show(data, result);
}

static void late_release(void *result) {
    linked_free(result);
}

static void release(void *data) {
    struct linked_state *state = data;
    linked_free(&state->linked);
}

/* ----------------------------------------------------------------------- keys */

static unsigned choose(struct linked_state *state, struct app *app, bool keep) {
    enum dimension dimension = focused(state);
    const struct linked_row *row = row_at(state, dimension);
    if (row == NULL)
        return REACT_DRAW;
    struct slice next = slice_copy(app_slice(app));
    linked_spell_out(&next, app_facts(app), dimension);
    (keep ? linked_keep : linked_exclude)(&next, dimension, row->label);
    state->marking = false;
    return app_take_slice(app, &next);
}

/* The first press marks one end, the second on the same list filters what lies between. */
static unsigned mark(struct linked_state *state, struct app *app) {
    enum dimension dimension = focused(state);
    const struct linked_row *row = row_at(state, dimension);
    if (row == NULL || !dimension_is_ordered(dimension) || row->code == 0) {
        app_notice(app, STYLE_WARNING, "%s",
                   row == NULL || row->code != 0 ? "These values have no order: = keeps one or more"
                                                 : "Unknown is no end of a range");
        return REACT_DRAW;
    }
    if (!state->marking || state->marked != dimension) {
        state->marking = true;
        state->marked = dimension;
        state->marked_code = row->code;
        app_notice(app, STYLE_DIM, "From %s: move and press %s again", row->label,
                   action_keys(ACTION_MARK));
        return REACT_DRAW;
    }
    struct slice next = slice_copy(app_slice(app));
    linked_range(&next, app_facts(app), dimension, state->marked_code, row->code);
    state->marking = false;
    return app_take_slice(app, &next);
}

static unsigned drill(const struct linked_state *state, struct app *app) {
    static const enum dimension candidates[] = {DIMENSION_LOCATION, DIMENSION_HANDSET,
                                                DIMENSION_GENDER, DIMENSION_AGE_BAND};
    enum dimension dimension = focused(state), next = DIMENSION_MONTH;
    const struct linked_row *row = row_at(state, dimension);
    for (size_t i = sizeof candidates / sizeof *candidates; i-- > 0;) {
        if (candidates[i] != dimension && !state->linked.lists[candidates[i]].filtered)
            next = candidates[i];
    }
    if (row == NULL)
        return REACT_DRAW;
    struct linked_row copy = *row; /* drilling may compute the rows anew */
    return app_drill(app, dimension, copy.label, next);
}

static unsigned release_list(struct linked_state *state, struct app *app) {
    struct slice next = slice_copy(app_slice(app));
    if (state->marking) {
        state->marking = false;
        slice_free(&next);
        return REACT_DRAW;
    }
    if (!linked_release(&next, focused(state))) {
        slice_free(&next);
        return REACT_NONE; /* then x drops the last filter, as everywhere */
    }
    return app_take_slice(app, &next);
}

static unsigned next_measure(struct linked_state *state) {
    int at = 0;
    while (at < MEASURES && measures[at] != state->measure)
        at++;
    state->measure = measures[(at + 1) % MEASURES];
    return REACT_DRAW;
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct linked_state *state = data;
    struct linked_grid grid = linked_grid(state, app_body_height(app), app_body_width(app));
    enum dimension dimension = focused(state);
    if (table_move(&state->tables[dimension], action, state->linked.lists[dimension].count,
                   grid.height - 1))
        return REACT_DRAW;
    int step = 0;
    switch (action) {
    case ACTION_NEXT:
    case ACTION_RIGHT:
        step = 1;
        break;
    case ACTION_PREVIOUS:
    case ACTION_LEFT:
        step = state->shown_count - 1;
        break;
    case ACTION_KEEP:
    case ACTION_EXCLUDE:
        return choose(state, app, action == ACTION_KEEP);
    case ACTION_MARK:
        return mark(state, app);
    case ACTION_DROP:
        return release_list(state, app);
    case ACTION_OPEN:
        return drill(state, app);
    case ACTION_MEASURE:
        return next_measure(state);
    case ACTION_OUTCOME:
        state->measure = state->measure == MEASURE_SHARE_RETURNING ? MEASURE_SHARE_FACEBOOK
                                                                   : MEASURE_SHARE_RETURNING;
        return REACT_DRAW;
    default:
        return REACT_NONE;
    }
    state->focus = (state->focus + step) % state->shown_count;
    state->marking = state->marking && focused(state) == state->marked;
    return REACT_DRAW;
}

static void remember(const void *data, struct buffer *choices) {
    const struct linked_state *state = data;
    choices_add(choices, "measure", (int)state->measure);
}

static void restore(void *data, const char *choices) {
    struct linked_state *state = data;
    state->measure =
        (enum measure)choices_get(choices, "measure", (int)state->measure, MEASURE_COUNT);
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    const struct linked_state *state = data;
    struct reading reading = app_reading(app);
    (void)error;
    return report_linked(&reading, &state->linked, state->shown, state->shown_count);
}

/* What one list shows where it has no filters of its own. */
static char *command_of(const void *data, const struct app *app) {
    const struct linked_state *state = data;
    (void)app;
    return xasprintf("explore --by %s", dimension_name(state->shown[state->focus]));
}

const struct screen_ops linked_screen = {
    .title = "All dimensions",
    .help = "A list for every dimension, all of the current slice. What you filter "
            "out in a list stays in sight there, so that it can be chosen too; a mark stands at "
            "what is kept. = "
            "keeps a value, and another one besides it; - excludes; x lets go of the list's "
            "choices. On lists with an order (months, ages, prices) v marks one end, and v again "
            "on another row keeps all between. Tab and Left, Right go from list to list, m takes "
            "another measure, Enter goes on into a value. The line within an interval is the "
            "share of the whole slice.",
    .state_size = sizeof(struct linked_state),
    .keeps_filters = true,
    .by_sales = true,
    .load = load,
    .late_size = sizeof(struct linked),
    .late_begin = late_begin,
    .late_work = late_work,
    .late_take = late_take,
    .late_release = late_release,
    .draw = linked_draw,
    .act = act,
    .release = release,
    .document = document_of,
    .command = command_of,
    .remember = remember,
    .restore = restore,
    .footer = {ACTION_NEXT, ACTION_KEEP, ACTION_EXCLUDE, ACTION_MARK, ACTION_MEASURE, ACTION_OPEN,
               ACTION_SLICES, ACTION_COMPARE},
};
