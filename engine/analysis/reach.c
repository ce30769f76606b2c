/* The eight combinations of three channels, and how each two of them go together. */
#include "engine/analysis/reach.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/analysis/exact.h"

static const struct {
    enum answer answer;
    const char *title;
} channels[REACH_CHANNELS] = {
    {ANSWER_FACEBOOK, "Facebook"}, {ANSWER_FOLLOWS, "follows"}, {ANSWER_HEARD, "heard"}};

const char *reach_channel_title(int channel) {
    return channels[channel].title;
}

void reach_label(unsigned combination, char *text, size_t size) {
    size_t length = 0;
    snprintf(text, size, combination == 0 ? "none" : "all three");
    if (combination == REACH_COMBINATIONS - 1)
        return;
    for (int i = 0; i < REACH_CHANNELS && length < size; i++) {
        if ((combination >> i & 1) != 0)
            length += (size_t)snprintf(text + length, size - length, "%s%s",
                                       length > 0 ? " + " : "", channels[i].title);
    }
}

const char *reach_verdict_name(enum verdict verdict) {
    static const char *const names[] = {"unclear", "together", "apart"};
    return names[verdict];
}

/* ------------------------------------------------------------------- counting */

struct tally {
    int64_t sales, revenue_minor, returning, returning_known;
};

/* What the answers 0, 1 or unknown make of a sale, as one of 27: each channel's digit is 0 unknown,
 * 1 no, 2 yes. */
enum { PATTERNS = 27 };

static void count(const struct facts *facts, const struct selection *selection,
                  struct tally patterns[PATTERNS]) {
    for (size_t i = 0; i < selection->count; i++) {
        uint32_t row = selection->rows[i];
        int pattern = 0;
        for (int channel = REACH_CHANNELS - 1; channel >= 0; channel--) {
            int answer = facts_answer(facts, row, channels[channel].answer);
            pattern = pattern * 3 + (answer == 0 ? 1 : answer == 1 ? 2 : 0);
        }
        struct tally *tally = &patterns[pattern];
        int returning = facts_answer(facts, row, ANSWER_RETURNING);
        int64_t sales = facts_sales(facts, row);
        tally->sales += sales;
        tally->revenue_minor += facts_revenue(facts, row);
        tally->returning += returning == 1 ? sales : 0;
        tally->returning_known += returning == 0 || returning == 1 ? sales : 0;
    }
}

static int digit(int pattern, int channel) {
    static const int weights[] = {1, 3, 9};
    return pattern / weights[channel] % 3;
}

static void fill_rows(const struct tally patterns[PATTERNS], struct reach *out) {
    static const unsigned order[] = {0, 1, 2, 4, 3, 5, 6, 7}; /* by how many channels */
    for (int i = 0; i < REACH_COMBINATIONS; i++) {
        int pattern = 0, weight = 1;
        for (int channel = 0; channel < REACH_CHANNELS; channel++, weight *= 3)
            pattern += weight * ((order[i] >> channel & 1) != 0 ? 2 : 1);
        const struct tally *tally = &patterns[pattern];
        out->rows[i] = (struct reach_row){
            .channels = order[i],
            .sales = tally->sales,
            .returning = share_wilson(tally->returning, tally->returning_known),
            .mean_price_minor =
                tally->sales > 0 ? (double)tally->revenue_minor / (double)tally->sales : NAN};
        out->known += tally->sales;
    }
    for (int i = 0; i < REACH_COMBINATIONS; i++)
        out->rows[i].share = share_wilson(out->rows[i].sales, out->known);
}

static void fill_channels(const struct tally patterns[PATTERNS], struct reach *out) {
    for (int channel = 0; channel < REACH_CHANNELS; channel++) {
        int64_t by_digit[3] = {0};
        for (int pattern = 0; pattern < PATTERNS; pattern++)
            by_digit[digit(pattern, channel)] += patterns[pattern].sales;
        out->unknown[channel] = by_digit[0];
        out->channels[channel] = share_wilson(by_digit[2], by_digit[1] + by_digit[2]);
    }
}

/* Jaccard, P. (1912), New Phytologist 11, 37–50; phi: Yule, G. U. (1912), J. R. Stat. Soc. 75,
 * 579–652. */
static void fill_pair(const struct tally patterns[PATTERNS], int a, int b,
                      struct reach_pair *pair) {
    int64_t counts[4] = {0}; /* both, only a, only b, neither */
    for (int pattern = 0; pattern < PATTERNS; pattern++) {
        int of_a = digit(pattern, a), of_b = digit(pattern, b);
        if (of_a != 0 && of_b != 0)
            counts[(of_a == 1) * 2 + (of_b == 1)] += patterns[pattern].sales;
    }
    struct chi_square test = chi_square_test(counts, 2, 2);
    *pair = (struct reach_pair){.a = a, .b = b, .both = counts[0]};
    pair->either = counts[0] + counts[1] + counts[2];
    pair->known = pair->either + counts[3];
    pair->jaccard = pair->either > 0 ? (double)pair->both / (double)pair->either : NAN;
    bool together = (double)counts[0] * (double)counts[3] >= (double)counts[1] * (double)counts[2];
    pair->phi = together ? test.cramers_v : -test.cramers_v; /* |phi| is V where it is 2×2 */
    pair->p = test.p;
    if (test.df > 0 && test.smallest_expected < 5 && !isnan(fisher_exact(counts)))
        pair->p = fisher_exact(counts);
}

static void fill_pairs(const struct tally patterns[PATTERNS], struct reach *out) {
    static const int pairs[REACH_PAIRS][2] = {{0, 1}, {0, 2}, {1, 2}};
    double p[REACH_PAIRS], adjusted[REACH_PAIRS];
    for (int i = 0; i < REACH_PAIRS; i++) {
        fill_pair(patterns, pairs[i][0], pairs[i][1], &out->pairs[i]);
        p[i] = out->pairs[i].p;
    }
    adjust_benjamini_hochberg(p, adjusted, REACH_PAIRS);
    for (int i = 0; i < REACH_PAIRS; i++) {
        out->pairs[i].p_adjusted = adjusted[i];
        if (adjusted[i] < 0.05)
            out->pairs[i].verdict = out->pairs[i].phi > 0 ? VERDICT_HIGHER : VERDICT_LOWER;
    }
}

/* --------------------------------------------------------------- the sentence */

static void say(struct reach *out) {
    if (out->known == 0) {
        snprintf(out->sentence, sizeof out->sentence,
                 "No sale in this slice has all three answers.");
        return;
    }
    int length = snprintf(out->sentence, sizeof out->sentence,
                          "%.1f %% were reached by none of the three, %.1f %% by all. ",
                          100 * out->rows[0].share.estimate,
                          100 * out->rows[REACH_COMBINATIONS - 1].share.estimate);
    int clear = 0, testable = 0;
    const struct reach_pair *strongest = NULL;
    for (int i = 0; i < REACH_PAIRS; i++) {
        testable += !isnan(out->pairs[i].p);
        if (out->pairs[i].verdict == VERDICT_UNCLEAR)
            continue;
        clear++;
        if (strongest == NULL || fabs(out->pairs[i].phi) > fabs(strongest->phi))
            strongest = &out->pairs[i];
    }
    char *rest = out->sentence + length;
    size_t room = sizeof out->sentence - (size_t)length;
    if (testable == 0)
        snprintf(rest, room, "Whether the channels overlap more than by chance cannot be said.");
    else if (strongest == NULL)
        snprintf(rest, room, "No two channels overlap clearly more or less than by chance.");
    else
        snprintf(rest, room, "%s and %s go %s (phi %+.2f)%s.", channels[strongest->a].title,
                 channels[strongest->b].title,
                 strongest->phi > 0 ? "together more than by chance"
                                    : "together less than by chance",
                 strongest->phi, clear > 1 ? ", as others do" : "");
}

void reach_compute(const struct facts *facts, const struct selection *selection,
                   struct reach *out) {
    *out = (struct reach){.sales = selection_sales(facts, selection)};
    struct tally patterns[PATTERNS] = {0};
    count(facts, selection, patterns);
    fill_rows(patterns, out);
    fill_channels(patterns, out);
    fill_pairs(patterns, out);
    say(out);
}
