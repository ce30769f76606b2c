/* Forward-only schema changes: numbered .sql files, compiled in, one transaction each. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

struct migration {
    int version; /* PRAGMA user_version after it */
    const char *name;
    const char *sql;
};

extern const struct migration migrations[]; /* ascending; made from migrations/ by the build */
extern const int migration_count;

#endif
