#include "tui/actions.h"

#include <string.h>

static const struct {
    const char *keys;
    const char *word;
    const char *help;
} actions[] = {[ACTION_NONE] = {"", "", ""},
#define X(symbol, keys, word, help) [ACTION_##symbol] = {keys, word, help},
               ACTION_LIST(X)
#undef X
};

const char *action_keys(enum action action) {
    return actions[action].keys;
}

const char *action_word(enum action action) {
    return actions[action].word;
}

const char *action_help(enum action action) {
    return actions[action].help;
}

enum action action_of_key(const struct key *key) {
    for (int i = 1; i < ACTION_COUNT; i++) {
        for (const char *name = actions[i].keys; *name != '\0';) {
            size_t length = strcspn(name, " ");
            if (key_is_named(key, name, length))
                return (enum action)i;
            name += length;
            name += *name == ' ';
        }
    }
    return ACTION_NONE;
}
