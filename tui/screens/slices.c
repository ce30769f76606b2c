/* The user's own slices by name: load one, save the present one, forget one. Whatever is typed
 * narrows the list, or is the name to save under. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/named.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

enum { HEADING_ROWS = 1, HINT_ROWS = 1, NAME_WIDTH = 22, SALES_WIDTH = 10 };

struct state {
    char typed[NAMED_NAME_SIZE];
    struct table table;
    int found[NAMED_MAX]; /* positions of those that the text is part of */
    int found_count;
    int64_t sales[NAMED_MAX]; /* of all, by position; −1: these sales cannot have such filters */
    const struct recall *names;
};

static int row_count(const struct state *state) {
    return state->found_count + (state->typed[0] != '\0'); /* the last one saves */
}

static void search(struct state *state) {
    int count = named_count(state->names);
    state->found_count = 0;
    for (int i = 0; i < count; i++) {
        if (text_contains(named_name(state->names, i), state->typed))
            state->found[state->found_count++] = i;
    }
    table_clamp(&state->table, row_count(state));
}

static int64_t count_sales(const struct facts *facts, const char *filters) {
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    int64_t sales = -1;
    if (slice_parse(&slice, facts, filters, &error) == ERR_OK &&
        slice_select(&slice, facts, &selection, &error) == ERR_OK) {
        sales = selection_sales(facts, &selection);
        selection_free(&selection);
    }
    slice_free(&slice);
    return sales;
}

static enum err load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    (void)error;
    state->names = app_names(app);
    int count = named_count(state->names);
    for (int i = 0; i < count; i++)
        state->sales[i] = count_sales(app_facts(app), named_filters(state->names, i));
    search(state);
    return ERR_OK;
}

/* -------------------------------------------------------------------- drawing */

static void cell(const void *context, long row, int column, struct pane pane, char *text,
                 size_t size, enum style *style) {
    const struct state *state = context;
    (void)pane;
    if (row == state->found_count) {
        if (column == 0)
            snprintf(text, size, "%s", state->typed);
        else if (column == 2)
            snprintf(text, size, "save the present filters under this name");
        *style = STYLE_KEY;
        return;
    }
    int position = state->found[row];
    const char *filters = named_filters(state->names, position);
    if (column == 0) {
        snprintf(text, size, "%s", named_name(state->names, position));
        *style = STYLE_STRONG;
    } else if (column == 1 && state->sales[position] < 0) {
        snprintf(text, size, "–");
    } else if (column == 1) {
        number_grouped(state->sales[position], text, size);
    } else {
        snprintf(text, size, "%s", filters[0] != '\0' ? filters : "all sales");
    }
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct state *state = data;
    int column = draw_text(body, 0, 0, STYLE_TITLE, "Named slices: ");
    column = draw_text(body, 0, column, STYLE_STRONG, state->typed);
    draw_text(body, 0, column, STYLE_CURSOR, " ");
    struct pane list = pane_below(body, HEADING_ROWS);
    list = pane_top(list, list.height - HINT_ROWS);
    (void)app;
    if (row_count(state) == 0) {
        draw_paragraph(list, 1, 0, STYLE_TEXT,
                       "None yet. Type a name and press Enter to keep the present filters.");
    } else {
        const struct table_column columns[] = {
            {"Name", NAME_WIDTH, false, 0},
            {"Sales", SALES_WIDTH, true, 0},
            {"Filters", list.width - NAME_WIDTH - SALES_WIDTH - 6, false, 0}};
        table_draw(&state->table, list, columns, 3, row_count(state), true, cell, state);
    }
    draw_field(body, body.height - 1, 0, body.width, STYLE_DIM,
               "Type to search or to name. Enter loads or saves, Delete forgets, Esc leaves.");
}

/* ----------------------------------------------------------------------- keys */

static unsigned save(struct state *state, struct app *app) {
    char *filters = slice_text(app_slice(app));
    bool kept = app_save_name(app, state->typed, filters);
    free(filters);
    if (!kept) {
        app_notice(app, STYLE_PROBLEM, "These filters cannot be kept: a \" in them, or too many");
        return REACT_DRAW;
    }
    app_notice(app, STYLE_HIGHER, "Kept as %s", state->typed);
    return app_leave(app);
}

static unsigned take(const struct state *state, struct app *app, int position) {
    struct slice slice = {0};
    struct error error;
    if (slice_parse(&slice, app_facts(app), named_filters(state->names, position), &error) !=
        ERR_OK) {
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        slice_free(&slice);
        return REACT_DRAW;
    }
    unsigned reaction = app_take_slice(app, &slice);
    return reaction | app_leave(app);
}

static unsigned open_row(struct state *state, struct app *app) {
    if (row_count(state) == 0)
        return REACT_DRAW;
    if (state->table.cursor == state->found_count)
        return save(state, app);
    return take(state, app, state->found[state->table.cursor]);
}

static unsigned forget(struct state *state, struct app *app) {
    if (state->table.cursor >= state->found_count)
        return REACT_DRAW;
    int position = state->found[state->table.cursor];
    app_notice(app, STYLE_DIM, "Forgot %s", named_name(state->names, position));
    app_drop_name(app, position);
    return REACT_RELOAD | REACT_DRAW;
}

static bool type(void *data, struct app *app, const struct key *key, unsigned *reaction) {
    struct state *state = data;
    size_t length = strlen(state->typed);
    *reaction = REACT_DRAW;
    switch (key->kind) {
    case KEY_KIND_CHARACTER:
    case KEY_KIND_PASTE:
        if (key->character >= ' ' && key->character <= '~' && key->character != '"' &&
            length + 1 < NAMED_NAME_SIZE / 4) {
            state->typed[length] = (char)key->character;
            state->typed[length + 1] = '\0';
        }
        break;
    case KEY_KIND_BACKSPACE:
        if (length == 0)
            return false; /* then it leaves */
        state->typed[length - 1] = '\0';
        break;
    case KEY_KIND_DELETE:
        *reaction = forget(state, app);
        return true;
    default:
        return false;
    }
    search(state);
    return true;
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct state *state = data;
    if (table_move(&state->table, action, row_count(state), app_body_height(app) - 3))
        return REACT_DRAW;
    return action == ACTION_OPEN ? open_row(state, app) : REACT_NONE;
}

const struct screen_ops slices_screen = {
    .title = "Named slices",
    .help = "Filters under names of your own, for this database and only for you. What you type "
            "narrows the list; Enter loads what is under the cursor, or on the last row saves the "
            "present filters under the name typed. Delete forgets a name.",
    .state_size = sizeof(struct state),
    .keeps_filters = true,
    .passing = true,
    .load = load,
    .draw = draw,
    .act = act,
    .type = type,
    .footer = {ACTION_OPEN},
};
