/* The clipboard of whoever sits at the other end of the line: OSC 52, which terminals take from
 * programs on other machines too. */
#ifndef TUI_CLIPBOARD_H
#define TUI_CLIPBOARD_H

#include "base/buffer.h"

/* What terminals take at most: xterm's and tmux's 100,000 bytes of base64. */
enum { CLIPBOARD_MAX = 74994 };

enum clipboard_way { CLIPBOARD_PLAIN, CLIPBOARD_TMUX, CLIPBOARD_SCREEN };

/* From TMUX and TERM. */
enum clipboard_way clipboard_way(void);

/* Appends what sets the clipboard to the text, at most CLIPBOARD_MAX bytes of it; wrapped so that a
 * multiplexer hands it on to its own terminal. */
void clipboard_sequence(struct buffer *out, enum clipboard_way way, const char *text,
                        size_t length);

#endif
