/* The dashboard's state: one shop, one slice, a base screen with what was drilled into on top of
 * it.
 *
 * Handlers change the state through the functions below and return reactions; only tui/loop.c and
 * app_draw turn those into pictures. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "engine/shop.h"
#include "report/reading.h"
#include "tui/keys.h"
#include "tui/style.h"
#include "tui/tui.h"

/* X(symbol, operations); the first seven are the numbered ones, in order */
#define SCREEN_LIST(X)                   \
    X(OVERVIEW, overview_screen)         \
    X(SEGMENTS, segments_screen)         \
    X(MARKETING, marketing_screen)       \
    X(MODELS, models_screen)             \
    X(WHATIF, whatif_screen)             \
    X(SALES, sales_screen)               \
    X(DATA, data_screen)                 \
    X(EXPLORE, explore_screen)           \
    X(DISTRIBUTION, distribution_screen) \
    X(LINKED, linked_screen)             \
    X(SLICES, slices_screen)             \
    X(COMPARE, compare_screen)           \
    X(NEWS, news_screen)

enum screen_id {
#define X(symbol, ops) SCREEN_##symbol,
    SCREEN_LIST(X)
#undef X
        SCREEN_COUNT
};

struct screen_ops;
#define X(symbol, ops) extern const struct screen_ops ops;
SCREEN_LIST(X)
#undef X

/* What should happen after a key. */
enum {
    REACT_NONE = 0,
    REACT_DRAW = 1,   /* something visible changed */
    REACT_RELOAD = 2, /* this screen's figures must be computed anew */
    REACT_QUIT = 4
};

struct app;

enum err app_open(const struct tui_options *options, struct app **out, struct error *error);
void app_close(struct app *app);

unsigned app_key(struct app *app, const struct key *key); /* reactions, for the loop */
unsigned app_tick(struct app *app); /* data changed elsewhere? the worker's news? notice too old? */
int app_worker_fd(const struct app *app);  /* −1 while nothing runs */
int app_reading_fd(const struct app *app); /* −1 while nothing is read beside */
int app_late_fd(const struct app *app);    /* −1 while nothing that load left out is computed */
bool app_is_due(const struct app *app);    /* a little work ahead of keys is to be done */
bool app_is_idle(const struct app *app);   /* nothing to begin that load left out */
unsigned app_begin_late(struct app *app);  /* begins it */
void app_prepare(struct app *app);         /* loads the top screen where it is stale */
void app_draw(struct app *app);

/* The same; but where the figures of the screen come within moments, the picture before stays until
 * then under the screen's name, so that nothing flickers. Returns for how many milliseconds it may
 * stay; 0: it was drawn. */
int app_draw_or_hold(struct app *app);

/* For screens. */
struct shop *app_shop(const struct app *app);
const struct facts *app_facts(const struct app *app);
const struct facts *app_list_facts(const struct app *app);    /* shop_list_facts */
const struct selection *app_selection(const struct app *app); /* the slice's sales */
const struct slice *app_slice(const struct app *app);
struct reading app_reading(const struct app *app); /* all three, for the builders of report/ */
bool app_read_only(const struct app *app);
bool app_defers(const struct app *app);    /* what takes a moment may come after the picture */
bool app_is_linear(const struct app *app); /* told in lines: what the cursor is on must be said */
/* When the dashboard was last left (UTC stamp) and the last sale of then (0: none); NULL where this
 * is the first visit or nothing is remembered. */
const char *app_last_visit(const struct app *app, int64_t *sale_id);
const char *app_db_path(const struct app *app); /* for what writes by itself */
int app_body_height(const struct app *app);     /* rows that a screen has, for paging */
int app_body_width(const struct app *app);

/* One more filter; with undo. Returns the reaction. */
unsigned app_filter(struct app *app, enum dimension dimension, enum filter_operator op,
                    const char *label);
/* Filters as the user would type them, added to those there are; with undo. */
unsigned app_filter_text(struct app *app, const char *text);
/* Other filters in place of the present ones; with undo. Takes the slice over. */
unsigned app_take_slice(struct app *app, struct slice *next);
/* Slices by name: kept between visits where these are remembered at all. */
struct recall;
const struct recall *app_names(const struct app *app);
bool app_save_name(struct app *app, const char *name, const char *filters);
void app_drop_name(struct app *app, int position);

/* Closes the topmost layer and with it the state of the screen that asks. */
unsigned app_leave(struct app *app);

/* Drills: filters by the value and opens Explore by `by` on top; Backspace undoes both. A NULL
 * label adds no filter. */
unsigned app_drill(struct app *app, enum dimension dimension, const char *label, enum dimension by);

/* Another numbered screen, showing this slice instead of the present one; with undo. Takes the
 * slice over. */
unsigned app_show(struct app *app, enum screen_id screen, struct slice *slice);

/* Opens What-if with this customer in its form. */
struct customer;
unsigned app_what_if(struct app *app, const struct customer *customer);
/* The customer that is in its form; the form is the topmost layer and was loaded. */
const struct customer *whatif_customer(const void *state);
/* For What-if's load: takes what was offered by it; false where nothing is. */
bool app_take_customer(struct app *app, struct customer *customer);

/* What Explore was opened by (its first load asks). */
int app_explore_by(const struct app *app, enum dimension out[2]); /* how many: 1 or 2 */

/* Opens a one-line prompt; `accept` gets the text on Enter and returns a reaction. Where it gives a
 * notice of a problem or a warning, the prompt stays open with it, and with what was typed. */
typedef unsigned prompt_accept(void *state, struct app *app, const char *text);
unsigned app_prompt(struct app *app, const char *label, const char *initial, prompt_accept *accept,
                    void *state);

/* Asks by which one or two dimensions to explore, the last pair proposed; what is typed is read by
 * the other: how many, 0 where it cannot be read, which it tells in a notice. */
unsigned app_ask_by(struct app *app, prompt_accept *accept, void *state);
int app_read_by(struct app *app, const char *text, enum dimension out[2]);

void app_notice(struct app *app, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells at once, on the last row of what is seen, of work that goes on before the next picture. */
void app_tell(const struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the doctor found on this visit; as long as the app lives. */
struct checkup;
const struct checkup *app_checkup(const struct app *app);

unsigned app_train(struct app *app); /* asks what to train beside the interface */

#endif
