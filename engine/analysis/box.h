/* Box plots: quartiles, whiskers that end at the last value within the fences, and how many lie
 * beyond; of a whole selection or by any dimension. */
#ifndef ENGINE_ANALYSIS_BOX_H
#define ENGINE_ANALYSIS_BOX_H

#include "engine/analysis/numeric.h"
#include "engine/slice/dimension.h"

/* Tukey, J. W. (1977), Exploratory Data Analysis, §2: fences 1.5 interquartile ranges beyond the
 * quartiles; quartiles are of type 7 (Hyndman & Fan 1996). All NaN where there is no value. */
struct box {
    int64_t n;
    double mean, min, whisker_low, q1, median, q3, whisker_high, max;
    double fence_low, fence_high;
    int64_t below, above; /* values beyond the fences */
};

struct box box_of_series(const struct series *series);

struct box_row {
    int code;
    char label[DIMENSION_LABEL_SIZE];
    int64_t missing; /* sales of the group without a value */
    struct box box;
};

struct boxes {
    enum numeric numeric;
    enum dimension dimension;
    struct box_row *rows; /* groups that occur, in the order of group_by */
    int count;
    double within; /* as struct series */
};

/* Errors as series_take. The caller frees with boxes_free, on errors too. */
enum err boxes_by(const struct facts *facts, const struct selection *selection,
                  enum numeric numeric, enum dimension dimension, struct boxes *out,
                  struct error *error);
void boxes_free(struct boxes *boxes);

/* The axis that boxes are drawn on. A clipped axis ends at the outermost whiskers, and an arrow
 * stands for what lies beyond; a logarithmic one spans everything. */
struct box_axis {
    double low, high;
    bool log;
};

struct box_axis box_axis_clipped(const struct boxes *boxes);
struct box_axis box_axis_log(const struct boxes *boxes); /* needs values above zero */

/* What stands in a cell of a box plot's line. */
enum box_cell {
    BOX_NOTHING,
    BOX_WHISKER_END_LOW,
    BOX_WHISKER,
    BOX_FROM,
    BOX_BODY,
    BOX_MEDIAN,
    BOX_TO,
    BOX_WHISKER_END_HIGH,
    BOX_MORE_LOW, /* values lie beyond the axis, this way */
    BOX_MORE_HIGH,
    BOX_OUTLIERS /* values beyond the fences reach to here (an axis that is not clipped) */
};

/* Fills `cells` for a line of `width` cells; all BOX_NOTHING where the box is empty. */
void box_cells(const struct box *box, struct box_axis axis, enum box_cell *cells, int width);

#endif
