/* The one place that holds what screens and subcommands ask. */
#include "engine/shop.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/cube.h"

struct shop {
    struct db *db;
    struct facts facts;
    struct facts derived; /* cells of the slice that cuts cells; no cube where there is none */
    bool chosen;          /* the derived cells are those that are asked */
    int64_t version;      /* of the data that `facts` and the rest were read from */
    struct segmentation *segmentation;
    struct error segmentation_problem; /* why there is none */
    struct predictor *predictor;       /* NULL until asked for */
};

/* What is missing or damaged is told by shop_segmentation; only a failing database is an error. */
static enum err load_segmentation(struct shop *shop, struct error *error) {
    predictor_free(shop->predictor); /* it points at the segmentation */
    shop->predictor = NULL;
    segmentation_free(shop->segmentation);
    shop->segmentation_problem = (struct error){0};
    enum err err = segmentation_load(shop->db, &shop->segmentation, &shop->segmentation_problem);
    if (err == ERR_OK && shop->facts.cube == NULL)
        segmentation_assign(shop->segmentation, &shop->facts);
    if (err == ERR_OK || err == ERR_NOT_FOUND || err == ERR_DAMAGED)
        return ERR_OK;
    if (error)
        *error = shop->segmentation_problem;
    return err;
}

enum err shop_open_up_to(const char *path, int64_t sales, struct shop **out, struct error *error) {
    struct shop *shop = xcalloc(1, sizeof *shop);
    *out = NULL;
    enum err err = db_open_reader(path, &shop->db, error);
    if (err == ERR_OK) {
        shop->version = db_data_version(shop->db); /* before reading: rather once too often */
        err = cube_open(shop->db, sales, &shop->facts, error);
    }
    if (err == ERR_OK)
        err = load_segmentation(shop, error);
    if (err == ERR_OK)
        *out = shop;
    else
        shop_close(shop);
    return err;
}

enum err shop_open(const char *path, struct shop **out, struct error *error) {
    return shop_open_up_to(path, FACTS_IN_MEMORY, out, error);
}

void shop_close(struct shop *shop) {
    if (!shop)
        return;
    predictor_free(shop->predictor);
    segmentation_free(shop->segmentation);
    cube_derived_free(&shop->derived);
    facts_free(&shop->facts);
    db_close(shop->db);
    free(shop);
}

/* The names of a segmentation that is gone must not stay on the sales. */
static void forget_segments(struct facts *facts) {
    for (int i = 0; i < facts->segment_count; i++)
        free(facts->segment_names[i]);
    free(facts->segment_names);
    facts->segment_names = NULL;
    facts->segment_count = 0;
    if (facts->segment != NULL)
        memset(facts->segment, 0, facts->count * sizeof *facts->segment);
}

enum err shop_refresh(struct shop *shop, bool *changed, struct error *error) {
    size_t added;
    int64_t version = db_data_version(shop->db);
    *changed = version != shop->version;
    if (!*changed)
        return ERR_OK;
    cube_derived_free(&shop->derived);
    shop->chosen = false;
    enum err err = shop->facts.cube != NULL ? cube_refresh(shop->db, &shop->facts, error)
                                            : facts_refresh(shop->db, &shop->facts, &added, error);
    if (err == ERR_OK)
        err = load_segmentation(shop, error);
    if (err == ERR_OK && !shop->segmentation)
        forget_segments(&shop->facts);
    if (err == ERR_OK)
        shop->version = version;
    return err;
}

void shop_set_weekend(struct shop *shop, uint8_t days) {
    shop->facts.weekend = days;
    shop->derived.weekend = days;
}

struct db *shop_db(struct shop *shop) {
    return shop->db;
}

const struct facts *shop_facts(const struct shop *shop) {
    return shop->chosen ? &shop->derived : &shop->facts;
}

enum err shop_choose(struct shop *shop, const struct slice *slice, struct error *error) {
    struct slice fine;
    shop->chosen = false;
    if (shop->facts.cube == NULL)
        return ERR_OK;
    enum err err = cube_fine_filters(&shop->facts, slice, &fine, error);
    if (err == ERR_OK && fine.count > 0) {
        bool have = shop->derived.cube != NULL && slice_equal(&shop->derived.cube->applied, &fine);
        if (!have) {
            cube_derived_free(&shop->derived);
            err = cube_derive(&shop->facts, &fine, &shop->derived, error);
        }
        shop->chosen = err == ERR_OK;
    }
    free(fine.filters);
    return err;
}

const struct segmentation *shop_segmentation(const struct shop *shop, const char **problem) {
    if (problem)
        *problem = shop->segmentation ? NULL : shop->segmentation_problem.message;
    return shop->segmentation;
}

enum err shop_predictor(struct shop *shop, struct predictor **out, struct error *error) {
    enum err err = ERR_OK;
    if (!shop->predictor)
        err = predictor_open(shop->db, &shop->facts, shop->segmentation, &shop->predictor, error);
    *out = shop->predictor;
    return err;
}
