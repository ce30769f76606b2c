/* Two entries a slice, numbered from 1 without gaps. */
#include "tui/named.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
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

static bool is_end(char byte) {
    return byte == '\0' || byte == ' ' || byte == '\t';
}

/* The name at `text` and how many bytes it takes there: quoted, or the longest that fits. */
static int find_name(const struct recall *recall, const char *text, size_t *taken) {
    bool quoted = text[0] == '\'' || text[0] == '"';
    const char *close = quoted ? strchr(text + 1, text[0]) : NULL;
    int found = -1, count = named_count(recall);
    size_t longest = 0;
    for (int i = 0; i < count; i++) {
        const char *name = named_name(recall, i);
        size_t length = strlen(name);
        const char *from = text + quoted;
        bool ends = quoted ? close == from + length : is_end(from[strnlen(from, length)]);
        if (ends && length >= longest && text_starts(from, name)) {
            found = i;
            longest = length;
            *taken = length + 2u * quoted;
        }
    }
    return found;
}

static char *no_such_name(const struct recall *recall, const char *text, struct error *error) {
    struct buffer list = {0};
    int count = named_count(recall);
    for (int i = 0; i < count && list.length < 200; i++)
        buffer_printf(&list, "%s%s", i != 0 ? ", " : "", named_name(recall, i));
    char *clean = text_clean(text, strcspn(text, " \t"));
    clean[text_clip(clean, 60, NULL)] = '\0';
    if (count == 0)
        error_set(error, ERR_INPUT, "no slice is called \"%s\": none has a name yet", clean);
    else
        error_set(error, ERR_INPUT, "no slice is called \"%s\", only %s", clean, list.data);
    error_hint(error, "F in the dashboard keeps the present filters under a name.");
    free(clean);
    buffer_free(&list);
    return NULL;
}

char *named_expand(const struct recall *recall, const char *text, struct error *error) {
    struct buffer out = {0};
    char before = ' ', quote = '\0';
    buffer_append(&out, "", 0);
    while (*text != '\0') {
        size_t taken = 0;
        if (quote == '\0' && *text == '@' && is_end(before)) {
            int found = find_name(recall, text + 1, &taken);
            if (found < 0) {
                buffer_free(&out);
                return no_such_name(recall, text + 1, error);
            }
            buffer_text(&out, named_filters(recall, found));
            text += 1 + taken;
            before = '@';
            continue;
        }
        if (*text == quote)
            quote = '\0';
        else if (quote == '\0' && (*text == '\'' || *text == '"') &&
                 strchr("=<>~| ", before) != NULL)
            quote = *text; /* elsewhere an apostrophe is a letter */
        before = *text;
        buffer_append(&out, text++, 1);
    }
    return buffer_take(&out);
}
