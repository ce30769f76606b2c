/* Inside engine/slice: filters as tables of yes and no over the small columns of the facts; prices
 * as ranges. */
#ifndef ENGINE_SLICE_TABLES_H
#define ENGINE_SLICE_TABLES_H

#include "engine/slice/calendar.h"
#include "engine/slice/filter.h"

enum { BYTE_CODES = 256, ALL_WEEKDAYS = 0x7F };

/* Tables are NULL until a filter asks about their column. */
struct tables {
    const struct facts *facts;
    uint8_t *days; /* from facts.first_day: date and periods, not weekdays */
    uint8_t weekdays;
    uint8_t *locations, *handsets;                /* by dictionary id */
    uint8_t *shops;                               /* by id */
    uint8_t *ages, *genders, *answers, *segments; /* by every value of the byte */
    bool priced;                 /* a filter asks about prices: those that pass … */
    struct filter_range *prices; /* … lie in these, ascending, without overlap */
    size_t price_count;
};

void tables_open(struct tables *tables, const struct facts *facts);
void tables_close(struct tables *tables);

/* Joins the filter to what is there with "and". ERR_INPUT where it names a value that these facts
 * do not have. */
enum err tables_add(struct tables *tables, const struct filter *filter, struct error *error);

/* Leaves of `count` row numbers those that pass, in place; returns how many. `facts` have the
 * columns: those that the tables were opened on, or some of their sales. */
size_t tables_pass(const struct tables *tables, const struct facts *facts, uint32_t *rows,
                   size_t count);

/* Whether no filter was added that leaves anything out. */
bool tables_pass_all(const struct tables *tables);

bool tables_price_passes(const struct tables *tables, int64_t price_minor);

/* Whether every cell of the cube passes or fails as a whole: no weekdays, segments, days within a
 * month, ages or prices within a band. */
bool tables_fit_cells(const struct tables *tables);

/* By code of the price band whether it passes; only where the tables fit cells. */
void tables_price_bands(const struct tables *tables, uint8_t yes[BYTE_CODES]);

#endif
