/* The way from a file to an import: a list of folders and files to choose from, then what would be
 * made of the chosen one, then the import as a job. */
#ifndef TUI_PICKER_H
#define TUI_PICKER_H

#include "engine/intake/preview.h"
#include "tui/draw.h"
#include "tui/folder.h"
#include "tui/keys.h"
#include "tui/widgets/table.h"

enum picker_step { PICKER_CLOSED, PICKER_FILES, PICKER_PREVIEW };

struct app;

struct picker {
    enum picker_step step;
    struct folder folder;
    int *shown; /* entries that the query leaves */
    int shown_count;
    struct table table;
    char query[128];
    bool all_files;
    char problem[768]; /* of the last folder or file; "" where there is none */

    char *file;        /* the chosen one … */
    const char *title; /* its name, as it may be shown; of the folder's entry */
    struct preview preview;
    struct error refusal; /* … and why it cannot be imported; code ERR_OK where it can */
    bool strict;
};

/* In the folder of the last time, else where downloads go. Returns a reaction, as does the next. */
unsigned picker_open(struct picker *picker, struct app *app);
unsigned picker_key(struct picker *picker, struct app *app, const struct key *key);
void picker_draw(const struct picker *picker, struct pane body);
void picker_close(struct picker *picker); /* frees everything; fine on a closed one */

#endif
