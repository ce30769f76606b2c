/* Whether packs and cube say what the facts say: compared by plain SQL over table sale. */
#ifndef TESTS_SUPPORT_DERIVED_H
#define TESTS_SUPPORT_DERIVED_H

#include "db/db.h"

/* Every sale up to the watermark stands in exactly one pack of its month, field by field; every
 * cell of the cube is what SQL adds up, to the last digit, and there is no other. Fails the test
 * where not. `whole`: there is no tail, either. */
void derived_check(struct db *db, bool whole);

/* How many sales the file has, after derived_check. */
int64_t derived_sales_of(const char *path);

#endif
