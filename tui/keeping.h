/* Keeping the data, from any screen: a copy of the database, and a look at whether it is whole.
 * Both run beside the interface and change nothing of it. */
#ifndef TUI_KEEPING_H
#define TUI_KEEPING_H

#include "base/clock.h"
#include "engine/doctor/diagnosis.h"

struct app;

/* What the last look of this visit found, those that need something done first. */
struct checkup {
    struct diagnosis diagnosis;
    char at[CLOCK_STAMP_SIZE]; /* when it began, UTC; "": there was none */
    bool running, whole;       /* `whole`: it came to its end */
};

unsigned keeping_ask_backup(struct app *app); /* where to; a reaction, as all here */
unsigned keeping_check(struct app *app);      /* looks at everything */

/* What the work tells while it runs, and its end. */
void keeping_hear(struct app *app, const char *note);
void keeping_checked(struct app *app, enum err code);

void checkup_free(struct checkup *checkup);

#endif
