/* What is chosen on a screen, as text: "page=1 sort=3". So the history brings choices back, and the
 * next visit finds them. */
#ifndef TUI_CHOICES_H
#define TUI_CHOICES_H

#include "base/buffer.h"

/* Names are words of small letters. */
void choices_add(struct buffer *choices, const char *name, int value);

/* The value of a name where it is there and from 0 to below `count`, else `otherwise`: the text may
 * be of another version of the program, or of nobody's making. */
int choices_get(const char *choices, const char *name, int otherwise, int count);

#endif
