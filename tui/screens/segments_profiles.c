/* The first page of Segments: whether to believe in them, and what each is like. */
#include <stdio.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/screens/segments_state.h"
#include "tui/widgets/chart.h"

enum { PROFILE_WIDTH = 42, TRAIT_IN_FULL = 60 };

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
        &((const struct segments_state *)context)->passed.profiles[row];
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

/* "+ Age band 35-44: 60.9% [59.3–62.4] against 7.0%", where it is narrow "+ Age band 35-44 60.9%
 * (7.0%)". */
static void draw_trait(struct pane pane, int row, const struct segment_trait *trait) {
    char share[64], what[DIMENSION_LABEL_SIZE + 160];
    const char *title = dimension_title(trait->dimension);
    if (pane.width >= TRAIT_IN_FULL) {
        chart_share_text(trait->share, share, sizeof share);
        snprintf(what, sizeof what, "%s %s: %s against %.1f%%", title, trait->label, share,
                 100 * trait->rest.estimate);
    } else {
        snprintf(what, sizeof what, "%s %s %.1f%% (%.1f%%)", title, trait->label,
                 100 * trait->share.estimate, 100 * trait->rest.estimate);
    }
    draw_text(pane, row, 0, trait->verdict == VERDICT_HIGHER ? STYLE_HIGHER : STYLE_LOWER,
              trait->verdict == VERDICT_HIGHER ? "+" : "-");
    draw_field(pane, row, 2, pane.width - 2, STYLE_TEXT, what);
}

static void draw_foremost_traits(const struct segments_state *state, struct pane pane) {
    const struct segment_contrast *contrast = &state->passed.contrasts[state->table.cursor];
    draw_text(pane, 0, 0, STYLE_HEADING,
              pane.width >= TRAIT_IN_FULL ? "Set apart from the others by"
                                          : "Set apart by shares of (others)");
    int row = 1;
    for (int i = 0; i < contrast->count && row < pane.height; i++)
        if (contrast->traits[i].verdict != VERDICT_UNCLEAR)
            draw_trait(pane, row++, &contrast->traits[i]);
    if (row == 1)
        draw_text(pane, row, 0, STYLE_DIM, "nothing that is clear");
}

void segments_draw_profiles(const struct segments_state *state, struct pane pane) {
    int row = draw_paragraph(
        pane, 0, 1,
        state->belief == BELIEF_KINDS || state->belief == BELIEF_ONE ? STYLE_STRONG : STYLE_WARNING,
        state->should_believe);
    if (pane.height >= 18)
        row++;
    draw_field(pane, row++, 1, pane.width - 1, STYLE_DIM, state->heading);
    struct pane rest = pane_below(pane, row);
    if (state->selected == 0) {
        draw_paragraph(rest, 1, 1, STYLE_TEXT,
                       "No sales match these filters. x drops the last one.");
        return;
    }
    /* the profile needs six rows and a gap; the table scrolls before it takes them */
    int least = rest.height < 6 ? rest.height : 5;
    int rows = rest.height - 6 > least ? rest.height - 6 : least;
    int height = state->count + 1 < rows ? state->count + 1 : rows;
    table_draw(&state->table, pane_top(rest, height), columns, COLUMN_COUNT, state->count, true,
               cell_text, state);
    struct pane below = pane_below(rest, rest.height > height + 5 ? height + 1 : height);
    if (below.height < 2)
        return;
    const struct segment_profile *profile = &state->passed.profiles[state->table.cursor];
    if (below.width < SEGMENTS_NARROW) {
        draw_profile(pane_after(below, 1), 0, profile);
        return;
    }
    draw_profile(pane_left(pane_after(below, 1), PROFILE_WIDTH), 0, profile);
    if (profile->sales > 0)
        draw_foremost_traits(state, pane_after(below, PROFILE_WIDTH + 2));
}
