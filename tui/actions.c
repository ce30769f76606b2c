/* The key map: the list's, changed by the user's settings. */
#include "tui/actions.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { KEYS_SIZE = 64, NAME_SIZE = 32 };

static const struct {
    const char *symbol;
    const char *keys;
    const char *word;
    const char *help;
} actions[] = {[ACTION_NONE] = {"", "", "", ""},
#define X(symbol, keys, word, help) [ACTION_##symbol] = {#symbol, keys, word, help},
               ACTION_LIST(X)
#undef X
};

static struct {
    bool changed[ACTION_COUNT];
    char keys[ACTION_COUNT][KEYS_SIZE];
    char names[ACTION_COUNT][NAME_SIZE];
} bound;

const char *action_name(enum action action) {
    char *name = bound.names[action];
    const char *symbol = actions[action].symbol;
    for (size_t i = 0; i + 1 < NAME_SIZE && symbol[i] != '\0'; i++)
        name[i] = symbol[i] == '_' ? '-' : (char)tolower((unsigned char)symbol[i]);
    return name;
}

const char *action_keys(enum action action) {
    return bound.changed[action] ? bound.keys[action] : actions[action].keys;
}

const char *action_word(enum action action) {
    return actions[action].word;
}

const char *action_help(enum action action) {
    return actions[action].help;
}

bool action_by_name(const char *name, enum action *out) {
    for (int i = 1; i < ACTION_COUNT; i++) {
        if (strcmp(action_name((enum action)i), name) == 0) {
            *out = (enum action)i;
            return true;
        }
    }
    return false;
}

/* Steps through names parted by blanks; false at the end. */
static bool next_name(const char **at, const char **name, size_t *length) {
    *at += strspn(*at, " ");
    *name = *at;
    *length = strcspn(*at, " ");
    *at += *length;
    return *length != 0;
}

enum action action_of_key(const struct key *key) {
    for (int i = 1; i < ACTION_COUNT; i++) {
        const char *at = action_keys((enum action)i), *name;
        for (size_t length; next_name(&at, &name, &length);) {
            if (key_is_named(key, name, length))
                return (enum action)i;
        }
    }
    return ACTION_NONE;
}

enum err action_bind(enum action action, const char *keys, struct error *error) {
    const char *at = keys, *name;
    for (size_t length; next_name(&at, &name, &length);) {
        struct key key;
        if (!key_from_name(name, length, &key)) {
            char names[256];
            key_names(names, sizeof names);
            error_set(error, ERR_INPUT, "'%.*s' is no key", (int)length, name);
            return error_hint(error, "A key is a character, C-a to C-z, or one of %s.", names);
        }
    }
    if (strlen(keys) >= KEYS_SIZE)
        return error_set(error, ERR_INPUT, "too many keys for %s", action_name(action));
    snprintf(bound.keys[action], KEYS_SIZE, "%s", keys);
    bound.changed[action] = true;
    return ERR_OK;
}

enum err actions_check(struct error *error) {
    for (int i = 1; i < ACTION_COUNT; i++) {
        const char *at = action_keys((enum action)i), *name;
        for (size_t length; next_name(&at, &name, &length);) {
            struct key key;
            if (!key_from_name(name, length, &key) || action_of_key(&key) == (enum action)i)
                continue;
            return error_set(error, ERR_INPUT, "the key %.*s is bound to both %s and %s",
                             (int)length, name, action_name(action_of_key(&key)),
                             action_name((enum action)i));
        }
    }
    if (strspn(action_keys(ACTION_QUIT), " ") == strlen(action_keys(ACTION_QUIT)))
        return error_set(error, ERR_INPUT, "no key quits");
    return ERR_OK;
}

void actions_reset(void) {
    memset(&bound, 0, sizeof bound);
}
