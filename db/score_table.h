/* The table-valued function score('returning'): every sale with what the model makes of it. SQLite
 * asks for rows one by one; the engine scores them in batches behind it. */
#ifndef DB_SCORE_TABLE_H
#define DB_SCORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "db/db.h"

/* What a query needs of the sales. */
struct score_wish {
    int64_t first_id, last_id;
    bool segments;
};

/* Rows by ascending id. Lives until the next batch of the scan, or its end. */
struct score_batch {
    size_t count; /* 0: no more sales */
    const int64_t *sale_id;
    const double *probability;
    double threshold;     /* from which the label is 1 */
    const char **segment; /* names, NULL where unknown; NULL where they were not wished for */
};

struct score_source {
    void *context;
    enum err (*open)(void *context, const char *outcome, const struct score_wish *wish, void **scan,
                     struct error *error);
    enum err (*next)(void *scan, struct score_batch *batch, struct error *error);
    void (*close)(void *scan);
    void (*release)(void *context); /* when the connection closes */
};

/* Takes the source over: releases it at once where this fails. */
enum err score_table_add(struct db *db, const struct score_source *source, struct error *error);

#endif
