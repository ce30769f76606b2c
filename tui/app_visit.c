/* What one visit leaves to the next: filters, screen, what is chosen on each, and what was seen. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "tui/app_state.h"

/* "choices.overview": what recall calls the choices of a numbered screen. */
static const char *choices_name(int screen, char *name, size_t size) {
    snprintf(name, size, "choices.%s", action_name((enum action)((int)ACTION_OVERVIEW + screen)));
    return name;
}

void visit_return(struct app *app) {
    const char *filters = app->recall != NULL ? recall_get(app->recall, "slice") : NULL;
    app_open_with(app, filters != NULL ? filters : app->options.slice);
    if (app->slice.count > 0 && filters != NULL)
        app_notice(app, STYLE_WARNING, "Filters kept from the last visit; %s drops them all",
                   action_keys(ACTION_CLEAR));
    int64_t screen = app->recall != NULL ? recall_number(app->recall, "screen", 0) : 0;
    if (screen > 0 && screen < NUMBERED_SCREENS)
        app->current = (int)screen;
    for (int i = 0; i < NUMBERED_SCREENS && app->recall != NULL; i++) {
        char name[64];
        const char *choices = recall_get(app->recall, choices_name(i, name, sizeof name));
        if (choices != NULL)
            view_choose(&app->numbered[i], choices);
    }
}

static void remember_what_was_seen(struct app *app) {
    const struct facts *facts = app_facts(app);
    char now[CLOCK_STAMP_SIZE];
    clock_stamp(now);
    recall_set(app->recall, "seen-at", now);
    recall_set_number(app->recall, "seen-sale", facts_last_id(facts));
}

void visit_remember(struct app *app) {
    if (app->recall == NULL || app->selection.rows == NULL)
        return;
    char *filters = slice_text(&app->slice);
    recall_set(app->recall, "slice", filters);
    recall_set_number(app->recall, "screen", app->current);
    remember_what_was_seen(app);
    free(filters);
    for (int i = 0; i < NUMBERED_SCREENS; i++) {
        char name[64];
        char *choices = view_choices(&app->numbered[i]);
        recall_set(app->recall, choices_name(i, name, sizeof name),
                   choices[0] != '\0' ? choices : NULL);
        free(choices);
    }
    recall_save(app->recall);
}
