/* The command line into settings, a subcommand, its options and operands. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/near.h"
#include "cli/command.h"

extern const struct option_spec settings_specs[];
extern const size_t settings_spec_count;

/* Reads the whole command line. `invocation->command` is NULL where there is no subcommand. The
 * caller frees with invocation_free, on errors (ERR_USAGE) too: the settings read so far, --format
 * above all, are in it. With --help or --version anywhere, what else is wrong does not matter. */
enum err options_read(struct invocation *invocation, int argc, char **argv, struct error *error);
void invocation_free(struct invocation *invocation);

/* The subcommand of that name; NULL, with a suggestion in the error, where there is none. */
const struct command *command_named(const char *word, struct error *error);

#endif
