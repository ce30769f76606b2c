/* What is new since the dashboard was last left, in a few plain sentences: the sales that came,
 * what was never sold before, records, shares that moved, and what the models do not know yet. */
#ifndef ENGINE_ANALYSIS_SINCE_H
#define ENGINE_ANALYSIS_SINCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/slice/facts.h"

enum { SINCE_SENTENCES = 5, SINCE_SENTENCE_SIZE = 200, SINCE_BRIEF_SIZE = 160 };

/* What is known of the last visit and of what the sales do not tell. */
struct since_visit {
    int64_t sale_id;       /* the last one that was there; 0: there was none */
    const char *at;        /* UTC, ISO 8601; NULL or no date: this is the first visit */
    int64_t trained_on;    /* sales that the models were trained on; 0: no models */
    int64_t set_aside;     /* rows of files imported since that became no sale */
    const char *train_key; /* what trains anew; NULL: nothing does */
};

struct since {
    bool returning;         /* there was an earlier visit … */
    day_number visit;       /* … on this day */
    int64_t sales;          /* that came since */
    day_number first, last; /* the days of those; meaningless where there are none */
    int64_t set_aside;
    char brief[SINCE_BRIEF_SIZE]; /* of the first sentence, "" where nothing is new */
    int count;                    /* 0 on the first visit */
    char sentences[SINCE_SENTENCES][SINCE_SENTENCE_SIZE]; /* the most important first */
};

/* Of all sales, whatever the slice: one pass over them, streamed where rows are cells. Names in the
 * sentences are those of the data: show them as such. Errors as stream_slice. */
enum err since_compute(const struct facts *facts, const struct since_visit *visit,
                       struct since *out, struct error *error);

/* What is known without that pass: everything, and false, where no sale has come. */
bool since_begin(const struct facts *facts, const struct since_visit *visit, struct since *out);

#endif
