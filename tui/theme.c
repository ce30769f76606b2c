/* The themes. Colours below 16 are the terminal's own palette, which its user has chosen, and cost
 * few bytes on the line; beyond them only what the palette cannot be trusted to have. */
#include "tui/theme.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[THEME_COUNT] = {
#define X(symbol, name, purpose) name,
    THEME_LIST(X)
#undef X
};

const char *theme_name(enum theme theme) {
    return names[theme];
}

bool theme_by_name(const char *name, enum theme *out) {
    for (int theme = 0; theme < THEME_COUNT; theme++) {
        if (strcmp(names[theme], name) == 0) {
            *out = (enum theme)theme;
            return true;
        }
    }
    return false;
}

/* Colours of a terminal with 8, 16 and 256 of them, and attributes by letter: bold, dim, reverse,
 * underline. */
struct recipe {
    short of8, of16, of256;
    const char *letters;
};

enum { OWN = -1, BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, GREY };

static const struct recipe shared[STYLE_COUNT] = {
    [STYLE_TEXT] = {OWN, OWN, OWN, ""},     [STYLE_STRONG] = {OWN, OWN, OWN, "b"},
    [STYLE_DIM] = {OWN, OWN, OWN, "d"},     [STYLE_TAB] = {OWN, OWN, OWN, "r"},
    [STYLE_RULE] = {OWN, OWN, OWN, "d"},    [STYLE_UNCLEAR] = {OWN, OWN, OWN, "d"},
    [STYLE_CURSOR] = {OWN, OWN, OWN, "r"},  [STYLE_TITLE] = {OWN, OWN, OWN, "b"},
    [STYLE_FILTER] = {OWN, OWN, OWN, "b"},  [STYLE_WARNING] = {OWN, OWN, OWN, "b"},
    [STYLE_PROBLEM] = {OWN, OWN, OWN, "b"}, [STYLE_HIGHER] = {OWN, OWN, OWN, "b"},
    [STYLE_LOWER] = {OWN, OWN, OWN, "b"},   [STYLE_KEY] = {OWN, OWN, OWN, "b"},
    [STYLE_HEADING] = {OWN, OWN, OWN, ""},  [STYLE_BAR] = {OWN, OWN, OWN, ""},
    [STYLE_BAR_ALSO] = {OWN, OWN, OWN, ""},
};

/* What each theme has of its own; all else is shared. What stands often between plain text is not
 * bold where it has a colour: to bold and back costs sixteen bytes on the line, to a colour ten. */
static const struct recipe own[THEME_COUNT][STYLE_COUNT] = {
    [THEME_DARK] = {[STYLE_TITLE] = {CYAN, CYAN, CYAN, "b"},
                    [STYLE_FILTER] = {YELLOW, YELLOW, YELLOW, "b"},
                    [STYLE_HEADING] = {CYAN, CYAN, CYAN, ""},
                    [STYLE_BAR] = {BLUE, 12, 12, ""}, /* plain blue is too dark on black */
                    [STYLE_BAR_ALSO] = {CYAN, CYAN, CYAN, ""},
                    [STYLE_HIGHER] = {GREEN, GREEN, GREEN, "b"},
                    [STYLE_LOWER] = {RED, 9, 9, "b"},
                    [STYLE_WARNING] = {YELLOW, YELLOW, YELLOW, "b"},
                    [STYLE_PROBLEM] = {RED, 9, 9, "b"},
                    [STYLE_KEY] = {CYAN, CYAN, CYAN, ""}},
    [THEME_LIGHT] = {[STYLE_TITLE] = {BLUE, BLUE, BLUE, "b"},
                     [STYLE_FILTER] = {MAGENTA, MAGENTA, MAGENTA, "b"}, /* yellow is invisible */
                     [STYLE_HEADING] = {BLUE, BLUE, BLUE, ""},
                     [STYLE_BAR] = {BLUE, BLUE, BLUE, ""},
                     [STYLE_BAR_ALSO] = {CYAN, CYAN, 30, ""},
                     [STYLE_HIGHER] = {GREEN, GREEN, 28, "b"},
                     [STYLE_LOWER] = {RED, RED, 160, "b"},
                     [STYLE_WARNING] = {MAGENTA, MAGENTA, 130, "b"},
                     [STYLE_PROBLEM] = {RED, RED, 160, "b"},
                     [STYLE_KEY] = {BLUE, BLUE, BLUE, ""}},
    /* Okabe & Ito's palette (2008), as near as 256 colours come: sky blue, orange, yellow */
    [THEME_SAFE] = {[STYLE_TITLE] = {CYAN, CYAN, 74, "b"},
                    [STYLE_FILTER] = {YELLOW, YELLOW, 227, "b"},
                    [STYLE_HEADING] = {CYAN, CYAN, 74, ""},
                    [STYLE_BAR] = {BLUE, 12, 67, ""},
                    [STYLE_BAR_ALSO] = {WHITE, GREY, 250, ""},
                    [STYLE_HIGHER] = {BLUE, 12, 74, "b"},
                    [STYLE_LOWER] = {YELLOW, 11, 214, "bu"},
                    [STYLE_WARNING] = {YELLOW, YELLOW, 227, "b"},
                    [STYLE_PROBLEM] = {YELLOW, 11, 214, "br"},
                    [STYLE_KEY] = {CYAN, CYAN, 74, ""}},
};

/* rxvt, Konsole and others set "15;0" or "0;default;15": text; …; background. */
static enum theme guessed(void) {
    const char *hint = getenv("COLORFGBG");
    const char *background = hint != NULL ? strrchr(hint, ';') : NULL;
    bool light =
        background != NULL && (strcmp(background, ";7") == 0 || strcmp(background, ";15") == 0);
    return light ? THEME_LIGHT : THEME_DARK;
}

struct theme_look theme_look_of(enum theme theme, enum style style, int colors) {
    theme = theme == THEME_AUTO ? guessed() : theme;
    const struct recipe *recipe = &own[theme][style];
    if (recipe->letters == NULL)
        recipe = &shared[style];
    short color = colors >= 256  ? recipe->of256
                  : colors >= 16 ? recipe->of16
                  : colors >= 8  ? recipe->of8
                                 : OWN;
    return (struct theme_look){
        color, strchr(recipe->letters, 'b') != NULL, strchr(recipe->letters, 'd') != NULL,
        strchr(recipe->letters, 'r') != NULL, strchr(recipe->letters, 'u') != NULL};
}
