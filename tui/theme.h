/* How each style looks, by theme and by what the terminal can do. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>

#include "tui/style.h"

/* X(symbol, name in the settings, what it is for) */
#define THEME_LIST(X)                                                                          \
    X(AUTO, "auto", "dark or light, as the terminal says in COLORFGBG; dark where it doesn't") \
    X(DARK, "dark", "for a dark background")                                                   \
    X(LIGHT, "light", "for a light background")                                                \
    X(SAFE, "safe", "blue and orange instead of green and red, for a dark background")         \
    X(MONO, "mono", "no colours, only bold, dim and reverse")

enum theme {
#define X(symbol, ...) THEME_##symbol,
    THEME_LIST(X)
#undef X
        THEME_COUNT
};

const char *theme_name(enum theme theme);
bool theme_by_name(const char *name, enum theme *out);

struct theme_look {
    short foreground; /* a colour's number; −1: the terminal's own */
    bool bold, dim, reverse, underline;
};

/* `colors`: how many the terminal has; below 8 none are used. */
struct theme_look theme_look_of(enum theme theme, enum style style, int colors);

#endif
