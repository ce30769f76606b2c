/* Two slices side by side: A is the current one, B everything else, a named slice or filters typed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/analysis/compare.h"
#include "engine/analysis/numeric.h"
#include "report/compare.h"
#include "tui/named.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

enum { HEADING_ROWS = 3 };

struct state {
    char *with; /* B's filters as text; NULL or "": everything else */
    struct slice other;
    struct compare compare;
    int64_t to_read;      /* sales that it is yet to be counted from; 0: none */
    struct error problem; /* why that failed; no code: it did not */
    struct table table;
};

/* Where rows are cells, it takes passes over the sales. */
static enum err load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    compare_free(&state->compare);
    slice_free(&state->other);
    state->problem = (struct error){0};
    state->to_read = 0;
    enum err code =
        slice_parse(&state->other, app_facts(app), state->with != NULL ? state->with : "", error);
    if (code == ERR_OK && app_facts(app)->sales != NULL)
        state->to_read = facts_total(app_facts(app));
    else if (code == ERR_OK)
        code =
            compare_slices(app_facts(app), app_slice(app), &state->other, &state->compare, error);
    table_clamp(&state->table, state->compare.count);
    return code;
}

struct compare_late {
    struct slice other;
    struct compare compare;
    struct error problem;
};

static bool late_begin(const void *data, void *result) {
    const struct state *state = data;
    struct compare_late *late = result;
    if (late != NULL)
        late->other = slice_copy(&state->other);
    return state->to_read > 0;
}

static enum err late_work(void *result, const struct late_source *from, struct error *error) {
    struct compare_late *late = result;
    (void)error;
    enum err code =
        compare_slices(from->facts, from->slice, &late->other, &late->compare, &late->problem);
    return code == ERR_CANCELLED ? code : ERR_OK; /* the screen tells of any other */
}

static void late_take(void *data, struct app *app, void *result) {
    struct state *state = data;
    struct compare_late *late = result;
    (void)app;
    state->to_read = 0;
    state->problem = late->problem;
    state->compare = late->compare;
    late->compare = (struct compare){.rows = NULL};
    table_clamp(&state->table, state->compare.count);
}

static void late_release(void *result) {
    struct compare_late *late = result;
    compare_free(&late->compare);
    slice_free(&late->other);
}

static void release(void *data) {
    struct state *state = data;
    compare_free(&state->compare);
    slice_free(&state->other);
    free(state->with);
    state->with = NULL;
}

/* -------------------------------------------------------------------- drawing */

static void value_text(enum compare_kind kind, double value, char *text, size_t size) {
    char money[MONEY_TEXT_SIZE];
    if (isnan(value)) {
        snprintf(text, size, "–");
    } else if (kind == COMPARE_SHARE) {
        snprintf(text, size, "%.1f%%", value * 100);
    } else if (kind == COMPARE_COUNT_OF) {
        number_grouped((int64_t)value, text, size);
    } else {
        money_short(value, money);
        snprintf(text, size, "%s", money);
    }
}

/* With its sign: points for shares. */
static void change_text(enum compare_kind kind, double value, char *text, size_t size) {
    char plain[64];
    if (isnan(value)) {
        snprintf(text, size, "–");
    } else if (kind == COMPARE_SHARE) {
        snprintf(text, size, "%+.1f", value * 100);
    } else {
        value_text(kind, fabs(value), plain, sizeof plain);
        snprintf(text, size, "%s%s", value < 0 ? "-" : "+", plain);
    }
}

static void difference_text(const struct compare_row *row, bool interval, char *text, size_t size) {
    char middle[72], low[72], high[72];
    change_text(row->kind, row->difference.estimate, middle, sizeof middle);
    if (!interval || isnan(row->difference.low)) {
        snprintf(text, size, "%s", middle);
        return;
    }
    change_text(row->kind, row->difference.low, low, sizeof low);
    change_text(row->kind, row->difference.high, high, sizeof high);
    snprintf(text, size, "%s [%s, %s]", middle, low, high);
}

enum { COLUMN_LABEL, COLUMN_A, COLUMN_B, COLUMN_DIFFERENCE, COLUMN_VERDICT, COLUMN_COUNT };

static void cell(const void *context, long at, int column, struct pane pane, char *text,
                 size_t size, enum style *style) {
    const struct state *state = context;
    const struct compare_row *row = &state->compare.rows[at];
    char heading[MONEY_HEADING_SIZE];
    switch (column) {
    case COLUMN_LABEL:
        if (row->kind == COMPARE_MONEY)
            snprintf(text, size, "%s", money_heading(row->label, heading));
        else if (row->heading != NULL &&
                 strlen(row->label) < 8) /* "Age band 18-24"; names need none */
            snprintf(text, size, "%s %s", row->heading, row->label);
        else
            snprintf(text, size, "%s", row->label);
        break;
    case COLUMN_A:
    case COLUMN_B:
        value_text(row->kind, column == COLUMN_A ? row->a : row->b, text, size);
        break;
    case COLUMN_DIFFERENCE:
        difference_text(row, pane.width >= 24, text, size);
        break;
    default:
        snprintf(text, size, "%s", compare_verdict_words(row));
        *style = !row->judged                     ? STYLE_DIM
                 : row->verdict == VERDICT_HIGHER ? STYLE_HIGHER
                 : row->verdict == VERDICT_LOWER  ? STYLE_LOWER
                                                  : STYLE_UNCLEAR;
    }
}

static void draw_side(struct pane body, int row, const char *name, const char *filters,
                      const char *none, int64_t sales) {
    char line[640], count[NUMBER_TEXT_SIZE];
    number_grouped(sales, count, sizeof count);
    snprintf(line, sizeof line, "%s sales: %s", count, filters[0] != '\0' ? filters : none);
    draw_text(body, row, 0, STYLE_TITLE, name);
    draw_field(body, row, 2, body.width - 2, STYLE_TEXT, line);
}

static void draw(const void *data, const struct app *app, struct pane body) {
    const struct state *state = data;
    char words[320], sales[NUMBER_TEXT_SIZE];
    if (state->to_read > 0 || state->problem.code != ERR_OK) {
        number_grouped(state->to_read, sales, sizeof sales);
        snprintf(words, sizeof words, "Counting %s sales …", sales);
        draw_paragraph(body, 0, 0, state->to_read > 0 ? STYLE_DIM : STYLE_WARNING,
                       state->to_read > 0 ? words : state->problem.message);
        return;
    }
    char *filters = slice_text(app_slice(app));
    draw_side(body, 0, "A", filters, "all", state->compare.sales[0]);
    draw_side(body, 1, "B", state->with != NULL ? state->with : "",
              state->compare.overlap == COMPARE_SAME ? "all" : "everything else",
              state->compare.sales[1]);
    free(filters);
    compare_overlap_words(&state->compare, words, sizeof words);
    if (app_slice(app)->count == 0 && state->compare.overlap == COMPARE_SAME)
        snprintf(words, sizeof words, "%s",
                 "A has no filters and B none: f filters A, c says what to compare with.");
    draw_field(body, 2, 0, body.width, STYLE_DIM, words);
    int difference = body.width >= 100 ? 34 : body.width >= 78 ? 25 : 9;
    number_grouped(state->compare.sales[0] > state->compare.sales[1] ? state->compare.sales[0]
                                                                     : state->compare.sales[1],
                   sales, sizeof sales);
    int value = text_width(sales) > 9 ? text_width(sales) : 9;
    int label = body.width - difference - 2 * value - 9 - 10;
    label = label < 40 ? label : 40;
    const struct table_column columns[COLUMN_COUNT] = {
        [COLUMN_LABEL] = {"", label, false, 0},
        [COLUMN_A] = {"A", value, true, 0},
        [COLUMN_B] = {"B", value, true, 0},
        [COLUMN_DIFFERENCE] = {difference > 9 ? "A - B [95%]" : "A - B", difference, true, 0},
        [COLUMN_VERDICT] = {"A is", 9, false, 0}};
    struct pane list = pane_below(body, HEADING_ROWS);
    table_draw(&state->table, pane_top(list, list.height - 1), columns, COLUMN_COUNT,
               state->compare.count, true, cell, state);
    char within[NUMERIC_WITHIN_SIZE];
    numeric_within_words(NUMERIC_PRICE, state->compare.within_minor / MONEY_MINOR, within);
    snprintf(words, sizeof words, "Shares in points. c compares with another slice.%s%s",
             within[0] != '\0' ? " In medians, " : "", within);
    draw_field(body, body.height - 1, 0, body.width, STYLE_DIM, words);
}

/* ----------------------------------------------------------------------- keys */

static unsigned accept(void *data, struct app *app, const char *text) {
    struct state *state = data;
    struct slice other = {0};
    struct error error;
    char *filters = named_expand(app_names(app), text, &error);
    if (filters == NULL || slice_parse(&other, app_facts(app), filters, &error) != ERR_OK)
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
    else {
        free(state->with);
        state->with = slice_text(&other);
    }
    slice_free(&other);
    free(filters);
    return REACT_RELOAD | REACT_DRAW;
}

static unsigned act(void *data, struct app *app, enum action action) {
    struct state *state = data;
    if (table_move(&state->table, action, state->compare.count,
                   app_body_height(app) - HEADING_ROWS - 2))
        return REACT_DRAW;
    if (action == ACTION_COMPARE)
        return app_prompt(app, "Compare with (filters, @name, or nothing for all else):",
                          state->with != NULL ? state->with : "", accept, state);
    return REACT_NONE;
}

static void remember(const void *data, struct buffer *choices) {
    const struct state *state = data;
    buffer_text(choices, state->with != NULL ? state->with : "");
}

static void restore(void *data, const char *choices) {
    struct state *state = data;
    free(state->with);
    state->with = xstrdup(choices);
}

static struct document *document_of(const void *data, const struct app *app, struct error *error) {
    const struct state *state = data;
    struct reading reading = app_reading(app);
    (void)error;
    return report_compare(&reading, &state->compare, state->with != NULL ? state->with : "");
}

const struct screen_ops compare_screen = {
    .title = "Compare",
    .help = "The current slice (A) beside another one (B): everything else, until c names filters "
            "or @ and a named slice. The difference stands with its 95% interval; where that "
            "crosses 0, chance would make as much. Sales and takings are what happened and have "
            "no interval. Sales in both slices count on one side only, which the third line says. "
            "Where a filter decides a row, no verdict is given.",
    .state_size = sizeof(struct state),
    .keeps_filters = true,
    .load = load,
    .late_size = sizeof(struct compare_late),
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
    .footer = {ACTION_COMPARE, ACTION_DOWN, ACTION_FILTER, ACTION_SLICES, ACTION_UNDO},
};
