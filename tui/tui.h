/* The dashboard's front door. */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "tui/theme.h"

struct tui_options {
    const char *db_path;
    int64_t sales_in_memory; /* more are held as sums by month; 0: FACTS_IN_MEMORY */
    uint8_t weekend;         /* days as bits, 0 Monday; 0: the default */
    bool ascii;              /* no character beyond ASCII, whatever the locale */
    bool no_color;           /* attributes only; NO_COLOR in the environment says the same */
    bool mouse;              /* taken from the terminal's own selection */
    bool read_only;          /* nothing that writes is offered */
    bool linear;             /* told line by line, nothing is painted */
    enum theme theme;
    const char *slice; /* filters to open with where none are remembered; NULL: none */
    bool beside;       /* what takes long is read beside the interface, which the loop polls */
    bool stays;        /* Ctrl-Z does not lead to the shell */
    bool remember;     /* screen and filters, from one visit to the next */
};

/* Whether there is a terminal that can show it: both ends are one, and TERM is set and not dumb. */
bool tui_possible(void);

/* Runs until the user quits (ERR_OK) or the terminal goes away (ERR_OK too: that is not a failure).
 * The terminal is restored on every way out. */
enum err tui_run(const struct tui_options *options, struct error *error);

#endif
