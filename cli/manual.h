/* The manual's pages, made from the same lists as --help. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "base/buffer.h"

/* roff, for the macros of man(7). */
void manual_program(struct buffer *out);  /* retail-pulse(1) */
void manual_settings(struct buffer *out); /* retail-pulse-settings(5), with the keys as they come */

#endif
