/* The current slice: filtered, undone, redone, typed at a prompt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/app_state.h"
#include "tui/frame.h"
#include "tui/named.h"

/* Reads filters as typed, @names among them. */
static enum err read_filters(const struct app *app, const char *text, struct slice *slice,
                             struct error *error) {
    char *filters = named_expand(app->names, text, error);
    if (filters == NULL)
        return ERR_INPUT;
    enum err code = slice_parse(slice, app_facts(app), filters, error);
    free(filters);
    return code;
}

const struct facts *app_facts_for(const struct app *app, const struct slice *slice) {
    const struct facts *facts = app_facts(app);
    bool cut = facts->cube != NULL && !slice_contains(slice, &facts->cube->applied);
    return cut ? shop_all_facts(app->shop) : facts;
}

static void stale(struct app *app) {
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        app->numbered[i].fresh = false;
    for (int i = 0; i < app->depth; i++)
        app->drills[i].view.fresh = false;
}

/* How many sales there are does not change while they are looked at, and to count cells takes a
 * moment. */
static void count_sales(struct app *app) {
    app->selected_sales = app->slice.count == 0 ? shop_sales(app->shop)
                                                : selection_sales(app_facts(app), &app->selection);
}

enum err app_select(struct app *app, struct error *error) {
    struct selection selection;
    enum err code = slice_select(&app->slice, app_facts(app), &selection, error);
    if (code != ERR_OK)
        return code;
    selection_free(&app->selection);
    app->selection = selection;
    count_sales(app);
    return ERR_OK;
}

/* What the summary told of all sales is what the cells say of them. */
unsigned app_cells_came(struct app *app, int names) {
    struct error error;
    bool told = app->slice.count == 0 && !app_is_reading(app) && names == app_names_known(app) &&
                app_select(app, &error) == ERR_OK;
    if (!told)
        return app_reselect(app);
    for (int i = 0; i < NUMBERED_SCREENS; i++)
        app->numbered[i].fresh = app->numbered[i].fresh && app->numbered[i].ops->by_summary;
    for (int i = 0; i < app->depth; i++)
        app->drills[i].view.fresh = false;
    return REACT_DRAW;
}

/* A slice that cannot be answered goes. */
unsigned app_choose(struct app *app) {
    struct error error;
    if (shop_choose(app->shop, &app->slice, &error) != ERR_OK ||
        app_select(app, &error) != ERR_OK) {
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        slice_clear(&app->slice);
        if (shop_choose(app->shop, &app->slice, &error) != ERR_OK ||
            app_select(app, &error) != ERR_OK)
            return REACT_QUIT;
    }
    stale(app);
    return REACT_DRAW;
}

/* Cells of the slice, where these take more than a moment. Sales in memory give them within some
 * frames: who has lists to show meanwhile shows these first. */
static bool derive_beside(struct app *app) {
    if (shop_must_derive(app->shop, &app->slice))
        return late_derive(app);
    if (!shop_would_sieve(app->shop, &app->slice))
        return false;
    if (!app_top(app)->ops->by_sales)
        return late_derive(app);
    late_derive_soon(app);
    return true;
}

unsigned app_reselect(struct app *app) {
    late_stop(app);
    if (app_is_reading(app) && app->slice.count > 0) { /* once the cells are there */
        selection_free(&app->selection);
        count_sales(app);
        stale(app);
        return REACT_DRAW;
    }
    if (app->options.beside && derive_beside(app)) {
        selection_free(&app->selection);
        stale(app);
        return REACT_DRAW;
    }
    return app_choose(app);
}

void app_clear_slice(struct app *app) {
    slice_clear(&app->slice);
}

/* Takes over `next`. */
unsigned app_change_slice(struct app *app, struct slice next) {
    if (slice_equal(&next, &app->slice)) {
        slice_free(&next);
        return REACT_DRAW;
    }
    slice_free(&app->slice);
    app->slice = next;
    frame_announce_filters(app);
    return app_reselect(app);
}

unsigned app_take_slice(struct app *app, struct slice *next) {
    struct slice taken = *next;
    *next = (struct slice){0};
    return app_change_slice(app, taken);
}

unsigned app_filter(struct app *app, enum dimension dimension, enum filter_operator op,
                    const char *label) {
    struct slice next = slice_copy(&app->slice);
    slice_add(&next, dimension, op, label);
    return app_change_slice(app, next);
}

unsigned app_filter_text(struct app *app, const char *text) {
    struct slice next = slice_copy(&app->slice);
    struct error error;
    if (read_filters(app, text, &next, &error) != ERR_OK) {
        slice_free(&next);
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        return REACT_DRAW;
    }
    return app_change_slice(app, next);
}

unsigned app_drop_filter(struct app *app, bool all) {
    if (app->slice.count == 0) {
        app_notice(app, STYLE_DIM, "No filter to drop");
        return REACT_DRAW;
    }
    struct slice next = slice_copy(&app->slice);
    if (all)
        slice_clear(&next);
    else
        slice_pop(&next);
    return app_change_slice(app, next);
}

/* Filters that these sales cannot have are told, not obeyed: the shop may have lost a place. */
void app_open_with(struct app *app, const char *text) {
    struct error error;
    if (text == NULL || app_facts(app)->count == 0)
        return;
    if (read_filters(app, text, &app->slice, &error) != ERR_OK)
        app_notice(app, STYLE_WARNING, "The filters to open with: %s", error.message);
    else
        app_reselect(app);
}

/* --------------------------------------------------------------------------------------- the
 * prompt
 */

/* What the last part of names in these filters stands for, or a name that was typed alone. */
static void tell_names(const struct slice *slice, const struct facts *facts, const char *typed,
                       char *text, size_t size) {
    for (size_t i = slice->count; i-- > 0;) {
        const struct filter *filter = &slice->filters[i];
        bool alone = strchr(typed, '@') == NULL && strcasestr(typed, filter->field) == NULL;
        size_t names = filter_names(filter, facts);
        if (names > 0) {
            snprintf(text, size,
                     names == 1 ? "%zu %s contains %.40s: %s" : "%zu %ss contain %.40s: %s", names,
                     filter->field, filter->value,
                     filter->operator== FILTER_LACKS ? "left out"
                     : names == 1                    ? "taken"
                                                     : "all are taken");
            return;
        }
        if (alone) {
            snprintf(text, size, "Taken as %s%s%.60s", filter->field, filter_sign(filter->operator),
                     filter->value);
            return;
        }
    }
}

/* The filters as they would be, and how many sales they leave. */
void filters_preview(struct app *app) {
    struct slice slice = {0};
    struct error error;
    int64_t sales;
    struct prompt *prompt = &app->prompt;
    prompt->remark_is_problem = false;
    if (read_filters(app, prompt->text, &slice, &error) != ERR_OK) {
        snprintf(prompt->remark, sizeof prompt->remark, " %.250s", error.message);
    } else if (!app_is_reading(app) &&
               slice_count(&slice, app_facts_for(app, &slice), &sales, &error) == ERR_OK) {
        char count[NUMBER_TEXT_SIZE], names[128] = "";
        number_grouped(sales, count, sizeof count);
        tell_names(&slice, app_facts(app), prompt->text, names, sizeof names);
        snprintf(prompt->remark, sizeof prompt->remark, " %s sales.  %s", count,
                 names[0] != '\0' ? names : "Tab completes, Enter applies, Esc leaves.");
    } else { /* of a large shop: to count these takes a pass over the sales */
        snprintf(prompt->remark, sizeof prompt->remark,
                 " Enter counts and applies these.  Tab completes, Esc leaves.");
    }
    slice_free(&slice);
}

static unsigned accept_filters(void *state, struct app *app, const char *text) {
    (void)state;
    struct slice slice = {0};
    struct error error;
    if (read_filters(app, text, &slice, &error) != ERR_OK) {
        slice_free(&slice);
        return app_prompt_again(app, "%s", error.message);
    }
    return app_change_slice(app, slice);
}

unsigned filters_ask(struct app *app) {
    char *text = slice_text(&app->slice);
    char *initial = text[0] != '\0' ? xasprintf("%s ", text) : xstrdup("");
    if (strlen(initial) < PROMPT_TEXT_MAX) {
        app_prompt(app, "Filter:", initial, accept_filters, NULL);
        app->prompt_filters = true;
        filters_preview(app);
    } else { /* what would be cut off would be filtered by no more */
        app_notice(app, STYLE_WARNING,
                   "These filters are too long for a line: = and - add to them, x drops the last");
    }
    free(initial);
    free(text);
    return REACT_DRAW;
}

struct completion {
    char text[PROMPT_TEXT_MAX]; /* what all completions so far begin with */
    int count;
};

static void narrow(void *context, const char *completed) {
    struct completion *completion = context;
    if (completion->count++ == 0) {
        snprintf(completion->text, sizeof completion->text, "%s", completed);
        return;
    }
    size_t same = 0;
    while (completion->text[same] != '\0' && completion->text[same] == completed[same])
        same++;
    while (same > 0 && ((unsigned char)completion->text[same] & 0xC0) == 0x80)
        same--;
    completion->text[same] = '\0';
}

/* Where the word begins that several completions of a text differ in: behind the last blank,
 * operator or bar that no quotes hold. */
static size_t word_start(const char *common) {
    size_t start = 0;
    char quote = '\0';
    for (size_t i = 0; common[i] != '\0'; i++) {
        if (quote == '\0' && (common[i] == '"' || common[i] == '\''))
            quote = common[i];
        else if (common[i] == quote)
            quote = '\0';
        else if (quote == '\0' && strchr(" =<>!~|", common[i]) != NULL)
            start = i + 1;
    }
    return start;
}

struct listing {
    char *text; /* the prompt's remark */
    size_t size, skip;
    int room; /* columns, one of them for the mark of more to come */
    bool full;
};

static void list(void *context, const char *completed) {
    struct listing *listing = context;
    const char *word = completed + listing->skip;
    size_t used = strlen(listing->text);
    int width = text_width(listing->text) + text_width(word) + 2;
    if (listing->full)
        return;
    listing->full = width + 2 > listing->room || used + strlen(word) + 8 > listing->size;
    snprintf(listing->text + used, listing->size - used, "%s%s", used > 0 ? "  " : " ",
             listing->full ? "…" : word);
}

/* Completes as far as all completions agree; where there are several, they are listed. */
void filters_complete(struct app *app) {
    struct prompt *prompt = &app->prompt;
    struct completion completion = {.count = 0};
    char typed[PROMPT_TEXT_MAX];
    snprintf(typed, sizeof typed, "%s", prompt->text);
    slice_complete(app_facts(app), typed, narrow, &completion);
    if (completion.count > 0 && strlen(completion.text) >= strlen(typed))
        prompt_set(prompt, completion.text);
    filters_preview(app);
    if (completion.count < 2)
        return;
    struct listing listing = {.text = prompt->remark,
                              .size = sizeof prompt->remark,
                              .skip = word_start(completion.text),
                              .room = app_body_width(app)};
    prompt->remark[0] = '\0';
    prompt->remark_is_problem = false;
    slice_complete(app_facts(app), typed, list, &listing);
}
