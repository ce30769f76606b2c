/* The pages that are pictures: ROC, precision against recall, calibration. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/screens/models_pages.h"
#include "tui/widgets/canvas.h"

enum {
    LABEL_WIDTH = 5,  /* "100%" and a blank */
    FRAME_HEIGHT = 3, /* title, axis, name of the axis */
    KIND_CURVE = 0,   /* kinds of the canvas */
    KIND_LINE = 6,
    KIND_INTERVAL = 0,
    KIND_ESTIMATE = 4,
    BIN_TABLE_WIDTH = 40
};

struct frame {
    const char *title, *short_title;
    const char *x_name;
    double x_low, x_high, y_low, y_high; /* shares */
};

/* Title, axes with their ends and names; what is left of the pane is the canvas. */
static struct canvas *open_frame(struct pane pane, const struct frame *frame) {
    struct pane inner = pane_after(pane_below(pane, 1), LABEL_WIDTH);
    inner.height -= FRAME_HEIGHT - 1;
    inner.width -= 1;
    draw_text(pane, 0, 1, STYLE_HEADING,
              text_width(frame->title) + 1 < pane.width ? frame->title : frame->short_title);
    int bottom = 1 + inner.height;
    char text[16];
    snprintf(text, sizeof text, "%.0f%%", 100 * frame->y_high);
    draw_right(pane, 1, LABEL_WIDTH - 1, STYLE_DIM, text);
    snprintf(text, sizeof text, "%.0f%%", 100 * frame->y_low);
    draw_right(pane, bottom - 1, LABEL_WIDTH - 1, STYLE_DIM, text);
    for (int row = 1; row < bottom; row++)
        draw_repeat(pane, row, LABEL_WIDTH - 1, 1, STYLE_DIM, GLYPH_VERTICAL);
    draw_repeat(pane, bottom, LABEL_WIDTH, inner.width, STYLE_DIM, GLYPH_RULE);
    draw_format(pane, bottom + 1, LABEL_WIDTH, STYLE_DIM, "%.0f%%", 100 * frame->x_low);
    if (inner.width >= 5 + text_width(frame->x_name) + 5)
        draw_text(pane, bottom + 1, LABEL_WIDTH + 5, STYLE_DIM, frame->x_name);
    snprintf(text, sizeof text, "%.0f%%", 100 * frame->x_high);
    draw_right(pane, bottom + 1, LABEL_WIDTH + inner.width, STYLE_DIM, text);
    return canvas_new(inner, frame->x_low, frame->x_high, frame->y_low, frame->y_high);
}

static void close_frame(struct canvas *canvas) {
    canvas_draw(canvas);
    canvas_free(canvas);
}

/* Pictures are twice as wide as high: a terminal's cell is about twice as high as wide. */
static struct pane squared(struct pane pane) {
    int width = 2 * (pane.height - FRAME_HEIGHT) + LABEL_WIDTH + 1;
    pane.width = width < pane.width ? width : pane.width;
    return pane;
}

static void draw_roc(struct pane pane, const struct model_detail *detail) {
    const struct curve *curve = &detail->roc;
    struct canvas *canvas = open_frame(
        pane, &(struct frame){"ROC: recall by false yes", "ROC", "false yes", 0, 1, 0, 1});
    canvas_line(canvas, 0, 0, 1, 1, KIND_LINE);
    for (int i = 1; i < curve->count; i++)
        canvas_line(canvas, curve->points[i - 1].x, curve->points[i - 1].y, curve->points[i].x,
                    curve->points[i].y, KIND_CURVE);
    close_frame(canvas);
}

static void draw_precision_recall(struct pane pane, const struct model_detail *detail) {
    const struct curve *curve = &detail->precision_recall;
    double base = (double)detail->yes / (double)detail->sales, recall = 0;
    struct canvas *canvas =
        open_frame(pane, &(struct frame){"PR: precision by recall", "PR", "recall", 0, 1, 0, 1});
    canvas_line(canvas, 0, base, 1, base, KIND_LINE);
    for (int i = 0; i < curve->count; i++) {
        const struct curve_point *point = &curve->points[i];
        canvas_line(canvas, recall, point->y, point->x, point->y, KIND_CURVE);
        if (i > 0)
            canvas_line(canvas, recall, point[-1].y, recall, point->y, KIND_CURVE);
        recall = point->x;
    }
    close_frame(canvas);
}

static bool missing(struct pane pane, const struct models_view *view) {
    if (!view->detail.available)
        draw_paragraph(pane, 0, 1, STYLE_DIM, view->detail.problem);
    return !view->detail.available;
}

void models_draw_curves(struct pane pane, const struct models_view *view) {
    const struct model_detail *detail = &view->detail;
    const struct interval *auc = &detail->auc, *ap = &detail->average_precision;
    double base = (double)detail->yes / (double)detail->sales;
    char text[320];
    if (missing(pane, view))
        return;
    snprintf(text, sizeof text,
             "%s AUC %.3f [%.3f–%.3f], a coin's is 0.5; average precision %.3f [%.3f–%.3f], the "
             "base rate is %.3f. Means over the folds, as on the leaderboard.",
             auc->low > 0.5 ? view->model->skill
                                  ? "The curves lie above chance:"
                                  : "The curves lie above chance, by too little for skill:"
                            : "The curves follow chance:",
             auc->estimate, auc->low, auc->high, ap->estimate, ap->low, ap->high, base);
    struct pane rest = pane_below(pane, draw_paragraph(pane, 0, 1, STYLE_TEXT, text));
    if (rest.height < FRAME_HEIGHT + 2)
        return;
    struct pane left = squared(pane_left(rest, rest.width / 2));
    struct pane right =
        pane_after(rest, left.width < rest.width / 2 ? left.width + 2 : rest.width / 2);
    draw_roc(left, detail);
    draw_precision_recall(squared(right), detail);
}

/* ------------------------------------------------------------------ calibration */

/* Each axis as far as its figures go, outwards to whole 5 %. */
static struct frame calibration_frame(const struct calibration *calibration) {
    struct frame frame = {"Came true by predicted", "Calibration", "predicted", 1, 0, 1, 0};
    for (int i = 0; i < calibration->bin_count; i++) {
        const struct calibration_bin *bin = &calibration->bins[i];
        frame.x_low = fmin(frame.x_low, bin->predicted);
        frame.x_high = fmax(frame.x_high, bin->predicted);
        frame.y_low = fmin(frame.y_low, fmin(bin->predicted, bin->observed.low));
        frame.y_high = fmax(frame.y_high, fmax(bin->predicted, bin->observed.high));
    }
    frame.x_low = floor(frame.x_low * 20) / 20;
    frame.x_high = ceil(frame.x_high * 20) / 20;
    frame.y_low = floor(frame.y_low * 20) / 20;
    frame.y_high = ceil(frame.y_high * 20) / 20;
    return frame;
}

static void draw_diagram(struct pane pane, const struct calibration *calibration) {
    struct frame frame = calibration_frame(calibration);
    struct canvas *canvas = open_frame(pane, &frame);
    double tick = (frame.x_high - frame.x_low) / 60;
    canvas_line(canvas, frame.x_low, frame.x_low, frame.x_high, frame.x_high, KIND_LINE);
    for (int i = 0; i < calibration->bin_count; i++) {
        const struct calibration_bin *bin = &calibration->bins[i];
        canvas_line(canvas, bin->predicted, bin->observed.low, bin->predicted, bin->observed.high,
                    KIND_INTERVAL);
        /* a tick across the interval, so that it is seen in one colour; its look wins in the cell
         */
        for (int more = 0; more < 4; more++)
            canvas_line(canvas, bin->predicted - tick, bin->observed.estimate,
                        bin->predicted + tick, bin->observed.estimate, KIND_ESTIMATE);
    }
    close_frame(canvas);
}

static void draw_bins(struct pane pane, const struct calibration *calibration) {
    draw_text(pane, 0, 0, STYLE_HEADING, "Predicted  Came true [95%]        Sales");
    for (int i = 0; i < calibration->bin_count && i + 1 < pane.height; i++) {
        const struct calibration_bin *bin = &calibration->bins[i];
        bool off = bin->predicted < bin->observed.low || bin->predicted > bin->observed.high;
        draw_format(pane, i + 1, 0, STYLE_TEXT, "%8.1f%%", 100 * bin->predicted);
        draw_format(pane, i + 1, 11, off ? STYLE_WARNING : STYLE_TEXT, "%5.1f%% [%.1f–%.1f]%s",
                    100 * bin->observed.estimate, 100 * bin->observed.low, 100 * bin->observed.high,
                    off ? " !" : "");
        draw_format(pane, i + 1, 33, STYLE_DIM, "%6.0f", bin->sales);
    }
}

void models_draw_calibration(struct pane pane, const struct models_view *view) {
    const struct calibration *calibration = &view->detail.calibration;
    char text[400], sentence[320];
    if (missing(pane, view))
        return;
    calibration_sentence(calibration, view->model->skill, view->model->metrics.base_rate, sentence,
                         sizeof sentence);
    int row = draw_paragraph(pane, 0, 1, STYLE_TEXT, sentence);
    if (!isnan(calibration->slope.estimate)) {
        snprintf(text, sizeof text,
                 "Slope %.2f [%.2f to %.2f]: 1 is right, 0 tells nothing. Probabilities are %s "
                 "(Spiegelhalter's p %s%.3f).",
                 calibration->slope.estimate, calibration->slope.low, calibration->slope.high,
                 calibration->p < 0.05 ? "off by more than chance would make them"
                                       : "not off by more than chance would make them",
                 calibration->p < 0.001 ? "below " : "", fmax(calibration->p, 0.001));
        row = draw_paragraph(pane, row, 1, STYLE_DIM, text);
    }
    struct pane rest = pane_below(pane, row);
    if (rest.height < FRAME_HEIGHT + 2)
        return;
    bool table = rest.width >= BIN_TABLE_WIDTH + 24;
    struct pane left = table ? pane_left(rest, rest.width - BIN_TABLE_WIDTH - 1) : rest;
    draw_diagram(left, calibration);
    if (table)
        draw_bins(pane_after(rest, left.width + 2), calibration);
}
