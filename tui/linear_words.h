/* What can be typed into the dashboard line by line. */
#ifndef TUI_LINEAR_WORDS_H
#define TUI_LINEAR_WORDS_H

#include "base/buffer.h"
#include "tui/actions.h"

/* The action that a word means: a key as the dashboard has it, an action's name, or the beginning
 * of only one name. ACTION_NONE where it means none. */
enum action linear_action(const char *word, size_t length);

void linear_help(struct buffer *out);

#endif
