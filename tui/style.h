/* Styles and glyphs: what can be shown, named by meaning. */
#ifndef TUI_STYLE_H
#define TUI_STYLE_H

/* X(symbol, what it says); how it looks is the theme's business (tui/theme.h). Colour never carries
 * a meaning alone. */
#define STYLE_LIST(X)                                      \
    X(TEXT, "what is read")                                \
    X(STRONG, "the figure that matters")                   \
    X(DIM, "what may be passed over")                      \
    X(TITLE, "names of screens and pages")                 \
    X(TAB, "a chosen tab")                                 \
    X(RULE, "lines between parts")                         \
    X(FILTER, "the filters in force")                      \
    X(HEADING, "headings of tables")                       \
    X(BAR, "bars and curves")                              \
    X(BAR_ALSO, "a second kind of them")                   \
    X(HIGHER, "a difference that holds, upwards; success") \
    X(LOWER, "a difference that holds, downwards")         \
    X(UNCLEAR, "a difference that chance would make")      \
    X(WARNING, "worth a second look")                      \
    X(PROBLEM, "what went wrong")                          \
    X(CURSOR, "where the keys act")                        \
    X(KEY, "keys to press")

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
