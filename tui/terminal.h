/* The terminal: curses starts and ends here, and every way out of the program restores it. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>

#include "base/error.h"
#include "tui/keys.h"
#include "tui/style.h"
#include "tui/theme.h"

struct terminal_options {
    bool ascii;
    bool no_color;
    bool mouse;
    enum theme theme;
};

/* Takes over the terminal of standard input and output. Falls back to xterm-256color for a TERM
 * that the machine does not know. Standard error goes nowhere until terminal_close. */
enum err terminal_open(const struct terminal_options *options, struct error *error);

/* A screen that no terminal shows, for tests: `type` as in TERM. */
enum err terminal_open_offscreen(const char *type, int lines, int columns,
                                 const struct terminal_options *options, struct error *error);

void terminal_resize_offscreen(int lines, int columns);

void terminal_close(void); /* idempotent */

enum glyph_tier terminal_tier(void);
const char *terminal_glyph(enum glyph glyph);

/* Takes the next key without waiting; false where there is none. */
bool terminal_key(struct key *key);

/* Whether a key waits, without taking it: for long work that a key stops. Never offscreen. */
bool terminal_key_waits(void);

/* Readable when a signal asks the program to end. */
int terminal_signal_fd(void);

void terminal_size(int *lines, int *columns);
void terminal_clear(void); /* begins a new picture; only cells that differ will be sent */
void terminal_flush(int cursor_row, int cursor_column); /* −1: no cursor shown */
void terminal_redraw(void);                             /* the next flush sends everything */
/* Bytes for the terminal itself, past the picture; false where there is none. */
bool terminal_send(const char *bytes, size_t length);
const char *terminal_curses_version(void); /* "ncurses 6.4.20221231" */
bool terminal_suspend(void); /* to the shell, as Ctrl-Z asks; false where there is none */

#endif
