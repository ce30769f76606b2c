#include "tui/frame.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/app_state.h"
#include "tui/filter_line.h"
#include "tui/mouse.h"
#include "tui/terminal.h"

enum { HEADING_ROWS = 2, FOOTER_ROWS = 1, LEAST_ROWS = 10, LEAST_COLUMNS = 40 };

static struct pane whole_screen(void) {
    struct pane pane = {0};
    terminal_size(&pane.height, &pane.width);
    return pane;
}

struct pane frame_body(const struct app *app) {
    struct pane pane = pane_below(whole_screen(), HEADING_ROWS);
    return pane_top(pane, pane.height - FOOTER_ROWS - (app->job.running ? 1 : 0));
}

/* " retail-pulse  1▸Overview 2 Segments …"; where that is too wide, only the current one has its
 * name. */
static void draw_tabs(const struct app *app, struct pane screen) {
    int needed = 12; /* the name; each screen then takes a blank, digit, mark and title */
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        needed += text_width(app->numbered[i].ops->title) + 3;
    bool names = needed <= screen.width;
    bool roomy = needed + 2 <= screen.width || !names;
    int column =
        draw_text(screen, 0, roomy, STYLE_TITLE, roomy ? "retail-pulse  " : "retail-pulse ");
    for (int i = 0; i < NUMBERED_SCREENS; i++) {
        bool current = i == app->current;
        int from = column;
        column = draw_format(screen, 0, column, current ? STYLE_STRONG : STYLE_TEXT, "%d%s", i + 1,
                             current ? terminal_glyph(GLYPH_POINTER)
                             : names ? " "
                                     : "");
        if (current || names)
            column = draw_text(screen, 0, column, current ? STYLE_STRONG : STYLE_TEXT,
                               app->numbered[i].ops->title);
        mouse_region(screen, 0, from, column - from, MOUSE_SCREEN, i);
        column++;
    }
}

/* The filters are what one wants to read: the dates of the first and last sale make way for them.
 */
static void draw_filters(const struct app *app, struct pane screen, bool unused, int64_t sales) {
    const struct facts *facts = app_facts(app);
    const char *made_up = facts->synthetic == 0                       ? ""
                          : facts->synthetic == shop_sales(app->shop) ? "SYNTHETIC  "
                                                                      : "PARTLY SYNTHETIC  ";
    char right[96] = "";
    if (facts->count != 0) {
        char from[DATE_SHORT_SIZE], to[DATE_SHORT_SIZE];
        date_short(facts->first_day, from);
        date_short(facts->last_day, to);
        snprintf(right, sizeof right, "%s%s – %s ", made_up, from, to);
    }
    int room = screen.width - 2;
    char *line = filter_line(&app->slice, sales, unused, INT_MAX);
    if (text_width(line) > room - text_width(right))
        snprintf(right, sizeof right, "%s", made_up);
    free(line);
    int end = screen.width - text_width(right);
    line = filter_line(&app->slice, sales, unused, end - 2);
    char *padded = xasprintf(" %s", line);
    enum style style = app->slice.count != 0 ? STYLE_FILTER : STYLE_DIM;
    draw_field(screen, 1, 0, end - 1, style, padded);
    draw_text(screen, 1, end - 1, style, " "); /* a gap of another style costs nine bytes */
    free(padded);
    free(line);
    draw_text(screen, 1, end, facts->synthetic != 0 ? STYLE_WARNING : STYLE_DIM, right);
    draw_underline(screen, 1);
}

static bool is_unused(const struct app *app) {
    const struct view *top = app_top(app);
    return top->ops->ignores_filters != NULL && top->ops->ignores_filters(top->state, app);
}

static void draw_present_filters(const struct app *app, struct pane screen) {
    bool unused = is_unused(app);
    bool counted = unused || !app_is_waiting(app) || app->slice.count == 0;
    draw_filters(app, screen, unused,
                 !counted ? FILTER_LINE_UNCOUNTED
                 : unused ? shop_sales(app->shop)
                          : app->selected_sales);
}

static bool is_large_enough(struct pane screen) {
    return screen.height >= LEAST_ROWS && screen.width >= LEAST_COLUMNS;
}

void frame_announce_filters(const struct app *app) {
    enum { CELLS_AT_ONCE = 100000 }; /* figures of so many come as quickly as this line */
    struct pane screen = whole_screen();
    const struct facts *facts = app_facts_for(app, &app->slice);
    int64_t sales;
    if (!app->drawn || app->options.linear || !is_large_enough(screen) || facts->sales == NULL ||
        facts->count < CELLS_AT_ONCE || is_unused(app))
        return;
    if (!slice_count_by_sums(&app->slice, facts, &sales))
        sales = FILTER_LINE_UNCOUNTED;
    draw_filters(app, screen, false, sales);
    terminal_flush(-1, -1);
}

static void first_key(enum action action, char *text, size_t size) {
    const char *keys = action_keys(action);
    snprintf(text, size, "%.*s", (int)strcspn(keys, " "), keys);
}

static void draw_footer(const struct app *app, struct pane screen) {
    int row = screen.height - 1;
    if (app->notice[0] != '\0') {
        draw_field(screen, row, 1, screen.width - 2, app->notice_style, app->notice);
        return;
    }
    if (app->palette.mode != PALETTE_CLOSED) {
        palette_draw_footer(&app->palette, screen);
        return;
    }
    if (app->job_menu.open || app->picker.step != PICKER_CLOSED || app->share.open)
        return; /* the layer names its own keys */
    const struct view *view = app_top(app);
    if (view->ops->passing)
        return; /* all keys are text there */
    enum action shown[12];
    const char *words[12];
    int count = 0;
    for (int i = 0; i < 8 && view->ops->footer[i] != ACTION_NONE; i++) {
        const char *word = view->ops->words[i];
        words[count] = word != NULL ? word : action_word(view->ops->footer[i]);
        shown[count++] = view->ops->footer[i];
    }
    if (app->depth > 0) {
        words[count] = action_word(ACTION_BACK);
        shown[count++] = ACTION_BACK;
    }
    static const enum action always[] = {ACTION_LINKED, ACTION_HELP, ACTION_QUIT};
    int first = screen.width < 60 || view->ops == &linked_screen;    /* without the lists */
    int column = 1, reserved = (first ? 14 : 27) + (app->depth > 0); /* these always fit */
    for (int i = 0; i < count; i++) {
        char key[16];
        if (shown[i] == ACTION_HELP || shown[i] == ACTION_QUIT || shown[i] == ACTION_LINKED)
            continue;
        first_key(shown[i], key, sizeof key);
        if (column + text_width(key) + text_width(words[i]) + 3 > screen.width - reserved)
            break;
        column = draw_text(screen, row, column, STYLE_KEY, key) + 1;
        column = draw_text(screen, row, column, STYLE_TEXT, words[i]) + 2;
    }
    for (int i = first; i < 3; i++) {
        char key[16];
        const char *word = action_word(always[i]);
        if (always[i] == ACTION_QUIT && app->depth > 0)
            word = "close"; /* the topmost layer only */
        first_key(always[i], key, sizeof key);
        column = draw_text(screen, row, column, STYLE_KEY, key) + 1;
        column = draw_text(screen, row, column, STYLE_TEXT, word) + 2;
    }
}

static void draw_empty(struct pane body) {
    int row = draw_paragraph(body, 1, 1, STYLE_STRONG, "No sales yet.");
    row = draw_paragraph(body, row + 1, 1, STYLE_TEXT,
                         "Press i to choose the shop's file and import it, or leave with q "
                         "and make one up to try:");
    draw_text(body, row + 1, 3, STYLE_KEY, "retail-pulse sample --rows 9000 > sample.csv");
    draw_paragraph(body, row + 3, 1, STYLE_TEXT,
                   "An import from another terminal shows up here by itself.");
}

void app_tell(const struct app *app, const char *format, ...) {
    struct pane screen = whole_screen();
    char text[256];
    va_list arguments;
    if (app->options.linear || !is_large_enough(screen))
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    draw_field(screen, screen.height - 1, 1, screen.width - 2, STYLE_DIM, text);
    terminal_flush(-1, -1);
}

static void draw_waiting(const struct app *app, struct pane body) {
    char total[NUMBER_TEXT_SIZE];
    number_grouped(shop_sales(app->shop), total, sizeof total);
    char *words = late_is_deriving(app)
                      ? xasprintf("Looking through %s sales … %d%%. Esc takes the filter back.",
                                  total, late_percent(app))
                      : xasprintf("Reading %s sales …", total);
    draw_paragraph(body, 1, 1, STYLE_DIM, words);
    free(words);
}

static void draw_body(struct app *app, struct pane body) {
    struct view *view = app_top(app);
    app_load_if_stale(app, view);
    if (app->palette.mode != PALETTE_CLOSED)
        palette_draw(&app->palette, body);
    else if (app->job_menu.open)
        job_menu_draw(&app->job_menu, body);
    else if (app->picker.step != PICKER_CLOSED)
        picker_draw(&app->picker, body);
    else if (app->share.open)
        share_draw(&app->share, body);
    else if (app_facts(app)->count == 0 && !view->ops->works_empty)
        draw_empty(body);
    else if (app_must_wait(app, view))
        draw_waiting(app, body);
    else if (view->code != ERR_OK) {
        int row = draw_paragraph(body, 1, 1, STYLE_PROBLEM, view->problem.message);
        draw_paragraph(body, row + 1, 1, STYLE_TEXT, view->problem.hint);
    } else {
        view->ops->draw(view->state, app, body);
    }
}

static void draw_job(const struct app *app, struct pane screen) {
    static const char way_out[] = "Ctrl-C cancels ";
    int row = screen.height - 2, end = screen.width - (int)sizeof way_out;
    char line[256];
    jobs_line(app, end - 1, line, sizeof line);
    draw_field(screen, row, 1, end - 1, STYLE_WARNING, line);
    draw_text(screen, row, end + 1, STYLE_KEY, way_out);
}

/* A screen that takes time to load is named at once, over what is still shown. */
static void announce(const struct app *app, struct pane screen) {
    if (app_top(app)->fresh || !is_large_enough(screen))
        return;
    draw_tabs(app, screen);
    terminal_flush(-1, -1);
}

void app_draw(struct app *app) {
    struct pane screen = whole_screen();
    announce(app, screen);
    terminal_clear();
    app->drawn = true;
    if (!is_large_enough(screen)) {
        draw_paragraph(screen, 0, 0, STYLE_TEXT,
                       "This window is too small: 40 columns and 10 rows are the least.");
        terminal_flush(-1, -1);
        return;
    }
    draw_tabs(app, screen);
    draw_present_filters(app, screen);
    draw_body(app, frame_body(app));
    if (app->job.running)
        draw_job(app, screen);
    draw_footer(app, screen);
    if (app->prompting) {
        int column = prompt_draw(&app->prompt, screen);
        terminal_flush(screen.height - 1, column);
        return;
    }
    terminal_flush(-1, -1);
}

static bool is_layer_open(const struct app *app) {
    return app->palette.mode != PALETTE_CLOSED || app->prompting || app->job_menu.open ||
           app->share.open || app->picker.step != PICKER_CLOSED;
}

/* What is to be seen is being computed beside. */
static bool is_awaited(const struct app *app) {
    const struct view *view = app_top(app);
    if (late_is_deriving(app))
        return app_must_wait(app, view);
    return view->fresh && view->code == ERR_OK && app_facts(app)->count != 0 &&
           view->ops->is_counting != NULL && view->ops->is_counting(view->state);
}

int app_draw_or_hold(struct app *app) {
    enum { HELD_MS = 200 }; /* what takes longer is said to be on its way */
    struct pane screen = whole_screen();
    int64_t now_ms = clock_elapsed_ms();
    if (app->drawn && is_large_enough(screen) && !is_layer_open(app)) {
        announce(app, screen);
        app_load_if_stale(app, app_top(app));
        if (!is_awaited(app))
            app->held_until_ms = 0;
        else if (app->held_until_ms == 0)
            app->held_until_ms = now_ms + HELD_MS;
        if (app->held_until_ms > now_ms)
            return (int)(app->held_until_ms - now_ms);
    }
    app_draw(app);
    return 0;
}
