/* What a screen is: one file, one table of functions. Screens never know of each other. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "base/buffer.h"
#include "tui/actions.h"
#include "tui/app.h"
#include "tui/draw.h"
#include "tui/late.h"

struct document;

struct screen_ops {
    const char *title;
    const char *help;   /* what the screen shows and how to read it, one paragraph */
    size_t state_size;  /* the state is zeroed before the first load */
    bool keeps_filters; /* leaving this layer leaves the filters as they are by then */
    bool passing;       /* a layer that undo never comes back to */
    bool works_empty;   /* loads and draws without any sale too (Data) */
    bool by_sales;   /* loads and draws by shop_list_facts, before the slice has cells of its own */
    bool by_summary; /* loads and draws all sales from their summary too (engine/slice/summary.h) */

    /* Fills the state from the app's current slice; called again whenever the slice or the data
     * changed. Cursors in the state are kept as far as they still fit. */
    enum err (*load)(void *state, struct app *app, struct error *error);

    /* What load and keys leave out so that they answer at once, and what is better at hand before
     * it is asked for: done a little at a time while no key waits, after the picture. `is_due` says
     * whether there is any; `complete` does some of it, stops as soon as a key waits
     * (terminal_key_waits) and says whether the picture changed. Left out only where app_defers
     * says so. NULL: there is never any. */
    bool (*is_due)(const void *state);
    bool (*complete)(void *state, struct app *app);

    /* What load leaves out because it takes long, computed beside the interface (tui/late.h).
     * `late_begin` says whether there is any, and puts what is chosen into a zeroed result of
     * `late_size` bytes (NULL: it is only asked). `late_work` fills it, on another thread that
     * knows nothing of the app; `late_take` moves what it likes out of it into the state;
     * `late_release` frees the rest. late_work NULL: nothing takes as long. */
    size_t late_size;
    bool (*late_begin)(const void *state, void *result);
    enum err (*late_work)(void *result, const struct late_source *from, struct error *error);
    void (*late_take)(void *state, struct app *app, void *result);
    void (*late_release)(void *result);

    /* What late_take took may leave more to be begun: first what comes soon, then what takes long.
     */
    bool late_in_steps;

    /* Whether the figures that are seen are all still to come: where they come within moments the
     * picture before stays until then (app_draw_or_hold). NULL: never. */
    bool (*is_counting)(const void *state);

    /* Paints the state; never queries. `body` is at least 36 × 6 and may be any size above. */
    void (*draw)(const void *state, const struct app *app, struct pane body);

    /* Whether what is seen (the current page) is of all sales, whatever the filters: line 2 says so
     * then. NULL: the filters count. */
    bool (*ignores_filters)(const void *state, const struct app *app);

    /* Answers an action with what should happen; REACT_NONE where it means nothing here. */
    unsigned (*act)(void *state, struct app *app, enum action action);

    /* Asked about once a second, while the screen is the topmost one: must it be loaded anew for
     * something that changed by itself? Whatever the database says of its data needs no asking.
     * NULL: never. */
    bool (*is_outdated)(const void *state, struct app *app);

    /* Takes a key as text before it is looked up as an action; false where it is not wanted. NULL:
     * no text on this screen. */
    bool (*type)(void *state, struct app *app, const struct key *key, unsigned *reaction);

    void (*release)(void *state); /* frees what load allocated, not the state itself */

    /* What is chosen (page, order, measure; not the cursor) as text of choices.h, and the choice of
     * what such a text says, into a zeroed state too; a load follows. NULL: nothing to choose. */
    void (*remember)(const void *state, struct buffer *choices);
    void (*restore)(void *state, const char *choices);

    /* What is set beyond that and no other visit finds (a form, a threshold, a mark), for undo: a
     * line of text for each thing, and the setting of what such lines say; a load follows. NULL:
     * nothing. */
    void (*settings)(const void *state, struct buffer *lines);
    void (*set)(void *state, const char *lines);

    /* What the screen (its current page) is about, with the parameters it shows it by: what is
     * exported and copied. The caller frees it. NULL, the error filled, where there is nothing. */
    struct document *(*document)(const void *state, const struct app *app, struct error *error);

    /* The same as a subcommand with its options, without filters; for whoever asks what is behind
     * the view. The caller frees it. */
    char *(*command)(const void *state, const struct app *app);

    enum action footer[8]; /* the keys that matter here, ACTION_NONE ends */
    const char *words[8];  /* what they do here, where the action's own word does not say it */
};

#endif
