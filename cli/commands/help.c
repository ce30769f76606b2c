/* `retail-pulse help [COMMAND|settings]`; the same lists as a manual's page or a shell's completion
 * with --as, which is how these are built. */
#include <string.h>

#include "cli/completions.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/options.h"

enum form { FORM_MAN, FORM_BASH, FORM_ZSH, FORM_FISH, FORM_TEXT };

struct options {
    int form; /* enum form */
};

static const char *const form_names[] = {"man", "bash", "zsh", "fish", NULL};

static const struct option_spec specs[] = {
    {"as", OPTION_CHOICE, offsetof(struct options, form), "FORM",
     "all of it as man (a manual page; with settings, theirs), or as what bash, zsh or fish "
     "complete the command line by",
     0, 0, form_names},
};

static void init(void *options) {
    ((struct options *)options)->form = FORM_TEXT;
}

static enum err explain(const struct invocation *invocation, struct buffer *out,
                        struct error *error) {
    const char *topic = invocation->operand_count == 1 ? invocation->operands[0] : NULL;
    bool settings = topic != NULL && strcmp(topic, "settings") == 0;
    enum form form = (enum form)((const struct options *)invocation->options)->form;
    if (form != FORM_TEXT && topic != NULL && !(settings && form == FORM_MAN)) {
        error_set(error, ERR_USAGE, "--as %s is of the whole program, not of '%s'",
                  form_names[form], topic);
        return error_hint(error, "retail-pulse help --as %s", form_names[form]);
    }
    switch (form) {
    case FORM_MAN:
        (settings ? manual_settings : manual_program)(out);
        return ERR_OK;
    case FORM_BASH:
        completions_bash(out);
        return ERR_OK;
    case FORM_ZSH:
        completions_zsh(out);
        return ERR_OK;
    case FORM_FISH:
        completions_fish(out);
        return ERR_OK;
    case FORM_TEXT:
        break;
    }
    const struct command *command = NULL;
    if (settings)
        preferences_about(out);
    else if (topic == NULL)
        help_program(out);
    else if ((command = command_named(topic, error)) == NULL)
        return ERR_USAGE;
    else
        help_command(out, command);
    return ERR_OK;
}

static enum err run(struct invocation *invocation, struct error *error) {
    if (invocation->operand_count > 1)
        return error_set(error, ERR_USAGE, "help explains one command at a time");
    struct buffer out = {0};
    enum err code = explain(invocation, &out, error);
    if (code == ERR_OK) {
        fputs(out.data, stdout);
        code = stream_check(stdout, "standard output", error);
    }
    buffer_free(&out);
    return code;
}

const struct subcommand subcommand_help = {
    .operands = "[COMMAND|settings]",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
