/* Keys as the program sees them, apart from how curses delivers them. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(symbol, the name that the key map and the help use) */
#define KEY_LIST(X)                                                        \
    X(CHARACTER, "")                                                       \
    X(CONTROL, "C-")                                                       \
    X(UP, "Up")                                                            \
    X(DOWN, "Down")                                                        \
    X(LEFT, "Left")                                                        \
    X(RIGHT, "Right")                                                      \
    X(PAGE_UP, "PgUp")                                                     \
    X(PAGE_DOWN, "PgDn")                                                   \
    X(HOME, "Home")                                                        \
    X(END, "End")                                                          \
    X(ENTER, "Enter")                                                      \
    X(BACKSPACE, "Backspace")                                              \
    X(DELETE, "Delete")                                                    \
    X(TAB, "Tab")                                                          \
    X(BACKTAB, "S-Tab")                                                    \
    X(ESCAPE, "Esc")                                                       \
    X(RESIZE, "")                                                          \
    X(PASTE, "") /* one character of pasted text: text, never a command */ \
    X(MOUSE, "") /* an event of the mouse, see tui/mouse.h */              \
    X(OTHER, "")

enum key_kind {
#define X(symbol, name) KEY_KIND_##symbol,
    KEY_LIST(X)
#undef X
};

struct key {
    enum key_kind kind;
    uint32_t character; /* CHARACTER, PASTE: the code point; CONTROL: the letter 'a' … 'z'; MOUSE:
                           what */
};

/* Whether the key is the one that `name` names: "q", "Space", "C-r", "PgDn". */
bool key_is_named(const struct key *key, const char *name, size_t length);

/* The key that a name stands for; false where it is no key's. */
bool key_from_name(const char *name, size_t length, struct key *key);

/* The names of all keys that are no characters: "Space, Up, Down, …" */
void key_names(char *text, size_t size);

#endif
