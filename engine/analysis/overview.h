/* The shop at a glance: key figures of a slice, by time, place, buyer and handset. */
#ifndef ENGINE_ANALYSIS_OVERVIEW_H
#define ENGINE_ANALYSIS_OVERVIEW_H

#include "engine/analysis/best.h"
#include "engine/analysis/explore.h"
#include "engine/analysis/leader.h"
#include "engine/analysis/recent.h"
#include "engine/slice/calendar.h"

/* What the trend can be told by. */
enum overview_trend { TREND_MONTH, TREND_WEEK, TREND_DAY, TREND_COUNT };

struct overview_period {
    char label[PERIOD_LABEL_SIZE];
    int period; /* as engine/slice/calendar.h numbers them */
    int64_t sales;
    int64_t revenue_minor;
    int days;                     /* that both the data and the slice's filters cover */
    bool partial;                 /* fewer than a whole one would have (on the slice's weekdays) */
    double revenue_per_day_minor; /* NaN where no day is covered */
};

/* The categories that are shown whole, each with its share of the sales. */
enum overview_part { OVERVIEW_GENDER, OVERVIEW_AGE_BAND, OVERVIEW_WEEKDAY, OVERVIEW_PARTS };

struct overview_line { /* a location, a handset or a brand; by falling revenue */
    const char *name;  /* the facts' */
    const char *brand; /* handsets only */
    int64_t sales;
    int64_t revenue_minor;
    double mean_price_minor;
    struct interval share; /* of the slice's sales */
};

struct overview {
    bool pending; /* the median, days, weeks, weekdays and what is recent are still to come */
    struct cell total;
    double mean_price_minor; /* NaN without sales, as the two below */
    double median_price_minor;
    /* Equal to the median where it was read from the sales, else the bounds that it lies in. */
    double median_low_minor, median_high_minor;
    double sd_price_minor;          /* with n − 1 */
    day_number first_day, last_day; /* of the slice */
    struct interval shares[ANSWER_COUNT];
    struct overview_period *months, *weeks, *days; /* from first to last, the empty ones too */
    int month_count, week_count, day_count;
    struct explore parts[OVERVIEW_PARTS]; /* every value that occurs, in its order */
    struct recent recent;
    struct leader leader;
    struct best best;       /* of the handsets, by sales */
    int64_t contradictions; /* sales of who bought before, yet never heard of the shop */
    struct overview_line *locations, *handsets, *brands;
    int location_count, handset_count, brand_count;
};

/* The periods of one kind. */
const struct overview_period *overview_periods(const struct overview *overview,
                                               enum overview_trend trend, int *count);

/* A row of a part as a share of all sales (Wilson). */
struct interval overview_share(const struct overview *overview, const struct explore_row *row);

/* Names belong to the facts. The caller frees with overview_free.
 *
 * Where the facts are cells, what needs days or prices takes a pass over the sales: overview_begin
 * leaves that out and says so in `pending`; overview_complete adds it. */
void overview_begin(const struct facts *facts, const struct selection *selection,
                    struct overview *out);
void overview_complete(const struct facts *facts, const struct selection *selection,
                       struct overview *out);
void overview_compute(const struct facts *facts, const struct selection *selection,
                      struct overview *out);
void overview_free(struct overview *overview);

#endif
