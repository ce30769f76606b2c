/* Names and values in memory, read and written as a settings file. */
#include "tui/recall.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/config.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/number.h"

struct item {
    char *name, *value;
};

struct recall {
    char *folder, *path;
    struct item *items;
    size_t count;
    bool changed;
};

/* NULL: nowhere to keep anything. */
static char *folder_of(void) {
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state != NULL && state[0] == '/')
        return xasprintf("%s/retail-pulse", state);
    return home != NULL && home[0] == '/' ? xasprintf("%s/.local/state/retail-pulse", home) : NULL;
}

/* The same file by whatever name; two databases never share a memory. */
static char *file_of(const char *folder, const char *db_path) {
    char digest[DIGEST_TEXT_SIZE];
    char *real = realpath(db_path, NULL);
    const char *name = real != NULL ? real : db_path;
    digest_of(name, strlen(name), digest);
    char *path = xasprintf("%s/%.16s", folder, digest);
    free(real);
    return path;
}

struct recall *recall_open(const char *db_path) {
    struct recall *recall = xcalloc(1, sizeof *recall);
    struct config config;
    recall->folder = folder_of();
    if (recall->folder == NULL)
        return recall;
    recall->path = file_of(recall->folder, db_path);
    if (config_read(&config, recall->path, NULL) == ERR_OK)
        for (size_t i = 0; i < config.count; i++)
            recall_set(recall, config.entries[i].name, config.entries[i].value);
    config_free(&config);
    recall->changed = false;
    return recall;
}

struct recall *recall_new(void) {
    return xcalloc(1, sizeof(struct recall));
}

static struct item *find(const struct recall *recall, const char *name) {
    for (size_t i = 0; i < recall->count; i++) {
        if (strcmp(recall->items[i].name, name) == 0)
            return &recall->items[i];
    }
    return NULL;
}

const char *recall_get(const struct recall *recall, const char *name) {
    const struct item *item = find(recall, name);
    return item != NULL ? item->value : NULL;
}

int64_t recall_number(const struct recall *recall, const char *name, int64_t otherwise) {
    const char *text = recall_get(recall, name);
    int64_t value;
    return text != NULL && number_parse_integer(text, &value) ? value : otherwise;
}

/* The file has no escapes: what it could not hold is forgotten instead. */
static bool can_be_kept(const char *value) {
    return value != NULL && strpbrk(value, "\"\r\n") == NULL;
}

void recall_set(struct recall *recall, const char *name, const char *value) {
    struct item *item = find(recall, name);
    if (!can_be_kept(value))
        value = NULL;
    if (item == NULL && value == NULL)
        return;
    if (item != NULL && value != NULL && strcmp(item->value, value) == 0)
        return;
    recall->changed = true;
    if (item == NULL) {
        recall->items = xreallocarray(recall->items, recall->count + 1, sizeof *recall->items);
        recall->items[recall->count++] = (struct item){xstrdup(name), xstrdup(value)};
        return;
    }
    free(item->value);
    if (value != NULL) {
        item->value = xstrdup(value);
        return;
    }
    free(item->name);
    *item = recall->items[--recall->count];
}

void recall_set_number(struct recall *recall, const char *name, int64_t value) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    recall_set(recall, name, text);
}

/* mkdir -p with mode 0700 for what is new. */
static bool make_folder(const char *folder) {
    char *path = xstrdup(folder);
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
    mkdir(path, 0700);
    free(path);
    return access(folder, W_OK) == 0;
}

static bool write_whole(const char *path, const struct buffer *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool whole = write(fd, text->data, text->length) == (ssize_t)text->length;
    return (close(fd) == 0) && whole;
}

void recall_save(struct recall *recall) {
    struct buffer text = {0};
    if (!recall->changed || recall->folder == NULL || !make_folder(recall->folder))
        return;
    buffer_text(&text, "# what the dashboard remembers; deleting this file harms nothing\n");
    for (size_t i = 0; i < recall->count; i++)
        buffer_printf(&text, "%s = \"%s\"\n", recall->items[i].name, recall->items[i].value);
    char *fresh = xasprintf("%s.%ld", recall->path, (long)getpid());
    if (!write_whole(fresh, &text) || rename(fresh, recall->path) != 0)
        unlink(fresh);
    else
        recall->changed = false;
    free(fresh);
    buffer_free(&text);
}

void recall_close(struct recall *recall) {
    if (recall == NULL)
        return;
    for (size_t i = 0; i < recall->count; i++) {
        free(recall->items[i].name);
        free(recall->items[i].value);
    }
    free(recall->items);
    free(recall->folder);
    free(recall->path);
    free(recall);
}
