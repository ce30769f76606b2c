/* What sets a segment apart from the others, and how surely the segments are found again. */
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/screens/segments_state.h"
#include "tui/widgets/chart.h"

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
    [OTHERS] = {"Others", 6, true, 2},     [DIFFERENCE] = {"Points", 20, true, 3},
    [VERDICT] = {"Verdict", 7, false, 1},
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

void segments_draw_apart(const struct segments_state *state, struct pane pane, bool focused) {
    const struct segment_profile *profile = &state->passed.profiles[state->table.cursor];
    const struct segment_contrast *contrast = &state->passed.contrasts[state->table.cursor];
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
    static const char made_of[] =
        "Segments are cut so that they differ: this is what they are made of, not that they exist. "
        "Verdicts are adjusted for the many comparisons.";
    int note = pane.height >= 12 ? text_width(made_of) / (pane.width - 8) + 1 : 0;
    table_draw(&state->traits, pane_top(pane_below(pane, 1), pane.height - 1 - note), trait_columns,
               TRAIT_COLUMNS, contrast->count, focused, trait_text, contrast);
    if (note > 0)
        draw_paragraph(pane_below(pane, pane.height - note), 0, 1, STYLE_DIM, made_of);
}

void segments_draw_stability(const struct segments_state *state, struct pane pane) {
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
    int bar = axis.width >= SEGMENTS_NARROW ? 12 : 0;
    int name = axis.width - 34 - bar;
    name = name < 16 ? 16 : name > 40 ? 40 : name;
    draw_text(axis, row, 1, STYLE_HEADING, "Segment");
    draw_text(axis, row++, name + 2, STYLE_HEADING, "Found again (overlap, Jaccard)");
    for (int i = 0; i < state->count && row < axis.height; i++, row++) {
        bool here = i == state->table.cursor;
        if (here)
            draw_repeat(axis, row, 0, 1, STYLE_TITLE, GLYPH_POINTER);
        draw_field(axis, row, 1, name, here ? STYLE_STRONG : STYLE_TEXT, state->labels[i]);
        draw_format(axis, row, name + 2, STYLE_TEXT, "%.2f", stability->jaccard[i]);
        if (bar > 0)
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
