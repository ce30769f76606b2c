/* A database that holds the sales of some facts, for tests of what reads and writes one. */
#ifndef TESTS_SUPPORT_FACTS_DB_H
#define TESTS_SUPPORT_FACTS_DB_H

#include "engine/slice/facts.h"

/* Creates the file; a failure fails the test. Loading it gives the same facts again. */
void facts_db(const char *path, const struct facts *facts);

#endif
