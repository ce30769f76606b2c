/* Keys are text only where the field under the cursor can use them; all others stay commands. What
 * was typed is applied at every key, so that the answer moves with it; what cannot be read stays as
 * it was typed, says why, and leaves the customer alone. */
#include "tui/screens/whatif_form.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/analysis/statistics.h"

enum { PRICE_STEP_MINOR = 500 * MONEY_MINOR, LIST_PAGE = 5, TITLE_WIDTH = 14 };

/* What is told first comes first; the day matters least. */
static const enum field order[FORM_FIELDS] = {
    FIELD_LOCATION, FIELD_AGE,     FIELD_GENDER,    FIELD_HANDSET, FIELD_PRICE,
    FIELD_FACEBOOK, FIELD_FOLLOWS, FIELD_RETURNING, FIELD_HEARD,   FIELD_DATE};

enum field form_field(const struct whatif_form *form) {
    return order[form->focus];
}

static bool asks_predicted(const struct whatif_form *form, enum field field) {
    enum answer answer;
    return field_answer(field, &answer) && answer == form->predicted;
}

bool form_is_predicted(const struct whatif_form *form) {
    return asks_predicted(form, form_field(form));
}

static void tell(struct whatif_form *form) {
    form->told |= 1U << form_field(form);
}

static bool is_typical(const struct whatif_form *form, enum field field) {
    return !(form->told & 1U << field) && !asks_predicted(form, field) &&
           customer_knows(&form->customer, field);
}

int form_typical(const struct whatif_form *form) {
    int count = 0;
    for (int i = 0; i < FORM_FIELDS; i++)
        count += is_typical(form, order[i]);
    return count;
}

static bool is_name(enum field field) {
    return field == FIELD_LOCATION || field == FIELD_HANDSET;
}

static bool is_number(enum field field) {
    return field == FIELD_AGE || field == FIELD_PRICE || field == FIELD_DATE;
}

static const struct dictionary *names_of(const struct facts *facts, enum field field) {
    return field == FIELD_HANDSET ? &facts->handsets : &facts->locations;
}

static char *name_of(struct customer *customer, enum field field) {
    return field == FIELD_HANDSET ? customer->handset : customer->location;
}

/* ------------------------------------------------------------------ typical values */

static int64_t typical_price(const struct past *past) {
    int64_t major = llround(past->price_median);
    return major > 0 ? major * MONEY_MINOR : MONEY_MINOR;
}

static void commonest(const int64_t *sales, const struct dictionary *dictionary,
                      char name[DIMENSION_LABEL_SIZE]) {
    int id = past_commonest(sales, dictionary->count);
    snprintf(name, DIMENSION_LABEL_SIZE, "%s", id > 0 ? dictionary->entries[id - 1].name : "");
}

void form_set_typical(struct whatif_form *form, const struct facts *facts,
                      const struct past *past) {
    struct customer *customer = &form->customer;
    customer_init(customer);
    form->editing = false;
    form->reason = NULL;
    form->filled = true;
    form->told = 0;
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        customer->answers[answer] = answer == (int)form->predicted ? UNKNOWN : 0;
    if (facts->count == 0)
        return;
    customer->has_day = customer->has_price = true;
    customer->day = facts->last_day;
    customer->price_minor = typical_price(past);
    customer->age_years = form->typical_age = past->age_median;
    commonest(past->location_sales, &facts->locations, customer->location);
    commonest(past->handset_sales, &facts->handsets, customer->handset);
}

void form_set(struct whatif_form *form, const struct customer *customer) {
    form->customer = *customer;
    form->editing = false;
    form->reason = NULL;
    form->filled = true;
    form->told = ~0U;
}

/* ------------------------------------------------------------------ stepping */

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

static void step_day(struct customer *customer, const struct facts *facts, int step) {
    day_number first, last; /* dates that can be written and read */
    if (!customer->has_day)
        customer->day = facts->last_day;
    else if (date_from_civil(1970, 1, 1, &first) && date_from_civil(9999, 12, 31, &last) &&
             customer->day + step >= first && customer->day + step <= last)
        customer->day += step;
    customer->has_day = true;
}

void form_step(struct whatif_form *form, const struct facts *facts, int step) {
    struct customer *customer = &form->customer;
    enum field field = form_field(form);
    enum answer answer;
    int one = step > 0 ? 1 : -1;
    tell(form);
    if (field == FIELD_DATE)
        step_day(customer, facts, step);
    else if (field == FIELD_AGE)
        step_age(customer, step, form->typical_age);
    else if (field == FIELD_PRICE)
        step_price(customer, step);
    else if (is_name(field))
        cycle_name(names_of(facts, field), name_of(customer, field), step);
    else if (field == FIELD_GENDER)
        customer->gender = cycle_choice(customer->gender, GENDER_COUNT, one);
    else if (field_answer(field, &answer))
        customer->answers[answer] = cycle_choice(customer->answers[answer], 2, one);
}

void form_move(struct whatif_form *form, int step) {
    form->editing = false;
    form->reason = NULL;
    form->focus = (form->focus + step % FORM_FIELDS + FORM_FIELDS) % FORM_FIELDS;
}

/* ------------------------------------------------------------------ editing */

bool form_lists(const struct whatif_form *form) {
    return form->editing && is_name(form_field(form));
}

/* Names that begin with the text, then names that have it elsewhere. */
static void find_matches(struct whatif_form *form, const struct facts *facts) {
    const struct dictionary *names = names_of(facts, form_field(form));
    const char *text = form->entry.text;
    form->match_count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < names->count && form->match_count < FORM_MATCHES_MAX; i++) {
            bool starts = text_starts(names->entries[i].name, text);
            if (pass == 0 ? starts : !starts && text_contains(names->entries[i].name, text))
                form->matches[form->match_count++] = i;
        }
    }
}

/* The name that an item of the list stands for; NULL: the text itself, or "unknown". */
static const char *name_at(const struct whatif_form *form, const struct facts *facts, int item) {
    int match = form->entry.text[0] == '\0' ? item - 1 : item;
    return match >= 0 && match < form->match_count
               ? names_of(facts, form_field(form))->entries[form->matches[match]].name
               : NULL;
}

/* The customer gets what is under the list's cursor, or what the entry says. */
static void apply(struct whatif_form *form, const struct facts *facts) {
    enum field field = form_field(form);
    const char *name = is_name(field) ? name_at(form, facts, form->chosen) : NULL;
    const char *text = name != NULL ? name : form->entry.text;
    form->reason = NULL;
    form->customer = form->before;
    tell(form);
    (void)customer_set(&form->customer, field, text, &form->reason);
}

static void begin(struct whatif_form *form, const struct facts *facts, const char *text) {
    form->editing = true;
    form->before = form->customer;
    form->told_before = form->told;
    form->reason = NULL;
    prompt_open(&form->entry, "", text);
    if (!is_name(form_field(form)))
        return;
    find_matches(form, facts);
    form->chosen = 0;
    for (int i = 1; text[0] == '\0' && i <= form->match_count; i++)
        if (text_same(name_at(form, facts, i), name_of(&form->customer, form_field(form))))
            form->chosen = i; /* an open list begins at the present name */
}

/* The value as it would be typed. */
static void typed(const struct whatif_form *form, char text[DIMENSION_LABEL_SIZE]) {
    enum field field = form_field(form);
    const struct customer *customer = &form->customer;
    text[0] = '\0';
    if (!customer_knows(customer, field))
        return;
    customer_say(customer, field, text);
    if (field == FIELD_DATE)
        date_iso(customer->day, text);
    if (field == FIELD_PRICE)
        money_plain(customer->price_minor, text);
}

static void cancel(struct whatif_form *form) {
    form->customer = form->before;
    form->told = form->told_before;
    form->editing = false;
    form->reason = NULL;
}

/* Ends the entry and goes to another field; stays where it cannot be read. */
static void take(struct whatif_form *form, const struct facts *facts, int move) {
    apply(form, facts);
    if (form->reason == NULL)
        form_move(form, move);
}

static void edit(struct whatif_form *form, const struct facts *facts, const struct key *key) {
    switch (prompt_key(&form->entry, key)) {
    case PROMPT_CLOSED:
        cancel(form);
        return;
    case PROMPT_ACCEPTED:
    case PROMPT_COMPLETE:
        take(form, facts, 1);
        return;
    case PROMPT_CHANGED:
        if (form_lists(form)) {
            find_matches(form, facts);
            form->chosen = 0;
        }
        apply(form, facts);
        return;
    case PROMPT_UNCHANGED:
        return;
    }
}

static void choose(struct whatif_form *form, const struct facts *facts, int step) {
    int chosen = form->chosen + step;
    form->chosen = chosen < 0 ? 0 : (chosen > form->match_count ? form->match_count : chosen);
    apply(form, facts);
}

static bool edit_key(struct whatif_form *form, const struct facts *facts, const struct key *key) {
    bool lists = form_lists(form);
    switch (key->kind) {
    case KEY_KIND_UP:
        lists ? choose(form, facts, -1) : take(form, facts, -1);
        return true;
    case KEY_KIND_DOWN:
        lists ? choose(form, facts, 1) : take(form, facts, 1);
        return true;
    case KEY_KIND_PAGE_UP:
    case KEY_KIND_PAGE_DOWN:
        if (lists)
            choose(form, facts, key->kind == KEY_KIND_PAGE_UP ? -LIST_PAGE : LIST_PAGE);
        return true;
    case KEY_KIND_BACKTAB:
        take(form, facts, -1);
        return true;
    case KEY_KIND_CONTROL:
        if (key->character == 'l' || key->character == 'z')
            return false;
        break;
    case KEY_KIND_RESIZE:
    case KEY_KIND_OTHER:
        return false;
    default:
        break;
    }
    edit(form, facts, key);
    return true;
}

/* ------------------------------------------------------------------ the first key of an entry */

/* Sets one of the choices; false where the letter names none of them. */
static bool type_choice(int *value, int letter, const char *letters) {
    const char *at = strchr(letters, tolower(letter));
    if (at != NULL)
        *value = (int)(at - letters);
    return at != NULL;
}

static bool some_name_starts(const struct dictionary *names, char letter) {
    const char first[2] = {letter, '\0'};
    for (int i = 0; i < names->count; i++)
        if (text_starts(names->entries[i].name, first))
            return true;
    return false;
}

/* Space never leaves the field: it toggles a question, goes on to the next gender, opens a list. */
static void space(struct whatif_form *form, const struct facts *facts) {
    enum field field = form_field(form);
    enum answer answer;
    if (is_name(field))
        begin(form, facts, "");
    else if (field == FIELD_GENDER)
        form_step(form, facts, 1);
    else if (field_answer(field, &answer)) {
        form->customer.answers[answer] = form->customer.answers[answer] == 1 ? 0 : 1;
        tell(form);
    }
}

static bool first_character(struct whatif_form *form, const struct facts *facts,
                            const struct key *key) {
    enum field field = form_field(form);
    enum answer answer;
    uint32_t code = key->character;
    bool ascii = code < 0x7f, pasted = key->kind == KEY_KIND_PASTE;
    if (code == ' ') {
        if (!pasted)
            space(form, facts);
        return true;
    }
    if (!pasted && (code == 'u' || code == 'U')) { /* in every field the same: never undo */
        form->reason = NULL;
        tell(form);
        (void)customer_set(&form->customer, field, "", &form->reason);
        form->reason = NULL;
        return true;
    }
    bool number = is_number(field) && (pasted || (ascii && isdigit((int)code)));
    bool name = is_name(field) &&
                (pasted || !ascii ||
                 (isalpha((int)code) && some_name_starts(names_of(facts, field), (char)code)));
    if (number || name) {
        begin(form, facts, "");
    } else {
        bool taken = ascii && !pasted &&
                     (field == FIELD_GENDER
                          ? type_choice(&form->customer.gender, (int)code, "fm")
                          : field_answer(field, &answer) &&
                                type_choice(&form->customer.answers[answer], (int)code, "ny"));
        if (taken)
            tell(form);
        return taken;
    }
    edit(form, facts, key);
    if (form->entry.text[0] == '\0') /* a pasted line end is no text */
        cancel(form);
    return true;
}

static bool first_key(struct whatif_form *form, const struct facts *facts, const struct key *key) {
    enum field field = form_field(form);
    char text[DIMENSION_LABEL_SIZE];
    switch (key->kind) {
    case KEY_KIND_CHARACTER:
    case KEY_KIND_PASTE:
        return first_character(form, facts, key) || key->kind == KEY_KIND_PASTE;
    case KEY_KIND_ENTER:
        if (is_name(field)) {
            begin(form, facts, "");
        } else if (is_number(field)) {
            typed(form, text);
            begin(form, facts, text);
        } else {
            tell(form); /* going on by Enter says that it is so */
            form_move(form, 1);
        }
        return true;
    case KEY_KIND_BACKSPACE:
        typed(form, text);
        if (text[0] == '\0' || !(is_name(field) || is_number(field)))
            return false;
        begin(form, facts, text);
        edit(form, facts, key);
        return true;
    default:
        return false;
    }
}

bool form_key(struct whatif_form *form, const struct facts *facts, const struct key *key) {
    return form->editing ? edit_key(form, facts, key) : first_key(form, facts, key);
}

/* ------------------------------------------------------------------ drawing */

/* The entry, its end in view, with the cursor as a gap in the reversed field. */
static void draw_entry(const struct whatif_form *form, struct pane pane, int row, int column,
                       int width) {
    char head[PROMPT_TEXT_MAX];
    const char *shown = form->entry.text;
    snprintf(head, sizeof head, "%.*s", (int)form->entry.cursor, form->entry.text);
    const char *start = head;
    while (*start != '\0' && text_width(start) >= width) {
        uint32_t code;
        size_t step = text_decode(start, strlen(start), &code);
        start += step;
        shown += step;
    }
    draw_field(pane, row, column, width, form->reason != NULL ? STYLE_PROBLEM : STYLE_CURSOR,
               shown);
    const char *under = form->entry.text + form->entry.cursor;
    char one[8];
    uint32_t code;
    size_t length = *under != '\0' ? text_decode(under, strlen(under), &code) : 0;
    snprintf(one, sizeof one, "%.*s", (int)length, under);
    draw_text(pane, row, column + text_width(start), STYLE_STRONG, length > 0 ? one : "_");
}

void form_draw(const struct whatif_form *form, struct pane pane, int columns) {
    int rows = (FORM_FIELDS + columns - 1) / columns, width = pane.width / columns;
    int top = form->focus % rows - pane.height + 1;
    if (top < 0)
        top = 0;
    for (int i = 0; i < FORM_FIELDS; i++) {
        char value[DIMENSION_LABEL_SIZE];
        bool focused = i == form->focus;
        int row = i % rows - top, column = i / rows * width + 1;
        if (row < 0 || row >= pane.height)
            continue;
        draw_field(pane, row, column, TITLE_WIDTH - 1, focused ? STYLE_STRONG : STYLE_TEXT,
                   field_title(order[i]));
        if (focused && form->editing) {
            draw_entry(form, pane, row, column + TITLE_WIDTH, width - TITLE_WIDTH - 2);
            continue;
        }
        bool predicted = asks_predicted(form, order[i]);
        customer_say(&form->customer, order[i], value);
        if (is_typical(form, order[i])) /* in the gap between both */
            draw_text(pane, row, column + TITLE_WIDTH - 1, STYLE_WARNING, "~");
        draw_field(pane, row, column + TITLE_WIDTH, width - TITLE_WIDTH - 2,
                   focused     ? STYLE_CURSOR
                   : predicted ? STYLE_DIM
                               : STYLE_TEXT,
                   predicted ? width - TITLE_WIDTH - 2 < 15 ? "predicted" : "being predicted"
                             : value);
    }
}

void form_draw_list(const struct whatif_form *form, const struct facts *facts, struct pane pane) {
    int rows = pane.height - 1, items = form->match_count + 1;
    int top = form->chosen - rows / 2;
    if (top > items - rows)
        top = items - rows;
    if (top < 0)
        top = 0;
    draw_format(pane, 0, 1, STYLE_HEADING, "%s: %d match%s, Enter takes",
                field_title(form_field(form)), form->match_count,
                form->match_count == 1 ? "" : "es");
    for (int i = 0; i < rows && top + i < items; i++) {
        char text[PROMPT_TEXT_MAX + 32];
        int item = top + i;
        const char *name = name_at(form, facts, item);
        if (name != NULL)
            snprintf(text, sizeof text, "%s", name);
        else if (form->entry.text[0] == '\0')
            snprintf(text, sizeof text, "unknown");
        else
            snprintf(text, sizeof text, "“%s” as typed", form->entry.text);
        draw_field(pane, 1 + i, 1, pane.width - 2, item == form->chosen ? STYLE_CURSOR : STYLE_TEXT,
                   text);
    }
}

int form_draw_reason(const struct whatif_form *form, struct pane pane, int row) {
    char text[PROMPT_TEXT_MAX + 128];
    if (!form->editing || form->reason == NULL)
        return row;
    snprintf(text, sizeof text, "! %s “%.60s” %s; Esc drops it", field_title(form_field(form)),
             form->entry.text, form->reason);
    return draw_paragraph(pane, row, 0, STYLE_PROBLEM, text);
}
