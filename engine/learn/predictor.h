/* The inside of struct predictor, for the files of this folder that ask it. */
#ifndef ENGINE_LEARN_PREDICTOR_H
#define ENGINE_LEARN_PREDICTOR_H

#include "engine/learn/ensemble.h"
#include "engine/learn/predict.h"

struct predictor {
    const struct facts *facts;
    const struct segmentation *segmentation;
    struct similar_index *similar;
    struct loaded_model models[OUTCOME_COUNT];
    bool available[OUTCOME_COUNT];
    char problems[OUTCOME_COUNT][256];
    struct past past;
};

/* The customer as a model sees it. */
struct traits predictor_traits(const struct predictor *predictor, const struct features *features,
                               const struct customer *customer);

/* Many customers against one available model. The caller frees with ensemble_free. */
enum err predictor_ensemble(const struct predictor *predictor, enum outcome outcome,
                            const struct customer *customers, size_t count, struct ensemble *out,
                            struct error *error);

/* What a model's features are made from; a location that the dictionary lacks is local by its name.
 */
struct traits customer_traits(const struct customer *customer, const struct features *features,
                              const struct dictionary *locations);

/* The dictionary's entry of that name, without regard to ASCII case; NULL where there is none. */
const struct term *predictor_term(const struct dictionary *dictionary, const char *name);

/* Whether a value lies outside of what the models were trained on: a number beyond the range of
 * past sales, a time of the year without any, a name never seen. */
bool predictor_outside(const struct predictor *predictor, const struct customer *customer,
                       enum field field);

/* What a reader must know before believing the answer; fills prediction->warnings. */
void predictor_warn(const struct predictor *predictor, const struct customer *customer,
                    struct prediction *prediction);

#endif
