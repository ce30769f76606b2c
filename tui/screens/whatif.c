/* What-if: one customer as a form, predicted anew at every change.
 *
 * Keys are text only where the field under the cursor can use them; all others stay commands. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/learn/predict.h"
#include "tui/screen.h"
#include "tui/widgets/chart.h"

/* X(symbol, title) */
#define FORM_LIST(X)              \
    X(DATE, "Date")               \
    X(LOCATION, "Location")       \
    X(AGE, "Age")                 \
    X(GENDER, "Gender")           \
    X(HANDSET, "Handset")         \
    X(PRICE, "Price")             \
    X(FACEBOOK, "From Facebook")  \
    X(FOLLOWS, "Follows page")    \
    X(RETURNING, "Bought before") \
    X(HEARD, "Heard of shop")

enum form_field {
#define X(symbol, title) FORM_##symbol,
    FORM_LIST(X)
#undef X
        FORM_COUNT
};

static const char *const field_titles[FORM_COUNT] = {
#define X(symbol, title) [FORM_##symbol] = (title),
    FORM_LIST(X)
#undef X
};

enum {
    NARROW = 70,      /* below it the result stands under the form */
    TWO_COLUMNS = 56, /* from here on the narrow form has two */
    FORM_WIDTH = 33,
    TITLE_WIDTH = 14,
    COARSE = 10, /* steps of a page key */
    PRICE_STEP_MINOR = 500 * MONEY_MINOR,
    PRICE_DIGITS = 11,
    ENTRY_SIZE = 64
};

struct state {
    bool filled; /* the form has been given its typical values */
    struct customer customer;
    enum form_field focus;
    char entry[ENTRY_SIZE]; /* what was typed into the focused field */
    bool typing;
    enum outcome outcome; /* the one explained */
    struct prediction prediction;
    char problem[256]; /* why nothing could be predicted at all */
};

static bool form_answer(enum form_field field, enum answer *answer) {
    switch (field) {
    case FORM_FACEBOOK:
        *answer = ANSWER_FACEBOOK;
        return true;
    case FORM_FOLLOWS:
        *answer = ANSWER_FOLLOWS;
        return true;
    case FORM_RETURNING:
        *answer = ANSWER_RETURNING;
        return true;
    case FORM_HEARD:
        *answer = ANSWER_HEARD;
        return true;
    default:
        return false;
    }
}

/* ------------------------------------------------------------------ typical values */

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t median_price(const struct facts *facts) {
    int64_t *prices = xcalloc(facts->count, sizeof *prices);
    memcpy(prices, facts->price_minor, facts->count * sizeof *prices);
    qsort(prices, facts->count, sizeof *prices, by_size);
    int64_t major = llround(quantile_sorted(prices, facts->count, 0.5) / MONEY_MINOR);
    free(prices);
    return major > 0 ? major * MONEY_MINOR : MONEY_MINOR;
}

static int median_age(const struct facts *facts) {
    size_t counts[UINT8_MAX + 1] = {0};
    for (size_t row = 0; row < facts->count; row++)
        counts[facts->age[row]]++;
    size_t known = facts->count - counts[0], below = 0;
    for (int age = 1; age <= UINT8_MAX; age++) {
        below += counts[age];
        if (known > 0 && 2 * below >= known)
            return age;
    }
    return UNKNOWN;
}

static void commonest(const uint16_t *ids, size_t rows, const struct dictionary *dictionary,
                      char name[DIMENSION_LABEL_SIZE]) {
    size_t *counts = xcalloc((size_t)dictionary->count + 1, sizeof *counts);
    int best = 0;
    for (size_t row = 0; row < rows; row++)
        if (ids[row] <= dictionary->count)
            counts[ids[row]]++;
    for (int id = 1; id <= dictionary->count; id++)
        if (counts[id] > 0 && (best == 0 || counts[id] > counts[best]))
            best = id;
    snprintf(name, DIMENSION_LABEL_SIZE, "%s", best > 0 ? dictionary->entries[best - 1].name : "");
    free(counts);
}

static void set_typical(struct state *state, const struct facts *facts) {
    struct customer *customer = &state->customer;
    customer_init(customer);
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        customer->answers[answer] = 0;
    if (facts->count == 0)
        return;
    customer->has_day = customer->has_price = true;
    customer->day = facts->last_day;
    customer->price_minor = median_price(facts);
    customer->age_years = median_age(facts);
    commonest(facts->location, facts->count, &facts->locations, customer->location);
    commonest(facts->handset, facts->count, &facts->handsets, customer->handset);
}

/* ------------------------------------------------------------------ predicting */

static void predict(struct state *state, struct app *app) {
    struct predictor *predictor = NULL;
    struct error error = {0};
    state->prediction = (struct prediction){0};
    state->problem[0] = '\0';
    enum err err = shop_predictor(app_shop(app), &predictor, &error);
    if (err == ERR_OK)
        err = predictor_predict(predictor, &state->customer, &state->prediction, &error);
    if (err != ERR_OK)
        snprintf(state->problem, sizeof state->problem, "%.255s", error.message);
}

static unsigned changed(struct state *state, struct app *app) {
    predict(state, app);
    return REACT_DRAW;
}

static enum err load(void *opaque, struct app *app, struct error *error) {
    struct state *state = opaque;
    (void)error; /* told on the screen, beside a form that still works */
    if (!state->filled)
        set_typical(state, app_facts(app));
    state->filled = true;
    predict(state, app);
    return ERR_OK;
}

/* ------------------------------------------------------------------ changing values */

static void cycle_name(const struct dictionary *dictionary, char name[DIMENSION_LABEL_SIZE],
                       int step) {
    int count = dictionary->count, at = -1;
    for (int i = 0; i < count && at < 0; i++)
        if (text_same(dictionary->entries[i].name, name))
            at = i;
    /* position `count` is "unknown" */
    int next = ((at < 0 ? count : at) + step) % (count + 1);
    if (next < 0)
        next += count + 1;
    snprintf(name, DIMENSION_LABEL_SIZE, "%s", next < count ? dictionary->entries[next].name : "");
}

/* unknown, 0 … count − 1, and round again */
static int cycle_choice(int value, int count, int step) {
    return (value + 1 + (step > 0 ? 1 : count)) % (count + 1) - 1;
}

static void step_price(struct customer *customer, int step) {
    int64_t price = customer->has_price ? customer->price_minor : 0;
    price += (int64_t)step * PRICE_STEP_MINOR;
    customer->has_price = true;
    customer->price_minor = price < MONEY_MINOR       ? MONEY_MINOR
                            : price > MONEY_MAX_MINOR ? MONEY_MAX_MINOR
                                                      : price;
}

static void step_age(struct customer *customer, int step, int typical) {
    int age = customer->age_years == UNKNOWN ? typical : customer->age_years + step;
    customer->age_years = age < AGE_MIN ? AGE_MIN : (age > AGE_MAX ? AGE_MAX : age);
}

static void step_field(struct state *state, const struct facts *facts, int step) {
    struct customer *customer = &state->customer;
    enum answer answer;
    int one = step > 0 ? 1 : -1;
    state->typing = false;
    switch (state->focus) {
    case FORM_DATE: {
        day_number first, last; /* dates that can be written and read */
        if (date_from_civil(1970, 1, 1, &first) && date_from_civil(9999, 12, 31, &last) &&
            customer->day + step >= first && customer->day + step <= last)
            customer->day += step;
        customer->has_day = true;
        break;
    }
    case FORM_LOCATION:
        cycle_name(&facts->locations, customer->location, one);
        break;
    case FORM_HANDSET:
        cycle_name(&facts->handsets, customer->handset, step);
        break;
    case FORM_AGE:
        step_age(customer, step, median_age(facts));
        break;
    case FORM_PRICE:
        step_price(customer, step);
        break;
    case FORM_GENDER:
        customer->gender = cycle_choice(customer->gender, GENDER_OTHER, step);
        break;
    default:
        if (form_answer(state->focus, &answer))
            customer->answers[answer] = cycle_choice(customer->answers[answer], 2, step);
    }
}

/* ------------------------------------------------------------------ typing */

static void begin_entry(struct state *state, const char *text) {
    if (state->typing)
        return;
    snprintf(state->entry, sizeof state->entry, "%s", text);
    state->typing = true;
}

static void take_number(struct state *state) {
    struct customer *customer = &state->customer;
    int64_t value = 0;
    bool given = number_parse_integer(state->entry, &value) && value > 0;
    if (state->focus == FORM_AGE) {
        customer->age_years = given ? (int)value : UNKNOWN;
    } else {
        customer->has_price = given;
        customer->price_minor = given ? value * MONEY_MINOR : 0;
    }
}

static bool type_digit(struct state *state, char digit) {
    int64_t value;
    begin_entry(state, "");
    size_t length = strlen(state->entry);
    state->entry[length] = digit;
    state->entry[length + 1] = '\0';
    bool fits = number_parse_integer(state->entry, &value) &&
                (state->focus == FORM_AGE ? value <= AGE_MAX : length < PRICE_DIGITS);
    if (!fits)
        state->entry[length] = '\0';
    else
        take_number(state);
    return true;
}

/* Takes the last digit or letter back; false where there is none, so that the key means "back". */
static bool erase(struct state *state) {
    bool number = state->focus == FORM_AGE || state->focus == FORM_PRICE;
    const struct customer *customer = &state->customer;
    char text[MONEY_TEXT_SIZE] = "";
    if (number && !state->typing) {
        if (state->focus == FORM_AGE && customer->age_years != UNKNOWN)
            snprintf(text, sizeof text, "%d", customer->age_years);
        if (state->focus == FORM_PRICE && customer->has_price)
            snprintf(text, sizeof text, "%lld", (long long)(customer->price_minor / MONEY_MINOR));
        begin_entry(state, text);
    }
    size_t length = state->typing ? strlen(state->entry) : 0;
    if (length == 0)
        return false;
    state->entry[length - 1] = '\0';
    if (number)
        take_number(state);
    return true;
}

/* The first name that starts with the text, else the first that contains it. */
static const char *find_name(const struct dictionary *dictionary, const char *text, bool anywhere) {
    for (int i = 0; i < dictionary->count; i++)
        if (text_starts(dictionary->entries[i].name, text))
            return dictionary->entries[i].name;
    for (int i = 0; anywhere && i < dictionary->count; i++)
        if (text_contains(dictionary->entries[i].name, text))
            return dictionary->entries[i].name;
    return NULL;
}

/* A first letter that no name starts with stays a command. */
static bool type_name(struct state *state, const struct dictionary *dictionary,
                      char name[DIMENSION_LABEL_SIZE], char letter) {
    bool begun = state->typing && state->entry[0];
    const char first[2] = {letter, '\0'};
    if (!begun && (!isalpha((unsigned char)letter) || !find_name(dictionary, first, false)))
        return false;
    begin_entry(state, "");
    size_t length = strlen(state->entry);
    if (length + 1 >= sizeof state->entry)
        return true;
    state->entry[length] = letter;
    state->entry[length + 1] = '\0';
    const char *found = find_name(dictionary, state->entry, true);
    if (found)
        snprintf(name, DIMENSION_LABEL_SIZE, "%s", found);
    else
        state->entry[length] = '\0';
    return true;
}

/* Sets one of the choices; false where the letter names none of them. */
static bool type_choice(int *value, char letter, const char *letters) {
    const char *at = strchr(letters, tolower((unsigned char)letter));
    if (letter == ' ')
        *value = *value == 1 ? 0 : 1;
    else if (letter == 'u' || letter == 'U')
        *value = UNKNOWN;
    else if (at)
        *value = (int)(at - letters);
    else
        return false;
    return true;
}

static bool type_character(struct state *state, const struct facts *facts, char letter) {
    struct customer *customer = &state->customer;
    enum answer answer;
    switch (state->focus) {
    case FORM_AGE:
    case FORM_PRICE:
        return isdigit((unsigned char)letter) && type_digit(state, letter);
    case FORM_LOCATION:
        return type_name(state, &facts->locations, customer->location, letter);
    case FORM_HANDSET:
        return type_name(state, &facts->handsets, customer->handset, letter);
    case FORM_GENDER:
        return type_choice(&customer->gender, letter, "fm");
    default:
        return form_answer(state->focus, &answer) &&
               type_choice(&customer->answers[answer], letter, "ny");
    }
}

static bool type(void *opaque, struct app *app, const struct key *key, unsigned *reaction) {
    struct state *state = opaque;
    bool taken = false;
    switch (key->kind) {
    case KEY_KIND_BACKSPACE:
        taken = erase(state);
        break;
    case KEY_KIND_ESCAPE:
        taken = state->typing;
        state->typing = false;
        break;
    case KEY_KIND_CHARACTER:
    case KEY_KIND_PASTE:
        if (key->character >= ' ' && key->character < 0x7f)
            taken = type_character(state, app_facts(app), (char)key->character);
        break;
    default:
        break;
    }
    if (taken)
        *reaction = changed(state, app);
    else if (key->kind == KEY_KIND_PASTE)
        *reaction = REACT_NONE;
    return taken || key->kind == KEY_KIND_PASTE; /* pasted text is never a command */
}

static unsigned act(void *opaque, struct app *app, enum action action) {
    struct state *state = opaque;
    int move = 0, step = 0;
    switch (action) {
    case ACTION_NEXT:
    case ACTION_DOWN:
        move = 1;
        break;
    case ACTION_PREVIOUS:
    case ACTION_UP:
        move = FORM_COUNT - 1;
        break;
    case ACTION_LEFT:
        step = -1;
        break;
    case ACTION_RIGHT:
        step = 1;
        break;
    case ACTION_PAGE_UP:
        step = -COARSE;
        break;
    case ACTION_PAGE_DOWN:
        step = COARSE;
        break;
    case ACTION_RESET:
        state->typing = false;
        set_typical(state, app_facts(app));
        return changed(state, app);
    case ACTION_OUTCOME:
        state->outcome = (enum outcome)((state->outcome + 1) % OUTCOME_COUNT);
        return REACT_DRAW;
    case ACTION_TRAIN:
        return app_train(app);
    default:
        return REACT_NONE;
    }
    if (move != 0) {
        state->focus = (enum form_field)((state->focus + move) % FORM_COUNT);
        state->typing = false;
        return REACT_DRAW;
    }
    step_field(state, app_facts(app), step);
    return changed(state, app);
}

/* ------------------------------------------------------------------ drawing the form */

static void say_field(const struct state *state, enum form_field field, char *text, size_t size) {
    const struct customer *customer = &state->customer;
    char date[DATE_SHORT_SIZE], money[MONEY_TEXT_SIZE];
    enum answer answer;
    snprintf(text, size, "unknown");
    if (field == FORM_DATE && customer->has_day) {
        date_short(customer->day, date);
        snprintf(text, size, "%s", date);
    } else if (field == FORM_PRICE && customer->has_price) {
        money_grouped(customer->price_minor, money);
        snprintf(text, size, "%s", money);
    } else if (field == FORM_AGE && customer->age_years != UNKNOWN) {
        snprintf(text, size, "%d", customer->age_years);
    } else if (field == FORM_GENDER && customer->gender != UNKNOWN) {
        snprintf(text, size, "%s", customer->gender == GENDER_FEMALE ? "female" : "male");
    } else if (field == FORM_LOCATION && customer->location[0]) {
        snprintf(text, size, "%s", customer->location);
    } else if (field == FORM_HANDSET && customer->handset[0]) {
        snprintf(text, size, "%s", customer->handset);
    } else if (form_answer(field, &answer) && customer->answers[answer] != UNKNOWN) {
        snprintf(text, size, "%s", customer->answers[answer] ? "yes" : "no");
    }
}

/* As many rows of fields as the pane has, the focused one among them. */
static void draw_form(const struct state *state, struct pane pane, int columns) {
    int rows = (FORM_COUNT + columns - 1) / columns, width = pane.width / columns;
    int top = (int)state->focus % rows - pane.height + 1;
    if (top < 0)
        top = 0;
    for (int i = 0; i < FORM_COUNT; i++) {
        char value[DIMENSION_LABEL_SIZE];
        bool focused = i == (int)state->focus;
        int row = i % rows - top, column = i / rows * width + 1;
        if (row < 0 || row >= pane.height)
            continue;
        say_field(state, (enum form_field)i, value, sizeof value);
        draw_field(pane, row, column, TITLE_WIDTH - 1, focused ? STYLE_STRONG : STYLE_TEXT,
                   field_titles[i]);
        draw_field(pane, row, column + TITLE_WIDTH, width - TITLE_WIDTH - 2,
                   focused ? STYLE_CURSOR : STYLE_TEXT, value);
    }
}

/* ------------------------------------------------------------------ drawing the result */

/* Probability and base rate on an axis in whole tens of percent around them. */
static void draw_axis(struct pane pane, int row, const struct outcome_prediction *outcome) {
    struct interval probability = outcome->probability;
    double low = floor(10 * fmin(probability.low, outcome->base_rate)) / 10;
    double high = ceil(10 * fmax(probability.high, outcome->base_rate)) / 10;
    low = fmax(0, low);
    high = fmin(1, fmax(high, low + 0.1));
    int width = pane.width - 12 < 80 ? pane.width - 12 : 80;
    if (width < 10)
        return;
    draw_format(pane, row, 0, STYLE_DIM, "%3.0f%%", 100 * low);
    chart_interval(pane, row, 5, width, low, high, probability, outcome->base_rate, STYLE_TEXT);
    draw_format(pane, row, 6 + width, STYLE_DIM, "%.0f%%", 100 * high);
}

static int draw_outcome(struct pane pane, int row, enum outcome which,
                        const struct outcome_prediction *outcome, bool compact, bool read_only) {
    char text[400];
    int at = draw_text(pane, row, 0, STYLE_STRONG, outcome_title(which));
    if (!outcome->available) {
        snprintf(text, sizeof text, "%s.%s", outcome->problem,
                 read_only ? "" : " Press T to train (about half a minute).");
        return draw_paragraph(pane, row + 1, 0, STYLE_WARNING, text);
    }
    chart_share_text(outcome->probability, text, sizeof text);
    at = draw_text(pane, row, at + 1, STYLE_STRONG, text);
    draw_format(pane, row, at + 2, STYLE_DIM, "base %.1f%%", 100 * outcome->base_rate);
    if (!compact)
        draw_axis(pane, ++row, outcome);
    snprintf(
        text, sizeof text, "%s: AUC %.3f [%.3f–%.3f], %s", outcome->skill ? "skill" : "no skill",
        outcome->auc, outcome->auc_low, outcome->auc_high,
        outcome->skill ? "better than the base rate" : "not clearly better than the base rate");
    return draw_paragraph(pane, row + 1, 0, outcome->skill ? STYLE_HIGHER : STYLE_WARNING, text);
}

static const char *feature_title(const char *feature) {
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        static const char *const names[] = {
#define X(symbol, name, title) name, title,
            ANSWER_LIST(X)
#undef X
        };
        if (strcmp(names[2 * answer], feature) == 0)
            return names[2 * answer + 1];
    }
    for (int field = 0; field < FORM_COUNT; field++)
        if (text_same(field_titles[field], feature))
            return field_titles[field];
    return feature;
}

static void draw_why(struct pane pane, int row, enum outcome which,
                     const struct outcome_prediction *outcome) {
    if (!outcome->available || outcome->contribution_count == 0 || row + 1 >= pane.height)
        return;
    int name = pane.width / 2 < 40 ? pane.width / 2 : 40, number = name + 8;
    int bar = pane.width - number - 1 < 60 ? pane.width - number - 1 : 60;
    double largest = fabs(outcome->contributions[0].log_odds);
    draw_format(pane, row, 0, STYLE_HEADING, "Why “%s”", outcome_title(which));
    draw_right(pane, row++, number, STYLE_DIM, "log odds");
    for (int i = 0; i < outcome->contribution_count && row < pane.height; i++, row++) {
        const struct contribution *contribution = &outcome->contributions[i];
        char text[DIMENSION_LABEL_SIZE + 64];
        snprintf(text, sizeof text, "%s = %s", feature_title(contribution->feature),
                 contribution->value);
        draw_field(pane, row, 0, name, STYLE_TEXT, text);
        snprintf(text, sizeof text, "%+.3f", contribution->log_odds);
        draw_right(pane, row, number, STYLE_TEXT, text);
        if (bar >= 5 && largest > 0)
            chart_diverging(pane, row, number + 1, bar, contribution->log_odds / largest);
    }
}

/* What is odd about this customer, the segment, and how alike ones answered. */
static int draw_company(struct pane pane, int row, const struct prediction *prediction) {
    char text[256], share[64], sales[NUMBER_TEXT_SIZE];
    for (int i = 0; i < prediction->warning_count; i++) {
        snprintf(text, sizeof text, "! %s", prediction->warnings[i]);
        row = draw_paragraph(pane, row, 0, STYLE_WARNING, text);
    }
    if (prediction->segment) {
        snprintf(text, sizeof text, "Segment: %.120s (distance %.2f)", prediction->segment,
                 prediction->segment_distance);
        row = draw_paragraph(pane, row, 0, STYLE_TEXT, text);
    }
    number_grouped(prediction->similar.sales, sales, sizeof sales);
    snprintf(text, sizeof text, "%s similar sale%s (%s)", sales,
             prediction->similar.sales == 1 ? "" : "s", prediction->similar.rule);
    row = draw_paragraph(pane, row, 0, STYLE_TEXT, text);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (prediction->similar.known[i] == 0)
            continue;
        chart_share_text(share_wilson(prediction->similar.yes[i], prediction->similar.known[i]),
                         share, sizeof share);
        draw_format(pane, row++, 0, STYLE_TEXT, "%s %s", outcome_title((enum outcome)i), share);
    }
    return row;
}

static int draw_outcomes(const struct state *state, const struct app *app, struct pane pane,
                         bool compact) {
    int row = 0;
    if (state->problem[0])
        return draw_paragraph(pane, row, 0, STYLE_PROBLEM, state->problem);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        row = draw_outcome(pane, row, (enum outcome)i, &state->prediction.outcomes[i], compact,
                           app_read_only(app));
    return row;
}

static void draw(const void *opaque, const struct app *app, struct pane body) {
    const struct state *state = opaque;
    const struct outcome_prediction *explained = &state->prediction.outcomes[state->outcome];
    if (body.width >= NARROW) {
        int form = body.width / 3 > FORM_WIDTH ? body.width / 3 : FORM_WIDTH;
        struct pane left = pane_left(body, form < 60 ? form : 60);
        struct pane right = pane_after(body, left.width + 1);
        draw_form(state, pane_top(left, FORM_COUNT), 1);
        if (!state->problem[0])
            draw_company(pane_after(pane_below(left, FORM_COUNT + 1), 1), 0, &state->prediction);
        int row = draw_outcomes(state, app, right, false);
        draw_why(right, row + (right.height - row > explained->contribution_count + 1),
                 state->outcome, explained);
        return;
    }
    int columns = body.width >= TWO_COLUMNS ? 2 : 1;
    int rows = FORM_COUNT / columns;
    if (rows > body.height - 4)
        rows = body.height > 5 ? body.height - 4 : 1;
    draw_form(state, pane_top(body, rows), columns);
    struct pane result = pane_after(pane_below(body, rows), 1);
    int row = draw_outcomes(state, app, result, true);
    if (!state->problem[0])
        row = draw_company(result, row, &state->prediction);
    draw_why(result, row, state->outcome, explained);
}

const struct screen_ops whatif_screen = {
    .title = "What-if",
    .help = "One customer, predicted as you type. Tab, Up and Down move between the fields, Left "
            "and Right change a value, PgUp and PgDn in steps ten times as large. Age and price "
            "take digits, place and handset the first letters of a name, questions y, n or u, "
            "gender f, m or u. Intervals are the model's own uncertainty; its verdict says "
            "whether it tells more than the base rate. The bars show what moved the model's log "
            "odds away from its average; they describe the model, not the customer.",
    .state_size = sizeof(struct state),
    .load = load,
    .draw = draw,
    .act = act,
    .type = type,
    .footer = {ACTION_NEXT, ACTION_RIGHT, ACTION_RESET, ACTION_OUTCOME, ACTION_TRAIN, ACTION_HELP,
               ACTION_QUIT},
};
