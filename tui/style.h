/* Looks and glyphs: what a terminal can show, named by meaning. */
#ifndef TUI_STYLE_H
#define TUI_STYLE_H

/* X(symbol, foreground of 8 colours or −1 for the terminal's own, attributes by letter:
 * b bold, d dim, r reverse, u underline). Colour never carries a meaning alone. */
#define STYLE_LIST(X)   \
    X(TEXT, -1, "")     \
    X(STRONG, -1, "b")  \
    X(DIM, -1, "d")     \
    X(TITLE, 6, "b")    \
    X(TAB, -1, "r")     \
    X(RULE, -1, "d")    \
    X(FILTER, 3, "b")   \
    X(HEADING, 6, "")   \
    X(BAR, 4, "")       \
    X(BAR_ALSO, 6, "")  \
    X(HIGHER, 2, "b")   \
    X(LOWER, 1, "b")    \
    X(UNCLEAR, -1, "d") \
    X(WARNING, 3, "b")  \
    X(PROBLEM, 1, "b")  \
    X(CURSOR, -1, "r")  \
    X(KEY, 6, "b")

enum style {
#define X(symbol, ...) STYLE_##symbol,
    STYLE_LIST(X)
#undef X
        STYLE_COUNT
};

/* Three tiers: plain ASCII; line drawing and whole blocks (the Linux console's font); everything.
 */
enum glyph_tier { TIER_ASCII, TIER_LINES, TIER_FULL };

/* X(symbol, ASCII, lines, full) */
#define GLYPH_LIST(X)               \
    X(RULE, "-", "─", "─")          \
    X(VERTICAL, ":", "│", "│")      \
    X(BAR, "#", "█", "█")           \
    X(POINTER, ">", ">", "▸")       \
    X(INTERVAL_LOW, "[", "├", "├")  \
    X(INTERVAL_HIGH, "]", "┤", "┤") \
    X(INTERVAL_LINE, "-", "─", "─") \
    X(ESTIMATE, "o", "●", "●")      \
    X(REFERENCE, ":", "┼", "┼")     \
    X(AXIS, "|", "│", "┊")          \
    X(DOT, "*", "•", "•")

enum glyph {
#define X(symbol, ...) GLYPH_##symbol,
    GLYPH_LIST(X)
#undef X
};

#endif
