/* The help texts, made from the lists of commands and options. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buffer.h"
#include "cli/command.h"

void help_program(struct buffer *out);
void help_command(struct buffer *out, const struct command *command);

/* What the manual says in the same words. */
extern const char help_program_about[], help_exit_codes[];
void help_option_text(struct buffer *out, const struct option_spec *spec);

#endif
