/* What past sales were like: what is typical, and where the models have seen nothing. Taken once
 * from all sales, be they held one by one or streamed, and then asked at no cost. */
#ifndef ENGINE_LEARN_PAST_H
#define ENGINE_LEARN_PAST_H

#include "engine/analysis/impact.h"
#include "engine/slice/facts.h"

enum { SEASON_DAYS = 366 };

struct past {
    int64_t sales;
    int age_min, age_max; /* 0 where no age is known */
    int age_median;       /* the least age that half of the known ones do not exceed, or UNKNOWN */
    int64_t price_min_minor, price_max_minor;
    double price_median, price_first, price_last; /* major units; 0.5, 0.01, 0.99: type 7 */
    bool seasons[SEASON_DAYS];                    /* days of the year near which some were made */
    int64_t *location_sales, *handset_sales;      /* by id; owned */
    int64_t yes[OUTCOME_COUNT], known[OUTCOME_COUNT];
};

/* What takes three passes over all sales (ages, prices, seasons), of cells of any slice too; and
 * what all the facts' rows tell. Each fills its own of a past that began empty; the caller frees
 * with past_free, whatever the result. Prices are 0 where there is no sale. */
enum err past_stream(const struct facts *facts, struct past *past, struct error *error);
void past_count(const struct facts *facts, struct past *past);
void past_free(struct past *past);

/* The id that was sold most, the lower of equals; 0: none. */
int past_commonest(const int64_t *sales, int count);

#endif
