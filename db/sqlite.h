/* SQLite, linked; or, in the loadable extension, that of the program which loads it. */
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

#ifdef RETAIL_PULSE_EXTENSION
#include <sqlite3ext.h>
extern const sqlite3_api_routines *sqlite3_api; /* db/extension.c has it */
#else
#include <sqlite3.h>
#endif

#endif
