/* What is new since the last visit, every sentence whole. Lies on top of any screen. */
#include "tui/news.h"
#include "base/text.h"
#include "report/document.h"
#include "report/reading.h"
#include "tui/screen.h"

struct state {
    struct since since;
    int first; /* sentence shown on top */
};

static enum err load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    (void)error;
    news_load(app, &state->since);
    if (state->first >= state->since.count)
        state->first = 0;
    return ERR_OK;
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct state *state = data;
    const struct since *since = &state->since;
    (void)app;
    if (!since->returning) {
        draw_text(body, 0, 0, STYLE_TITLE, "What is new");
        draw_paragraph(body, 2, 1, STYLE_TEXT,
                       "This is the first visit. From the next one on, what came in between "
                       "is told here.");
        return;
    }
    char date[DATE_SHORT_SIZE];
    date_short(since->visit, date);
    draw_format(body, 0, 0, STYLE_TITLE, "What is new since %s", date);
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
    if (action == ACTION_DOWN && state->first + 1 < state->since.count &&
        !fits(&state->since, app)) {
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
    struct document *document = document_new();
    (void)error;
    reading.slice = &none; /* the news are of all sales */
    struct selection all = {.count = app_facts(app)->count};
    reading.selection = &all;
    report_head(document, &reading, "What is new since the last visit");
    struct table *table = document_table(document, "news", NULL, columns, 1);
    for (int i = 0; i < state->since.count; i++)
        table_text(table, state->since.sentences[i]);
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
    .by_sale = true,
    .help = "What came since the dashboard was last left: new sales and their revenue a day "
            "against as many days before, handsets and places never seen before, records, shares "
            "that moved beyond chance, and what is to be done. All sales count, whatever the "
            "filters.",
    .state_size = sizeof(struct state),
    .keeps_filters = true,
    .works_empty = true,
    .load = load,
    .draw = draw,
    .act = act,
    .document = document_of,
    .footer = {ACTION_TRAIN, ACTION_DATA, ACTION_SALES},
};
