/* Completion of the command line by shells, made from the same lists as --help. */
#ifndef CLI_COMPLETIONS_H
#define CLI_COMPLETIONS_H

#include "base/buffer.h"

void completions_bash(struct buffer *out);
void completions_zsh(struct buffer *out);
void completions_fish(struct buffer *out);

#endif
