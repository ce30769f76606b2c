#include "engine/slice/holding.h"

#include <stdlib.h>

#include "base/errand.h"
#include "base/memory.h"
#include "engine/slice/cube.h"

struct holding {
    struct errand *errand;
    char *path;
    const struct facts *cells;
    struct facts facts; /* as `cells`, with the thread's own connection */
    struct cube cube;
    struct sale_columns *columns;
};

static enum err hold(void *context, const atomic_bool *stop, struct error *error) {
    struct holding *holding = context;
    struct db *db;
    enum err err = db_open_reader(holding->path, &db, error);
    if (err != ERR_OK)
        return err;
    holding->cube.db = db;
    holding->cube.stop = stop;
    holding->cube.streamed = NULL;
    err = sale_columns_make(&holding->facts, holding->cells, &holding->columns, error);
    db_close(db);
    return err;
}

static void release(struct holding *holding) {
    free(holding->path);
    free(holding);
}

struct holding *holding_start(const char *path, const struct facts *cells) {
    struct holding *holding = xcalloc(1, sizeof *holding);
    holding->path = xstrdup(path);
    holding->cells = cells;
    holding->facts = *cells;
    holding->cube = *cells->cube;
    holding->facts.cube = &holding->cube;
    holding->errand = errand_start(hold, holding);
    if (holding->errand != NULL)
        return holding;
    release(holding);
    return NULL;
}

bool holding_is_done(const struct holding *holding) {
    return errand_is_done(holding->errand);
}

struct sale_columns *holding_take(struct holding *holding) {
    struct sale_columns *columns = NULL;
    if (errand_end(holding->errand, NULL) == ERR_OK)
        columns = holding->columns;
    release(holding);
    return columns;
}

void holding_cancel(struct holding *holding) {
    if (holding == NULL)
        return;
    errand_stop(holding->errand);
    sale_columns_free(holding_take(holding));
}
