/* The pages of the Segments screen. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/screens/segments_state.h"
#include "tui/terminal.h"
#include "tui/widgets/canvas.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/tabs.h"

enum { NARROW = 72, SCAN_WIDTH = 38, PROFILE_WIDTH = 42 };

/* ------------------------------------------------------------------ segments */

enum column { NAME, SALES, SHARE, AGE, PRICE, RETURNING, FACEBOOK, RANGE, COLUMN_COUNT };

static const struct table_column columns[COLUMN_COUNT] = {
    [NAME] = {"Segment", 0, false, 0},
    [SALES] = {"Sales", 7, true, 0},
    [SHARE] = {"Share", 6, true, 1},
    [AGE] = {"Mean age", 8, true, 2},
    [PRICE] = {"Mean price", 10, true, 1},
    [RETURNING] = {"Returning", 19, true, 3},
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
    const struct segment_profile *profile =
        &((const struct segments_state *)context)->profiles[row];
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

/* "+ Age band 35-44: 60.9% against 7.0%", with the interval where there is room. */
static void draw_trait(struct pane pane, int row, const struct segment_trait *trait) {
    char share[64], what[DIMENSION_LABEL_SIZE + 160];
    if (pane.width >= NARROW)
        chart_share_text(trait->share, share, sizeof share);
    else
        snprintf(share, sizeof share, "%.1f%%", 100 * trait->share.estimate);
    snprintf(what, sizeof what, "%s %s: %s against %.1f%%", dimension_title(trait->dimension),
             trait->label, share, 100 * trait->rest.estimate);
    draw_text(pane, row, 0, trait->verdict == VERDICT_HIGHER ? STYLE_HIGHER : STYLE_LOWER,
              trait->verdict == VERDICT_HIGHER ? "+" : "-");
    draw_field(pane, row, 2, pane.width - 2, STYLE_TEXT, what);
}

static void draw_foremost_traits(const struct segments_state *state, struct pane pane) {
    const struct segment_contrast *contrast = &state->contrasts[state->table.cursor];
    draw_text(pane, 0, 0, STYLE_HEADING, "Set apart from the others by");
    int row = 1;
    for (int i = 0; i < contrast->count && row < pane.height; i++)
        if (contrast->traits[i].verdict != VERDICT_UNCLEAR)
            draw_trait(pane, row++, &contrast->traits[i]);
    if (row == 1)
        draw_text(pane, row, 0, STYLE_DIM, "nothing that is clear");
}

static void draw_segments(const struct segments_state *state, struct pane pane) {
    draw_field(pane, 0, 1, pane.width - 1, STYLE_TITLE, state->heading);
    struct pane rest = pane_below(pane, 1);
    if (state->selected == 0) {
        draw_paragraph(rest, 1, 1, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    /* the profile needs six rows and a gap; the table scrolls before it takes them */
    int least = rest.height < 6 ? rest.height : 5;
    int rows = rest.height - 9 > least ? rest.height - 9 : least;
    int height = state->count + 1 < rows ? state->count + 1 : rows;
    table_draw(&state->table, pane_top(rest, height), columns, COLUMN_COUNT, state->count, true,
               cell_text, state);
    struct pane below = pane_below(rest, height + 1);
    int row = draw_paragraph(below, 0, 1, STYLE_WARNING, state->separation);
    below = pane_below(below, row < below.height - 6 ? row + 1 : row);
    if (below.height < 2)
        return;
    const struct segment_profile *profile = &state->profiles[state->table.cursor];
    if (below.width < NARROW) {
        draw_profile(pane_after(below, 1), 0, profile);
        return;
    }
    draw_profile(pane_left(pane_after(below, 1), PROFILE_WIDTH), 0, profile);
    if (profile->sales > 0)
        draw_foremost_traits(state, pane_after(below, PROFILE_WIDTH + 2));
}

/* ------------------------------------------------------------------ scatter */

/* Where the points of each segment lie in the middle, so that a digit can stand there. */
static void mark_middles(const struct segments_state *state, struct pane pane, double x_low,
                         double x_high, double y_low, double y_high) {
    for (int segment = 0; segment < state->count; segment++) {
        double x = 0, y = 0;
        int points = 0;
        for (size_t i = 0; i < state->point_count; i++)
            if (state->points[i].segment == segment) {
                x += state->points[i].x;
                y += state->points[i].y;
                points++;
            }
        if (points == 0)
            continue;
        int column = (int)lround((x / points - x_low) / (x_high - x_low) * (pane.width - 1));
        int row = (int)lround((y_high - y / points) / (y_high - y_low) * (pane.height - 1));
        if (row >= 0 && row < pane.height && column >= 0 && column < pane.width)
            draw_format(pane, row, column, STYLE_CURSOR, "%d", segment + 1);
    }
}

static void draw_cloud(const struct segments_state *state, struct pane pane) {
    double x_low = INFINITY, x_high = -INFINITY, y_low = INFINITY, y_high = -INFINITY;
    for (size_t i = 0; i < state->point_count; i++) {
        x_low = fmin(x_low, state->points[i].x);
        x_high = fmax(x_high, state->points[i].x);
        y_low = fmin(y_low, state->points[i].y);
        y_high = fmax(y_high, state->points[i].y);
    }
    if (!(x_high > x_low)) {
        x_low -= 1;
        x_high += 1;
    }
    if (!(y_high > y_low)) {
        y_low -= 1;
        y_high += 1;
    }
    struct canvas *canvas = canvas_new(pane, x_low, x_high, y_low, y_high);
    for (size_t i = 0; i < state->point_count; i++)
        canvas_point(canvas, state->points[i].x, state->points[i].y,
                     state->points[i].segment % CANVAS_KINDS);
    canvas_draw(canvas);
    canvas_free(canvas);
    mark_middles(state, pane, x_low, x_high, y_low, y_high);
}

/* One segment a line: its digit, its look, its name. */
static void draw_legend(const struct segments_state *state, struct pane pane) {
    bool ascii = terminal_tier() != TIER_FULL;
    for (int i = 0; i < state->count && i < pane.height; i++) {
        bool here = i == state->table.cursor;
        if (here)
            draw_repeat(pane, i, 0, 1, STYLE_TITLE, GLYPH_POINTER);
        draw_format(pane, i, 1, STYLE_TEXT, "%2d", i + 1);
        draw_text(pane, i, 4, canvas_style(i % CANVAS_KINDS),
                  ascii ? canvas_mark(i % CANVAS_KINDS) : "⣿");
        draw_field(pane, i, 6, pane.width - 6, here ? STYLE_STRONG : STYLE_TEXT, state->labels[i]);
    }
}

static void draw_scatter(const struct segments_state *state, struct pane pane) {
    if (state->point_count == 0) {
        draw_paragraph(pane, 1, 1, STYLE_DIM,
                       state->selected == 0
                           ? "No sales match these filters. x drops the last one."
                           : "No components are stored with these segments: train them again.");
        return;
    }
    char points[NUMBER_TEXT_SIZE], all[NUMBER_TEXT_SIZE];
    number_grouped((int64_t)state->point_count, points, sizeof points);
    number_grouped(state->selected, all, sizeof all);
    bool beside = pane.width >= NARROW;
    int legend = beside ? 32 : 0, below = beside ? 0 : state->count;
    draw_format(pane, 0, 1, STYLE_TITLE, "Up: %s",
                state->axes[1][0] != '\0' ? state->axes[1] : "nothing");
    int words = 2 + below;
    if (pane.height < words + 5) {
        draw_paragraph(pane, 1, 1, STYLE_DIM, "Too low for a scatter.");
        return;
    }
    struct pane cloud = pane_below(pane, 1);
    cloud =
        pane_top(pane_left(pane_after(cloud, 1), pane.width - 2 - legend), pane.height - 1 - words);
    draw_cloud(state, cloud);
    if (beside)
        draw_legend(state, pane_after(pane_below(pane, 1), pane.width - legend + 1));
    else
        draw_legend(state, pane_top(pane_below(pane, pane.height - below), below));
    struct pane foot = pane_below(pane, pane.height - words);
    draw_format(foot, 0, 1, STYLE_TITLE, "Right: %s", state->axes[0]);
    char note[160];
    snprintf(note, sizeof note, "%.0f%% of what varies is shown; %s of %s sales.",
             100 * state->shown, points, all);
    draw_field(foot, 1, 1, foot.width - 1, STYLE_DIM, note);
}

/* ------------------------------------------------------------------ how many */

static void draw_scan_table(const struct segments_state *state, struct pane pane) {
    int bar = 20, room = pane.width - bar - 7;
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
        const char *mark = scan->k == state->elbow_k && scan->k == state->best_k ? "both"
                           : scan->k == state->elbow_k                           ? "elbow"
                           : scan->k == state->best_k                            ? "best"
                                                                                 : "";
        draw_text(pane, i + 1, pane.width - 6, STYLE_TITLE, mark);
        if (isnan(scan->silhouette))
            continue;
        draw_format(pane, i + 1, 14, style, "%5.2f", scan->silhouette);
        if (room > 0)
            chart_bar(pane, i + 1, bar, room, fmax(0, fmin(1, scan->silhouette)),
                      used ? STYLE_BAR_ALSO : STYLE_BAR);
    }
    draw_text(pane, state->scan_count + 1, 0, STYLE_DIM, "* in use");
}

/* The curve of inertia with its chord, or that of the silhouette. */
static void draw_curve(const struct segments_state *state, struct pane pane, bool inertia) {
    char title[64];
    int at = inertia ? state->elbow_k : state->best_k;
    if (at != 0)
        snprintf(title, sizeof title, inertia ? "Inertia, elbow at %d" : "Silhouette, best at %d",
                 at);
    else
        snprintf(title, sizeof title, "%s", inertia ? "Inertia, no elbow" : "Silhouette");
    draw_text(pane, 0, 0, STYLE_HEADING, title);
    const struct segment_scan *scan = state->scan;
    int count = state->scan_count;
    double low = inertia ? INFINITY : 0, high = -INFINITY;
    for (int i = 0; i < count; i++) {
        double value = inertia ? scan[i].inertia : scan[i].silhouette;
        if (isnan(value))
            continue;
        low = fmin(low, value);
        high = fmax(high, value);
    }
    if (pane.height < 4 || count < 3)
        return;
    struct pane area = pane_top(pane_below(pane, 1), pane.height - 2);
    struct canvas *canvas = canvas_new(area, scan[0].k, scan[count - 1].k, low, high);
    if (inertia)
        canvas_line(canvas, scan[0].k, scan[0].inertia, scan[count - 1].k, scan[count - 1].inertia,
                    6);
    for (int i = 1; i < count; i++)
        canvas_line(canvas, scan[i - 1].k, inertia ? scan[i - 1].inertia : scan[i - 1].silhouette,
                    scan[i].k, inertia ? scan[i].inertia : scan[i].silhouette, 0);
    canvas_draw(canvas);
    canvas_free(canvas);
    for (int i = 0; i < count; i++) {
        int column = (int)lround((double)(scan[i].k - scan[0].k) / (scan[count - 1].k - scan[0].k) *
                                 (area.width - 2));
        draw_format(pane, pane.height - 1, column, scan[i].k == at ? STYLE_TITLE : STYLE_DIM, "%d",
                    scan[i].k);
    }
}

static void draw_how_many(const struct segments_state *state, struct pane pane) {
    int rows = state->scan_count + 2;
    struct pane table = pane_top(pane, rows);
    bool beside = pane.width >= NARROW;
    draw_scan_table(state, pane_left(pane_after(table, 1), beside ? SCAN_WIDTH : pane.width - 2));
    if (beside) {
        struct pane side = pane_after(table, SCAN_WIDTH + 2);
        draw_curve(state, pane_top(side, rows / 2), true);
        draw_curve(state, pane_below(side, rows / 2), false);
    }
    struct pane below = pane_below(pane, rows);
    int row = draw_paragraph(below, 0, 1, STYLE_WARNING, state->separation);
    draw_paragraph(below, row, 1, STYLE_DIM,
                   "Elbow: where inertia lies farthest below the line from its first point to its "
                   "last. Another number: retail-pulse train segments --k N.");
}

/* ------------------------------------------------------------------ what sets apart */

enum trait_column {
    BY,
    VALUE,
    TRAIT_SALES,
    TRAIT_SHARE,
    OTHERS,
    DIFFERENCE,
    VERDICT,
    TRAIT_COLUMNS
};

static const struct table_column trait_columns[TRAIT_COLUMNS] = {
    [BY] = {"By", 13, false, 0},           [VALUE] = {"Value", 0, false, 0},
    [TRAIT_SALES] = {"Sales", 7, true, 4}, [TRAIT_SHARE] = {"Share", 20, true, 0},
    [OTHERS] = {"Others", 6, true, 1},     [DIFFERENCE] = {"Points", 20, true, 3},
    [VERDICT] = {"Verdict", 7, false, 2},
};

static void trait_text(const void *context, long row, int column, struct pane cell, char *text,
                       size_t size, enum style *style) {
    const struct segment_trait *trait = &((const struct segment_contrast *)context)->traits[row];
    const struct interval *difference = &trait->difference;
    (void)cell;
    text[0] = '\0';
    switch ((enum trait_column)column) {
    case BY:
        snprintf(text, size, "%s", dimension_title(trait->dimension));
        break;
    case VALUE:
        snprintf(text, size, "%s", trait->label);
        break;
    case TRAIT_SALES:
        number_grouped(trait->yes, text, size);
        break;
    case TRAIT_SHARE:
        chart_share_text(trait->share, text, size);
        break;
    case OTHERS:
        if (!isnan(trait->rest.estimate))
            snprintf(text, size, "%.1f%%", 100 * trait->rest.estimate);
        break;
    case DIFFERENCE:
        if (!isnan(difference->estimate))
            snprintf(text, size, "%+.1f [%+.1f %+.1f]", 100 * difference->estimate,
                     100 * difference->low, 100 * difference->high);
        break;
    case VERDICT:
        snprintf(text, size, "%s", verdict_name(trait->verdict));
        *style = trait->verdict == VERDICT_HIGHER  ? STYLE_HIGHER
                 : trait->verdict == VERDICT_LOWER ? STYLE_LOWER
                                                   : STYLE_UNCLEAR;
        break;
    case TRAIT_COLUMNS:
        break;
    }
}

static void draw_apart(const struct segments_state *state, struct pane pane, bool focused) {
    const struct segment_profile *profile = &state->profiles[state->table.cursor];
    const struct segment_contrast *contrast = &state->contrasts[state->table.cursor];
    char sales[NUMBER_TEXT_SIZE], others[NUMBER_TEXT_SIZE], heading[DIMENSION_LABEL_SIZE + 96];
    number_grouped(profile->sales, sales, sizeof sales);
    number_grouped(state->selected - profile->sales, others, sizeof others);
    snprintf(heading, sizeof heading, "%s: %s sales against %s others", profile->name, sales,
             others);
    draw_field(pane, 0, 1, pane.width - 1, STYLE_TITLE, heading);
    if (profile->sales == 0) {
        draw_text(pane, 1, 1, STYLE_DIM, "None in these sales.");
        return;
    }
    int note = pane.height >= 12 ? 2 : 0;
    table_draw(&state->traits, pane_top(pane_below(pane, 1), pane.height - 1 - note), trait_columns,
               TRAIT_COLUMNS, contrast->count, focused, trait_text, contrast);
    if (note > 0)
        draw_paragraph(pane_below(pane, pane.height - note), 0, 1, STYLE_DIM,
                       "Segments are cut so that they differ: this is what they are made of, not "
                       "that they exist. Verdicts are adjusted for the many comparisons.");
}

/* ------------------------------------------------------------------ stability */

static void draw_stability(const struct segments_state *state, struct pane pane) {
    const struct stability *stability = &state->stability;
    int row = draw_paragraph(pane, 0, 1, STYLE_TEXT, state->steadiness);
    if (!state->judged)
        return;
    struct pane axis = pane_after(pane, 1);
    int width = axis.width - 12 < 60 ? axis.width - 12 : 60;
    struct interval range = {stability->mean, stability->low, stability->high};
    if (width >= 20) {
        draw_text(axis, ++row, 0, STYLE_DIM, "0");
        chart_interval(axis, row, 2, width, 0, 1, range, (double)NAN, STYLE_BAR_ALSO);
        draw_text(axis, row, width + 3, STYLE_DIM, "1");
        row += 2;
    }
    int name = axis.width - 46 > 16 ? (axis.width - 46 < 40 ? axis.width - 46 : 40) : 16;
    int bar = 12;
    draw_text(axis, row, 1, STYLE_HEADING, "Segment");
    draw_text(axis, row++, name + 2, STYLE_HEADING, "Found again (Jaccard)");
    for (int i = 0; i < state->count && row < axis.height; i++, row++) {
        bool here = i == state->table.cursor;
        if (here)
            draw_repeat(axis, row, 0, 1, STYLE_TITLE, GLYPH_POINTER);
        draw_field(axis, row, 1, name, here ? STYLE_STRONG : STYLE_TEXT, state->labels[i]);
        draw_format(axis, row, name + 2, STYLE_TEXT, "%.2f", stability->jaccard[i]);
        chart_bar(axis, row, name + 7, bar, stability->jaccard[i], STYLE_BAR);
        draw_field(axis, row, name + 8 + bar, axis.width - name - 8 - bar, STYLE_TEXT,
                   stability_segment_word(stability->jaccard[i]));
    }
    draw_paragraph(
        axis, row + 1, 0, STYLE_DIM,
        "Index: 1 the same segments, 0 as alike as by chance; above 0.9 stable, from 0.6 "
        "fairly stable, below unstable. A stable cut is found again in other sales; "
        "whether there is a gap between the segments is what the silhouette tells.");
}

/* ------------------------------------------------------------------ all of it */

static void draw_problem(const struct segments_state *state, const struct app *app,
                         struct pane body) {
    int row = draw_paragraph(body, 1, 1, STYLE_WARNING, "There are no segments to show:");
    row = draw_paragraph(body, row, 1, STYLE_TEXT, state->problem);
    if (app_read_only(app))
        draw_paragraph(body, row + 1, 1, STYLE_DIM,
                       "Opened read-only: segments are trained where the shop may be written.");
    else
        draw_paragraph(body, row + 1, 1, STYLE_TEXT,
                       "Press T to train (about half a minute, beside the interface).");
}

static void draw_page(const struct segments_state *state, int page, struct pane pane) {
    switch (page) {
    case PAGE_SEGMENTS:
        draw_segments(state, pane);
        break;
    case PAGE_SCATTER:
        draw_scatter(state, pane);
        break;
    case PAGE_SCAN:
        draw_how_many(state, pane);
        break;
    case PAGE_APART:
        draw_apart(state, pane, true);
        break;
    default:
        draw_stability(state, pane);
    }
}

/* Segments and how many to the left, the others to the right. */
static void draw_all(const struct segments_state *state, struct pane pane) {
    int left = pane.width / 2, top = 20 + state->count;
    struct pane west = pane_left(pane, left - 2), east = pane_after(pane, left);
    top = top < pane.height - 18 ? top : pane.height - 18;
    draw_segments(state, pane_top(west, top));
    draw_how_many(state, pane_below(west, top + 1));
    int cloud = (pane.height - 10 - state->count) / 2;
    draw_scatter(state, pane_top(east, cloud));
    struct pane rest = pane_below(east, cloud + 1);
    int steady = 10 + state->count;
    draw_apart(state, pane_top(rest, rest.height - steady - 1), state->page == PAGE_APART);
    draw_stability(state, pane_below(rest, rest.height - steady));
}

void segments_draw(const void *opaque, const struct app *app, struct pane body) {
    static const char *const titles[SEGMENTS_PAGES] = {[PAGE_SEGMENTS] = "Segments",
                                                       [PAGE_SCATTER] = "Scatter",
                                                       [PAGE_SCAN] = "How many",
                                                       [PAGE_APART] = "What sets apart",
                                                       [PAGE_STABILITY] = "Stability"};
    const struct segments_state *state = opaque;
    if (state->count == 0) {
        draw_problem(state, app, body);
        return;
    }
    tabs_draw(body, titles, SEGMENTS_PAGES, state->page);
    if (body.width >= SEGMENTS_WIDE && body.height >= SEGMENTS_TALL)
        draw_all(state, pane_below(body, 1));
    else
        draw_page(state, state->page, pane_below(body, 1));
}
