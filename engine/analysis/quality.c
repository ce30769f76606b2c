#include "engine/analysis/quality.h"

enum dimension quality_dimension(enum quality_field field) {
    static const enum dimension dimensions[] = {
#define X(symbol) DIMENSION_##symbol,
        QUALITY_LIST(X)
#undef X
    };
    return dimensions[field];
}

const char *quality_title(enum quality_field field) {
    return field == QUALITY_AGE_BAND ? "Age" : dimension_title(quality_dimension(field));
}

static bool is_unknown(const struct facts *facts, size_t row, enum quality_field field) {
    enum answer answer;
    if (dimension_answer(quality_dimension(field), &answer))
        return facts_answer(facts, row, answer) == UNKNOWN;
    return field == QUALITY_LOCATION   ? facts->location[row] == 0
           : field == QUALITY_AGE_BAND ? facts->age[row] == 0
                                       : facts->gender[row] == 0;
}

void quality_count(const struct facts *facts, const struct selection *selection,
                   struct quality *out) {
    *out = (struct quality){.sales = (int64_t)selection->count};
    for (size_t i = 0; i < selection->count; i++) {
        size_t row = selection->rows[i];
        for (int field = 0; field < QUALITY_FIELDS; field++)
            out->unknown[field] += is_unknown(facts, row, (enum quality_field)field);
        out->contradictions += facts_answer(facts, row, ANSWER_RETURNING) == 1 &&
                               facts_answer(facts, row, ANSWER_HEARD) == 0;
    }
}
