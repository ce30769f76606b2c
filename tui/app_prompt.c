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

/* The prompt is as it was left, its text, cursor and completion with it; whoever was about to read
 * the text types on instead of giving commands. */
unsigned app_prompt_again(struct app *app, const char *format, ...) {
    char reason[sizeof app->prompt.remark];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    snprintf(app->prompt.remark, sizeof app->prompt.remark, " %.250s", reason);
    app->prompt.remark_is_problem = true;
    app->prompting = true;
    return REACT_DRAW;
}

/* Whoever complains about the text in a notice has not taken it: the complaint stands beside the
 * prompt, and the text can be put right. */
unsigned app_prompt_accept(struct app *app, const char *typed) {
    char text[PROMPT_TEXT_MAX];
    snprintf(text, sizeof text, "%s", typed);
    app->prompting = false;
    app->notice_until_ms = 0;
    unsigned reaction = app->prompt_accept(app->prompt_state, app, text) | REACT_DRAW;
    bool complained = app->notice_until_ms != 0 &&
                      (app->notice_style == STYLE_PROBLEM || app->notice_style == STYLE_WARNING);
    if (complained && !app->prompting && !(reaction & REACT_QUIT)) {
        app_prompt_again(app, "%s", app->notice);
        app->notice[0] = '\0';
    }
    return reaction;
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
