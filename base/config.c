/* Reads a settings file into names and values; what they mean is their readers' business. */
#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

enum { SIZE_MAX_BYTES = 65536 };

static enum err complain(const char *path, int line, struct error *error, const char *what) {
    return error_set(error, ERR_INPUT, "%s, line %d: %s", path, line, what);
}

/* Opened without waiting for a pipe's other end; only a file has an end that can be trusted. */
static enum err read_whole(const char *path, struct buffer *text, struct error *error) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat about;
    if (fd < 0)
        return error_set(error, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO,
                         "%s: %s", path, strerror(errno));
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(fd);
        return error_set(error, ERR_INPUT, "%s is not a file", path);
    }
    char chunk[4096];
    ssize_t length;
    while ((length = read(fd, chunk, sizeof chunk)) > 0 && text->length <= SIZE_MAX_BYTES)
        buffer_append(text, chunk, (size_t)length);
    int saved = errno;
    close(fd);
    if (length < 0)
        return error_set(error, ERR_IO, "%s: %s", path, strerror(saved));
    if (text->length > SIZE_MAX_BYTES)
        return error_set(error, ERR_INPUT, "%s has more than 64 KiB: that is no settings file",
                         path);
    return ERR_OK;
}

static char *trimmed(const char *text, size_t length) {
    while (length > 0 && strchr(" \t\r", text[0]) != NULL)
        text++, length--;
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        length--;
    return xstrndup(text, length);
}

/* The value up to a comment; quotes keep what is between them. NULL: a quote that never ends. */
static char *value_of(const char *text, size_t length) {
    char *value = trimmed(text, length);
    if (value[0] != '"') {
        for (size_t i = 0; value[i] != '\0'; i++) {
            if (value[i] == '#' && (i == 0 || value[i - 1] == ' ' || value[i - 1] == '\t')) {
                char *shorter = trimmed(value, i);
                free(value);
                return shorter;
            }
        }
        return value;
    }
    char *end = strchr(value + 1, '"');
    char *inner = NULL;
    if (end != NULL &&
        (end[1 + strspn(end + 1, " \t")] == '\0' || end[1 + strspn(end + 1, " \t")] == '#'))
        inner = xstrndup(value + 1, (size_t)(end - value) - 1);
    free(value);
    return inner;
}

static bool is_clean(const char *line, size_t length) {
    for (size_t at = 0; at < length;) {
        uint32_t code;
        at += text_decode(line + at, length - at, &code);
        if (code == 0xFFFD || (code < 0x20 && code != '\t' && code != '\r') || code == 0x7F)
            return false;
    }
    return true;
}

static void add(struct config *config, const char *section, char *name, char *value, int line) {
    config->entries = xreallocarray(config->entries, config->count + 1, sizeof *config->entries);
    char *full = section[0] != '\0' ? xasprintf("%s.%s", section, name) : xstrdup(name);
    config->entries[config->count++] = (struct config_entry){full, value, line};
    free(name);
}

static enum err read_line(struct config *config, const char *text, size_t length, int line,
                          char section[static 64], struct error *error) {
    if (!is_clean(text, length))
        return complain(config->path, line, error, "a byte that is no text");
    size_t blank = strspn(text, " \t\r");
    if (blank >= length || text[blank] == '#')
        return ERR_OK;
    if (text[blank] == '[') {
        char *name = trimmed(text, length);
        size_t end = strlen(name);
        bool good = end > 2 && end < 60 && name[end - 1] == ']';
        if (good)
            snprintf(section, 64, "%.*s", (int)(end - 2), name + 1);
        free(name);
        return good ? ERR_OK : complain(config->path, line, error, "a section is written [NAME]");
    }
    const char *equals = memchr(text, '=', length);
    if (equals == NULL)
        return complain(config->path, line, error, "expected NAME = VALUE");
    char *name = trimmed(text, (size_t)(equals - text));
    char *value = value_of(equals + 1, length - (size_t)(equals + 1 - text));
    if (name[0] == '\0' || value == NULL) {
        enum err err = complain(config->path, line, error,
                                value == NULL ? "the quotes do not end, or something follows them"
                                              : "there is no name before the =");
        free(name);
        free(value);
        return err;
    }
    add(config, section, name, value, line);
    return ERR_OK;
}

enum err config_read(struct config *config, const char *path, struct error *error) {
    *config = (struct config){.path = xstrdup(path)};
    struct buffer text = {0};
    enum err err = read_whole(path, &text, error);
    char section[64] = "";
    int line = 0;
    for (size_t at = 0; err == ERR_OK && at < text.length;) {
        size_t length = strcspn(text.data + at, "\n");
        if (at + length < text.length && text.data[at + length] == '\0') /* a NUL in the file */
            length += 1;
        err = read_line(config, text.data + at, length, ++line, section, error);
        at += length + 1;
    }
    buffer_free(&text);
    return err;
}

void config_free(struct config *config) {
    for (size_t i = 0; i < config->count; i++) {
        free(config->entries[i].name);
        free(config->entries[i].value);
    }
    free(config->entries);
    free(config->path);
    *config = (struct config){0};
}

enum err config_complain(const struct config *config, const struct config_entry *entry,
                         struct error *error, const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return complain(config->path, entry->line, error, what);
}
