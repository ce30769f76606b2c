/* For similar.c and similar_latest.c only: what a customer is compared by. */
#ifndef ENGINE_LEARN_SIMILAR_PARTS_H
#define ENGINE_LEARN_SIMILAR_PARTS_H

#include "engine/learn/similar.h"

/* Codes of the dimensions, as cells have them. */
struct likeness {
    int location, gender, age_band, price_band; /* 0: not asked for, -1: nobody has it */
    char rule[96];
};

struct likeness likeness_of(const struct facts *facts, const struct customer *customer);

#endif
