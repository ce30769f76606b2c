/* The README's pictures: starts the program on a database in an emulated terminal, types, and
 * writes what it shows.   pictures DATABASE FOLDER SCRATCH */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/support/picture.h"

struct scene {
    const char *file, *title;
    int lines, columns;
    const char *keys[16]; /* one after the other, each when the screen has come to rest */
    const char *shows;    /* what the screen must say, else the picture is not taken */
};

#define DOWN "\033OB"
#define RIGHT "\033OC"

static const struct scene scenes[] = {
    {"overview",
     "The overview: key figures, months, places and handsets",
     30,
     100,
     {"1"},
     "1▸Overview"},
    {"marketing",
     "Marketing: who is returning more often, with intervals and verdicts",
     24,
     80,
     {"3"},
     "▸Differences"},
    {"models",
     "Models: the curves of a model beside those of chance",
     24,
     80,
     {"4", "\t"},
     "▸Curves"},
    {"what-if",
     "What-if: one customer, predicted while being typed, and why",
     24,
     80,
     {"5", DOWN, DOWN, DOWN, DOWN, DOWN, DOWN, RIGHT, DOWN, DOWN, RIGHT},
     "▸Answer"},
    {"lists",
     "Every dimension as a list, under the filters of the others",
     30,
     100,
     {"0", DOWN, "=", "\t", DOWN},
     "list 2 of"},
};

enum { REST_MS = 400, PATIENCE_S = 20 };

static bool take(const struct scene *scene, const char *database, const char *folder,
                 const char *scratch) {
    char *memory = xasprintf("%s/%s", scratch, scene->file); /* of no earlier visit */
    setenv("XDG_STATE_HOME", memory, 1);
    char *arguments = xasprintf("--db %s", database);
    struct pty *pty = pty_start(arguments, "xterm-256color", scene->lines, scene->columns);
    bool shown = pty_shows(pty, "1▸Overview", PATIENCE_S);
    for (size_t i = 0; i < sizeof scene->keys / sizeof *scene->keys && scene->keys[i] != NULL; i++)
        pty_type(pty, scene->keys[i], REST_MS);
    shown = shown && pty_shows(pty, scene->shows, PATIENCE_S);
    char *svg = picture_svg(pty, scene->title);
    char *path = xasprintf("%s/%s.svg", folder, scene->file);
    FILE *file = shown ? fopen(path, "w") : NULL;
    bool written = file != NULL && fputs(svg, file) >= 0;
    written = (file == NULL || fclose(file) == 0) && written;
    if (!shown)
        fprintf(stderr, "pictures: %s: the screen does not show \"%s\"\n", scene->file,
                scene->shows);
    else if (!written)
        perror(path);
    pty_type(pty, "qqqq", REST_MS);
    pty_end(pty);
    free(path);
    free(svg);
    free(arguments);
    free(memory);
    return written;
}

int main(int count, char **words) {
    if (count != 4) {
        fputs("usage: pictures DATABASE FOLDER SCRATCH\n", stderr);
        return 2;
    }
    bool all = true;
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
        all = take(&scenes[i], words[1], words[2], words[3]) && all;
    return all ? 0 : 1;
}
