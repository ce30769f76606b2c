/* Sales: the rows of the slice, sorted, searched, one of them in full. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/slice/dimension.h"
#include "engine/slice/slice.h"
#include "tui/choices.h"
#include "tui/sale_scores.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

/* X(symbol, heading, width, right-aligned, priority, name in "sorted by", dimension of = and -)
 * The widths without any optional column fill 60 columns. */
#define COLUMN_LIST(X)                                              \
    X(DATE, "Date", 10, false, 0, "date", MONTH)                    \
    X(LOCATION, "Location", 17, false, 0, "location", LOCATION)     \
    X(AGE, "Age", 3, true, 1, "age", AGE_BAND)                      \
    X(GENDER, "Gender", 6, false, 4, "gender", GENDER)              \
    X(HANDSET, "Handset", 20, false, 0, "handset", HANDSET)         \
    X(PRICE, "Price", 9, true, 0, "price", PRICE_BAND)              \
    X(FACEBOOK, "FB", 3, false, 3, "from Facebook", FACEBOOK)       \
    X(FOLLOWS, "Follows", 7, false, 6, "follows page", FOLLOWS)     \
    X(RETURNING, "Before", 6, false, 2, "bought before", RETURNING) \
    X(HEARD, "Heard", 5, false, 5, "heard of shop", HEARD)          \
    X(SEGMENT, "Segment", 0, false, 7, "segment", SEGMENT)

enum column {
#define X(symbol, ...) COLUMN_##symbol,
    COLUMN_LIST(X)
#undef X
        COLUMN_COUNT
};

static const struct table_column table_columns[COLUMN_COUNT] = {
#define X(symbol, title, width, right, priority, ...) {title, width, right, priority},
    COLUMN_LIST(X)
#undef X
};

static const char *const sort_names[COLUMN_COUNT] = {
#define X(symbol, title, width, right, priority, name, ...) name,
    COLUMN_LIST(X)
#undef X
};

static const enum dimension column_dimensions[COLUMN_COUNT] = {
#define X(symbol, title, width, right, priority, name, of) DIMENSION_##of,
    COLUMN_LIST(X)
#undef X
};

static const char *const gender_names[] = {"–", "female", "male", "other"};

enum { DETAIL_ROWS = 10 }; /* a rule, eight rows of two fields, the scores */

struct state {
    struct table table;
    int64_t id; /* of the sale under the cursor, so that new sales do not move it */
    enum column sort;
    bool descending;
    bool detailed;
    uint32_t *order; /* NULL where the slice's rows are in this order already */
    size_t order_count;
    char search[128];
    char labels[DIMENSION_COUNT][DIMENSION_LABEL_SIZE]; /* of the sale shown in full */
    char scores[96];
};

static long row_count(const struct state *state, const struct app *app) {
    return (long)(state->order != NULL ? state->order_count : app_selection(app)->count);
}

static size_t fact_row(const struct state *state, const struct app *app, long position) {
    long at = state->descending ? row_count(state, app) - 1 - position : position;
    return state->order != NULL ? state->order[at] : app_selection(app)->rows[at];
}

/* Sorting: every column as a number; names by their place in the alphabet. */

static int compare_terms(const void *a, const void *b, void *context) {
    const struct dictionary *dictionary = context;
    return strcasecmp(dictionary->entries[*(const int *)a].name,
                      dictionary->entries[*(const int *)b].name);
}

/* Places in the alphabet by dictionary id; the unknown id 0 comes first. */
static int *alphabet(const struct dictionary *dictionary) {
    int *ids = xcalloc((size_t)dictionary->count + 1, sizeof *ids);
    int *ranks = xcalloc((size_t)dictionary->count + 1, sizeof *ranks);
    for (int i = 0; i < dictionary->count; i++)
        ids[i] = i;
    qsort_r(ids, (size_t)dictionary->count, sizeof *ids, compare_terms, (void *)dictionary);
    for (int i = 0; i < dictionary->count; i++)
        ranks[ids[i] + 1] = i + 1;
    free(ids);
    return ranks;
}

static int64_t sort_key(const struct facts *facts, size_t row, enum column column,
                        const int *ranks) {
    switch (column) {
    case COLUMN_DATE:
        return facts->day[row];
    case COLUMN_LOCATION:
        return ranks[facts->location[row]];
    case COLUMN_AGE:
        return facts->age[row];
    case COLUMN_GENDER:
        return facts->gender[row];
    case COLUMN_HANDSET:
        return ranks[facts->handset[row]];
    case COLUMN_PRICE:
        return facts->price_minor[row];
    case COLUMN_FACEBOOK:
        return facts_answer(facts, row, ANSWER_FACEBOOK);
    case COLUMN_FOLLOWS:
        return facts_answer(facts, row, ANSWER_FOLLOWS);
    case COLUMN_RETURNING:
        return facts_answer(facts, row, ANSWER_RETURNING);
    case COLUMN_HEARD:
        return facts_answer(facts, row, ANSWER_HEARD);
    case COLUMN_SEGMENT:
        return facts->segment[row];
    case COLUMN_COUNT:
        break;
    }
    return 0;
}

struct keyed_row {
    int64_t key;
    uint32_t row;
};

static int compare_keyed(const void *a, const void *b) {
    const struct keyed_row *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static void sort_rows(struct state *state, const struct app *app) {
    const struct facts *facts = app_facts(app);
    const struct selection *selection = app_selection(app);
    free(state->order);
    state->order = NULL;
    state->order_count = 0;
    if (selection->count < 2)
        return;

    int *ranks = NULL;
    if (state->sort == COLUMN_LOCATION)
        ranks = alphabet(&facts->locations);
    else if (state->sort == COLUMN_HANDSET)
        ranks = alphabet(&facts->handsets);
    struct keyed_row *keyed = xcalloc(selection->count, sizeof *keyed);
    bool sorted = true;
    for (size_t i = 0; i < selection->count; i++) {
        uint32_t row = selection->rows[i];
        keyed[i] = (struct keyed_row){sort_key(facts, row, state->sort, ranks), row};
        sorted = sorted && (i == 0 || keyed[i - 1].key <= keyed[i].key);
    }
    if (!sorted) {
        qsort(keyed, selection->count, sizeof *keyed, compare_keyed);
        state->order = xcalloc(selection->count, sizeof *state->order);
        state->order_count = selection->count;
        for (size_t i = 0; i < selection->count; i++)
            state->order[i] = keyed[i].row;
    }
    free(keyed);
    free(ranks);
}

/* The sale under the cursor. */

static void label_of(const struct app *app, enum dimension dimension, size_t row,
                     char label[DIMENSION_LABEL_SIZE]) {
    struct dimension_view view;
    dimension_open(&view, app_facts(app), dimension);
    dimension_label(&view, dimension_code(&view, row), label);
    dimension_close(&view);
}

/* After every move: remembers the sale and, where it is shown in full, its labels. */
static void follow_cursor(struct state *state, struct app *app) {
    if (row_count(state, app) == 0)
        return;
    size_t row = fact_row(state, app, state->table.cursor);
    state->id = app_facts(app)->id[row];
    if (state->detailed) {
        for (int i = 0; i < DIMENSION_COUNT; i++)
            label_of(app, (enum dimension)i, row, state->labels[i]);
        sale_scores_say(app, state->id, state->scores, sizeof state->scores);
    }
}

static void return_to_sale(struct state *state, const struct app *app) {
    const struct facts *facts = app_facts(app);
    long count = row_count(state, app);
    table_clamp(&state->table, count);
    if (state->id == 0)
        return;
    for (long i = 0; i < count; i++) {
        if (facts->id[fact_row(state, app, i)] == state->id) {
            state->table.top += i - state->table.cursor;
            state->table.cursor = i;
            table_clamp(&state->table, count);
            return;
        }
    }
}

static enum err sales_load(void *data, struct app *app, struct error *error) {
    struct state *state = data;
    (void)error;
    sort_rows(state, app);
    return_to_sale(state, app);
    follow_cursor(state, app);
    return ERR_OK;
}

static void sales_release(void *data) {
    struct state *state = data;
    free(state->order);
    state->order = NULL;
}

/* Drawing. */

struct cell_context {
    const struct state *state;
    const struct app *app;
};

static const char *answer_text(int answer) {
    return answer == UNKNOWN ? "–" : answer ? "yes" : "no";
}

static void age_text(const struct facts *facts, size_t row, char *text, size_t size) {
    if (facts->age[row] == 0)
        snprintf(text, size, "–");
    else
        snprintf(text, size, "%d", facts->age[row]);
}

static const char *segment_text(const struct facts *facts, size_t row) {
    int segment = facts->segment[row];
    return segment == 0 || segment > facts->segment_count ? "–" : facts->segment_names[segment - 1];
}

static void draw_sale_cell(const void *data, long position, int column, struct pane cell,
                           char *text, size_t size, enum style *style) {
    const struct cell_context *context = data;
    const struct facts *facts = app_facts(context->app);
    size_t row = fact_row(context->state, context->app, position);
    char iso[DATE_ISO_SIZE], money[MONEY_TEXT_SIZE];
    const char *shown = "";
    (void)cell;
    (void)style;
    switch ((enum column)column) {
    case COLUMN_DATE:
        date_iso(facts->day[row], iso);
        shown = iso;
        break;
    case COLUMN_LOCATION:
        shown = facts_location(facts, row);
        break;
    case COLUMN_AGE:
        age_text(facts, row, text, size);
        return;
    case COLUMN_GENDER:
        shown = gender_names[facts->gender[row]];
        break;
    case COLUMN_HANDSET:
        shown = facts_handset(facts, row);
        break;
    case COLUMN_PRICE:
        money_grouped(facts->price_minor[row], money);
        shown = money;
        break;
    case COLUMN_FACEBOOK:
        shown = answer_text(facts_answer(facts, row, ANSWER_FACEBOOK));
        break;
    case COLUMN_FOLLOWS:
        shown = answer_text(facts_answer(facts, row, ANSWER_FOLLOWS));
        break;
    case COLUMN_RETURNING:
        shown = answer_text(facts_answer(facts, row, ANSWER_RETURNING));
        break;
    case COLUMN_HEARD:
        shown = answer_text(facts_answer(facts, row, ANSWER_HEARD));
        break;
    case COLUMN_SEGMENT:
        shown = segment_text(facts, row);
        break;
    case COLUMN_COUNT:
        break;
    }
    snprintf(text, size, "%s", shown);
}

static void draw_pair(struct pane pane, int row, const char *name, const char *value) {
    draw_field(pane, row, 1, 14, STYLE_DIM, name);
    draw_field(pane, row, 16, pane.width - 16, STYLE_TEXT, value);
}

static void draw_detail(const struct state *state, const struct app *app, struct pane pane) {
    const struct facts *facts = app_facts(app);
    size_t row = fact_row(state, app, state->table.cursor);
    char id[NUMBER_TEXT_SIZE], day[DATE_SHORT_SIZE], price[MONEY_TEXT_SIZE], years[8];
    number_grouped(facts->id[row], id, sizeof id);
    date_short(facts->day[row], day);
    money_plain(facts->price_minor[row], price);
    age_text(facts, row, years, sizeof years);
    char date[DIMENSION_LABEL_SIZE + DATE_SHORT_SIZE], age[DIMENSION_LABEL_SIZE + 16];
    snprintf(date, sizeof date, "%s %s", state->labels[DIMENSION_WEEKDAY], day);
    snprintf(age, sizeof age, "%s (band %s)", years, state->labels[DIMENSION_AGE_BAND]);

    draw_repeat(pane, 0, 0, pane.width, STYLE_RULE, GLYPH_RULE);
    const struct {
        const char *name, *value;
    } left[] = {{"Sale", id},
                {"Date", date},
                {"Handset", state->labels[DIMENSION_HANDSET]},
                {"Brand", state->labels[DIMENSION_BRAND]},
                {"Location", state->labels[DIMENSION_LOCATION]},
                {"Local", state->labels[DIMENSION_LOCAL]},
                {"Age", facts->age[row] == 0 ? "unknown" : age},
                {"Gender", state->labels[DIMENSION_GENDER]}};
    const struct {
        const char *name, *value;
    } right[] = {{"Price", price},
                 {"Price band", state->labels[DIMENSION_PRICE_BAND]},
                 {"From Facebook", state->labels[DIMENSION_FACEBOOK]},
                 {"Follows page", state->labels[DIMENSION_FOLLOWS]},
                 {"Bought before", state->labels[DIMENSION_RETURNING]},
                 {"Heard of shop", state->labels[DIMENSION_HEARD]},
                 {"Engagement", state->labels[DIMENSION_ENGAGEMENT]},
                 {"Segment", state->labels[DIMENSION_SEGMENT]}};
    int half = pane.width > 120 ? 60 : pane.width / 2;
    for (int i = 0; i < (int)(sizeof left / sizeof *left); i++) {
        draw_pair(pane_left(pane, half), i + 1, left[i].name, left[i].value);
        draw_pair(pane_after(pane, half), i + 1, right[i].name, right[i].value);
    }
    draw_pair(pane, DETAIL_ROWS - 1, "Scores", state->scores);
}

/* Rows that the detail takes of a body; at least three sales stay in view where there is room. */
static int detail_height(const struct state *state, int body_height) {
    int room = body_height - 5;
    if (!state->detailed || room < 2)
        return 0;
    return room < DETAIL_ROWS ? room : DETAIL_ROWS;
}

static void sales_draw(const void *data, const struct app *app, struct pane body) {
    const struct state *state = data;
    long rows = row_count(state, app);
    if (rows == 0) {
        draw_text(body, 1, 1, STYLE_TEXT, "No sales match these filters. x drops the last one.");
        return;
    }
    char count[NUMBER_TEXT_SIZE], position[NUMBER_TEXT_SIZE];
    number_grouped(rows, count, sizeof count);
    number_grouped(state->table.cursor + 1, position, sizeof position);
    draw_format(body, 0, 1, STYLE_TITLE, "%s %s, %s of %s, sorted by %s%s", count,
                rows == 1 ? "sale" : "sales", position, count, sort_names[state->sort],
                state->descending ? ", descending" : "");

    int detail = detail_height(state, body.height);
    struct table_column columns[COLUMN_COUNT];
    memcpy(columns, table_columns, sizeof columns);
    if (body.width >= 80)
        columns[COLUMN_HANDSET].width = body.width >= 100 ? 26 : 24;
    struct cell_context context = {state, app};
    table_draw(&state->table, pane_below(pane_top(body, body.height - detail), 1), columns,
               COLUMN_COUNT, rows, true, draw_sale_cell, &context);
    if (detail > 0)
        draw_detail(state, app, pane_below(body, body.height - detail));
}

/* Searching: dictionaries are short, so each name is looked at once. */

static bool *matching_terms(const struct dictionary *dictionary, const char *text) {
    bool *matches = xcalloc((size_t)dictionary->count + 1, sizeof *matches);
    for (int i = 0; i < dictionary->count; i++)
        matches[i + 1] = text_contains(dictionary->entries[i].name, text);
    return matches;
}

static unsigned jump_to_match(struct state *state, struct app *app, int direction) {
    const struct facts *facts = app_facts(app);
    long count = row_count(state, app), found = -1;
    if (count == 0)
        return REACT_NONE;
    if (state->search[0] == '\0') {
        app_notice(app, STYLE_WARNING, "Nothing was searched for yet: / begins a search.");
        return REACT_DRAW;
    }
    bool *places = matching_terms(&facts->locations, state->search);
    bool *handsets = matching_terms(&facts->handsets, state->search);
    for (long step = 1; found < 0 && step <= count; step++) {
        long at = (state->table.cursor + direction * step + count) % count;
        size_t row = fact_row(state, app, at);
        if (places[facts->location[row]] || handsets[facts->handset[row]])
            found = at;
    }
    free(places);
    free(handsets);
    if (found < 0) {
        app_notice(app, STYLE_WARNING, "No handset or place of this slice contains \"%s\".",
                   state->search);
        return REACT_DRAW;
    }
    state->table.cursor = found;
    follow_cursor(state, app);
    return REACT_DRAW;
}

static unsigned search_accepted(void *data, struct app *app, const char *text) {
    struct state *state = data;
    if (text[0] == '\0')
        return REACT_DRAW;
    snprintf(state->search, sizeof state->search, "%s", text);
    return jump_to_match(state, app, 1);
}

static unsigned show_first(struct state *state, struct app *app) {
    state->table = (struct table){0};
    follow_cursor(state, app);
    return REACT_DRAW;
}

static unsigned filter_by_sorted(struct state *state, struct app *app, enum filter_operator op) {
    enum dimension dimension = column_dimensions[state->sort];
    char label[DIMENSION_LABEL_SIZE];
    if (row_count(state, app) == 0)
        return REACT_NONE;
    label_of(app, dimension, fact_row(state, app, state->table.cursor), label);
    return app_filter(app, dimension, op, label);
}

static unsigned sales_act(void *data, struct app *app, enum action action) {
    struct state *state = data;
    long rows = row_count(state, app);
    int height = app_body_height(app);
    if (table_move(&state->table, action, rows, height - detail_height(state, height) - 2)) {
        follow_cursor(state, app);
        return REACT_DRAW;
    }
    switch (action) {
    case ACTION_OPEN:
        if (rows == 0)
            return REACT_NONE;
        state->detailed = !state->detailed;
        follow_cursor(state, app);
        return REACT_DRAW;
    case ACTION_SORT:
        state->sort = (enum column)((state->sort + 1) % COLUMN_COUNT);
        sort_rows(state, app);
        return show_first(state, app);
    case ACTION_INVERT:
        state->descending = !state->descending;
        return show_first(state, app);
    case ACTION_SEARCH:
        return app_prompt(app, "Search handset or place:", state->search, search_accepted, state);
    case ACTION_SEARCH_NEXT:
        return jump_to_match(state, app, 1);
    case ACTION_SEARCH_PREVIOUS:
        return jump_to_match(state, app, -1);
    case ACTION_KEEP:
        return filter_by_sorted(state, app, FILTER_IS);
    case ACTION_EXCLUDE:
        return filter_by_sorted(state, app, FILTER_IS_NOT);
    default:
        return REACT_NONE;
    }
}

static void remember(const void *data, struct buffer *choices) {
    const struct state *state = data;
    choices_add(choices, "sort", (int)state->sort);
    choices_add(choices, "descending", state->descending);
}

static void restore(void *data, const char *choices) {
    struct state *state = data;
    state->sort = (enum column)choices_get(choices, "sort", (int)state->sort, COLUMN_COUNT);
    state->descending = choices_get(choices, "descending", state->descending, 2) != 0;
}

const struct screen_ops sales_screen = {
    .title = "Sales",
    .help = "The sales of the current slice, one a row. Enter shows all that is known of the sale "
            "under the cursor, and hides it again. s sorts by the next column, I turns the order "
            "round. / searches handsets and places, n and N go to the next match and the one "
            "before. = keeps, and - excludes, what the sale under the cursor has in the column "
            "that is sorted by: its month, age band or price band for date, age and price.",
    .state_size = sizeof(struct state),
    .load = sales_load,
    .draw = sales_draw,
    .act = sales_act,
    .release = sales_release,
    .remember = remember,
    .restore = restore,
    .footer = {ACTION_OPEN, ACTION_SORT, ACTION_INVERT, ACTION_SEARCH, ACTION_KEEP, ACTION_FILTER,
               ACTION_HELP},
};
