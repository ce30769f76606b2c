/* A one-line prompt. Whatever is typed or pasted is text; only Enter, Esc and Ctrl-C are more. */
#ifndef TUI_WIDGETS_PROMPT_H
#define TUI_WIDGETS_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/draw.h"
#include "tui/keys.h"

enum { PROMPT_TEXT_MAX = 480 };

struct prompt {
    const char *label;
    char text[PROMPT_TEXT_MAX];
    size_t cursor;    /* byte in the text, at the start of a character */
    char remark[256]; /* what stands behind the line: a count, or what is wrong */
    bool remark_is_problem;
    bool proposed; /* the whole text is a proposal: the first character typed takes its place */
};

enum prompt_result {
    PROMPT_UNCHANGED,
    PROMPT_CHANGED,
    PROMPT_ACCEPTED,
    PROMPT_CLOSED,
    PROMPT_COMPLETE
};

void prompt_open(struct prompt *prompt, const char *label, const char *text);
/* The same with a text that Enter takes as it is, that typing replaces, and that any key of editing
 * keeps, to be changed. */
void prompt_propose(struct prompt *prompt, const char *label, const char *text);

enum prompt_result prompt_key(struct prompt *prompt, const struct key *key);

/* Replaces the text and puts the cursor at its end. */
void prompt_set(struct prompt *prompt, const char *text);

/* Draws into the pane's last row (and the remark into the row above); returns the cursor's column.
 */
int prompt_draw(const struct prompt *prompt, struct pane pane);

#endif
