/* The menu of `T`: what can be trained, searched or scored, with the one number that each needs. */
#ifndef TUI_JOB_MENU_H
#define TUI_JOB_MENU_H

#include "base/buffer.h"
#include "tui/draw.h"
#include "tui/keys.h"
#include "tui/widgets/table.h"

struct app;

struct job_menu {
    bool open;
    struct table table;
    int segments, trials;
};

void job_menu_open(struct job_menu *menu); /* its numbers are those of the last time */
unsigned job_menu_key(struct job_menu *menu, struct app *app, const struct key *key);

/* For whoever does not see the menu: "1: Train everything, …", a line each; and running one of
 * them by its place. False where there is none there. */
void job_menu_list(struct buffer *out);
bool job_menu_run(struct job_menu *menu, struct app *app, int item);

void job_menu_draw(const struct job_menu *menu, struct pane body);

#endif
