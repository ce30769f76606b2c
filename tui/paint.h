/* What terminal.c and draw.c share, and nobody else: styles as curses knows them. */
#ifndef TUI_PAINT_H
#define TUI_PAINT_H

#include <curses.h>

#include "tui/style.h"

attr_t paint_attributes(enum style style);

#endif
