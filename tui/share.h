/* What leaves the dashboard: a screen as a file, on the clipboard, and what is behind it. */
#ifndef TUI_SHARE_H
#define TUI_SHARE_H

#include "tui/app.h"
#include "tui/draw.h"

enum { SHARE_PATH_MAX = 480 };

struct share {
    char path[SHARE_PATH_MAX]; /* that may be replaced, if the answer is yes */
    bool open;                 /* the layer of what is behind the screen */
    char *command, *sql;
};

unsigned share_export(struct app *app); /* asks for a file and writes the screen to it */
unsigned share_copy(struct app *app);
unsigned share_source(struct app *app); /* opens the layer … */
unsigned share_key(struct app *app, const struct key *key);
void share_draw(const struct share *share, struct pane body);
void share_close(struct share *share);

#endif
