/* How fast work goes and when it will be done, from what it tells of itself: smoothed, so that the
 * figures can be read, and following at once when there turns out to be more or less to do. */
#ifndef TUI_PACE_H
#define TUI_PACE_H

#include <stddef.h>
#include <stdint.h>

struct pace {
    char unit[32];
    uint64_t done;       /* at the last change that was taken in */
    int64_t at_ms;       /* when that was; 0 before the first */
    double rate, weight; /* smoothed units a second, and how much was seen of it (0–1) */
};

/* Takes in how far the work is. Another unit, or less done than before, begins anew. */
void pace_see(struct pace *pace, const char *unit, uint64_t done, int64_t now_ms);

/* Units a second; 0 while that cannot be told. Falls while nothing happens for longer than usual.
 */
double pace_rate(const struct pace *pace, int64_t now_ms);

/* Seconds until `total` is reached; negative while that cannot be told. */
double pace_left_s(const struct pace *pace, uint64_t done, uint64_t total, int64_t now_ms);

/* "8 s", "4 min", "1 h 20 min" */
void pace_duration(double seconds, char *text, size_t size);

#endif
