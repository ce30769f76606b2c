/* What is new since the last visit, put together for the screens that tell it. */
#ifndef TUI_NEWS_H
#define TUI_NEWS_H

#include "engine/analysis/since.h"
#include "tui/app.h"

struct news {
    struct since since;
    bool pending; /* news_complete tells what a pass over the sales finds */

    struct since_visit visit; /* without its texts, which are: */
    char at[32], train_key[16];
};

/* Tells nothing on the first visit and where nothing is remembered. What cannot be read, of imports
 * or models, is left out: news are no place for alarms. Where rows are cells and sales have come it
 * is pending. */
void news_load(struct app *app, struct news *out);

/* A pass over all sales, on any thread; errors as since_compute. */
enum err news_complete(const struct facts *facts, struct news *news, struct error *error);

/* Whether there is something that the user does not know. */
bool news_are_there(const struct since *since);

#endif
