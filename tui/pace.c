#include "tui/pace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double memory_s = 8;        /* what is older counts for little */
enum { SAMPLE_LEAST_MS = 200 };          /* shorter ones are mostly noise */
static const double weight_least = 0.05; /* before, any figure would jump about */

void pace_see(struct pace *pace, const char *unit, uint64_t done, int64_t now_ms) {
    if (pace->at_ms == 0 || done < pace->done || strcmp(unit, pace->unit) != 0) {
        *pace = (struct pace){.done = done, .at_ms = now_ms};
        snprintf(pace->unit, sizeof pace->unit, "%s", unit);
        return;
    }
    double seconds = (double)(now_ms - pace->at_ms) / 1000;
    if (done == pace->done || seconds * 1000 < SAMPLE_LEAST_MS)
        return;
    double fresh = 1 - exp(-seconds / memory_s);
    pace->rate += fresh * ((double)(done - pace->done) / seconds - pace->rate);
    pace->weight += fresh * (1 - pace->weight);
    pace->done = done;
    pace->at_ms = now_ms;
}

double pace_rate(const struct pace *pace, int64_t now_ms) {
    if (pace->weight < weight_least)
        return 0;
    double rate = pace->rate / pace->weight; /* what was not seen is not taken for standing still */
    double silent_s = (double)(now_ms - pace->at_ms) / 1000;
    return silent_s * rate > 2 ? fmin(rate, 2 / silent_s + rate * exp(-silent_s / memory_s)) : rate;
}

double pace_left_s(const struct pace *pace, uint64_t done, uint64_t total, int64_t now_ms) {
    double rate = pace_rate(pace, now_ms);
    if (rate <= 0)
        return -1;
    return total > done ? (double)(total - done) / rate : 0;
}

void pace_duration(double seconds, char *text, size_t size) {
    double minutes = floor(seconds / 60 + 0.5);
    if (seconds < 90)
        snprintf(text, size, "%.0f s", ceil(seconds));
    else if (minutes < 90)
        snprintf(text, size, "%.0f min", minutes);
    else if (minutes < 100 * 60)
        snprintf(text, size, "%.0f h %.0f min", floor(minutes / 60), fmod(minutes, 60));
    else
        snprintf(text, size, "days");
}
