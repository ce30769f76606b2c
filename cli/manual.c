/* retail-pulse(1) and retail-pulse-settings(5) from the lists of commands, options, settings and
 * actions. No page has a date: the same program makes the same pages, byte by byte. */
#include "cli/manual.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/session.h"
#include "tui/actions.h"

enum { CASE_BIT = 0x20 };

/* Text as it is: what roff would take for a request or draw as another character is escaped. Dashes
 * become minus signs, which can be copied out of a terminal and searched for. */
static void escaped(struct buffer *out, const char *text, size_t length) {
    if (length > 0 && (text[0] == '.' || text[0] == '\''))
        buffer_text(out, "\\&");
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '\\':
            buffer_text(out, "\\e");
            break;
        case '-':
            buffer_text(out, "\\-");
            break;
        case '\'':
            buffer_text(out, "\\(aq");
            break;
        case '`':
            buffer_text(out, "\\(ga");
            break;
        case '^':
            buffer_text(out, "\\(ha");
            break;
        case '~':
            buffer_text(out, "\\(ti");
            break;
        default:
            buffer_append(out, &text[i], 1);
        }
    }
}

static void plain(struct buffer *out, const char *text) {
    escaped(out, text, strlen(text));
}

/* As help's texts are: every line a paragraph, leading spaces indent it. */
static void paragraphs(struct buffer *out, const char *text) {
    int indent = 0;
    bool apart = true; /* from the line before */
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        int own = (int)strspn(text, " ");
        if (length == 0) {
            apart = true;
        } else {
            if (indent != own && indent != 0)
                buffer_text(out, ".RE\n");
            if (apart)
                buffer_text(out, ".PP\n");
            else if (indent == own)
                buffer_text(out, ".br\n");
            if (indent != own && own != 0)
                buffer_printf(out, ".RS %d\n", own);
            indent = own;
            escaped(out, text + own, length - (size_t)own);
            buffer_text(out, "\n");
            apart = false;
        }
        text += length + (text[length] == '\n');
    }
    if (indent != 0)
        buffer_text(out, ".RE\n");
}

static void options(struct buffer *out, const struct option_spec *specs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (specs[i].help == NULL)
            continue;
        buffer_text(out, ".TP\n\\fB\\-\\-");
        plain(out, specs[i].name);
        buffer_text(out, "\\fR");
        if (specs[i].argument != NULL) {
            buffer_text(out, " \\fI");
            plain(out, specs[i].argument);
            buffer_text(out, "\\fR");
        }
        buffer_text(out, "\n");
        struct buffer text = {0};
        help_option_text(&text, &specs[i]);
        plain(out, text.data);
        buffer_text(out, "\n");
        buffer_free(&text);
    }
}

static void command_section(struct buffer *out, const struct command *command) {
    const struct subcommand *subcommand = command->subcommand;
    buffer_text(out, ".SS ");
    plain(out, command->name);
    if (subcommand->operands != NULL) {
        buffer_text(out, " ");
        plain(out, subcommand->operands);
    }
    buffer_printf(out, "\n%c", command->summary[0] & ~CASE_BIT);
    plain(out, command->summary + 1);
    buffer_text(out, strchr(command->summary, '?') != NULL ? "\n" : ".\n");
    options(out, subcommand->options, subcommand->option_count);
    const char *const texts[] = {subcommand->about, subcommand->more};
    for (size_t i = 0; i < 2; i++) {
        if (texts[i] == filters_about) /* once for all commands */
            buffer_text(out, ".PP\nFilters are explained below, under FILTERS.\n");
        else if (texts[i] != NULL)
            paragraphs(out, texts[i]);
    }
}

void manual_program(struct buffer *out) {
    buffer_text(out, ".TH RETAIL\\-PULSE 1 \"\" \"Retail Pulse " RETAIL_PULSE_VERSION
                     "\" \"User Commands\"\n"
                     ".nh\n"
                     ".SH NAME\n"
                     "retail\\-pulse \\- a phone shop\\(aqs sales in the terminal\n"
                     ".SH SYNOPSIS\n"
                     ".B retail\\-pulse\n"
                     "[\\fIOPTION\\fR]... [\\fICOMMAND\\fR]\n"
                     ".SH DESCRIPTION\n");
    paragraphs(out, help_program_about);
    buffer_text(out, ".SH OPTIONS\nThey stand before or after the command.\n");
    options(out, settings_specs, settings_spec_count);
    buffer_text(out, ".SH COMMANDS\n");
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].shown)
            command_section(out, &commands[i]);
    }
    buffer_text(out, ".SH FILTERS\n");
    paragraphs(out, filters_about);
    buffer_text(out, ".SH EXIT STATUS\n");
    paragraphs(out, help_exit_codes);
    buffer_text(out, ".SH ENVIRONMENT\n"
                     ".TP\n.B RETAIL_PULSE_DB\n"
                     "The database where \\fB\\-\\-db\\fR names none.\n"
                     ".TP\n.B NO_COLOR\n"
                     "Not empty: no colours, as with \\fB\\-\\-no\\-color\\fR.\n"
                     ".SH FILES\n"
                     ".TP\n.I ~/.local/share/retail\\-pulse/shop.db\n"
                     "The database unless another is named.\n"
                     ".TP\n.I ~/.config/retail\\-pulse/config\n"
                     "Settings, see\n.BR retail\\-pulse\\-settings (5).\n"
                     ".TP\n.I ");
    plain(out, SYSTEM_SETTINGS);
    buffer_text(out, "\nSettings of the whole machine.\n"
                     ".SH SEE ALSO\n"
                     ".BR retail\\-pulse\\-settings (5),\n"
                     ".BR sqlite3 (1)\n");
}

static void setting(struct buffer *out, const char *name, const char *choices,
                    const char *purpose) {
    buffer_text(out, ".TP\n\\fB");
    plain(out, name);
    buffer_text(out, "\\fR = \\fI");
    plain(out, choices);
    buffer_text(out, "\\fR\n");
    plain(out, purpose);
    buffer_text(out, "\n");
}

void manual_settings(struct buffer *out) {
    actions_reset(); /* whatever keys the one who asks has bound */
    buffer_text(out, ".TH RETAIL\\-PULSE\\-SETTINGS 5 \"\" \"Retail Pulse " RETAIL_PULSE_VERSION
                     "\" \"File Formats\"\n"
                     ".nh\n"
                     ".SH NAME\n"
                     "retail\\-pulse\\-settings \\- settings of retail\\-pulse(1)\n"
                     ".SH DESCRIPTION\n");
    struct buffer about = {0};
    preferences_rules(&about);
    paragraphs(out, about.data);
    buffer_free(&about);
    buffer_text(out, ".SH SETTINGS\n");
#define X(symbol, name, choices, purpose) setting(out, name, choices, purpose);
    PREFERENCE_LIST(X)
#undef X
    buffer_text(out, ".SH KEYS\nUnder [keys], actions and their keys, parted by blanks. These are "
                     "the keys without any setting:\n");
    for (int i = 1; i < ACTION_COUNT; i++)
        setting(out, action_name((enum action)i), action_keys((enum action)i),
                action_help((enum action)i));
    buffer_text(out, ".SH FILES\n.I ~/.config/retail\\-pulse/config\n.br\n.I ");
    plain(out, SYSTEM_SETTINGS);
    buffer_text(out, "\n.SH SEE ALSO\n.BR retail\\-pulse (1)\n");
}
