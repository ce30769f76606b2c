/* What the settings files say, the administrator's and the user's, and what they may say. */
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
    X(READ_ONLY, "read-only", "yes, no", "refuse whatever would change a database")               \
    X(REMEMBER, "remember", "yes, no",                                                            \
      "keep screen, filters and named slices from one visit to the next")                         \
    X(SUSPEND, "suspend", "yes, no", "let Ctrl-Z lead to the shell")                              \
    X(MODE, "mode", "0600, 0640, 0660",                                                           \
      "who may read and write new databases and exports: their owner, his group too")             \
    X(EXPORT_FOLDER, "export-folder", "a folder", "files are written in it, and nowhere else")

/* An administrator's file, whose read-only, remember, suspend, mode and export-folder no user's can
 * undo. */
#define SYSTEM_SETTINGS "/etc/retail-pulse/config"

struct preferences {
    char *path;
    enum theme theme;
    bool ascii, mouse, read_only, forgets, stays;
    unsigned mode;       /* of files that are made; 0: the default */
    bool mode_is_held;   /* by an administrator */
    char *export_folder; /* NULL: anywhere */
    uint8_t weekend;     /* days as bits, 0 Monday; 0: the default */
    char *slice;         /* NULL: none */
};

/* Reads SYSTEM_SETTINGS, then `more` (--settings; may be NULL), which restricts like it, then
 * $XDG_CONFIG_HOME/retail-pulse/config (else ~/.config/…); no file, no settings, except that `more`
 * must be there. What the first of them says of a restriction holds. Applies what is for the whole
 * process: grouping, dates, currency, keys. ERR_INPUT names file and line. */
enum err preferences_load(struct preferences *preferences, const char *more, struct error *error);
void preferences_free(struct preferences *preferences);

void preferences_about(struct buffer *out); /* `help settings` */
void preferences_rules(struct buffer *out); /* its beginning: where they stand, what holds */

#endif
