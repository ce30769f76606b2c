/* The list of subcommands, made from COMMAND_LIST. */
#include "cli/command.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct command commands[] = {
#define X(symbol, name, summary, access, uses_xgboost, shown) \
    {name, summary, access, uses_xgboost, shown, &subcommand_##symbol},
    COMMAND_LIST(X)
#undef X
};
const size_t command_count = sizeof commands / sizeof *commands;

const struct command *command_find(const char *name) {
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

struct look invocation_look(const struct invocation *invocation) {
    const struct settings *settings = &invocation->settings;
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    struct winsize size = {0};
    bool terminal = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return (struct look){.format = (enum format)settings->format,
                         .ascii = settings->ascii || !utf8,
                         .columns = terminal ? size.ws_col : 0,
                         .linear = settings->linear};
}

enum err invocation_print(const struct invocation *invocation, struct document *document,
                          struct error *error) {
    struct look look = invocation_look(invocation);
    enum err code = document_print(document, &look, stdout, error);
    document_free(document);
    return code;
}
