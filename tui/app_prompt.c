/* The one-line prompt that any part of the dashboard may open: it stays until its text is taken. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/app_state.h"

unsigned app_prompt(struct app *app, const char *label, const char *initial, prompt_accept *accept,
                    void *state) {
    prompt_open(&app->prompt, label, initial);
    app->prompting = true;
    app->prompt_filters = false;
    app->prompt_accept = accept;
    app->prompt_state = state;
    return REACT_DRAW;
}

/* Closes the prompt first: what takes the text may open another one. */
unsigned app_prompt_accept(struct app *app, const char *typed) {
    char text[PROMPT_TEXT_MAX];
    snprintf(text, sizeof text, "%s", typed);
    app->prompting = false;
    return app->prompt_accept(app->prompt_state, app, text) | REACT_DRAW;
}

unsigned app_prompt_key(struct app *app, const struct key *key) {
    switch (prompt_key(&app->prompt, key)) {
    case PROMPT_CLOSED:
        app->prompting = false;
        return REACT_DRAW;
    case PROMPT_ACCEPTED:
        return app_prompt_accept(app, app->prompt.text);
    case PROMPT_COMPLETE:
        if (app->prompt_filters)
            filters_complete(app);
        return REACT_DRAW;
    case PROMPT_CHANGED:
        break;
    case PROMPT_UNCHANGED:
        return REACT_NONE;
    }
    if (app->prompt_filters)
        filters_preview(app);
    return REACT_DRAW;
}
