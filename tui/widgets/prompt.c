#include "tui/widgets/prompt.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Where the character that has this byte begins. */
static size_t start_of(const char *text, size_t at) {
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static size_t before(const char *text, size_t at) {
    return at > 0 ? start_of(text, at - 1) : 0;
}

void prompt_set(struct prompt *prompt, const char *text) {
    size_t length = strlen(text);
    if (length >= PROMPT_TEXT_MAX) /* by bytes: marks upon marks take no column */
        length = start_of(text, PROMPT_TEXT_MAX - 1);
    memmove(prompt->text, text, length);
    prompt->text[length] = '\0';
    prompt->cursor = length;
}

void prompt_open(struct prompt *prompt, const char *label, const char *text) {
    *prompt = (struct prompt){.label = label};
    prompt_set(prompt, text);
}

void prompt_propose(struct prompt *prompt, const char *label, const char *text) {
    prompt_open(prompt, label, text);
    prompt->proposed = text[0] != '\0';
}

static size_t after(const char *text, size_t at) {
    uint32_t code;
    return at + text_decode(text + at, strlen(text + at), &code);
}

static void cut(struct prompt *prompt, size_t from, size_t to) {
    memmove(prompt->text + from, prompt->text + to, strlen(prompt->text + to) + 1);
    prompt->cursor = from;
}

static enum prompt_result insert(struct prompt *prompt, uint32_t code) {
    char bytes[4];
    size_t length = text_encode(code, bytes), whole = strlen(prompt->text);
    if (code < 0x20 || (code >= 0x7F && code < 0xA0) || whole + length >= PROMPT_TEXT_MAX)
        return PROMPT_UNCHANGED;
    memmove(prompt->text + prompt->cursor + length, prompt->text + prompt->cursor,
            whole - prompt->cursor + 1);
    memcpy(prompt->text + prompt->cursor, bytes, length);
    prompt->cursor += length;
    return PROMPT_CHANGED;
}

static enum prompt_result control(struct prompt *prompt, uint32_t letter) {
    switch (letter) {
    case 'a':
        prompt->cursor = 0;
        return PROMPT_CHANGED;
    case 'e':
        prompt->cursor = strlen(prompt->text);
        return PROMPT_CHANGED;
    case 'u':
        cut(prompt, 0, prompt->cursor);
        return PROMPT_CHANGED;
    case 'w': {
        size_t from = prompt->cursor;
        while (from > 0 && prompt->text[from - 1] == ' ')
            from--;
        while (from > 0 && prompt->text[from - 1] != ' ')
            from--;
        cut(prompt, from, prompt->cursor);
        return PROMPT_CHANGED;
    }
    case 'c':
    case 'g':
        return PROMPT_CLOSED;
    default:
        return PROMPT_UNCHANGED;
    }
}

/* What replaces a proposal as a whole: it is gone before the key is taken. */
static bool replaces(const struct key *key) {
    return key->kind == KEY_KIND_CHARACTER || key->kind == KEY_KIND_PASTE ||
           key->kind == KEY_KIND_BACKSPACE || key->kind == KEY_KIND_DELETE;
}

enum prompt_result prompt_key(struct prompt *prompt, const struct key *key) {
    if (prompt->proposed && key->kind != KEY_KIND_RESIZE) {
        prompt->proposed = false;
        if (replaces(key))
            prompt_set(prompt, "");
    }
    switch (key->kind) {
    case KEY_KIND_CHARACTER:
    case KEY_KIND_PASTE:
        return insert(prompt, key->character);
    case KEY_KIND_CONTROL:
        return control(prompt, key->character);
    case KEY_KIND_ENTER:
        return PROMPT_ACCEPTED;
    case KEY_KIND_ESCAPE:
        return PROMPT_CLOSED;
    case KEY_KIND_TAB:
        return PROMPT_COMPLETE;
    case KEY_KIND_BACKSPACE:
        cut(prompt, before(prompt->text, prompt->cursor), prompt->cursor);
        return PROMPT_CHANGED;
    case KEY_KIND_DELETE:
        if (prompt->text[prompt->cursor] != '\0')
            cut(prompt, prompt->cursor, after(prompt->text, prompt->cursor));
        return PROMPT_CHANGED;
    case KEY_KIND_LEFT:
        prompt->cursor = before(prompt->text, prompt->cursor);
        return PROMPT_CHANGED;
    case KEY_KIND_RIGHT:
        if (prompt->text[prompt->cursor] != '\0')
            prompt->cursor = after(prompt->text, prompt->cursor);
        return PROMPT_CHANGED;
    case KEY_KIND_HOME:
        prompt->cursor = 0;
        return PROMPT_CHANGED;
    case KEY_KIND_END:
        prompt->cursor = strlen(prompt->text);
        return PROMPT_CHANGED;
    default:
        return PROMPT_UNCHANGED;
    }
}

/* A label that would leave little room to type in goes without what explains it. */
static int draw_label(const char *label, struct pane pane, int row) {
    enum { ROOM = 24 };
    size_t length = strlen(label), explained = strcspn(label, "(");
    if (text_width(label) + ROOM <= pane.width)
        return draw_text(pane, row, 1, STYLE_KEY, label) + 1;
    if (explained == length) /* one word then */
        explained = strcspn(label, " ");
    while (explained > 0 && label[explained - 1] == ' ')
        explained--;
    return draw_format(pane, row, 1, STYLE_KEY, "%.*s%s", (int)explained, label,
                       label[explained - 1] == ':' ? "" : ":") +
           1;
}

/* What is wrong is told in full, on as many rows as it needs; all else on one. */
static void draw_remark(const struct prompt *prompt, struct pane pane) {
    enum { ROWS = 4 };
    int last = pane.height - 2;
    const char *problem = prompt->remark + (prompt->remark[0] == ' ');
    int lines = draw_paragraph(pane_top(pane, 0), 0, 1, STYLE_PROBLEM, problem);
    if (!prompt->remark_is_problem || lines < 2 || last < ROWS) {
        draw_field(pane, last, 0, pane.width, prompt->remark_is_problem ? STYLE_PROBLEM : STYLE_DIM,
                   prompt->remark);
        return;
    }
    lines = lines < ROWS ? lines : ROWS;
    for (int i = 0; i < lines; i++)
        draw_field(pane, last - i, 0, pane.width, STYLE_PROBLEM, "");
    draw_paragraph(pane_top(pane, last + 1), last - lines + 1, 1, STYLE_PROBLEM, problem);
}

int prompt_draw(const struct prompt *prompt, struct pane pane) {
    int row = pane.height - 1;
    draw_remark(prompt, pane);
    draw_field(pane, row, 0, pane.width, STYLE_TEXT, "");
    int start = draw_label(prompt->label, pane, row);
    /* the end of a long line is what is being typed: scroll until the cursor is in view */
    const char *shown = prompt->text;
    char head[PROMPT_TEXT_MAX];
    snprintf(head, sizeof head, "%.*s", (int)prompt->cursor, prompt->text);
    const char *visible = head;
    int room = pane.width - start - 1;
    while (*visible != '\0' && text_width(visible) > room) {
        size_t step = after(visible, 0);
        visible += step;
        shown += step;
    }
    draw_text(pane, row, start, prompt->proposed ? STYLE_CURSOR : STYLE_TEXT, shown);
    return start + text_width(visible);
}
