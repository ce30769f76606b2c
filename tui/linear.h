/* The dashboard for screen readers: a line in, plain lines out. Nothing is painted over, no escape
 * code is ever sent. The screens are the dashboard's own; what they show is what they would write
 * to a file. */
#ifndef TUI_LINEAR_H
#define TUI_LINEAR_H

#include <stdio.h>

#include "tui/tui.h"

/* Whether somebody is there to type and to read: both ends are a terminal, of any kind. */
bool linear_possible(void);

/* Until the user quits or the input ends. */
enum err linear_run(const struct tui_options *options, struct error *error);

#endif
