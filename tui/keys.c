#include "tui/keys.h"

#include <string.h>

#include "base/text.h"

static const char *const kind_names[] = {
#define X(symbol, name) [KEY_KIND_##symbol] = (name),
    KEY_LIST(X)
#undef X
};

bool key_is_named(const struct key *key, const char *name, size_t length) {
    if (key->kind == KEY_KIND_CHARACTER) {
        if (key->character == ' ')
            return length == 5 && memcmp(name, "Space", 5) == 0;
        uint32_t character;
        return text_decode(name, length, &character) == length && character == key->character;
    }
    if (key->kind == KEY_KIND_CONTROL)
        return length == 3 && memcmp(name, "C-", 2) == 0 && (uint32_t)name[2] == key->character;
    const char *own = kind_names[key->kind];
    return own[0] != '\0' && strlen(own) == length && memcmp(own, name, length) == 0;
}
