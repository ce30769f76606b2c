/* The search for parameters, while it runs and afterwards: every candidate, and the best so far. */
#include <math.h>
#include <stdio.h>

#include "tui/screens/models_pages.h"
#include "tui/widgets/canvas.h"

enum {
    LABEL_WIDTH = 8,
    CHART_HEIGHT_MAX = 12,
    CHART_HEIGHT_MIN = 5,
    KIND_BEST = 4, /* kinds of the canvas */
    KIND_TRIAL = 0
};

/* Hopeless candidates must not press the others into one line: what is more than twice as far from
 * the best as the default is, or as the better half are, lies on the upper edge. */
static double upper_edge(const struct tuning_history *tuning, double low, double high) {
    int above[2] = {0};
    double edge = fmax(low + 2 * (tuning->candidates[0].log_loss - low), low + 0.0005);
    for (int tries = 0; tries < 20 && edge < high; tries++) {
        above[0] = above[1] = 0;
        for (int i = 0; i < tuning->count; i++)
            above[tuning->candidates[i].log_loss > edge]++;
        if (above[0] >= above[1])
            break;
        edge = low + 2 * (edge - low);
    }
    return fmin(edge, high);
}

/* Log loss by number: a point a candidate, a line for the best so far. Returns the row after it. */
static int draw_chart(struct pane pane, const struct tuning_history *tuning) {
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < tuning->count; i++) {
        low = fmin(low, tuning->candidates[i].log_loss);
        high = fmax(high, tuning->candidates[i].log_loss);
    }
    high = upper_edge(tuning, low, high);
    double margin = high > low ? (high - low) / 10 : 0.001;
    int last = tuning->candidates[tuning->count - 1].number;
    struct pane area = pane_after(pane_below(pane, 1), LABEL_WIDTH);
    area.height = pane.height - 2;
    area.width -= 1;
    draw_text(pane, 0, 1, STYLE_HEADING,
              "Log loss by candidate (the worst on the upper edge), and the best so far");
    draw_format(pane, 1, 1, STYLE_DIM, "%.4f", high + margin);
    draw_format(pane, area.height, 1, STYLE_DIM, "%.4f", low - margin);
    struct canvas *canvas =
        canvas_new(area, -0.5, (last > 0 ? last : 1) + 0.5, low - margin, high + margin);
    for (int i = 0; i < tuning->count; i++) {
        const struct tuning_candidate *at = &tuning->candidates[i];
        double next = i + 1 < tuning->count ? at[1].number : at->number + 0.5;
        canvas_point(canvas, at->number, fmin(at->log_loss, high + margin), KIND_TRIAL);
        canvas_line(canvas, at->number, at->best_so_far, next, at->best_so_far, KIND_BEST);
    }
    canvas_draw(canvas);
    canvas_free(canvas);
    draw_format(pane, pane.height - 1, LABEL_WIDTH, STYLE_DIM, "0");
    char end[16];
    snprintf(end, sizeof end, "%d", last);
    draw_right(pane, pane.height - 1, LABEL_WIDTH + area.width, STYLE_DIM, end);
    return pane.height;
}

/* The newest at the bottom, as they come while the search runs; the best and the default always. */
static void draw_candidates(struct pane pane, const struct tuning_history *tuning) {
    int room = pane.height - 1, first = tuning->count > room ? tuning->count - room : 0;
    draw_text(pane, 0, 1, STYLE_HEADING, " No.  Folds  Log loss    AUC  Parameters");
    for (int line = 0; line < room && first + line < tuning->count; line++) {
        int at = first + line;
        if (first > 0 && line == 0)
            at = 0; /* the default */
        if (tuning->best > 0 && tuning->best < first && line == 1)
            at = tuning->best;
        const struct tuning_candidate *candidate = &tuning->candidates[at];
        bool best = at == tuning->best;
        int column = draw_format(pane, line + 1, 1, best ? STYLE_STRONG : STYLE_TEXT,
                                 "%4d  %5d    %.4f  %.3f  ", candidate->number, candidate->tried,
                                 candidate->log_loss, candidate->auc);
        char text[256];
        tuning_parameters_text(candidate, text, sizeof text);
        draw_field(pane, line + 1, column, pane.width - column - 1, best ? STYLE_STRONG : STYLE_DIM,
                   text);
    }
}

void models_draw_tuning(struct pane pane, const struct models_view *view) {
    const struct tuning_history *tuning = &view->tuning;
    char sentence[320];
    tuning_history_sentence(tuning, sentence, sizeof sentence);
    int row = draw_paragraph(pane, 0, 1, STYLE_TEXT, sentence);
    struct pane rest = pane_below(pane, row);
    if (tuning->count == 0 || rest.height < 2)
        return;
    int chart = rest.height / 2 < CHART_HEIGHT_MAX ? rest.height / 2 : CHART_HEIGHT_MAX;
    if (chart >= CHART_HEIGHT_MIN && rest.width >= LABEL_WIDTH + 16)
        rest = pane_below(rest, draw_chart(pane_top(rest, chart), tuning));
    draw_candidates(rest, tuning);
}
