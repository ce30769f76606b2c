/* The Overview: who buys, when, where and what, at a glance.
 *
 * Key figures on top; below them one pane for months and one each for places, handsets and, where
 * there is room, brands. Months are compared per day, as the first and last are often cut. */
#include <string.h>

#include "base/memory.h"
#include "report/overview.h"
#include "tui/choices.h"
#include "tui/screens/overview_parts.h"

static const struct {
    enum dimension dimension, next; /* what Enter filters by, and explores by then */
} parts[PART_COUNT] = {
    [PART_MONTHS] = {DIMENSION_MONTH, DIMENSION_LOCATION},
    [PART_LOCATIONS] = {DIMENSION_LOCATION, DIMENSION_HANDSET},
    [PART_HANDSETS] = {DIMENSION_HANDSET, DIMENSION_LOCATION},
    [PART_BRANDS] = {DIMENSION_BRAND, DIMENSION_HANDSET},
    [PART_WEEKDAYS] = {DIMENSION_WEEKDAY, DIMENSION_LOCATION},
    [PART_AGE_BANDS] = {DIMENSION_AGE_BAND, DIMENSION_HANDSET},
    [PART_GENDERS] = {DIMENSION_GENDER, DIMENSION_HANDSET},
};

static enum err load(void *data, struct app *app, struct error *error) {
    struct overview_state *state = data;
    (void)error;
    overview_free(&state->overview);
    const struct facts *facts = app_facts(app);
    (facts->sales != NULL ? overview_begin : overview_compute)(facts, app_selection(app),
                                                               &state->overview);
    news_load(app, &state->news);
    for (int i = 0; i < PART_COUNT; i++)
        table_clamp(&state->tables[i], overview_rows(state, (enum part)i));
    return ERR_OK;
}

struct overview_late {
    struct overview overview;
    struct news news;
    bool counts; /* the overview is asked for */
};

static bool late_begin(const void *data, void *result) {
    const struct overview_state *state = data;
    struct overview_late *late = result;
    if (late != NULL) {
        late->news = state->news;
        late->counts = state->overview.pending;
    }
    return state->overview.pending || state->news.pending;
}

static enum err late_work(void *result, const struct late_source *from, struct error *error) {
    struct overview_late *late = result;
    if (late->counts)
        overview_compute(from->facts, from->selection, &late->overview);
    if (late->news.pending && news_complete(from->facts, &late->news, error) == ERR_CANCELLED)
        return ERR_CANCELLED; /* any other failure leaves the news out */
    return ERR_OK;
}

static void late_release(void *result) {
    struct overview_late *late = result;
    overview_free(&late->overview);
}

static void late_take(void *data, struct app *app, void *result) {
    struct overview_state *state = data;
    struct overview_late *late = result;
    struct overview before = state->overview;
    (void)app;
    state->news = late->news;
    if (!late->counts)
        return;
    state->overview = late->overview;
    late->overview = before;
    for (int i = 0; i < PART_COUNT; i++)
        table_clamp(&state->tables[i], overview_rows(state, (enum part)i));
}

static void release(void *data) {
    struct overview_state *state = data;
    overview_free(&state->overview);
}

/* --------------------------------------------------------------------- layout */

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* Where each part stands; height 0: there is no room for it. */
static void arrange(const struct overview_state *state, struct pane body,
                    struct pane out[PART_COUNT]) {
    enum { COLUMN_GAP = 3, WIDE = 120, NARROW = 56, LOW = 12, TALL = 36 };
    for (int i = 0; i < PART_COUNT; i++)
        out[i] = (struct pane){0};
    struct pane room = overview_parts_room(state, body);
    if (body.width < NARROW || body.height < LOW) {
        out[state->focus] = room;
        return;
    }
    int columns = body.width >= WIDE ? 3 : 2;
    int width = (room.width - (columns - 1) * COLUMN_GAP) / columns;
    out[PART_MONTHS] = pane_left(room, width);
    struct pane right = pane_left(pane_after(room, width + COLUMN_GAP), width);
    int height = smaller(state->overview.location_count + 2, (right.height - 1) / 2);
    out[PART_LOCATIONS] = pane_top(right, height);
    out[PART_HANDSETS] = pane_below(right, height + 1);
    if (columns < 3)
        return;
    struct pane last = pane_after(room, 2 * (width + COLUMN_GAP));
    out[PART_BRANDS] = last;
    int weekdays = overview_rows(state, PART_WEEKDAYS) + 2,
        ages = overview_rows(state, PART_AGE_BANDS) + 2;
    int genders = overview_rows(state, PART_GENDERS) + 2;
    if (room.height >= TALL) {
        out[PART_MONTHS] = pane_top(out[PART_MONTHS], room.height - weekdays - 1);
        out[PART_WEEKDAYS] = pane_below(pane_left(room, width), room.height - weekdays);
        out[PART_BRANDS] = pane_top(last, room.height - ages - genders - 2);
        out[PART_AGE_BANDS] = pane_top(pane_below(last, room.height - ages - genders - 1), ages);
        out[PART_GENDERS] = pane_below(last, room.height - genders);
    }
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct overview_state *state = data;
    (void)app;
    if (state->overview.total.sales == 0) {
        draw_paragraph(body, 0, 0, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    struct pane panes[PART_COUNT];
    arrange(state, body, panes);
    for (int i = 0; i < PART_COUNT; i++)
        overview_draw_part(state, (enum part)i, panes[i]);
    overview_draw_words(state, body);
}

/* -------------------------------------------------------------------- actions */

/* The next part that is shown; where only one is, every part has its turn. */
static unsigned move_focus(struct overview_state *state, const struct pane panes[PART_COUNT],
                           int step) {
    int shown = 0;
    for (int i = 0; i < PART_COUNT; i++)
        shown += panes[i].height > 0;
    do
        state->focus = (state->focus + step + PART_COUNT) % PART_COUNT;
    while (shown > 1 && panes[state->focus].height == 0);
    return REACT_DRAW;
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct overview_state *state = data;
    struct pane panes[PART_COUNT];
    arrange(state, (struct pane){.height = app_body_height(app), .width = app_body_width(app)},
            panes);
    if (action == ACTION_NEXT || action == ACTION_PREVIOUS)
        return move_focus(state, panes, action == ACTION_NEXT ? 1 : -1);
    if (panes[state->focus].height == 0) /* the terminal became narrower */
        state->focus = PART_MONTHS;
    enum part part = (enum part)state->focus;
    struct table *table = &state->tables[part];
    int rows = overview_rows(state, part);
    if (table_move(table, action, rows, panes[part].height - 2))
        return REACT_DRAW;
    if (part == PART_MONTHS && (action == ACTION_LEFT || action == ACTION_RIGHT)) {
        int step = action == ACTION_RIGHT ? 1 : TREND_COUNT - 1;
        state->trend = (enum overview_trend)(((int)state->trend + step) % TREND_COUNT);
        *table = (struct table){0};
        return REACT_DRAW;
    }
    if (action == ACTION_LEFT || action == ACTION_RIGHT) /* only months have more to show */
        return move_focus(state, panes, action == ACTION_RIGHT ? 1 : -1);
    if (rows == 0)
        return REACT_NONE;
    const char *label = overview_name(state, part, table->cursor);
    enum dimension dimension =
        part == PART_MONTHS ? overview_trend_dimension(state->trend) : parts[part].dimension;
    switch (action) {
    case ACTION_OPEN:
        return app_drill(app, dimension, label, parts[part].next);
    case ACTION_KEEP:
        return app_filter(app, dimension, FILTER_IS, label);
    case ACTION_EXCLUDE:
        return app_filter(app, dimension, FILTER_IS_NOT, label);
    default:
        return REACT_NONE;
    }
}

static void remember(const void *data, struct buffer *choices) {
    const struct overview_state *state = data;
    choices_add(choices, "trend", (int)state->trend);
}

static void restore(void *data, const char *choices) {
    struct overview_state *state = data;
    state->trend =
        (enum overview_trend)choices_get(choices, "trend", (int)state->trend, TREND_COUNT);
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    struct reading reading = app_reading(app);
    (void)data;
    (void)error;
    return report_overview(&reading);
}

static char *command_of(const void *data, const struct app *app) {
    (void)data;
    (void)app;
    return xstrdup("overview");
}

const struct screen_ops overview_screen = {
    .title = "Overview",
    .help =
        "The shop at a glance. Returning customers bought here before. Shares stand with their "
        "95% intervals: the true share may be anywhere within. Months are compared by revenue "
        "per day; a star marks one that the data or the filters cut; Left and Right show weeks "
        "and days. The line below the tables says which month is best per day, and whether its "
        "lead on the others is more than noise. The second line compares the last 28 days "
        "with the 28 before, or half of a shorter slice with the other. Enter explores what is "
        "under the cursor: it keeps those sales and shows them by another dimension; = only "
        "keeps them, - leaves them out; b explores by one or two dimensions (Enter: location by "
        "Facebook); d shows how prices and ages are spread. W tells what is new since "
        "the last visit.",
    .state_size = sizeof(struct overview_state),
    .by_summary = true,
    .load = load,
    .late_size = sizeof(struct overview_late),
    .late_begin = late_begin,
    .late_work = late_work,
    .late_take = late_take,
    .late_release = late_release,
    .draw = draw,
    .act = act,
    .release = release,
    .remember = remember,
    .restore = restore,
    .document = document_of,
    .command = command_of,
    .footer = {ACTION_OPEN, ACTION_NEXT, ACTION_BY, ACTION_DISTRIBUTION, ACTION_FILTER, ACTION_KEEP,
               ACTION_RIGHT, ACTION_EXCLUDE},
    .words = {"explore", "next", "by two", "spread", "filter", "keep", "weeks, days", "exclude"},
};
