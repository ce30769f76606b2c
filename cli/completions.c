/* For each shell its own words for the same three questions: which commands there are, which
 * options each has, and what may stand as an option's value or as an operand. */
#include "cli/completions.h"

#include <ctype.h>
#include <string.h>

#include "cli/help.h"
#include "cli/options.h"
#include "engine/slice/dimension.h"

/* What may stand somewhere. */
enum values {
    VALUES_ANY, /* nothing that could be suggested */
    VALUES_FILES,
    VALUES_WORDS,
    VALUES_LIST /* words, several of them parted by commas */
};

static void word_add(struct buffer *out, const char *word, size_t length) {
    if (out->length != 0)
        buffer_text(out, " ");
    buffer_append(out, word, length);
}

static void dimensions_add(struct buffer *words) {
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        const char *name = dimension_name((enum dimension)i);
        word_add(words, name, strlen(name));
    }
}

static void commands_add(struct buffer *words) {
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].shown)
            word_add(words, commands[i].name, strlen(commands[i].name));
    }
}

static bool names_files(const char *text) {
    return strstr(text, "FILE") != NULL || strstr(text, "DATABASE") != NULL ||
           strstr(text, "PATH") != NULL;
}

static enum values option_values(const struct option_spec *spec, struct buffer *words) {
    if (spec->kind == OPTION_CHOICE) {
        for (size_t i = 0; spec->choices[i] != NULL; i++)
            word_add(words, spec->choices[i], strlen(spec->choices[i]));
        return VALUES_WORDS;
    }
    const char *dimension = spec->argument[0] == 'D' ? spec->argument + 1 : NULL;
    if (dimension != NULL && (*dimension == '\0' || *dimension == '[')) {
        dimensions_add(words);
        return *dimension == '[' ? VALUES_LIST : VALUES_WORDS;
    }
    return names_files(spec->argument) ? VALUES_FILES : VALUES_ANY;
}

/* By how help writes them: "[COMMAND|settings]" takes a command's name or "settings". */
static enum values operand_values(const char *operands, struct buffer *words) {
    if (operands == NULL)
        return VALUES_ANY;
    if (names_files(operands))
        return VALUES_FILES;
    for (const char *at = operands; *at != '\0';) {
        size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (length == sizeof "COMMAND" - 1 && strncmp(at, "COMMAND", length) == 0)
            commands_add(words);
        else if (length == sizeof "DIMENSION" - 1 && strncmp(at, "DIMENSION", length) == 0)
            dimensions_add(words);
        else if (length != 0 && islower((unsigned char)at[0]))
            word_add(words, at, length);
        at += length != 0 ? length : 1;
    }
    return words->length != 0 ? VALUES_WORDS : VALUES_ANY;
}

/* The names of options, with their dashes; `valued`: only of those that take a value. */
static void option_names(struct buffer *out, const struct option_spec *specs, size_t count,
                         const char *separator, bool valued) {
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (specs[i].help == NULL || (valued && specs[i].kind == OPTION_FLAG))
            continue;
        buffer_printf(out, "%s--%s", first ? "" : separator, specs[i].name);
        first = false;
    }
}

/* ---- bash */

static void bash_values(struct buffer *out, enum values values, const struct buffer *words) {
    switch (values) {
    case VALUES_ANY:
        buffer_text(out, " ;;\n");
        return;
    case VALUES_FILES:
        buffer_text(out, " files=yes ;;\n");
        return;
    case VALUES_WORDS:
    case VALUES_LIST:
        buffer_printf(out, " words='%s'%s ;;\n", words->data,
                      values == VALUES_LIST ? " list=yes" : "");
        return;
    }
}

static void bash_option_values(struct buffer *out, const char *command,
                               const struct option_spec *specs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (specs[i].help == NULL || specs[i].kind == OPTION_FLAG)
            continue;
        struct buffer words = {0};
        enum values values = option_values(&specs[i], &words);
        buffer_printf(out, "        %s,--%s)", command, specs[i].name);
        bash_values(out, values, &words);
        buffer_free(&words);
    }
}

void completions_bash(struct buffer *out) {
    buffer_text(out, "# bash completion for retail-pulse, made by: retail-pulse help --as bash\n"
                     "_retail_pulse() {\n"
                     "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                     "    local command= words= files= list= i\n"
                     "    if [[ $cur == = ]]; then # bash parts words there\n"
                     "        cur=\n"
                     "    elif [[ $prev == = ]]; then\n"
                     "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
                     "    fi\n"
                     "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                     "        case ${COMP_WORDS[i]} in\n            ");
    option_names(out, settings_specs, settings_spec_count, " | ", true);
    buffer_text(out, ")\n"
                     "                [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))\n"
                     "                ((i++))\n"
                     "                ;;\n"
                     "            -*) ;;\n"
                     "            *)\n"
                     "                command=${COMP_WORDS[i]}\n"
                     "                break\n"
                     "                ;;\n"
                     "        esac\n"
                     "    done\n"
                     "    COMPREPLY=()\n"
                     "    case $command,$prev in\n");
    bash_option_values(out, "*", settings_specs, settings_spec_count);
    for (size_t i = 0; i < command_count; i++) {
        const struct subcommand *subcommand = commands[i].subcommand;
        if (commands[i].shown)
            bash_option_values(out, commands[i].name, subcommand->options,
                               subcommand->option_count);
    }
    buffer_text(out, "        *,*)\n"
                     "            if [[ $cur == -* ]]; then\n"
                     "                words='");
    option_names(out, settings_specs, settings_spec_count, " ", false);
    buffer_text(out, "'\n                case $command in\n");
    for (size_t i = 0; i < command_count; i++) {
        const struct subcommand *subcommand = commands[i].subcommand;
        if (!commands[i].shown || subcommand->option_count == 0)
            continue;
        buffer_printf(out, "                    %s) words+=' ", commands[i].name);
        option_names(out, subcommand->options, subcommand->option_count, " ", false);
        buffer_text(out, "' ;;\n");
    }
    struct buffer names = {0};
    commands_add(&names);
    buffer_printf(out,
                  "                esac\n"
                  "            else\n"
                  "                case $command in\n"
                  "                    '') words='%s' ;;\n",
                  names.data);
    buffer_free(&names);
    for (size_t i = 0; i < command_count; i++) {
        struct buffer words = {0};
        enum values values = operand_values(commands[i].subcommand->operands, &words);
        if (commands[i].shown && values != VALUES_ANY) {
            buffer_printf(out, "                    %s)", commands[i].name);
            bash_values(out, values, &words);
        }
        buffer_free(&words);
    }
    buffer_text(out, "                esac\n"
                     "            fi\n"
                     "            ;;\n"
                     "    esac\n"
                     "    if [[ $files ]]; then\n"
                     "        compopt -o default\n"
                     "    elif [[ $list ]]; then\n"
                     "        compopt -o nospace\n"
                     "        COMPREPLY=($(compgen -P \"${cur%\"${cur##*,}\"}\" -W \"$words\" -- "
                     "\"${cur##*,}\"))\n"
                     "    else\n"
                     "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                     "    fi\n"
                     "}\n"
                     "complete -F _retail_pulse retail-pulse\n");
}

/* ---- zsh */

/* Inside single quotes, where brackets, colons and backslashes have a meaning of their own. */
static void zsh_text(struct buffer *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buffer_text(out, "'\\'");
        else if (strchr("[]:\\", *text) != NULL)
            buffer_text(out, "\\");
        buffer_append(out, text, 1);
    }
}

static void zsh_values(struct buffer *out, enum values values, const struct buffer *words) {
    switch (values) {
    case VALUES_ANY:
        buffer_text(out, " ");
        return;
    case VALUES_FILES:
        buffer_text(out, "_files");
        return;
    case VALUES_WORDS:
        buffer_printf(out, "(%s)", words->data);
        return;
    case VALUES_LIST:
        buffer_printf(out, "_sequence compadd - %s", words->data);
        return;
    }
}

static void zsh_options(struct buffer *out, const char *indent, const struct option_spec *specs,
                        size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct option_spec *spec = &specs[i];
        if (spec->help == NULL)
            continue;
        struct buffer text = {0}, words = {0};
        help_option_text(&text, spec);
        buffer_printf(out, "%s'%s--%s%s[", indent, spec->kind == OPTION_TEXTS ? "*" : "",
                      spec->name, spec->kind == OPTION_FLAG ? "" : "=");
        zsh_text(out, text.data);
        buffer_text(out, "]");
        if (spec->kind != OPTION_FLAG) {
            buffer_text(out, ":");
            zsh_text(out, spec->argument);
            buffer_text(out, ":");
            zsh_values(out, option_values(spec, &words), &words);
        }
        buffer_text(out, "'\n");
        buffer_free(&words);
        buffer_free(&text);
    }
}

void completions_zsh(struct buffer *out) {
    buffer_text(out, "#compdef retail-pulse\n"
                     "# made by: retail-pulse help --as zsh\n"
                     "_retail-pulse() {\n"
                     "    local curcontext=$curcontext state line\n"
                     "    typeset -A opt_args\n"
                     "    local -a settings commands own\n"
                     "    settings=(\n");
    zsh_options(out, "        ", settings_specs, settings_spec_count);
    buffer_text(out, "    )\n"
                     "    commands=(\n");
    for (size_t i = 0; i < command_count; i++) {
        if (!commands[i].shown)
            continue;
        buffer_printf(out, "        '%s:", commands[i].name);
        zsh_text(out, commands[i].summary);
        buffer_text(out, "'\n");
    }
    buffer_text(out, "    )\n"
                     "    _arguments -C $settings '1: :->command' '*:: :->rest' && return\n"
                     "    case $state in\n"
                     "        command) _describe -t commands command commands && return ;;\n"
                     "        rest)\n"
                     "            own=()\n"
                     "            case $words[1] in\n");
    for (size_t i = 0; i < command_count; i++) {
        const struct subcommand *subcommand = commands[i].subcommand;
        if (!commands[i].shown)
            continue;
        buffer_printf(out, "                %s)\n                    own=(\n", commands[i].name);
        zsh_options(out, "                        ", subcommand->options, subcommand->option_count);
        struct buffer words = {0};
        enum values values = operand_values(subcommand->operands, &words);
        if (values != VALUES_ANY) {
            buffer_text(out, "                        '*: :");
            zsh_values(out, values, &words);
            buffer_text(out, "'\n");
        }
        buffer_free(&words);
        buffer_text(out, "                    )\n                    ;;\n");
    }
    buffer_text(out, "            esac\n"
                     "            _arguments $settings $own && return\n"
                     "            ;;\n"
                     "    esac\n"
                     "    return 1\n"
                     "}\n"
                     "if [[ $funcstack[1] == _retail-pulse ]]; then # loaded by its first use\n"
                     "    _retail-pulse \"$@\"\n"
                     "else\n"
                     "    compdef _retail-pulse retail-pulse\n"
                     "fi\n");
}

/* ---- fish */

static void fish_text(struct buffer *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            buffer_text(out, "\\");
        buffer_append(out, text, 1);
    }
}

static void fish_values(struct buffer *out, enum values values, const struct buffer *words) {
    switch (values) {
    case VALUES_ANY:
        buffer_text(out, " -x");
        return;
    case VALUES_FILES:
        buffer_text(out, " -r -F");
        return;
    case VALUES_WORDS:
        buffer_printf(out, " -x -a '%s'", words->data);
        return;
    case VALUES_LIST:
        buffer_printf(out, " -x -a '(__fish_append , %s)'", words->data);
        return;
    }
}

/* `command` NULL: of every command. */
static void fish_options(struct buffer *out, const char *command, const struct option_spec *specs,
                         size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (specs[i].help == NULL)
            continue;
        struct buffer text = {0}, words = {0};
        buffer_text(out, "complete -c retail-pulse");
        if (command != NULL)
            buffer_printf(out, " -n '__retail_pulse_in %s'", command);
        buffer_printf(out, " -l %s", specs[i].name);
        if (specs[i].kind != OPTION_FLAG)
            fish_values(out, option_values(&specs[i], &words), &words);
        help_option_text(&text, &specs[i]);
        buffer_text(out, " -d '");
        fish_text(out, text.data);
        buffer_text(out, "'\n");
        buffer_free(&words);
        buffer_free(&text);
    }
}

void completions_fish(struct buffer *out) {
    buffer_text(out, "# fish completion for retail-pulse, made by: retail-pulse help --as fish\n"
                     "function __retail_pulse_command\n"
                     "    set -l value no\n"
                     "    for word in (commandline -opc)[2..]\n"
                     "        if test $value = yes\n"
                     "            set value no\n"
                     "            continue\n"
                     "        end\n"
                     "        switch $word\n"
                     "            case ");
    option_names(out, settings_specs, settings_spec_count, " ", true);
    buffer_text(out, "\n"
                     "                set value yes\n"
                     "            case '-*'\n"
                     "            case '*'\n"
                     "                echo $word\n"
                     "                return 0\n"
                     "        end\n"
                     "    end\n"
                     "    return 1\n"
                     "end\n"
                     "function __retail_pulse_in\n"
                     "    set -l command (__retail_pulse_command)\n"
                     "    and test $command = $argv[1]\n"
                     "end\n"
                     "complete -c retail-pulse -f\n");
    fish_options(out, NULL, settings_specs, settings_spec_count);
    for (size_t i = 0; i < command_count; i++) {
        const struct subcommand *subcommand = commands[i].subcommand;
        if (!commands[i].shown)
            continue;
        buffer_printf(out,
                      "complete -c retail-pulse -n 'not __retail_pulse_command >/dev/null' -a %s "
                      "-d '",
                      commands[i].name);
        fish_text(out, commands[i].summary);
        buffer_text(out, "'\n");
        fish_options(out, commands[i].name, subcommand->options, subcommand->option_count);
        struct buffer words = {0};
        enum values values = operand_values(subcommand->operands, &words);
        if (values == VALUES_FILES)
            buffer_printf(out, "complete -c retail-pulse -n '__retail_pulse_in %s' -F\n",
                          commands[i].name);
        else if (values == VALUES_WORDS)
            buffer_printf(out, "complete -c retail-pulse -n '__retail_pulse_in %s' -a '%s'\n",
                          commands[i].name, words.data);
        buffer_free(&words);
    }
}
