/* Help is never typed twice: it is laid out from COMMAND_LIST and the tables of options. */
#include "cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options.h"

enum { LINE_WIDTH = 80 };

const char help_program_about[] =
    "A phone shop's sales in the terminal: without a command the dashboard opens (without a "
    "terminal, the overview is printed; with --linear, the whole report as plain lines).\n";

const char help_exit_codes[] =
    "Exit codes: 0 done; 1 failed; 2 the command line is wrong; 3 done, but some rows were set "
    "aside; 130 cancelled.\n";

/* `text` broken at spaces, every line but the first indented. */
static void wrapped(struct buffer *out, const char *text, int column, int indent) {
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column > indent && column + 1 + (int)length > LINE_WIDTH) {
            buffer_printf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            buffer_text(out, " ");
            column++;
        }
        buffer_append(out, text, length);
        column += (int)length;
        text += length + strspn(text + length, " ");
    }
    buffer_text(out, "\n");
}

/* Every line is a paragraph; leading spaces indent it. */
static void paragraphs(struct buffer *out, const char *text) {
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        int indent = (int)strspn(text, " ");
        char *line = xstrndup(text + indent, length - (size_t)indent);
        buffer_printf(out, "%*s", indent, "");
        wrapped(out, line, indent, indent);
        free(line);
        text += length + (text[length] == '\n');
    }
}

void help_option_text(struct buffer *out, const struct option_spec *spec) {
    buffer_text(out, spec->help);
    if (spec->kind == OPTION_CHOICE && strstr(spec->help, spec->choices[0]) == NULL) {
        buffer_text(out, ":");
        for (size_t i = 0; spec->choices[i] != NULL; i++)
            buffer_printf(out, "%s %s", i != 0 ? "," : "", spec->choices[i]);
    }
    if (spec->kind == OPTION_TEXTS)
        buffer_text(out, " (may be repeated)");
}

static void option_print(struct buffer *out, const struct option_spec *spec, int width) {
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", spec->name, spec->argument != NULL ? " " : "",
             spec->argument != NULL ? spec->argument : "");
    buffer_printf(out, "  %-*s  ", width, left);
    struct buffer text = {0};
    help_option_text(&text, spec);
    wrapped(out, text.data, width + 4, width + 4);
    buffer_free(&text);
}

static int widest(const struct option_spec *specs, size_t count, int width) {
    for (size_t i = 0; i < count; i++) {
        if (specs[i].help == NULL)
            continue;
        int own = (int)strlen(specs[i].name) + 2;
        own += specs[i].argument != NULL ? 1 + (int)strlen(specs[i].argument) : 0;
        width = own > width ? own : width;
    }
    return width;
}

static void options_print(struct buffer *out, const struct option_spec *specs, size_t count,
                          int width) {
    for (size_t i = 0; i < count; i++) {
        if (specs[i].help != NULL)
            option_print(out, &specs[i], width);
    }
}

void help_program(struct buffer *out) {
    buffer_text(out, "Usage: retail-pulse [OPTION]... [COMMAND]\n\n");
    paragraphs(out, help_program_about);
    buffer_text(out, "\nCommands:\n");
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].shown)
            buffer_printf(out, "  %-10s  %s\n", commands[i].name, commands[i].summary);
    }
    buffer_text(out, "\nOptions, before or after the command:\n");
    options_print(out, settings_specs, settings_spec_count,
                  widest(settings_specs, settings_spec_count, 0));
    buffer_text(out, "\n");
    paragraphs(out, help_exit_codes);
    paragraphs(out, "retail-pulse COMMAND --help explains a command.\n");
}

void help_command(struct buffer *out, const struct command *command) {
    const struct subcommand *subcommand = command->subcommand;
    buffer_printf(out, "Usage: retail-pulse %s [OPTION]...%s%s\n\n", command->name,
                  subcommand->operands != NULL ? " " : "",
                  subcommand->operands != NULL ? subcommand->operands : "");
    buffer_printf(out, "%c%s.\n", command->summary[0] - 'a' + 'A', command->summary + 1);
    if (command->summary[strlen(command->summary) - 1] == '?') { /* no full stop after that */
        out->length -= 2;
        buffer_text(out, "\n");
    }
    int width = widest(settings_specs, settings_spec_count, 0);
    width = widest(subcommand->options, subcommand->option_count, width);
    if (subcommand->option_count != 0) {
        buffer_text(out, "\nOptions:\n");
        options_print(out, subcommand->options, subcommand->option_count, width);
    }
    buffer_text(out, "\nOptions of every command:\n");
    options_print(out, settings_specs, settings_spec_count, width);
    const char *const texts[] = {subcommand->about, subcommand->more};
    for (size_t i = 0; i < 2; i++) {
        if (texts[i] == NULL)
            continue;
        buffer_text(out, "\n");
        paragraphs(out, texts[i]);
    }
}
