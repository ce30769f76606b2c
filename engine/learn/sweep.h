/* A sweep: how the models' probabilities move with one field while all others stay as they are.
 *
 * It describes the models, not what would happen to a customer whose field was changed. */
#ifndef ENGINE_LEARN_SWEEP_H
#define ENGINE_LEARN_SWEEP_H

#include "engine/learn/predict.h"

struct sweep_point {
    char value[DIMENSION_LABEL_SIZE]; /* as customer_say spells it */
    double at;    /* years, major units or day number; of a name or an answer, its position */
    bool outside; /* of what the models were trained on */
    bool own;     /* the customer's own value */
    struct interval probability[OUTCOME_COUNT]; /* NaN without a model */
};

struct sweep_outcome {
    bool available;
    bool used; /* false: the model does not see this field, and nothing moves */
    bool skill;
    double base_rate;
    int lowest, highest; /* points, of those inside the training range */
    struct interval gap; /* probability at `highest` minus that at `lowest`, with the interval of
                            the difference itself */
};

struct sweep {
    enum field field;
    bool numeric; /* age, price or date: `low` … `high` is the range of past sales */
    double low, high;
    char grid[256];             /* which values were asked, in words */
    struct sweep_point *points; /* ascending, or in the order of the choices; owned */
    int count;
    int own; /* the point that is the customer's own; −1 where it is unknown */
    struct sweep_outcome outcomes[OUTCOME_COUNT];
};

enum { SWEEP_POINTS_MAX = 96 };

/* Numbers: round steps over the range of past sales, of prices over their middle 98 % and the two
 * ends; with the customer's own value, be it beyond. Handsets: those that the models know, the
 * most sold first, and one for all others; places: those with the most sales. Answers and gender:
 * each. A customer's own "unknown" is a point too, except of a number. ERR_INPUT for a field that
 * cannot be swept, ERR_NO_DATA without any sale. The caller frees with sweep_free. */
enum err predictor_sweep(struct predictor *predictor, const struct customer *customer,
                         enum field field, struct sweep *out, struct error *error);
void sweep_free(struct sweep *sweep);

/* "From 23.1% (age 44) to 25.2% (age 20): +2.1 points [-0.4 to +4.6], within the uncertainty of the
 * model. …" */
void sweep_sentence(const struct sweep *sweep, enum outcome outcome, char *text, size_t size);

#endif
