/* What the user's settings file says, and what it may say. */
#ifndef CLI_PREFERENCES_H
#define CLI_PREFERENCES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "tui/theme.h"

/* X(symbol, name, what it may be, what it does) */
#define PREFERENCE_LIST(X)                                                                        \
    X(THEME, "theme", "auto, dark, light, safe, mono",                                            \
      "colours of the dashboard; safe avoids red against green")                                  \
    X(ASCII, "ascii", "yes, no", "draw with ASCII only")                                          \
    X(MOUSE, "mouse", "yes, no", "take the mouse from the terminal's own selection")              \
    X(CURRENCY, "currency", "up to 7 bytes", "sign before key figures")                           \
    X(GROUPING, "grouping", "comma, lakh, space, none",                                           \
      "222,381,657 or 22,23,81,657 or 222 381 657 or 222381657")                                  \
    X(DATES, "dates", "words, iso, day-first, slashes",                                           \
      "22 Mar 2025 or 2025-03-22 or 22-03-2025 or 22/03/2025; how they are shown, not read")      \
    X(WEEKEND, "weekend", "days parted by commas, like sat,sun", "fri,sat where it says nothing") \
    X(SLICE, "slice", "filters", "what the dashboard opens with: location=Outside")               \
    X(READ_ONLY, "read-only", "yes, no", "refuse whatever would change a database")

struct preferences {
    char *path;
    enum theme theme;
    bool ascii, mouse, read_only;
    uint8_t weekend; /* days as bits, 0 Monday; 0: the default */
    char *slice;     /* NULL: none */
};

/* Reads $XDG_CONFIG_HOME/retail-pulse/config (else ~/.config/…); no file, no settings. Applies what
 * is for the whole process: grouping, dates, currency, keys. ERR_INPUT names file and line. */
enum err preferences_load(struct preferences *preferences, struct error *error);
void preferences_free(struct preferences *preferences);

void preferences_about(struct buffer *out); /* `help settings` */

#endif
