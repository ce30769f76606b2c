/* How long work tells of itself, and how it is stopped. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *phase; /* "reading sales.csv", "training returning"; lives as long as the call */
    const char *unit;  /* what `done` counts: "rows", "fits", "bytes" */
    uint64_t done;
    uint64_t total; /* 0: not known */
};

/* Long work calls `report` a few times a second at most. False cancels: the work ends as soon as it
 * safely can and returns ERR_CANCELLED with nothing half-written. */
struct progress_sink {
    bool (*report)(void *context, const struct progress *progress);
    void *context;
};

/* True where there is no sink (`sink` NULL) or the sink wants to go on. */
bool progress_report(const struct progress_sink *sink, const char *phase, const char *unit,
                     uint64_t done, uint64_t total);

#endif
