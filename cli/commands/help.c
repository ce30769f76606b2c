/* `retail-pulse help [COMMAND|settings]` */
#include <string.h>

#include "cli/help.h"

#include "cli/options.h"

static enum err run(struct invocation *invocation, struct error *error) {
    struct buffer out = {0};
    if (invocation->operand_count > 1)
        return error_set(error, ERR_USAGE, "help explains one command at a time");
    if (invocation->operand_count == 1 && strcmp(invocation->operands[0], "settings") == 0) {
        preferences_about(&out);
    } else if (invocation->operand_count == 1) {
        const struct command *command = command_named(invocation->operands[0], error);
        if (command == NULL)
            return ERR_USAGE;
        help_command(&out, command);
    } else {
        help_program(&out);
    }
    fputs(out.data, stdout);
    buffer_free(&out);
    return stream_check(stdout, "standard output", error);
}

const struct subcommand subcommand_help = {.operands = "[COMMAND|settings]", .run = run};
