/* All sales added up by day and segment ("places") for groups of combinations that share values: of
 * a place, a handset, an age band. What filters leave of a group is the fewer of its sales taken
 * from nothing or away from all of them; and the more groups, the fewer these are. */
#ifndef ENGINE_SLICE_PLACE_VIEWS_H
#define ENGINE_SLICE_PLACE_VIEWS_H

#include "engine/slice/sale_columns.h"

typedef uint64_t place_money __attribute__((vector_size(16)));
typedef uint16_t place_answers __attribute__((vector_size(16)));

/* What a place has is added to for every sale, so that it is as little as may be; modulo 2^64 and
 * 2^16 on the way. Answers: those that are yes, then those that are known. */
struct packed_place {      /* where columns pack */
    place_money money;     /* revenue and, above it, sales; squares */
    place_answers answers; /* of sale_columns.packs' sales */
};

enum { PLACE_SALES_SHIFT = 44 };
#define PLACE_ONE_SALE (UINT64_C(1) << PLACE_SALES_SHIFT)

void place_answers_fill(place_answers answers[ANSWER_CODES]); /* of one sale, by code */

enum place_grouping {
    PLACES_OF_ALL,
    PLACES_BY_AGE_BAND, /* the smallest first: the rest are made while there is room */
    PLACES_BY_PRICE_BAND,
    PLACES_BY_HANDSET,
    PLACES_BY_PERSON, /* and location */
    PLACE_GROUPINGS
};

struct place_view {
    size_t groups;          /* 0: not made, there is no room for them */
    uint16_t *group;        /* by combination */
    place_money *money;     /* by group and place */
    place_answers *answers; /* the same; NULL where all of a group have the same, … */
    uint8_t *same_answers;  /* … whose code this is, by group */
};

struct place_views {
    size_t places;
    size_t group_sales; /* in whose time the places of a group are added */
    struct place_view by[PLACE_GROUPINGS];
};

/* `out` is NULL where columns do not pack; ERR_CANCELLED where the cube is told to stop. With at
 * least so many sales for each place of all views together: of eight, views are four bytes a sale
 * at most. */
enum { SALES_A_PLACE = 8 };
enum err place_views_make(const struct sale_columns *columns, size_t sales_a_place,
                          struct place_views **out, struct error *error);
void place_views_free(struct place_views *views); /* NULL is fine */

/* Adds all sales of a group. `answers`: as place_answers_fill has them. */
void place_views_add(const struct place_views *views, enum place_grouping by, size_t group,
                     const place_answers *answers, struct packed_place *places);

#endif
