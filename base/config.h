/* A file of settings: `name = value` a line, `#` begins a comment, `[section]` puts "section."
 * before the names that follow. A value in double quotes keeps blanks at its ends and '#'. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stddef.h>

#include "base/error.h"

struct config_entry {
    char *name; /* with its section: "keys.filter" */
    char *value;
    int line;
};

struct config {
    char *path;
    struct config_entry *entries; /* in the order of the file */
    size_t count;
};

/* Files up to 64 KiB of UTF-8. ERR_NOT_FOUND where there is none; ERR_INPUT names file and line.
 * The caller frees with config_free, on errors too. */
enum err config_read(struct config *config, const char *path, struct error *error);
void config_free(struct config *config);

/* ERR_INPUT: "FILE, line N: …" for an entry whose name or value means nothing. */
enum err config_complain(const struct config *config, const struct config_entry *entry,
                         struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
