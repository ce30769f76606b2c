/* The inside of struct app, for app*.c, frame.c, jobs.c, linear.c, picker.c and
 * share.c alone. */
#ifndef TUI_APP_STATE_H
#define TUI_APP_STATE_H

#include "tui/history.h"
#include "tui/job_menu.h"
#include "tui/jobs.h"
#include "tui/keeping.h"
#include "tui/late.h"
#include "tui/palette.h"
#include "tui/picker.h"
#include "tui/recall.h"
#include "tui/screen.h"
#include "tui/share.h"
#include "tui/widgets/prompt.h"

enum { NUMBERED_SCREENS = SCREEN_EXPLORE, DRILL_MAX = LAYERS_MAX };

struct view {
    const struct screen_ops *ops;
    void *state;
    bool fresh;    /* the state shows the current slice and data */
    bool complete; /* what load left out has been asked for */
    enum err code;
    struct error problem; /* where loading failed */
};

struct drill {
    struct view view;
    struct slice before; /* what Backspace brings back */
};

struct app {
    struct tui_options options;
    char *db_path;
    struct shop *shop;
    struct slice slice;
    struct selection selection;
    int64_t selected_sales; /* of the selection */
    bool drawn;             /* there is a picture … */
    int64_t held_until_ms;  /* … that may stay so long while figures are awaited; 0: none are */

    struct view numbered[NUMBERED_SCREENS];
    int current;
    struct drill drills[DRILL_MAX];
    int depth;
    enum dimension explore_by[2], pair[2]; /* the latter: of the last time that there were two */
    int explore_count;
    struct customer *offered; /* for What-if; owned; NULL: nobody */

    struct history history;

    bool prompting, prompt_filters; /* the latter: previews and completes filters */
    struct prompt prompt;
    prompt_accept *prompt_accept; /* refuses the text by a notice of a problem or a warning */
    void *prompt_state;

    struct palette palette;

    int64_t quit_again_ms; /* until then a key that quits only closed a layer, held too long */

    char notice[256];
    enum style notice_style;
    int64_t notice_until_ms;

    struct recall *recall; /* of earlier visits; NULL: nothing is remembered */
    struct recall *names;  /* the same, or this visit's own */

    struct late late;
    struct job job;
    struct job_menu job_menu;
    struct checkup checkup;
    char *backup_path; /* that was asked for last; owned */
    struct picker picker;
    struct share share;
};

/* app_layers.c */
struct view *app_top(const struct app *app);
void app_open_screens(struct app *app);
void app_close_screens(struct app *app); /* and all layers */
unsigned app_show_screen(struct app *app, int screen);
unsigned app_show_layer(struct app *app, enum screen_id screen);
unsigned app_explore_by_asked(struct app *app);
void view_open(struct view *view, const struct screen_ops *ops);
char *view_choices(const struct view *view);              /* the caller frees */
void view_choose(struct view *view, const char *choices); /* to be loaded anew then */
void app_close_layers(struct app *app, int depth);        /* those above; the slice stays */
void app_load_if_stale(struct app *app, struct view *view);

/* The cells of a large shop are not there yet: what can be told without them is. */
bool app_is_reading(const struct app *app);
bool app_is_waiting(const struct app *app); /* for them, or for those of the slice */
bool app_must_wait(const struct app *app, const struct view *view); /* for them */

/* app_prompt.c */
unsigned app_prompt_key(struct app *app, const struct key *key);
unsigned app_prompt_accept(struct app *app, const char *typed);
unsigned app_prompt_again(struct app *app, const char *format, ...) /* what was typed is refused */
    __attribute__((format(printf, 2, 3)));

/* app_visit.c: what the last visit left, and what this one leaves. */
void visit_return(struct app *app);
void visit_remember(struct app *app);

/* What a key does, without the key; with undo. Each returns a reaction. */
unsigned app_act(struct app *app, enum action action);
unsigned app_answer(struct app *app, const char *text); /* of the open prompt */
unsigned app_add_filters(struct app *app, const char *text);

/* The present cells or, where these were cut by filters that the slice does not have, all. */
const struct facts *app_facts_for(const struct app *app, const struct slice *slice);

/* app_slice.c: what each returns is a reaction. */
unsigned app_cells_came(struct app *app, int names); /* where there were so many names before */
void app_clear_slice(struct app *app);               /* app_reselect has to follow */
int app_names_known(const struct app *app);          /* of places and handsets */
enum err app_select(struct app *app, struct error *error);     /* the slice's sales, counted */
unsigned app_reselect(struct app *app);                        /* the data or the filters changed */
unsigned app_choose(struct app *app);                          /* the same, at once and here */
unsigned app_change_slice(struct app *app, struct slice next); /* takes over `next` */
unsigned app_drop_filter(struct app *app, bool all);
void app_open_with(struct app *app, const char *filters); /* NULL: none */
unsigned filters_ask(struct app *app);                    /* opens the prompt … */
void filters_preview(struct app *app);                    /* … whose text changed … */
void filters_complete(struct app *app);                   /* … or is to be completed */

#endif
