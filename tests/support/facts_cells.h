/* Cells of the cube from single sales, added up without any cleverness, for tests of what is
 * computed from either. */
#ifndef TESTS_SUPPORT_FACTS_CELLS_H
#define TESTS_SUPPORT_FACTS_CELLS_H

#include "engine/slice/facts.h"

/* Borrows the dictionaries of `facts`, which must outlive the cells; released with
 * facts_cells_free. */
void facts_cells(struct facts *cells, const struct facts *facts);
void facts_cells_free(struct facts *cells);

#endif
