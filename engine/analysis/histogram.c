/* Bins and their counts. The values are sorted, so a bin's count is the distance of two places. */
#include "engine/analysis/histogram.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/analysis/box.h"

enum { BINS_LEAST = 5 }; /* a few regular ones and both tails */

/* Freedman, D. & Diaconis, P. (1981), Z. Wahrscheinlichkeitstheorie verw. Gebiete 57, 453–476:
 * width 2·IQR / n^(1/3). Where the quartiles agree, Sturges, H. A. (1926), J. Am. Stat. Assoc. 21,
 * 65–66: range / (1 + log2 n). */
static double width_freedman_diaconis(const struct series *series) {
    double n = (double)series->count;
    double range = series_quantile(series, 0.75) - series_quantile(series, 0.25);
    if (range > 0)
        return 2 * range / cbrt(n);
    return (series->values[series->distinct - 1] - series->values[0]) / (1 + log2(n));
}

/* 1, 2 or 5 times a power of ten: the nearest on a logarithmic scale. */
static double readable(double width) {
    static const double steps[] = {1, 2, 5, 10};
    double power = pow(10, floor(log10(width))), best = power;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (fabs(log(steps[i] * power / width)) < fabs(log(best / width)))
            best = steps[i] * power;
    }
    return best;
}

static void add_bin(struct histogram *out, double low, double high, bool tail) {
    out->bins[out->count++] = (struct histogram_bin){.low = low, .high = high, .tail = tail};
}

static void count_values(const struct series *series, struct histogram *out) {
    int64_t before = 0;
    for (int i = 0; i < out->count; i++) {
        struct histogram_bin *bin = &out->bins[i];
        bin->closed = i == out->count - 1 && bin->high <= series->values[series->distinct - 1];
        int64_t until = bin->closed ? series->count : series_below(series, bin->high);
        bin->count = until - before;
        before = until;
    }
}

/* -------------------------------------------------------- edges at multiples of a width */

struct span {
    double first, last; /* as multiples of the width */
};

/* The multiples that enclose low and high; high lies below the last one. */
static struct span span_of(double low, double high, double width) {
    struct span span = {floor(low / width), floor(high / width) + 1};
    while (span.first * width > low) /* the division may have rounded up to a whole number */
        span.first--;
    while (span.last * width <= high)
        span.last++;
    return span;
}

static void bins_at_multiples(struct histogram *out, struct span span, double width) {
    out->width = width;
    long bins = lround(span.last - span.first);
    for (long i = 0; i < bins; i++)
        add_bin(out, (span.first + (double)i) * width, (span.first + (double)i + 1) * width, false);
}

/* A bin that the range of a whole-number column covers in part would look like a scarcity: it is
 * cut to what it covers, and marked. */
static void cut_whole(const struct series *series, struct histogram *out) {
    struct histogram_bin *first = &out->bins[0], *last = &out->bins[out->count - 1];
    double least = series->values[0], end = series->values[series->distinct - 1] + 1;
    bool cut = false;
    if (!numeric_is_whole(series->numeric))
        return;
    if (!first->tail && first->low < least) {
        first->low = least;
        cut = first->narrow = true;
    }
    if (!last->tail && end < last->high) {
        last->high = end;
        cut = last->narrow = true;
    }
    size_t length = strlen(out->rule);
    if (cut)
        snprintf(out->rule + length, sizeof out->rule - length, "; * is narrower than the others");
}

static void bins_automatic(const struct series *series, int most, struct histogram *out) {
    double least = series->values[0], largest = series->values[series->distinct - 1];
    double width = readable(out->fd_width);
    if (numeric_is_whole(series->numeric) && width < 1)
        width = 1;
    struct span span = span_of(least, largest, width);
    char text[NUMERIC_TEXT_SIZE];
    if (span.last - span.first <= most) {
        bins_at_multiples(out, span, width);
        numeric_text(series->numeric, width, text);
        snprintf(out->rule, sizeof out->rule,
                 "Bins of %s: as wide as suits so many sales, rounded (Freedman-Diaconis: %.6g)",
                 text, out->fd_width);
        return;
    }
    /* A long tail: regular bins between the whiskers, all the rest in one bin on each side. */
    struct box box = box_of_series(series);
    double first_width = width;
    bool below, above;
    for (;; width = readable(width * 2.2)) {
        span = span_of(box.whisker_low, box.whisker_high, width);
        below = least < span.first * width;
        above = largest >= span.last * width;
        if (span.last - span.first + below + above <= most)
            break;
    }
    if (below)
        add_bin(out, least, span.first * width, true);
    bins_at_multiples(out, span, width);
    if (above)
        add_bin(out, span.last * width, largest, true);
    numeric_text(series->numeric, width, text);
    snprintf(
        out->rule, sizeof out->rule, "Bins of %s: %s (Freedman-Diaconis: %.6g, %d bins)%s", text,
        width > first_width ? "widened until they fit" : "as wide as suits so many sales, rounded",
        out->fd_width, out->fd_count,
        below || above ? "; what lies beyond the whiskers is one bin" : "");
}

static enum err bins_of_width(const struct series *series, double width, struct histogram *out,
                              struct error *error) {
    if (!(width > 0) || !isfinite(width)) {
        error_set(error, ERR_INPUT, "a bin must be wider than zero");
        return ERR_INPUT;
    }
    struct span span = {0, 1};
    double least = series->values[0], largest = series->values[series->distinct - 1];
    double bins = (largest - least) / width;
    if (bins < HISTOGRAM_BINS_MAX)
        span = span_of(least, largest, width);
    if (bins >= HISTOGRAM_BINS_MAX || span.last - span.first > HISTOGRAM_BINS_MAX) {
        error_set(error, ERR_INPUT, "bins of %g would be %.0f of them, and %d is the most", width,
                  ceil(bins), HISTOGRAM_BINS_MAX);
        return error_hint(error, "The values span %g; choose a width of at least %g.",
                          largest - least, readable((largest - least) / 200));
    }
    bins_at_multiples(out, span, width);
    snprintf(out->rule, sizeof out->rule, "Bins of %g, as asked", width);
    return ERR_OK;
}

/* -------------------------------------------- equal widths from the smallest to the largest */

static void bins_equal(const struct series *series, int count, struct histogram *out) {
    double least = series->values[0], largest = series->values[series->distinct - 1];
    out->width = (largest - least) / count;
    for (int i = 0; i < count; i++)
        add_bin(out, least + i * out->width,
                i + 1 == count ? largest : least + (i + 1) * out->width, false);
    snprintf(out->rule, sizeof out->rule,
             "%d bins of equal width from the smallest to the largest value, as asked", count);
}

static void bins_log(const struct series *series, const struct binning *binning, int most,
                     struct histogram *out) {
    double least = series->values[0], largest = series->values[series->distinct - 1];
    int count = binning->way == BINNING_COUNT ? binning->count
                : out->fd_count < most        ? out->fd_count
                                              : most;
    double step = log(largest / least) / count, low = least;
    bool whole = numeric_is_whole(series->numeric);
    for (int i = 1; i <= count; i++) {
        double high = i == count ? largest : least * exp(step * i), rounded = round(high);
        if (whole && i < count && !(rounded > low && rounded < largest))
            continue; /* no whole number lies in it */
        if (i < count && rounded > low && rounded < largest && (whole || high > 100))
            high = rounded; /* readable, and a filter can name it */
        add_bin(out, low, high, false);
        low = high;
    }
    snprintf(out->rule, sizeof out->rule,
             "%d bins of equal width on the logarithm, edges rounded to whole numbers (%s)",
             out->count,
             binning->way == BINNING_COUNT ? "as asked"
             : count == out->fd_count      ? "by Freedman-Diaconis on the logarithm"
                                           : "by Freedman-Diaconis on the logarithm, capped");
}

static enum err freedman_diaconis(const struct series *series, bool use_log, struct histogram *out,
                                  struct error *error) {
    size_t n = series->distinct;
    struct series used = *series; /* shares its counts */
    double *logs = NULL;
    if (use_log) {
        if (!(series->values[0] > 0)) {
            error_set(error, ERR_INPUT, "the logarithm of %g is not defined", series->values[0]);
            return error_hint(error, "Leave --log away, or filter the values at or below zero.");
        }
        used.values = logs = xcalloc(n, sizeof *logs);
        for (size_t i = 0; i < n; i++)
            logs[i] = log(series->values[i]);
    }
    out->fd_width = width_freedman_diaconis(&used);
    double bins = (used.values[n - 1] - used.values[0]) / out->fd_width;
    out->fd_count = !(out->fd_width > 0) ? 1 : bins < INT32_MAX ? (int)ceil(bins) : INT32_MAX;
    free(logs);
    return ERR_OK;
}

enum err histogram_compute(const struct series *series, const struct binning *binning,
                           struct histogram *out, struct error *error) {
    int most = binning->most > 0 ? binning->most : HISTOGRAM_BINS_AUTOMATIC;
    if (most < BINS_LEAST)
        most = BINS_LEAST;
    *out = (struct histogram){.numeric = series->numeric,
                              .n = series->count,
                              .width = NAN,
                              .fd_width = NAN,
                              .log = binning->log};
    if (binning->way == BINNING_COUNT &&
        (binning->count < 1 || binning->count > HISTOGRAM_BINS_MAX))
        return error_set(error, ERR_INPUT, "%d bins: between 1 and %d make sense", binning->count,
                         HISTOGRAM_BINS_MAX);
    if (binning->log && binning->way == BINNING_WIDTH) {
        error_set(error, ERR_INPUT, "bins on the logarithm have no one width");
        return error_hint(error, "Choose their number instead: --bins 30 --log");
    }
    if (series->count == 0) {
        snprintf(out->rule, sizeof out->rule, "No value is known, so there are no bins");
        return ERR_OK;
    }
    out->bins = xcalloc(HISTOGRAM_BINS_MAX + 2, sizeof *out->bins);
    enum err code = freedman_diaconis(series, binning->log, out, error);
    if (code != ERR_OK)
        return code;
    double least = series->values[0], largest = series->values[series->distinct - 1];
    if (binning->way == BINNING_WIDTH) {
        code = bins_of_width(series, binning->width, out, error);
    } else if (!(largest > least)) {
        out->width = 0;
        add_bin(out, least, largest, false);
        snprintf(out->rule, sizeof out->rule, "All values are equal: one bin");
    } else if (binning->log) {
        bins_log(series, binning, most, out);
    } else if (binning->way == BINNING_COUNT) {
        bins_equal(series, binning->count, out);
    } else {
        bins_automatic(series, most, out);
    }
    if (code != ERR_OK)
        return code;
    if (binning->way != BINNING_COUNT && !binning->log)
        cut_whole(series, out);
    count_values(series, out);
    char within[NUMERIC_WITHIN_SIZE];
    numeric_within_words(series->numeric, series->within, within);
    size_t length = strlen(out->rule);
    if (within[0] != '\0')
        snprintf(out->rule + length, sizeof out->rule - length, "; %s", within);
    return ERR_OK;
}

void histogram_free(struct histogram *histogram) {
    free(histogram->bins);
    *histogram = (struct histogram){0};
}

/* ---------------------------------------------------------------------------- words */

void histogram_label(const struct histogram *histogram, int bin, char label[HISTOGRAM_LABEL_SIZE]) {
    const struct histogram_bin *at = &histogram->bins[bin];
    char low[NUMERIC_TEXT_SIZE], high[NUMERIC_TEXT_SIZE];
    /* Of whole numbers, whole edges are told by the numbers that the bin has. */
    bool whole = numeric_is_whole(histogram->numeric) && at->low == floor(at->low) &&
                 at->high == floor(at->high);
    double last = whole && !at->closed ? at->high - 1 : at->high;
    numeric_text(histogram->numeric, at->low, low);
    numeric_text(histogram->numeric, last, high);
    if (at->tail && bin == 0)
        snprintf(label, HISTOGRAM_LABEL_SIZE, whole ? "up to %s" : "below %s", high);
    else if (at->tail)
        snprintf(label, HISTOGRAM_LABEL_SIZE, "%s and more", low);
    else if (at->low == last)
        snprintf(label, HISTOGRAM_LABEL_SIZE, "%s%s", low, at->narrow ? "*" : "");
    else
        snprintf(label, HISTOGRAM_LABEL_SIZE, "%s–%s%s", low, high, at->narrow ? "*" : "");
}

/* An edge as money_parse and the filters read it; `up`: the least such number that is not below. */
static void edge_text(double edge, bool up, char text[MONEY_TEXT_SIZE]) {
    double minor = edge * MONEY_MINOR, whole = round(minor);
    if (fabs(minor - whole) > 1e-6 * fmax(1, fabs(edge)))
        whole = up ? ceil(minor) : floor(minor);
    money_plain((int64_t)whole, text);
}

char *histogram_filter(const struct histogram *histogram, int bin) {
    const struct histogram_bin *at = &histogram->bins[bin];
    const char *name = numeric_name(histogram->numeric);
    char low[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE];
    bool whole = numeric_is_whole(histogram->numeric);
    edge_text(whole ? ceil(at->low) : at->low, true, low);
    edge_text(whole && !at->closed ? ceil(at->high) : at->high, !at->closed, high);
    if (at->tail && bin == 0)
        return xasprintf("%s<%s", name, high);
    if (at->tail)
        return xasprintf("%s>=%s", name, low);
    return xasprintf("%s>=%s %s%s%s", name, low, name, at->closed ? "<=" : "<", high);
}
