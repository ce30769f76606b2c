/* The one place that holds what screens and subcommands ask. */
#include "engine/shop.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/learn/segment_tables.h"
#include "engine/slice/cube.h"
#include "engine/slice/holding.h"
#include "engine/slice/opening.h"

/* So many are put in order anew within a frame, when some have changed. */
enum { CELLS_AT_ONCE = 200000 };

struct shop {
    struct db *db;
    int64_t limit; /* of sales that are held one by one */
    bool beside;
    struct opening *opening;     /* reads the cells while `facts` are a summary, else NULL */
    struct error opening_failed; /* why there are none; ERR_OK: not so */
    struct facts facts;
    int64_t sales;                /* that the facts stand for */
    struct holding *holding;      /* takes the sales into memory, else NULL */
    struct sale_columns *columns; /* when it has; the cube borrows them */
    bool held;                    /* it was tried with these facts */
    struct facts derived; /* cells of the slice that cuts cells; no cube where there is none */
    bool chosen;          /* the derived cells are those that are asked */
    int64_t version;      /* of the data that `facts` and the rest were read from */
    struct segmentation *segmentation;
    struct error segmentation_problem; /* why there is none */
    struct segment_tables *tables;     /* of sales that are streamed: for … */
    struct segment_rule rule;          /* … what cells ask by; NULL and unused otherwise */
    struct predictor *predictor;       /* NULL until asked for */
};

static void tell_segments(struct shop *shop) {
    segment_tables_free(shop->tables);
    shop->tables = NULL;
    shop->facts.segment_rule = NULL;
    if (shop->segmentation == NULL)
        return;
    if (shop->facts.cube == NULL) {
        segmentation_assign(shop->segmentation, &shop->facts);
        return;
    }
    segmentation_name_facts(shop->segmentation, &shop->facts);
    segmentation_assign(shop->segmentation, &shop->facts.cube->tail);
    shop->tables = segment_tables_new(shop->segmentation, &shop->facts);
    shop->rule = (struct segment_rule){segment_tables_assign, shop->tables};
    shop->facts.segment_rule = &shop->rule;
}

/* What is missing or damaged is told by shop_segmentation; only a failing database is an error. */
static enum err load_segmentation(struct shop *shop, struct error *error) {
    predictor_free(shop->predictor); /* it points at the segmentation */
    shop->predictor = NULL;
    segmentation_free(shop->segmentation);
    shop->segmentation_problem = (struct error){0};
    enum err err = segmentation_load(shop->db, &shop->segmentation, &shop->segmentation_problem);
    tell_segments(shop);
    if (err == ERR_OK || err == ERR_NOT_FOUND || err == ERR_DAMAGED)
        return ERR_OK;
    if (error)
        *error = shop->segmentation_problem;
    return err;
}

/* What the facts are read from and how long that takes, see shop_open_beside. */
static enum err load_facts(struct shop *shop, struct error *error) {
    bool told = false;
    uint8_t weekend = shop->facts.weekend;
    facts_free(&shop->facts);
    shop->opening_failed = (struct error){0};
    enum err err = ERR_OK;
    if (shop->beside)
        err = cube_glance(shop->db, shop->limit, &told, &shop->facts, error);
    if (told)
        shop->opening = opening_start(db_path(shop->db), shop->limit);
    if (told && shop->opening == NULL)
        facts_free(&shop->facts);
    if (err == ERR_OK && shop->opening == NULL)
        err = cube_open(shop->db, shop->limit, &shop->facts, error);
    shop->facts.weekend = weekend;
    shop->sales = facts_total(&shop->facts);
    return err;
}

static enum err open_shop(const char *path, int64_t sales, bool beside, struct shop **out,
                          struct error *error) {
    struct shop *shop = xcalloc(1, sizeof *shop);
    *out = NULL;
    shop->limit = sales;
    shop->beside = beside;
    enum err err = db_open_reader(path, &shop->db, error);
    if (err == ERR_OK) {
        shop->version = db_data_version(shop->db); /* before reading: rather once too often */
        err = load_facts(shop, error);
    }
    if (err == ERR_OK)
        err = load_segmentation(shop, error);
    if (err == ERR_OK)
        *out = shop;
    else
        shop_close(shop);
    return err;
}

enum err shop_open_up_to(const char *path, int64_t sales, struct shop **out, struct error *error) {
    return open_shop(path, sales, false, out, error);
}

enum err shop_open_beside(const char *path, int64_t sales, struct shop **out, struct error *error) {
    return open_shop(path, sales, true, out, error);
}

enum err shop_open(const char *path, struct shop **out, struct error *error) {
    return shop_open_up_to(path, FACTS_IN_MEMORY, out, error);
}

/* ------------------------------------------------------------------------ sales in memory */

static void use_columns(struct shop *shop, struct sale_columns *columns) {
    shop->columns = columns;
    shop->facts.cube->columns = columns;
    if (shop->derived.cube != NULL)
        shop->derived.cube->columns = columns;
}

/* Before the facts change, on which they stand. */
static void let_go_of_sales(struct shop *shop) {
    holding_cancel(shop->holding);
    shop->holding = NULL;
    struct sale_columns *columns = shop->columns;
    if (columns != NULL)
        use_columns(shop, NULL);
    sale_columns_free(columns);
    shop->held = false;
}

static bool may_hold_sales(const struct shop *shop) {
    return shop->facts.cube != NULL && shop->facts.summary == NULL && !shop->held &&
           shop->sales <= SALE_COLUMNS_MOST;
}

/* Who looks at all sales needs no more than cells as a rule; who begins to filter soon does. */
static void see_to_sales(struct shop *shop, const struct slice *slice) {
    if (shop->holding != NULL && holding_is_done(shop->holding)) {
        use_columns(shop, holding_take(shop->holding));
        shop->holding = NULL;
    }
    if (shop->beside && slice->count > 0 && may_hold_sales(shop)) {
        shop->holding = holding_start(db_path(shop->db), &shop->facts);
        shop->held = true;
    }
}

enum err shop_hold_sales(struct shop *shop, struct error *error) {
    struct sale_columns *columns = NULL;
    if (shop->holding != NULL) {
        use_columns(shop, holding_take(shop->holding));
        shop->holding = NULL;
    }
    if (!may_hold_sales(shop))
        return ERR_OK;
    enum err err = sale_columns_make(&shop->facts, &shop->facts, &columns, error);
    if (err == ERR_OK)
        use_columns(shop, columns);
    shop->held = err == ERR_OK;
    return err;
}

/* ------------------------------------------------------------------------ what changes */

/* What was made of the summary points at its names. */
static void keep_names(struct facts *to, struct facts *from) {
    if (to->locations.count != from->locations.count || to->handsets.count != from->handsets.count)
        return;
    struct dictionary locations = to->locations, handsets = to->handsets;
    to->locations = from->locations;
    to->handsets = from->handsets;
    from->locations = locations;
    from->handsets = handsets;
}

int shop_fd(const struct shop *shop) {
    return shop->opening != NULL ? opening_fd(shop->opening) : -1;
}

enum err shop_take(struct shop *shop, bool *taken, struct error *error) {
    *taken = shop->opening != NULL && opening_is_done(shop->opening);
    if (!*taken)
        return ERR_OK;
    let_go_of_sales(shop);
    struct facts facts;
    enum err err = opening_take(shop->opening, shop->db, &facts, &shop->opening_failed);
    shop->opening = NULL;
    if (err != ERR_OK) {
        if (error)
            *error = shop->opening_failed;
        return err;
    }
    shop->opening_failed = (struct error){0};
    facts.weekend = shop->facts.weekend;
    keep_names(&facts, &shop->facts);
    facts_free(&shop->facts);
    shop->facts = facts;
    shop->sales = facts_total(&facts);
    tell_segments(shop);
    return ERR_OK;
}

const struct error *shop_problem(const struct shop *shop) {
    return shop->opening_failed.code != ERR_OK ? &shop->opening_failed : NULL;
}

void shop_close(struct shop *shop) {
    if (!shop)
        return;
    opening_cancel(shop->opening);
    let_go_of_sales(shop);
    predictor_free(shop->predictor);
    segment_tables_free(shop->tables);
    segmentation_free(shop->segmentation);
    cube_derived_free(&shop->derived);
    facts_free(&shop->facts);
    db_close(shop->db);
    free(shop);
}

/* The names of a segmentation that is gone must not stay on the sales. */
static void forget_segments(struct facts *facts) {
    facts_name_segments(facts, NULL, 0);
    if (facts->segment != NULL)
        memset(facts->segment, 0, facts->count * sizeof *facts->segment);
}

static enum err refresh_facts(struct shop *shop, struct error *error) {
    size_t added;
    bool current = false;
    const struct facts *facts = &shop->facts;
    if (facts->cube == NULL)
        return facts_refresh(shop->db, &shop->facts, &added, error);
    enum err err = ERR_OK;
    if (facts->summary == NULL)
        err = cube_is_current(shop->db, facts, &current, error);
    if (err != ERR_OK)
        return err;
    int64_t most = shop->limit < CELLS_AT_ONCE ? shop->limit : CELLS_AT_ONCE;
    bool at_once = current || (facts->summary == NULL && (int64_t)facts->count <= most);
    return shop->beside && !at_once ? load_facts(shop, error)
                                    : cube_refresh(shop->db, &shop->facts, error);
}

enum err shop_refresh(struct shop *shop, bool *changed, struct error *error) {
    *changed = false;
    if (shop->opening != NULL) /* first what is being read */
        return ERR_OK;
    int64_t version = db_data_version(shop->db);
    *changed = version != shop->version;
    if (!*changed)
        return ERR_OK;
    let_go_of_sales(shop);
    cube_derived_free(&shop->derived);
    shop->chosen = false;
    enum err err = refresh_facts(shop, error);
    shop->sales = facts_total(&shop->facts);
    if (err == ERR_OK)
        err = load_segmentation(shop, error);
    if (err == ERR_OK && !shop->segmentation)
        forget_segments(&shop->facts);
    if (err == ERR_OK)
        shop->version = version;
    return err;
}

bool shop_is_changed(const struct shop *shop) {
    return shop->opening != NULL ? opening_is_done(shop->opening)
                                 : db_data_version(shop->db) != shop->version;
}

void shop_set_weekend(struct shop *shop, uint8_t days) {
    shop->facts.weekend = days;
    shop->derived.weekend = days;
}

struct db *shop_db(struct shop *shop) {
    return shop->db;
}

int64_t shop_sales(const struct shop *shop) {
    return shop->sales;
}

const struct facts *shop_facts(const struct shop *shop) {
    return shop->chosen ? &shop->derived : &shop->facts;
}

const struct facts *shop_list_facts(const struct shop *shop) {
    return shop->columns != NULL ? &shop->facts : shop_facts(shop);
}

/* The slice cuts cells otherwise than those that are there. */
static bool is_new_cut(const struct shop *shop, const struct slice *slice) {
    struct slice fine = {0};
    bool cuts = cube_fine_filters(&shop->facts, slice, &fine, NULL) == ERR_OK && fine.count > 0 &&
                (shop->derived.cube == NULL || !slice_equal(&shop->derived.cube->applied, &fine));
    free(fine.filters);
    return cuts;
}

bool shop_would_sieve(const struct shop *shop, const struct slice *slice) {
    return shop->columns != NULL && is_new_cut(shop, slice);
}

bool shop_must_derive(struct shop *shop, const struct slice *slice) {
    shop->chosen = false;
    see_to_sales(shop, slice);
    if (shop->facts.cube == NULL || shop->facts.summary != NULL || shop->columns != NULL)
        return false; /* of sales in memory that is no pass to be waited for */
    return is_new_cut(shop, slice);
}

void shop_take_derived(struct shop *shop, struct facts *derived) {
    cube_derived_free(&shop->derived);
    shop->derived = *derived;
    shop->derived.cube->db = shop->db;
    shop->derived.cube->stop = NULL;
    shop->derived.cube->streamed = NULL;
    shop->derived.cube->columns = shop->columns;
    shop->chosen = true;
}

enum err shop_choose(struct shop *shop, const struct slice *slice, struct error *error) {
    struct slice fine;
    shop->chosen = false;
    if (shop->facts.cube == NULL)
        return ERR_OK;
    see_to_sales(shop, slice);
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

const struct facts *shop_all_facts(const struct shop *shop) {
    return &shop->facts;
}

void shop_take_predictor(struct shop *shop, struct predictor *predictor) {
    predictor_free(shop->predictor);
    shop->predictor = predictor;
}

enum err shop_predictor(struct shop *shop, struct predictor **out, struct error *error) {
    enum err err = ERR_OK;
    if (!shop->predictor)
        err = predictor_open(shop->db, &shop->facts, shop->segmentation, NULL, &shop->predictor,
                             error);
    *out = shop->predictor;
    return err;
}

bool shop_has_predictor(const struct shop *shop) {
    return shop->predictor != NULL;
}
