/* What is new since the last visit, every sentence whole. Lies on top of any screen. */
#include "tui/news.h"

#include <stdio.h>

#include "base/number.h"
#include "base/text.h"
#include "report/document.h"
#include "report/reading.h"
#include "tui/screen.h"

struct state {
    struct news news;
    struct error problem; /* why it could not be told; no code: it could */
    int first;            /* sentence shown on top */
};

static enum err load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    (void)error;
    state->problem = (struct error){0};
    news_load(app, &state->news);
    if (state->first >= state->news.since.count)
        state->first = 0;
    return ERR_OK;
}

struct news_late {
    struct news news;
    struct error problem;
};

static bool late_begin(const void *data, void *result) {
    const struct state *state = data;
    struct news_late *late = result;
    if (late != NULL)
        late->news = state->news;
    return state->news.pending;
}

static enum err late_work(void *result, const struct late_source *from, struct error *error) {
    struct news_late *late = result;
    (void)error;
    enum err code = news_complete(from->facts, &late->news, &late->problem);
    return code == ERR_CANCELLED ? code : ERR_OK; /* the screen tells of any other */
}

static void late_take(void *data, struct app *app, void *result) {
    struct state *state = data;
    const struct news_late *late = result;
    (void)app;
    state->news = late->news;
    state->problem = late->problem;
}

static void late_release(void *result) {
    (void)result;
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct state *state = data;
    const struct since *since = &state->news.since;
    if (!since->returning) {
        draw_text(body, 0, 0, STYLE_TITLE, "What is new");
        draw_paragraph(body, 2, 1, STYLE_TEXT,
                       "This is the first visit. From the next one on, what came in between "
                       "is told here.");
        return;
    }
    char date[DATE_SHORT_SIZE], sales[NUMBER_TEXT_SIZE], words[120];
    date_short(since->visit, date);
    draw_format(body, 0, 0, STYLE_TITLE, "What is new since %s", date);
    if (state->news.pending || state->problem.code != ERR_OK) {
        number_grouped(facts_total(app_facts(app)), sales, sizeof sales);
        snprintf(words, sizeof words, "Looking through %s sales for what is new …", sales);
        draw_paragraph(body, 2, 1, state->news.pending ? STYLE_DIM : STYLE_WARNING,
                       state->news.pending ? words : state->problem.message);
        return;
    }
    for (int i = state->first, row = 2; i < since->count && row < body.height; i++)
        row =
            draw_paragraph(body, row, 1, i == 0 ? STYLE_STRONG : STYLE_TEXT, since->sentences[i]) +
            1;
}

/* An estimate from above: a line broken at blanks leaves less than half of it empty. */
static bool fits(const struct since *since, const struct app *app) {
    int width = app_body_width(app) - 2, rows = 1;
    for (int i = 0; i < since->count; i++)
        rows += 2 + text_width(since->sentences[i]) * 4 / 3 / width;
    return rows <= app_body_height(app);
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct state *state = data;
    if (action == ACTION_UP && state->first > 0) {
        state->first--;
        return REACT_DRAW;
    }
    if (action == ACTION_DOWN && state->first + 1 < state->news.since.count &&
        !fits(&state->news.since, app)) {
        state->first++;
        return REACT_DRAW;
    }
    return REACT_NONE;
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    static const struct column columns[] = {{.key = "sentence", .title = "What is new"}};
    const struct state *state = data;
    struct slice none = {0};
    struct reading reading = app_reading(app);
    struct selection all; /* the news are of all sales */
    if (slice_select(&none, app_facts(app), &all, error) != ERR_OK)
        return NULL;
    struct document *document = document_new();
    reading.slice = &none;
    reading.selection = &all;
    report_head(document, &reading, "What is new since the last visit");
    selection_free(&all);
    struct table *table = document_table(document, "news", NULL, columns, 1);
    for (int i = 0; i < state->news.since.count; i++)
        table_text(table, state->news.since.sentences[i]);
    return document;
}

static bool ignores_filters(const void *data, const struct app *app) {
    (void)data;
    (void)app;
    return true;
}

const struct screen_ops news_screen = {
    .title = "What is new",
    .ignores_filters = ignores_filters,
    .help = "What came since the dashboard was last left: new sales and their revenue a day "
            "against as many days before, handsets and places never seen before, records, shares "
            "that moved beyond chance, and what is to be done. All sales count, whatever the "
            "filters.",
    .state_size = sizeof(struct state),
    .keeps_filters = true,
    .works_empty = true,
    .load = load,
    .late_size = sizeof(struct news_late),
    .late_begin = late_begin,
    .late_work = late_work,
    .late_take = late_take,
    .late_release = late_release,
    .draw = draw,
    .act = act,
    .document = document_of,
    .footer = {ACTION_TRAIN, ACTION_DATA, ACTION_SALES},
};
