/* The shop at a glance: key figures of a slice, by month, place and handset. */
#ifndef ENGINE_ANALYSIS_OVERVIEW_H
#define ENGINE_ANALYSIS_OVERVIEW_H

#include "engine/analysis/statistics.h"
#include "engine/slice/group.h"

struct overview_month {
    char month[MONTH_ISO_SIZE];
    int month_index; /* year × 12 + month − 1 */
    int64_t sales;
    int64_t revenue_minor;
    int days;     /* that both the data and the slice's filters on date, month, weekday cover */
    bool partial; /* fewer than a whole month would have (on the slice's weekdays) */
    double revenue_per_day_minor; /* NaN where no day is covered */
};

struct overview_line { /* a location, a handset or a brand; by falling revenue */
    const char *name;  /* the facts' */
    const char *brand; /* handsets only */
    int64_t sales;
    int64_t revenue_minor;
    double mean_price_minor;
};

struct overview {
    struct cell total;
    double mean_price_minor; /* NaN without sales, as the two below */
    double median_price_minor;
    double sd_price_minor;          /* with n − 1 */
    day_number first_day, last_day; /* of the slice */
    struct interval shares[ANSWER_COUNT];
    struct overview_month *months;
    int month_count; /* every month from first to last, the empty ones too */
    struct overview_line *locations, *handsets, *brands;
    int location_count, handset_count, brand_count;
};

/* Names belong to the facts. The caller frees with overview_free. */
void overview_compute(const struct facts *facts, const struct selection *selection,
                      struct overview *out);
void overview_free(struct overview *overview);

#endif
