/* Facts about files: what was imported, by whom, and which rows were set aside. */
#ifndef DB_IMPORTS_H
#define DB_IMPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "db/db.h"

struct import_run {
    int64_t id;
    char *file;
    char *who;         /* user name */
    char *date_format; /* as the user writes it; NULL where no date was read */
    int64_t size_bytes;
    char sha256[DIGEST_TEXT_SIZE];
    char started_at[CLOCK_STAMP_SIZE];
    char finished_at[CLOCK_STAMP_SIZE];
    int64_t rows; /* records after the header = imported + duplicates + rejected */
    int64_t imported;
    int64_t duplicates;
    int64_t rejected;
    char *reading;  /* how the file was read; NULL: not known. Not told by the lists below */
    bool synthetic; /* made by `retail-pulse sample` */
    int32_t shop;   /* whose sales they are; 0 stands for SHOP_OWN where a run is opened */
};

struct import_reject {
    int64_t run_id;
    int64_t line;
    char *field;
    char *reason;
    char *raw; /* the line as it stood, as bytes; pass through text_printable before showing it */
    size_t raw_length;
};

void import_run_free(struct import_run *run);
void import_reject_free(struct import_reject *reject);

/* Within db_begin … db_commit: opens a run (file, who, started_at, shop are taken from `run`, whose
 * id is set) … */
enum err db_import_start(struct db *db, struct import_run *run, struct error *error);
enum err db_import_reject_add(struct db *db, const struct import_reject *reject,
                              struct error *error);
/* … and completes it with counts, digest, size and finished_at. */
enum err db_import_finish(struct db *db, const struct import_run *run, struct error *error);

/* True where a finished run of the shop has this digest, and no import of the shop was taken back
 * since: then a file that left sales out because they were there may be wanted anew. */
enum err db_import_known(struct db *db, int32_t shop, const char *sha256, bool *known,
                         struct error *error);

/* A file that may be in already. */
struct import_sought {
    const char *shop; /* NULL: this database's own */
    int64_t size_bytes;
    const char *reading;
    const char *sha256; /* NULL: whatever it is */
};
/* The newest finished run of such a file of which nothing was set aside, with the same exception as
 * above. `out` is to be freed where it is found. */
enum err db_import_find(struct db *db, const struct import_sought *sought, struct import_run *out,
                        bool *found, struct error *error);

/* Runs, newest first, without those that were taken back; rejects of one run (0: of all), by run
 * and line, `limit` at most from `offset`. The callback's struct lives until it returns. */
enum err db_imports_list(struct db *db, bool (*each)(void *, const struct import_run *),
                         void *context, struct error *error);
enum err db_rejects_list(struct db *db, int64_t run_id, int64_t offset, int64_t limit,
                         bool (*each)(void *, const struct import_reject *), void *context,
                         struct error *error);

/* Those that were taken back, the last one first. */
struct undone_run {
    struct import_run run; /* as it was */
    char undone_at[CLOCK_STAMP_SIZE];
    char *who;     /* took it back */
    int64_t sales; /* that went */
};
enum err db_imports_undone(struct db *db, bool (*each)(void *, const struct undone_run *),
                           void *context, struct error *error);

#endif
