/* The current slice: filters over dimensions, joined by "and". Every figure is a function of it. */
#ifndef ENGINE_SLICE_SLICE_H
#define ENGINE_SLICE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/slice/dimension.h"
#include "engine/slice/facts.h"

enum filter_operator {
    FILTER_IS,
    FILTER_IS_NOT,
    FILTER_LESS,
    FILTER_AT_MOST,
    FILTER_MORE,
    FILTER_AT_LEAST,
    FILTER_CONTAINS, /* of names (location, brand, handset, segment): all that have this part */
    FILTER_LACKS
};

/* A field is any dimension's name, or one of date, age, price. */
struct filter {
    char *field;
    enum filter_operator operator;
    char *value; /* canonical text; alternatives are joined by '|' */
};

/* How many alternatives the value has; how the operator is written. */
size_t filter_values(const struct filter *filter);
const char *filter_sign(enum filter_operator op);

/* How many of these facts' names a filter with ~ or !~ means; 0 for any other. */
size_t filter_names(const struct filter *filter, const struct facts *facts);

struct slice {
    struct filter *filters;
    size_t count;
};

/* Reads filters as a user types them and adds them to the slice:
 *
 *     location=out facebook=yes age<30 month>=2025-01 handset='Pixel 7a 8/128'|'Pixel 8 Pro 12/256'
 *
 * Operators: = != < <= > >= ~ !~. A value runs to the next "field operator" or the end, so spaces
 * need no quotes. Values of dimensions match without regard to case, whole first, then as a unique
 * prefix, then as a unique part of a word; what they stand for replaces them. A part of several
 * names means all of them: handset=iphone becomes handset~iphone, which holds for names that come
 * later too. A name by itself (iphone) is looked for among places, handsets, brands, genders and
 * segments, in this order. Dates are ISO (a month or a year stands for its days); < and > work on
 * date, age, price and ordered dimensions. `unknown` is a value of every dimension. On error the
 * slice is unchanged and the message lists what could have been meant. */
enum err slice_parse(struct slice *slice, const struct facts *facts, const char *text,
                     struct error *error);

/* Adds one filter on a dimension's value as dimension_label spells it. A filter that is already
 * there is not added again. */
void slice_add(struct slice *slice, enum dimension dimension, enum filter_operator op,
               const char *label);

void slice_remove(struct slice *slice, size_t index); /* below `count` */
void slice_pop(struct slice *slice); /* drops the last filter; nothing where there is none */
void slice_clear(struct slice *slice);
struct slice slice_copy(const struct slice *slice);
void slice_free(struct slice *slice);
bool slice_equal(const struct slice *a, const struct slice *b);
bool slice_contains(const struct slice *slice, const struct slice *part); /* all of its filters */

/* The filters as text that slice_parse reads back, "" where there are none; the caller frees it. */
char *slice_text(const struct slice *slice);

/* What a prompt can complete the last word to: names of fields, or values of the field before the
 * operator. Calls `each` with the whole text that would stand in the prompt. */
void slice_complete(const struct facts *facts, const char *text,
                    void (*each)(void *context, const char *completed), void *context);

/* The sales of a slice: row numbers into the facts, ascending; and the days that its filters leave,
 * so that a figure per day is divided by the right number of them. */
struct selection {
    uint32_t *rows;
    size_t count;
    uint8_t *days;    /* per day from facts.first_day: 0 where a filter on dates or periods excludes
                         it;    NULL: every day is in */
    uint8_t weekdays; /* bit n: weekday n (0 Monday) is in; 0 stands for all seven */
    struct slice slice; /* of cells: what to ask the sales for; empty where rows are sales */
    int64_t sales;      /* of cells, where it is known by the way; 0: not added up */
};

/* How many sales the rows of a selection stand for: more than rows where these are cells. */
int64_t selection_sales(const struct facts *facts, const struct selection *selection);

/* The caller frees with selection_free. Fails (ERR_INPUT) only where a filter names a value that
 * these facts no longer have. */
enum err slice_select(const struct slice *slice, const struct facts *facts, struct selection *out,
                      struct error *error);

/* How many sales a selection of the slice would have. False where sums of combinations do not tell
 * it at once; else cells are looked at. */
bool slice_count_by_sums(const struct slice *slice, const struct facts *facts, int64_t *sales);
enum err slice_count(const struct slice *slice, const struct facts *facts, int64_t *sales,
                     struct error *error);

/* The same without rows, for what streams the sales of a slice that these cells cannot tell. */
enum err slice_cover(const struct slice *slice, const struct facts *facts, struct selection *out,
                     struct error *error);
void selection_free(struct selection *selection);

#endif
