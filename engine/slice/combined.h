/* Inside engine/slice: the cells of a selection added up over its months, for groupings that do not
 * ask about time: tens of thousands of rows in place of millions. */
#ifndef ENGINE_SLICE_COMBINED_H
#define ENGINE_SLICE_COMBINED_H

#include "engine/slice/slice.h"

struct combined {
    struct facts facts; /* a row for each combination that has selected cells; its day is any */
    struct selection selection; /* all of them */
};

/* False, with nothing to be closed, where the facts have no combinations or too little would be
 * saved. The dictionaries are borrowed. */
bool combined_open(struct combined *combined, const struct facts *facts,
                   const struct selection *selection);
/* The same over all else, for groupings by months, quarters and years alone; only of all sales. */
bool combined_open_months(struct combined *combined, const struct facts *facts,
                          const struct selection *selection);
void combined_close(struct combined *combined);

#endif
