#include "tui/keys.h"

#include <stdio.h>
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

bool key_from_name(const char *name, size_t length, struct key *key) {
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++) {
        *key = (struct key){(enum key_kind)i, 0};
        if (i != KEY_KIND_CHARACTER && i != KEY_KIND_CONTROL && key_is_named(key, name, length))
            return true;
    }
    *key = (struct key){KEY_KIND_CHARACTER, ' '};
    if (key_is_named(key, name, length))
        return true;
    if (length == 3 && memcmp(name, "C-", 2) == 0 && name[2] >= 'a' && name[2] <= 'z') {
        *key = (struct key){KEY_KIND_CONTROL, (uint32_t)name[2]};
        return true;
    }
    return length != 0 && text_decode(name, length, &key->character) == length &&
           key->character > ' ' && key->character != 0xFFFD;
}

void key_names(char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "Space");
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names && used < size; i++) {
        if (kind_names[i][0] != '\0' && i != KEY_KIND_CONTROL)
            used += (size_t)snprintf(text + used, size - used, ", %s", kind_names[i]);
    }
}
