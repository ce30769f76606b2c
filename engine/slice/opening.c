#include "engine/slice/opening.h"

#include <stdlib.h>

#include "base/errand.h"
#include "base/memory.h"
#include "engine/slice/cube.h"

struct opening {
    struct errand *errand;
    char *path;
    int64_t limit;
    struct facts facts; /* the thread's until it has ended */
};

static enum err read_cells(void *context, const atomic_bool *stop, struct error *error) {
    struct opening *opening = context;
    struct db *db;
    enum err err = db_open_reader(opening->path, &db, error);
    if (err == ERR_OK)
        err = cube_open_until(db, opening->limit, stop, &opening->facts, error);
    db_close(db);
    memory_give_back();
    return err;
}

static void release(struct opening *opening) {
    free(opening->path);
    free(opening);
}

struct opening *opening_start(const char *path, int64_t limit) {
    struct opening *opening = xcalloc(1, sizeof *opening);
    opening->path = xstrdup(path);
    opening->limit = limit;
    opening->errand = errand_start(read_cells, opening);
    if (opening->errand != NULL)
        return opening;
    release(opening);
    return NULL;
}

int opening_fd(const struct opening *opening) {
    return errand_fd(opening->errand);
}

bool opening_is_done(const struct opening *opening) {
    return errand_is_done(opening->errand);
}

enum err opening_take(struct opening *opening, struct db *reader, struct facts *out,
                      struct error *error) {
    enum err err = errand_end(opening->errand, error);
    *out = (struct facts){0};
    if (err == ERR_OK) {
        *out = opening->facts;
        if (out->cube != NULL)
            out->cube->db = reader;
    }
    release(opening);
    return err;
}

void opening_cancel(struct opening *opening) {
    struct facts facts;
    if (opening == NULL)
        return;
    errand_stop(opening->errand);
    opening_take(opening, NULL, &facts, NULL);
    facts_free(&facts);
}
