/* Counts and shares of the values of a dimension, with what is unknown. */
#ifndef ENGINE_ANALYSIS_CATEGORIES_H
#define ENGINE_ANALYSIS_CATEGORIES_H

#include "engine/analysis/statistics.h"
#include "engine/slice/group.h"

struct category {
    int code; /* 0: unknown */
    char label[DIMENSION_LABEL_SIZE];
    int64_t sales;
    int64_t revenue_minor;
    struct interval share; /* of all sales of the selection, the unknown ones too */
    bool partial;          /* a month or another period that the data or the filters cut */
};

struct categories {
    enum dimension dimension;
    struct category *rows; /* values that occur, in the order of group_by; unknown last */
    int count;
    int values; /* that occur, without unknown */
    int64_t sales, unknown;
    double entropy; /* of the known values, in nats; NaN where there are none */
    bool partial;   /* any row is */
    int commonest;  /* the row with the most sales that is not unknown; −1 where there is none */
};

/* The caller frees with categories_free. */
void categories_count(const struct facts *facts, const struct selection *selection,
                      enum dimension dimension, struct categories *out);
/* "2024-05*" where it is partial. */
enum { CATEGORY_LABEL_SIZE = DIMENSION_LABEL_SIZE + 1 };
void category_label(const struct category *category, char label[CATEGORY_LABEL_SIZE]);

void categories_free(struct categories *categories);

#endif
