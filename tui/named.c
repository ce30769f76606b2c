/* Two entries a slice, numbered from 1 without gaps. */
#include "tui/named.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { KEY_SIZE = 32 };

static const char *key_of(char key[KEY_SIZE], int position, const char *part) {
    snprintf(key, KEY_SIZE, "named.%d.%s", position + 1, part);
    return key;
}

const char *named_name(const struct recall *recall, int position) {
    char key[KEY_SIZE];
    return recall_get(recall, key_of(key, position, "name"));
}

const char *named_filters(const struct recall *recall, int position) {
    char key[KEY_SIZE];
    return recall_get(recall, key_of(key, position, "filters"));
}

int named_count(const struct recall *recall) {
    int count = 0;
    while (count < NAMED_MAX && named_name(recall, count) != NULL &&
           named_filters(recall, count) != NULL)
        count++;
    return count;
}

static void set(struct recall *recall, int position, const char *name, const char *filters) {
    char key[KEY_SIZE];
    recall_set(recall, key_of(key, position, "name"), name);
    recall_set(recall, key_of(key, position, "filters"), filters);
}

bool named_save(struct recall *recall, const char *name, const char *filters) {
    char scrubbed[NAMED_NAME_SIZE];
    int count = named_count(recall), position = 0;
    char *clean = text_clean(name, strlen(name));
    snprintf(scrubbed, sizeof scrubbed, "%.*s",
             (int)text_clip(clean, NAMED_NAME_SIZE / 4 - 1, NULL), clean);
    free(clean);
    while (position < count && !text_same(named_name(recall, position), scrubbed))
        position++;
    if (position == NAMED_MAX || scrubbed[0] == '\0')
        return false;
    set(recall, position, scrubbed, filters);
    if (named_name(recall, position) != NULL && named_filters(recall, position) != NULL)
        return true;
    if (position < count)
        named_drop(recall, position); /* nothing half kept */
    else
        set(recall, position, NULL, NULL);
    return false;
}

void named_drop(struct recall *recall, int position) {
    int count = NAMED_MAX;
    while (count > 0 && named_name(recall, count - 1) == NULL)
        count--;
    for (int i = position; i < count; i++) {
        /* copies: what is set may be what is read */
        const char *name = named_name(recall, i + 1), *filters = named_filters(recall, i + 1);
        char *kept_name = name != NULL ? xstrdup(name) : NULL;
        char *kept_filters = filters != NULL ? xstrdup(filters) : NULL;
        set(recall, i, kept_name, kept_filters);
        free(kept_name);
        free(kept_filters);
    }
}
