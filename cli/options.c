/* Reading the command line by tables of options; getopt_long does the splitting. */
#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"

static const char *const format_names[] = {"text", "csv", "json", "markdown", "html", NULL};

const struct option_spec settings_specs[] = {
    {"db", OPTION_TEXT, offsetof(struct settings, db), "FILE",
     "the database (else $RETAIL_PULSE_DB, else ~/.local/share/retail-pulse/shop.db)", 0, 0, NULL},
    {"format", OPTION_CHOICE, offsetof(struct settings, format), "FORMAT",
     "text, csv, json, markdown or html", 0, 0, format_names},
    {"weekend", OPTION_TEXT, offsetof(struct settings, weekend), "DAYS",
     "the days of the weekend, for by and filters (fri,sat unless given)", 0, 0, NULL},
    {"settings", OPTION_TEXT, offsetof(struct settings, restrictions), "FILE",
     "obey these settings too; what they forbid, no other file allows", 0, 0, NULL},
    {"mode", OPTION_TEXT, offsetof(struct settings, mode), "MODE",
     "of new databases and exports: 0600 (the default), 0640 or 0660", 0, 0, NULL},
    {"read-only", OPTION_FLAG, offsetof(struct settings, read_only), NULL,
     "refuse whatever would change the database", 0, 0, NULL},
    {"no-color", OPTION_FLAG, offsetof(struct settings, no_color), NULL,
     "no colours (NO_COLOR does the same)", 0, 0, NULL},
    {"ascii", OPTION_FLAG, offsetof(struct settings, ascii), NULL, "draw with ASCII only", 0, 0,
     NULL},
    {"linear", OPTION_FLAG, offsetof(struct settings, linear), NULL,
     "plain lines instead of tables, charts and screens, for screen readers", 0, 0, NULL},
    {"quiet", OPTION_FLAG, offsetof(struct settings, quiet), NULL, "no progress, no notes", 0, 0,
     NULL},
    {"help", OPTION_FLAG, offsetof(struct settings, help), NULL, "explain and end", 0, 0, NULL},
    {"version", OPTION_FLAG, offsetof(struct settings, version), NULL, "name the version and the libraries' and end",
     0, 0, NULL},
};
const size_t settings_spec_count = sizeof settings_specs / sizeof *settings_specs;

/* The settings and, once it is known, the subcommand's own options. */
struct known {
    const struct subcommand *subcommand; /* NULL: settings only */
    struct option *longs;
    size_t count;
};

enum { LONG_BASE = 1000 };

static const struct option_spec *spec_at(const struct known *known, size_t index) {
    if (index < settings_spec_count || known->subcommand == NULL)
        return &settings_specs[index];
    return &known->subcommand->options[index - settings_spec_count];
}

static void known_make(struct known *known, const struct subcommand *subcommand) {
    known->subcommand = subcommand;
    known->count = settings_spec_count + (subcommand != NULL ? subcommand->option_count : 0);
    known->longs = xcalloc(known->count + 1, sizeof *known->longs);
    for (size_t i = 0; i < known->count; i++) {
        const struct option_spec *spec = spec_at(known, i);
        known->longs[i] =
            (struct option){spec->name, spec->kind == OPTION_FLAG ? no_argument : required_argument,
                            NULL, LONG_BASE + (int)i};
    }
}

static enum err unknown_option(const struct known *known, const char *word, struct error *error) {
    size_t length = strcspn(word, "=");
    char *given = xstrndup(word, length);
    const char **names = xcalloc(known->count, sizeof *names);
    for (size_t i = 0; i < known->count; i++)
        names[i] = spec_at(known, i)->name;
    error_set(error, ERR_USAGE, "there is no option %s", given);
    const char *meant = near_miss(given + strspn(given, "-"), names, known->count);
    if (meant != NULL)
        error_hint(error, "Did you mean --%s?", meant);
    free(names);
    free(given);
    return ERR_USAGE;
}

static enum err choice_read(const struct option_spec *spec, const char *text, int *index,
                            struct error *error) {
    size_t count = 0;
    for (; spec->choices[count] != NULL; count++) {
        if (strcmp(spec->choices[count], text) == 0) {
            *index = (int)count;
            return ERR_OK;
        }
    }
    error_set(error, ERR_USAGE, "--%s cannot be '%s'", spec->name, text);
    const char *meant = near_miss(text, spec->choices, count);
    struct buffer list = {0};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&list, "%s%s", i != 0 ? ", " : "", spec->choices[i]);
    if (meant != NULL)
        error_hint(error, "Did you mean %s? It is one of: %s.", meant, list.data);
    else
        error_hint(error, "It is one of: %s.", list.data);
    buffer_free(&list);
    return ERR_USAGE;
}

static enum err option_store(const struct option_spec *spec, void *base, const char *text,
                             struct error *error) {
    void *target = (char *)base + spec->offset;
    switch (spec->kind) {
    case OPTION_FLAG:
        *(bool *)target = true;
        return ERR_OK;
    case OPTION_TEXT:
        *(const char **)target = text;
        return ERR_OK;
    case OPTION_TEXTS: {
        struct texts *texts = target;
        texts->items = xreallocarray(texts->items, (size_t)texts->count + 1, sizeof *texts->items);
        texts->items[texts->count++] = text;
        return ERR_OK;
    }
    case OPTION_INTEGER:
        if (number_parse_integer(text, target) && *(int64_t *)target >= spec->least &&
            *(int64_t *)target <= spec->most)
            return ERR_OK;
        return error_set(error, ERR_USAGE, "--%s takes a whole number from %lld to %lld, not '%s'",
                         spec->name, (long long)spec->least, (long long)spec->most, text);
    case OPTION_CHOICE:
        return choice_read(spec, text, target, error);
    }
    return ERR_OK;
}

/* One run of getopt over `argv`. Stops at the first operand where only settings are known. */
static enum err scan(struct invocation *invocation, const struct known *known, int argc,
                     char **argv, struct error *error) {
    enum err code = ERR_OK;
    opterr = 0;
    optind = 0; /* glibc: begin anew, even after a permuting run */
    const char *shorts = known->subcommand != NULL ? ":h" : "+:h";
    for (;;) {
        int found = getopt_long(argc, argv, shorts, known->longs, NULL);
        if (found == -1)
            break;
        enum err bad = ERR_OK;
        struct error why = {0};
        if (found == 'h') {
            invocation->settings.help = true;
        } else if (found >= LONG_BASE) {
            size_t index = (size_t)(found - LONG_BASE);
            void *base =
                index < settings_spec_count ? (void *)&invocation->settings : invocation->options;
            bad = option_store(spec_at(known, index), base, optarg, &why);
        } else if (found == ':') {
            const struct option_spec *spec = spec_at(known, (size_t)(optopt - LONG_BASE));
            bad = error_set(&why, ERR_USAGE, "--%s needs a value: --%s %s", spec->name, spec->name,
                            spec->argument);
        } else if (optopt >= LONG_BASE) {
            bad = error_set(&why, ERR_USAGE, "--%s takes no value",
                            spec_at(known, (size_t)(optopt - LONG_BASE))->name);
        } else if (optopt != 0) {
            bad = error_set(&why, ERR_USAGE, "there is no option -%c", optopt);
        } else {
            bad = unknown_option(known, argv[optind - 1], &why);
        }
        if (bad != ERR_OK && code == ERR_OK) { /* the first is told; --help may still come */
            code = bad;
            *error = why;
        }
    }
    return code;
}

const struct command *command_named(const char *word, struct error *error) {
    const struct command *command = command_find(word);
    if (command != NULL)
        return command;
    const char **names = xcalloc(command_count, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].shown)
            names[count++] = commands[i].name;
    }
    error_set(error, ERR_USAGE, "there is no command '%s'", word);
    const char *meant = near_miss(word, names, count);
    if (meant != NULL)
        error_hint(error, "Did you mean '%s'?", meant);
    else
        error_hint(error, "retail-pulse --help lists the commands.");
    free(names);
    return NULL;
}

enum err options_read(struct invocation *invocation, int argc, char **argv, struct error *error) {
    *invocation = (struct invocation){0};
    struct known known;
    known_make(&known, NULL);
    enum err code = scan(invocation, &known, argc, argv, error);
    free(known.longs);
    bool asks = invocation->settings.help || invocation->settings.version;
    if (optind >= argc)
        return asks ? ERR_OK : code;
    int at = optind; /* the subcommand; what follows is read with its options */
    struct error unknown = {0};
    const struct command *command = command_named(argv[at], &unknown);
    if (command == NULL) {
        if (code == ERR_OK)
            *error = unknown;
        return ERR_USAGE;
    }
    invocation->command = command;
    const struct subcommand *subcommand = command->subcommand;
    invocation->options = xcalloc(1, subcommand->options_size + 1);
    if (subcommand->init != NULL)
        subcommand->init(invocation->options);
    known_make(&known, subcommand);
    struct error second = {0};
    enum err rest = scan(invocation, &known, argc - at, argv + at, &second);
    free(known.longs);
    if (code == ERR_OK && rest != ERR_OK) {
        code = rest;
        *error = second;
    }
    invocation->operands = argv + at + optind;
    invocation->operand_count = argc - at - optind;
    if (invocation->settings.help || invocation->settings.version)
        return ERR_OK;
    if (code == ERR_OK && subcommand->operands == NULL && invocation->operand_count > 0) {
        code =
            error_set(error, ERR_USAGE, "%s takes no '%s'", command->name, invocation->operands[0]);
        error_hint(error, "retail-pulse %s --help explains it.", command->name);
    }
    return code;
}

void invocation_free(struct invocation *invocation) {
    if (invocation->command != NULL) {
        const struct subcommand *subcommand = invocation->command->subcommand;
        for (size_t i = 0; i < subcommand->option_count; i++) {
            const struct option_spec *spec = &subcommand->options[i];
            if (spec->kind == OPTION_TEXTS)
                free(((struct texts *)(void *)((char *)invocation->options + spec->offset))->items);
        }
    }
    free(invocation->options);
    free(invocation->db_path);
    preferences_free(&invocation->preferences);
}
