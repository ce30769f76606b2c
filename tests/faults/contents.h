/* What a database holds, as one line of numbers, and whether all of it holds together. */
#ifndef TESTS_FAULTS_CONTENTS_H
#define TESTS_FAULTS_CONTENTS_H

#include <stdbool.h>

/* Opens the file as the program does and fails the test unless SQLite's own check passes, every
 * reference leads somewhere, packs and cube say what the sales say and no import stands there half.
 * Returns, for each table that holds what a person would miss, its rows and a digest of them; times
 * and names of users are left out. "" where nothing was
 * ever imported, or there is no database. The caller frees. */
char *contents_check(const char *database);

#endif
