/* What is new since the last visit, put together for the screens that tell it. */
#ifndef TUI_NEWS_H
#define TUI_NEWS_H

#include "engine/analysis/since.h"
#include "tui/app.h"

/* Tells nothing on the first visit and where nothing is remembered. What cannot be read, of imports
 * or models, is left out: news are no place for alarms. */
void news_load(struct app *app, struct since *out);

/* Whether there is something that the user does not know. */
bool news_are_there(const struct since *since);

#endif
