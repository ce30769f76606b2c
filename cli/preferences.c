/* From names and values to settings. */
#include "cli/preferences.h"

#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/date.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/options.h"
#include "engine/slice/calendar.h"
#include "tui/actions.h"

enum { KEYS_PREFIX = sizeof "keys." - 1, SIGN_MAX = 7 };

enum preference {
#define X(symbol, ...) PREFERENCE_##symbol,
    PREFERENCE_LIST(X)
#undef X
        PREFERENCE_COUNT
};

static const char *const names[] = {
#define X(symbol, name, choices, purpose) name,
    PREFERENCE_LIST(X)
#undef X
};

static const char *const allowed[] = {
#define X(symbol, name, choices, purpose) choices,
    PREFERENCE_LIST(X)
#undef X
};

static char *default_path(void) {
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config != NULL && config[0] == '/')
        return xasprintf("%s/retail-pulse/config", config);
    return xasprintf("%s/.config/retail-pulse/config", home != NULL ? home : "");
}

static bool yes_or_no(const char *value, bool *out) {
    *out = strcmp(value, "yes") == 0;
    return *out || strcmp(value, "no") == 0;
}

static bool set_sign(const char *value) {
    char *clean = text_clean(value, strlen(value));
    bool good = strlen(value) <= SIGN_MAX && strstr(clean, "\xEF\xBF\xBD") == NULL;
    if (good)
        money_set_sign(value);
    free(clean);
    return good;
}

/* What restricts can be said once, by whoever is read first; the administrator is. */
static bool restrict_by(struct preferences *preferences, enum preference preference,
                        const char *value) {
    bool yes;
    unsigned mode;
    switch (preference) {
    case PREFERENCE_READ_ONLY:
        if (!yes_or_no(value, &yes))
            return false;
        preferences->read_only |= yes;
        return true;
    case PREFERENCE_REMEMBER:
        if (!yes_or_no(value, &yes))
            return false;
        preferences->forgets |= !yes;
        return true;
    case PREFERENCE_SUSPEND:
        if (!yes_or_no(value, &yes))
            return false;
        preferences->stays |= !yes;
        return true;
    case PREFERENCE_MODE:
        if (!file_mode_read(value, &mode))
            return false;
        if (preferences->mode == 0)
            preferences->mode = mode;
        return true;
    case PREFERENCE_EXPORT_FOLDER:
        if (value[0] != '/')
            return false;
        if (preferences->export_folder == NULL)
            preferences->export_folder = xstrdup(value);
        return true;
    default:
        return false;
    }
}

/* False where the value is none that the setting can have. */
static bool apply(struct preferences *preferences, enum preference preference, const char *value) {
    enum digits digits;
    enum date_look look;
    switch (preference) {
    case PREFERENCE_THEME:
        return theme_by_name(value, &preferences->theme);
    case PREFERENCE_ASCII:
        return yes_or_no(value, &preferences->ascii);
    case PREFERENCE_MOUSE:
        return yes_or_no(value, &preferences->mouse);
    case PREFERENCE_READ_ONLY:
    case PREFERENCE_REMEMBER:
    case PREFERENCE_SUSPEND:
    case PREFERENCE_MODE:
    case PREFERENCE_EXPORT_FOLDER:
        return restrict_by(preferences, preference, value);
    case PREFERENCE_CURRENCY:
        return set_sign(value);
    case PREFERENCE_GROUPING:
        if (!digits_by_name(value, &digits))
            return false;
        number_set_digits(digits);
        return true;
    case PREFERENCE_DATES:
        if (!date_look_by_name(value, &look))
            return false;
        date_set_look(look);
        return true;
    case PREFERENCE_WEEKEND:
        return calendar_read_weekend(value, &preferences->weekend, NULL) == ERR_OK;
    case PREFERENCE_SLICE:
        free(preferences->slice);
        preferences->slice = xstrdup(value);
        return true;
    case PREFERENCE_COUNT:
        break;
    }
    return false;
}

static enum err bind(const struct config *config, const struct config_entry *entry,
                     struct error *error) {
    enum action action;
    struct error why;
    const char *name = entry->name + KEYS_PREFIX;
    if (!action_by_name(name, &action)) {
        config_complain(config, entry, error, "there is no action '%s'", name);
        return error_hint(error, "retail-pulse help settings lists the actions.");
    }
    if (action_bind(action, entry->value, &why) == ERR_OK)
        return ERR_OK;
    config_complain(config, entry, error, "%s", why.message);
    return error_hint(error, "%s", why.hint);
}

static enum err read_entry(struct preferences *preferences, const struct config *config,
                           const struct config_entry *entry, struct error *error) {
    if (strncmp(entry->name, "keys.", KEYS_PREFIX) == 0)
        return bind(config, entry, error);
    for (int i = 0; i < PREFERENCE_COUNT; i++) {
        if (strcmp(entry->name, names[i]) != 0)
            continue;
        if (apply(preferences, (enum preference)i, entry->value))
            return ERR_OK;
        return config_complain(config, entry, error, "%s cannot be '%s': it is one of %s", names[i],
                               entry->value, allowed[i]);
    }
    config_complain(config, entry, error, "there is no setting '%s'", entry->name);
    const char *meant = near_miss(entry->name, names, PREFERENCE_COUNT);
    if (meant != NULL)
        return error_hint(error, "Did you mean %s?", meant);
    return error_hint(error, "retail-pulse help settings lists them.");
}

static enum err read_file(struct preferences *preferences, const char *path, bool must_exist,
                          struct error *error) {
    struct config config;
    enum err err = config_read(&config, path, error);
    bool missing = err == ERR_NOT_FOUND && !must_exist;
    for (size_t i = 0; err == ERR_OK && i < config.count; i++)
        err = read_entry(preferences, &config, &config.entries[i], error);
    struct error why;
    if (err == ERR_OK && actions_check(&why) != ERR_OK)
        err = error_set(error, ERR_INPUT, "%s: %s", path, why.message);
    config_free(&config);
    return missing ? ERR_OK : err;
}

enum err preferences_load(struct preferences *preferences, const char *more, struct error *error) {
    *preferences = (struct preferences){.path = default_path()};
    enum err err = read_file(preferences, SYSTEM_SETTINGS, false, error);
    if (err == ERR_OK && more != NULL)
        err = read_file(preferences, more, true, error);
    preferences->mode_is_held = preferences->mode != 0;
    return err == ERR_OK ? read_file(preferences, preferences->path, false, error) : err;
}

void preferences_free(struct preferences *preferences) {
    free(preferences->path);
    free(preferences->slice);
    free(preferences->export_folder);
    *preferences = (struct preferences){0};
}

void preferences_rules(struct buffer *out) {
    buffer_text(out,
                "Settings stand in $XDG_CONFIG_HOME/retail-pulse/config, else "
                "~/.config/retail-pulse/config, as\n\n"
                "  theme = light\n"
                "  currency = Tk\n"
                "  [keys]\n"
                "  filter = f F\n\n"
                "A name, =, a value; # begins a comment; quotes keep blanks.\n"
                "What " SYSTEM_SETTINGS " says is read before, and --settings FILE:\n"
                "read-only, remember, suspend, mode and export-folder there cannot be undone.\n");
}

void preferences_about(struct buffer *out) {
    static const char *const purposes[] = {
#define X(symbol, name, choices, purpose) purpose,
        PREFERENCE_LIST(X)
#undef X
    };
    preferences_rules(out);
    buffer_text(out, "\n");
    for (int i = 0; i < PREFERENCE_COUNT; i++)
        buffer_printf(out, "  %-13s %s\n  %-13s   %s\n", names[i], purposes[i], "", allowed[i]);
    buffer_text(out, "\nUnder [keys], actions and their keys, parted by blanks:\n\n");
    for (int i = 1; i < ACTION_COUNT; i++)
        buffer_printf(out, "  %-16s %-14s %s\n", action_name((enum action)i),
                      action_keys((enum action)i), action_help((enum action)i));
}
