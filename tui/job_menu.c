#include "tui/job_menu.h"

#include <stdio.h>

#include "engine/learn/segments.h"
#include "tui/app.h"
#include "tui/jobs.h"

/* X(symbol, title, what it does) */
#define ITEM_LIST(X)                                                                 \
    X(ALL, "Train everything", "models of both outcomes, and the segments")          \
    X(RETURNING, "Train returning", "only the models of who is returning")           \
    X(FACEBOOK, "Train from Facebook", "only the models of who comes from Facebook") \
    X(SEGMENTS, "Find segments", "only the kinds of customer")                       \
    X(TUNE, "Tune and train", "longest: searches for parameters first")              \
    X(SCORE, "Score the sales", "writes what the models make of each sale")

enum item {
#define X(symbol, ...) ITEM_##symbol,
    ITEM_LIST(X)
#undef X
        ITEM_COUNT
};

static const struct {
    const char *title, *about;
} items[ITEM_COUNT] = {
#define X(symbol, title, about) {title, about},
    ITEM_LIST(X)
#undef X
};

enum { TRIALS_STEP = 10, TRIALS_MAX = 500, TITLE_WIDTH = 20, NUMBER_WIDTH = 14 };

void job_menu_open(struct job_menu *menu) {
    menu->open = true;
    menu->table = (struct table){0};
    if (menu->segments == 0)
        menu->segments = SEGMENTS_K_DEFAULT;
    if (menu->trials == 0)
        menu->trials = 2 * TRIALS_STEP;
}

static unsigned run(struct job_menu *menu, struct app *app) {
    char number[16];
    menu->open = false;
    switch ((enum item)menu->table.cursor) {
    case ITEM_ALL:
        return jobs_start(app, JOB_TRAIN, (const char *const[]){"train-worker", NULL});
    case ITEM_RETURNING:
        return jobs_start(app, JOB_TRAIN, (const char *const[]){"train-worker", "returning", NULL});
    case ITEM_FACEBOOK:
        return jobs_start(app, JOB_TRAIN, (const char *const[]){"train-worker", "facebook", NULL});
    case ITEM_SEGMENTS:
        snprintf(number, sizeof number, "%d", menu->segments);
        return jobs_start(app, JOB_TRAIN,
                          (const char *const[]){"train-worker", "--k", number, "segments", NULL});
    case ITEM_TUNE:
        snprintf(number, sizeof number, "%d", menu->trials);
        return jobs_start(app, JOB_TUNE,
                          (const char *const[]){"train-worker", "--tune", number, NULL});
    case ITEM_SCORE:
        return jobs_start(app, JOB_SCORE, (const char *const[]){"score", NULL});
    case ITEM_COUNT:
        break;
    }
    return REACT_DRAW;
}

void job_menu_list(struct buffer *out) {
    for (int i = 0; i < ITEM_COUNT; i++)
        buffer_printf(out, "%d: %s, %s\n", i + 1, items[i].title, items[i].about);
}

bool job_menu_run(struct job_menu *menu, struct app *app, int item) {
    if (item < 0 || item >= ITEM_COUNT)
        return false;
    menu->table.cursor = item;
    run(menu, app);
    return true;
}

static void change(struct job_menu *menu, int step) {
    if (menu->table.cursor == ITEM_SEGMENTS && menu->segments + step >= 2 &&
        menu->segments + step <= SEGMENTS_K_MAX)
        menu->segments += step;
    step *= TRIALS_STEP;
    if (menu->table.cursor == ITEM_TUNE && menu->trials + step > 0 &&
        menu->trials + step <= TRIALS_MAX)
        menu->trials += step;
}

unsigned job_menu_key(struct job_menu *menu, struct app *app, const struct key *key) {
    enum action action = action_of_key(key);
    if (key->kind == KEY_KIND_ENTER)
        return run(menu, app);
    if (action == ACTION_LEFT || action == ACTION_RIGHT)
        change(menu, action == ACTION_RIGHT ? 1 : -1);
    else if (!table_move(&menu->table, action, ITEM_COUNT, ITEM_COUNT))
        menu->open = false;
    return REACT_DRAW;
}

static void cell(const void *context, long row, int column, struct pane pane, char *text,
                 size_t size, enum style *style) {
    const struct job_menu *menu = context;
    (void)pane;
    if (column == 0)
        snprintf(text, size, "%s", items[row].title);
    else if (column == 2)
        snprintf(text, size, "%s", items[row].about);
    else if (row == ITEM_SEGMENTS)
        snprintf(text, size, "< %d kinds >", menu->segments);
    else if (row == ITEM_TUNE)
        snprintf(text, size, "< %d trials >", menu->trials);
    *style = column == 1 ? STYLE_STRONG : column == 2 ? STYLE_DIM : STYLE_TEXT;
}

void job_menu_draw(const struct job_menu *menu, struct pane body) {
    static const struct table_column columns[] = {{"Work", TITLE_WIDTH, false, 0},
                                                  {"", NUMBER_WIDTH, false, 0},
                                                  {"What it does", 0, false, 1}};
    enum { ABOUT_WIDTH = 43 }; /* the longest, and a blank on either side */
    draw_text(body, 0, 1, STYLE_TITLE, "Work on all sales, beside the interface");
    bool beside = body.width >= TITLE_WIDTH + NUMBER_WIDTH + ABOUT_WIDTH;
    struct pane list = pane_below(body, 1);
    table_draw(&menu->table, pane_top(list, beside ? body.height - 2 : ITEM_COUNT + 1), columns,
               beside ? 3 : 2, ITEM_COUNT, true, cell, menu);
    if (!beside) /* of the one under the cursor alone, but all of it */
        draw_paragraph(list, ITEM_COUNT + 2, 1, STYLE_TEXT, items[menu->table.cursor].about);
    struct pane foot =
        body.width >= 78 ? pane_below(body, body.height - 1) : pane_below(body, body.height - 2);
    draw_paragraph(foot, 0, 1, STYLE_DIM,
                   "Enter runs it, Left and Right change its number; any other key closes this.");
}
