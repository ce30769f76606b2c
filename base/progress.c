#include "base/progress.h"

#include <stddef.h>

bool progress_report(const struct progress_sink *sink, const char *phase, const char *unit,
                     uint64_t done, uint64_t total) {
    if (sink == NULL || sink->report == NULL)
        return true;
    struct progress progress = {.phase = phase, .unit = unit, .done = done, .total = total};
    return sink->report(sink->context, &progress);
}
