/* Segments: the kinds of customer, and whether the sales really fall into kinds.
 *
 * The scan over k stands beside the personas so that nobody takes a description for a discovery. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "engine/learn/segments.h"
#include "tui/screen.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/table.h"

enum { SCAN_WIDTH = 36, SCAN_WIDTH_NARROW = 30, NARROW = 72, SENTENCE_SIZE = 512 };

struct state {
    struct table table;
    int count; /* segments; 0 while there is no segmentation */
    struct segment_profile profiles[SEGMENTS_K_MAX];
    char labels[SEGMENTS_K_MAX][DIMENSION_LABEL_SIZE]; /* as filters spell them */
    struct segment_scan *scan;
    int scan_count;
    int64_t selected;
    char problem[SENTENCE_SIZE]; /* why there is no segmentation */
    char heading[SENTENCE_SIZE];
    char separation[SENTENCE_SIZE]; /* what the silhouettes say */
};

/* ------------------------------------------------------------------ loading */

static double silhouette_at(const struct state *state, int k) {
    for (int i = 0; i < state->scan_count; i++)
        if (state->scan[i].k == k)
            return state->scan[i].silhouette;
    return (double)NAN;
}

static void say_separation(struct state *state, const struct segmentation *segmentation) {
    char rows[NUMBER_TEXT_SIZE];
    char *text = state->separation;
    int better = segmentation_better_k(segmentation);
    int used = 0;
    if (better != 0)
        used = snprintf(text, SENTENCE_SIZE,
                        "k = %d separates better (silhouette %.2f against %.2f): the %d personas "
                        "are a way of describing, not kinds found in nature.",
                        better, silhouette_at(state, better), segmentation_silhouette(segmentation),
                        state->count);
    else
        used = snprintf(text, SENTENCE_SIZE,
                        "No other k separates better than %d (silhouette %.2f; 1 is perfect, 0 "
                        "none).",
                        state->count, segmentation_silhouette(segmentation));
    int64_t sampled = segmentation_silhouette_rows(segmentation);
    if (sampled < segmentation_rows(segmentation)) {
        number_grouped(sampled, rows, sizeof rows);
        snprintf(text + used, SENTENCE_SIZE - (size_t)used,
                 " Silhouettes are of a random sample of %s sales.", rows);
    }
}

static void say_heading(struct state *state, const struct segmentation *segmentation) {
    char rows[NUMBER_TEXT_SIZE];
    number_grouped(segmentation_rows(segmentation), rows, sizeof rows);
    snprintf(state->heading, sizeof state->heading,
             "%d kinds of customer, from %s sales, trained %.10s", state->count, rows,
             segmentation_trained_at(segmentation));
}

static void read_labels(struct state *state, const struct facts *facts) {
    struct dimension_view view;
    dimension_open(&view, facts, DIMENSION_SEGMENT);
    for (int i = 0; i < state->count; i++) {
        if (i + 1 < view.codes)
            dimension_label(&view, i + 1, state->labels[i]);
        else
            snprintf(state->labels[i], sizeof state->labels[i], "%.*s", DIMENSION_LABEL_SIZE - 1,
                     state->profiles[i].name);
        state->profiles[i].name = state->labels[i]; /* outlives the segmentation */
    }
    dimension_close(&view);
}

static void release(void *opaque) {
    struct state *state = opaque;
    free(state->scan);
    state->scan = NULL;
    state->scan_count = state->count = 0;
}

static enum err load(void *opaque, struct app *app, struct error *error) {
    struct state *state = opaque;
    const char *problem = NULL;
    (void)error;
    release(state);
    const struct segmentation *segmentation = shop_segmentation(app_shop(app), &problem);
    state->selected = (int64_t)app_selection(app)->count;
    if (!segmentation) {
        snprintf(state->problem, sizeof state->problem, "%s",
                 problem ? problem : "no segments have been trained yet");
        return ERR_OK;
    }
    state->count = segmentation_k(segmentation);
    segment_profiles(segmentation, app_facts(app), app_selection(app), state->profiles);
    read_labels(state, app_facts(app));
    const struct segment_scan *scan = segmentation_scan(segmentation, &state->scan_count);
    state->scan = xcalloc((size_t)state->scan_count + 1, sizeof *state->scan);
    if (state->scan_count > 0)
        memcpy(state->scan, scan, (size_t)state->scan_count * sizeof *scan);
    say_heading(state, segmentation);
    say_separation(state, segmentation);
    table_clamp(&state->table, state->count);
    return ERR_OK;
}

/* ------------------------------------------------------------------ drawing */

enum column { NAME, SALES, SHARE, AGE, PRICE, RETURNING, FACEBOOK, RANGE, COLUMN_COUNT };

static const struct table_column columns[COLUMN_COUNT] = {
    [NAME] = {"Segment", 0, false, 0},
    [SALES] = {"Sales", 7, true, 0},
    [SHARE] = {"Share", 6, true, 1},
    [AGE] = {"Mean age", 8, true, 2},
    [PRICE] = {"Mean price", 10, true, 1},
    [RETURNING] = {"Bought before", 19, true, 3},
    [FACEBOOK] = {"From Facebook", 19, true, 4},
    [RANGE] = {"Prices", 19, true, 5},
};

static void say_share(const struct segment_profile *profile, enum answer answer, char *text,
                      size_t size) {
    if (profile->cell.known[answer] == 0)
        snprintf(text, size, "unknown");
    else
        chart_share_text(share_wilson(profile->cell.yes[answer], profile->cell.known[answer]), text,
                         size);
}

static void cell_text(const void *context, long row, int column, struct pane cell, char *text,
                      size_t size, enum style *style) {
    const struct segment_profile *profile = &((const struct state *)context)->profiles[row];
    char low[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE];
    (void)cell;
    text[0] = '\0';
    if (profile->sales == 0 && column != NAME && column != SALES)
        return;
    switch ((enum column)column) {
    case NAME:
        snprintf(text, size, "%s", profile->name);
        break;
    case SALES:
        number_grouped(profile->sales, text, size);
        break;
    case SHARE:
        snprintf(text, size, "%.1f%%", 100 * profile->share);
        break;
    case AGE:
        if (profile->age_max > 0)
            snprintf(text, size, "%.1f", profile->age_mean);
        break;
    case PRICE:
        money_short(profile->price_mean_minor, low);
        snprintf(text, size, "%s", low);
        break;
    case RETURNING:
        say_share(profile, ANSWER_RETURNING, text, size);
        break;
    case FACEBOOK:
        say_share(profile, ANSWER_FACEBOOK, text, size);
        break;
    case RANGE:
        money_short((double)profile->price_min_minor, low);
        money_short((double)profile->price_max_minor, high);
        snprintf(text, size, "%s–%s", low, high);
        *style = STYLE_DIM;
        break;
    case COLUMN_COUNT:
        break;
    }
}

/* All figures of the segment under the cursor: a narrow table leaves some out. */
static void draw_profile(struct pane pane, int row, const struct segment_profile *profile) {
    char low[MONEY_TEXT_SIZE], mean[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE], share[64];
    draw_field(pane, row++, 0, pane.width, STYLE_HEADING, profile->name);
    if (profile->sales == 0) {
        draw_text(pane, row, 0, STYLE_DIM, "None in these sales.");
        return;
    }
    if (profile->age_max > 0)
        draw_format(pane, row, 0, STYLE_TEXT, "Age       %d to %d, mean %.1f", profile->age_min,
                    profile->age_max, profile->age_mean);
    else
        draw_text(pane, row, 0, STYLE_TEXT, "Age       unknown");
    money_short((double)profile->price_min_minor, low);
    money_short(profile->price_mean_minor, mean);
    money_short((double)profile->price_max_minor, high);
    draw_format(pane, ++row, 0, STYLE_TEXT, "Price     %s to %s, mean %s", low, high, mean);
    say_share(profile, ANSWER_RETURNING, share, sizeof share);
    draw_format(pane, ++row, 0, STYLE_TEXT, "Returning %s", share);
    say_share(profile, ANSWER_FACEBOOK, share, sizeof share);
    draw_format(pane, ++row, 0, STYLE_TEXT, "Facebook  %s", share);
}

static void draw_scan(const struct state *state, struct pane pane) {
    int bar = 20;
    int room = pane.width - bar - 1;
    draw_text(pane, 0, 0, STYLE_HEADING, "   k");
    draw_right(pane, 0, 13, STYLE_HEADING, "Inertia");
    draw_text(pane, 0, 14, STYLE_HEADING, "Silhouette");
    for (int i = 0; i < state->scan_count; i++) {
        const struct segment_scan *scan = &state->scan[i];
        bool used = scan->k == state->count;
        enum style style = used ? STYLE_STRONG : STYLE_TEXT;
        char text[48];
        snprintf(text, sizeof text, "%s %2d", used ? "*" : " ", scan->k);
        draw_text(pane, i + 1, 0, style, text);
        number_grouped((int64_t)llround(scan->inertia), text, sizeof text);
        draw_right(pane, i + 1, 13, style, text);
        if (isnan(scan->silhouette))
            continue;
        draw_format(pane, i + 1, 14, style, "%5.2f", scan->silhouette);
        if (room > 0)
            chart_bar(pane, i + 1, bar, room, fmax(0, fmin(1, scan->silhouette)),
                      used ? STYLE_BAR_ALSO : STYLE_BAR);
    }
    draw_text(pane, state->scan_count + 1, 0, STYLE_DIM, "* in use");
}

static void draw_problem(const struct state *state, const struct app *app, struct pane body) {
    int row = draw_paragraph(body, 1, 1, STYLE_WARNING, "There are no segments to show:");
    row = draw_paragraph(body, row, 1, STYLE_TEXT, state->problem);
    if (app_read_only(app))
        draw_paragraph(body, row + 1, 1, STYLE_DIM,
                       "Opened read-only: segments are trained where the shop may be written.");
    else
        draw_paragraph(body, row + 1, 1, STYLE_TEXT,
                       "Press T to train (about half a minute, beside the interface).");
}

static void draw(const void *opaque, const struct app *app, struct pane body) {
    const struct state *state = opaque;
    if (state->count == 0) {
        draw_problem(state, app, body);
        return;
    }
    draw_field(body, 0, 1, body.width - 1, STYLE_TITLE, state->heading);
    struct pane rest = pane_below(body, 1);
    /* the scan needs nine rows and a gap; the table scrolls before it takes them */
    int least = rest.height < 6 ? rest.height : 5;
    int rows = rest.height - 10 > least ? rest.height - 10 : least;
    int wanted = state->count + 1;
    int height = wanted < rows ? wanted : rows;
    if (state->selected == 0)
        draw_paragraph(pane_top(rest, height), 1, 1, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
    else
        table_draw(&state->table, pane_top(rest, height), columns, COLUMN_COUNT, state->count, true,
                   cell_text, state);
    struct pane below = pane_below(rest, height + 1);
    int scan_width = below.width < NARROW ? SCAN_WIDTH_NARROW : SCAN_WIDTH;
    if (below.width > 2 * NARROW)
        scan_width = below.width / 2;
    draw_scan(state, pane_left(below, scan_width));
    struct pane side = pane_after(below, scan_width + 1);
    if (side.width < 20)
        return;
    int row = draw_paragraph(side, 0, 0, STYLE_WARNING, state->separation);
    if (side.height - row > 6)
        row++;
    if (state->selected > 0)
        draw_profile(side, row, &state->profiles[state->table.cursor]);
}

/* ------------------------------------------------------------------ acting */

static unsigned act(void *opaque, struct app *app, enum action action) {
    struct state *state = opaque;
    if (action == ACTION_TRAIN)
        return app_train(app);
    if (state->count == 0 || state->selected == 0)
        return REACT_NONE;
    int page = app_body_height(app) - 11;
    if (table_move(&state->table, action, state->count, page > 1 ? page : 1))
        return REACT_DRAW;
    const char *label = state->labels[state->table.cursor];
    switch (action) {
    case ACTION_OPEN:
        return app_drill(app, DIMENSION_SEGMENT, label, DIMENSION_HANDSET);
    case ACTION_KEEP:
        return app_filter(app, DIMENSION_SEGMENT, FILTER_IS, label);
    case ACTION_EXCLUDE:
        return app_filter(app, DIMENSION_SEGMENT, FILTER_IS_NOT, label);
    default:
        return REACT_NONE;
    }
}

const struct screen_ops segments_screen = {
    .title = "Segments",
    .help = "Kinds of customer, found by k-means on age, price, handset, place, gender, answers "
            "and season, and named from what their customers are like. Shares stand with their "
            "95 % intervals. The scan shows how well other numbers of segments separate: a "
            "silhouette of 1 is perfect, 0 is none. Where another k separates better, the "
            "segments describe the customers rather than sort them. Enter opens a segment by "
            "handset.",
    .state_size = sizeof(struct state),
    .load = load,
    .draw = draw,
    .act = act,
    .release = release,
    .footer = {ACTION_OPEN, ACTION_KEEP, ACTION_EXCLUDE, ACTION_FILTER, ACTION_TRAIN, ACTION_HELP,
               ACTION_QUIT},
};
