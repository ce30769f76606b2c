/* How many sales there are of each day, and how many equal an earlier one in all but the shop's own
 * number for it: counted in one pass, whether the sales are held one by one or streamed. */
#ifndef ENGINE_ANALYSIS_REPEATS_H
#define ENGINE_ANALYSIS_REPEATS_H

#include "engine/slice/slice.h"

struct repeats {
    int64_t repeated;
    int64_t *sales; /* by day from facts.first_day; owned */
    int days;
};

/* Holds 16 bytes for each different sale of a month, of all months where the sales are not streamed
 * by month. Errors as stream_slice. The caller frees with repeats_free, on errors too. */
enum err repeats_count(const struct facts *facts, const struct selection *selection,
                       struct repeats *out, struct error *error);
void repeats_free(struct repeats *repeats);

#endif
