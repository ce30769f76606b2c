#include "tui/palette.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { KEYS_WIDTH = 13, LIST_ROWS = 7 }; /* of the list, with its heading, whatever the help text */

static bool is_of_screen(const struct palette *palette, enum action action) {
    for (int i = 0; i < 8 && palette->ops->footer[i] != ACTION_NONE; i++) {
        if (palette->ops->footer[i] == action)
            return true;
    }
    return false;
}

/* Every word of the query in the action's name, word or help. */
static bool is_meant(const char *query, enum action action) {
    char text[256];
    snprintf(text, sizeof text, "%s %s %s", action_name(action), action_word(action),
             action_help(action));
    while (*query != '\0') {
        char word[64];
        size_t length = strcspn(query, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, query);
        if (!text_contains(text, word))
            return false;
        query += length;
        query += strspn(query, " ");
    }
    return true;
}

/* What people come for on any screen, in the order in which they look for it. */
static const enum action foremost[] = {ACTION_FILTER, ACTION_EXPORT, ACTION_DROP,
                                       ACTION_CLEAR,  ACTION_BY,     ACTION_DISTRIBUTION,
                                       ACTION_LINKED, ACTION_COMPARE};

static bool is_found(const struct palette *palette, enum action action) {
    for (int i = 0; i < palette->count; i++) {
        if (palette->found[i] == action)
            return true;
    }
    return false;
}

/* Those whose name begins with the query, then the screen's own, then the rest. */
static int rank(const struct palette *palette, enum action action) {
    if (palette->query[0] != '\0' && text_starts(action_name(action), palette->query))
        return 0;
    return is_of_screen(palette, action) ? 1 : 2;
}

static void search(struct palette *palette) {
    palette->count = 0;
    for (size_t i = 0; palette->query[0] == '\0' && i < sizeof foremost / sizeof *foremost; i++)
        palette->found[palette->count++] = foremost[i];
    for (int wanted = 0; wanted < 3; wanted++) {
        for (int i = 1; i < ACTION_COUNT; i++) {
            enum action action = (enum action)i;
            if (rank(palette, action) == wanted && is_meant(palette->query, action) &&
                !is_found(palette, action))
                palette->found[palette->count++] = action;
        }
    }
    palette->table = (struct table){0};
}

void palette_open(struct palette *palette, enum palette_mode mode, const struct screen_ops *ops) {
    *palette = (struct palette){.mode = mode, .ops = ops};
    search(palette);
}

static void type(struct palette *palette, uint32_t character) {
    size_t length = strlen(palette->query);
    if (character < ' ' || character > '~' || length + 1 >= sizeof palette->query)
        return;
    palette->query[length] = (char)character;
    palette->query[length + 1] = '\0';
    search(palette);
}

static void erase(struct palette *palette) {
    size_t length = strlen(palette->query);
    if (length > 0)
        palette->query[length - 1] = '\0';
    else
        palette->mode = PALETTE_CLOSED;
    search(palette);
}

static enum action chosen(struct palette *palette) {
    palette->mode = PALETTE_CLOSED;
    return palette->count > 0 ? palette->found[palette->table.cursor] : ACTION_NONE;
}

enum action palette_key(struct palette *palette, const struct key *key, int page) {
    bool is_text = key->kind == KEY_KIND_CHARACTER || key->kind == KEY_KIND_PASTE;
    if (key->kind == KEY_KIND_ENTER)
        return chosen(palette);
    if (palette->mode == PALETTE_SEARCH && is_text) {
        type(palette, key->character);
        return ACTION_NONE;
    }
    if (palette->mode == PALETTE_SEARCH && key->kind == KEY_KIND_BACKSPACE) {
        erase(palette);
        return ACTION_NONE;
    }
    if (!table_move(&palette->table, action_of_key(key), palette->count, page))
        palette->mode = PALETTE_CLOSED;
    return ACTION_NONE;
}

static void cell(const void *context, long row, int column, struct pane pane, char *text,
                 size_t size, enum style *style) {
    const struct palette *palette = context;
    enum action action = palette->found[row];
    (void)pane;
    if (column == 0) {
        snprintf(text, size, "%s", action_keys(action));
        *style = STYLE_KEY;
    } else {
        snprintf(text, size, "%s", action_help(action));
        *style = is_of_screen(palette, action) ? STYLE_STRONG : STYLE_TEXT;
    }
}

/* Keys are never cut, whatever the settings bind. */
static int keys_width(const struct palette *palette, int most) {
    int width = KEYS_WIDTH;
    for (int i = 0; i < palette->count; i++) {
        int own = text_width(action_keys(palette->found[i]));
        width = own > width ? own : width;
    }
    return width < most ? width : most;
}

/* Says in the heading that the list goes on. */
static void draw_extent(const struct palette *palette, struct pane list) {
    long last = table_shown_to(&palette->table, list, palette->count);
    char text[64];
    bool more = last < palette->count;
    snprintf(text, sizeof text, "%ld of %d%s ", last, palette->count,
             more ? ", Down for more" : "");
    if (more || last > list.height - 1)
        draw_right(list, 0, list.width, STYLE_DIM, text);
}

void palette_draw(const struct palette *palette, struct pane body) {
    struct pane text = pane_after(body, 1);
    int row = 0;
    if (palette->mode == PALETTE_HELP) {
        draw_text(text, row++, 0, STYLE_TITLE, palette->ops->title);
        struct pane words =
            pane_top(text, text.height > LIST_ROWS + 2 ? text.height - LIST_ROWS : 2);
        int wanted = draw_paragraph(words, row, 0, STYLE_TEXT, palette->ops->help) + 1;
        row = wanted > words.height ? words.height : wanted;
        if (wanted > words.height + 1)
            draw_text(text, row - 1, text.width - 1, STYLE_DIM, "…");
    } else {
        int column = draw_text(text, row, 0, STYLE_TITLE, "What to do: ");
        column = draw_text(text, row, column, STYLE_STRONG, palette->query);
        draw_text(text, row++, column, STYLE_CURSOR, " ");
    }
    /* a help text that leaves no room for keys is read to its end on a larger window */
    struct pane list = pane_below(body, row);
    int keys = keys_width(palette, body.width / 2);
    const struct table_column columns[] = {{"Keys", keys, false, 0},
                                           {"What it does", body.width - keys - 3, false, 0}};
    if (palette->count == 0)
        draw_text(list, 1, 1, STYLE_DIM, "Nothing is called that.");
    else
        table_draw(&palette->table, list, columns, 2, palette->count, true, cell, palette);
    draw_extent(palette, list);
}

void palette_draw_footer(const struct palette *palette, struct pane screen) {
    static const char *const search_keys[][2] = {
        {"Enter", "run"}, {"Up Down", "choose"}, {"Esc", "close"}};
    static const char *const help_keys[][2] = {
        {"Enter", "run"}, {"Up Down", "choose"}, {"any other key", "closes"}};
    const char *const(*keys)[2] = palette->mode == PALETTE_HELP ? help_keys : search_keys;
    int row = screen.height - 1, column = 1;
    for (int i = 0; i < 3; i++) {
        column = draw_text(screen, row, column, STYLE_KEY, keys[i][0]) + 1;
        column = draw_text(screen, row, column, STYLE_TEXT, keys[i][1]) + 2;
    }
}
