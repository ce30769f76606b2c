#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t clock_elapsed_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *pinned(void) {
    const char *now = getenv("RETAIL_PULSE_NOW");
    return now != NULL && strlen(now) >= 10 ? now : NULL;
}

day_number clock_today(void) {
    const char *now = pinned();
    if (now != NULL) {
        char date[DATE_ISO_SIZE];
        snprintf(date, sizeof date, "%.10s", now);
        day_number day;
        const char *reason;
        if (date_parse(date, DATE_YMD, &day, &reason))
            return day;
    }
    time_t seconds = time(NULL);
    struct tm local;
    localtime_r(&seconds, &local);
    day_number day = 0;
    date_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, &day);
    return day;
}

void clock_stamp(char stamp[CLOCK_STAMP_SIZE]) {
    const char *now = pinned();
    if (now != NULL) {
        const char *time_of_day = strlen(now) >= 19 ? now + 11 : "00:00:00";
        snprintf(stamp, CLOCK_STAMP_SIZE, "%.10sT%.8sZ", now, time_of_day);
        return;
    }
    time_t seconds = time(NULL);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(stamp, CLOCK_STAMP_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc);
}
