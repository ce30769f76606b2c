/* Sales as examples to learn from. */
#include "engine/learn/examples.h"

#include <stdlib.h>

#include "base/memory.h"

void examples_make(struct examples *examples, const struct features *features,
                   const struct facts *facts, enum answer answer) {
    size_t width = (size_t)features->width;
    double row[FEATURES_WIDTH_MAX];
    struct feature_reader reader;
    *examples = (struct examples){.width = features->width};
    examples->values = xreallocarray(NULL, facts->count * width + 1, sizeof *examples->values);
    examples->labels = xcalloc(facts->count + 1, 1);
    examples->sale_ids = xcalloc(facts->count + 1, sizeof *examples->sale_ids);
    examples->days = xcalloc(facts->count + 1, sizeof *examples->days);
    feature_reader_open(&reader, features, facts);
    for (size_t i = 0; i < facts->count; i++) {
        int label = facts_answer(facts, i, answer);
        if (label == UNKNOWN)
            continue;
        feature_reader_row(&reader, i, row);
        for (size_t column = 0; column < width; column++)
            examples->values[examples->rows * width + column] = (float)row[column];
        examples->sale_ids[examples->rows] = facts->id[i];
        examples->days[examples->rows] = facts->day[i];
        examples->labels[examples->rows++] = (uint8_t)label;
    }
    feature_reader_close(&reader);
}

void examples_free(struct examples *examples) {
    free(examples->values);
    free(examples->labels);
    free(examples->sale_ids);
    free(examples->days);
    *examples = (struct examples){0};
}
