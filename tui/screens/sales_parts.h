/* The Sales screen's parts: what is shared between its table, its search and a sale in full. For
 * the files of that screen alone. */
#ifndef TUI_SCREENS_SALES_PARTS_H
#define TUI_SCREENS_SALES_PARTS_H

#include "engine/slice/dimension.h"
#include "engine/slice/finder.h"
#include "engine/slice/order.h"
#include "engine/slice/pages.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

/* Rows above and below the cursor that are at hand, with their scores; whose place in the order of
 * many sales is known before a key asks for them. */
enum { AROUND = 120, AHEAD = 960 };

/* A sale with everything that is known of it. */
struct sale_page {
    char labels[DIMENSION_COUNT][DIMENSION_LABEL_SIZE];
    char reference[64], scores[96], import[320];
};

struct sales {
    uint32_t *rows;      /* the slice's, in order; owned; NULL where … */
    struct pages *pages; /* … there are too many: then only … */
    struct facts window; /* … those around the cursor are here */
    long count;
    struct table table;
    int64_t id;                 /* of the sale under the cursor, so that new sales do not move it */
    enum order_by sort, chosen; /* the column that s would sort by */
    bool started, descending, detailed;

    char search[128];
    bool searching;  /* the finder is open, for this text and these facts */
    bool marked;     /* the pages were told of it */
    bool referenced; /* of many sales: references were looked at too */
    struct finder finder;

    bool scored;                 /* there are any scores */
    long around_from, around_to; /* the positions of window and … */
    float (*scores)[2];          /* … scores; NaN: not scored; owned */
    long ready_at;               /* the cursor that all is at hand for; −1: none */
    bool ahead;                  /* the work is not asked for yet: a key stops it at once */
    int64_t began_ms;            /* the work that any key stops */
    const char *doing;           /* "Sorting" */
    const struct app *told;      /* who is still to be told of it; NULL: was */

    struct sale_page page;
};

/* The sale at a position, as a row of facts; false where it could not be read. */
bool sales_at(const struct sales *sales, const struct app *app, long position,
              const struct facts **facts, uint32_t *row);

/* Whether pages_read of this position takes milliseconds: then that is told first. */
bool sales_must_read(const struct sales *sales, long position);

/* Before work that may take long, `now` told at once; what asks sales_go_on then is told on the
 * screen once it does, and stopped as soon as a key waits. */
void sales_begin(struct sales *sales, const struct app *app, const char *doing, bool now);
bool sales_go_on(void *sales); /* a struct sales */

/* sales_rows.c: the columns, and a hint below them. */
enum { SALES_HINT_ROWS = 1 };
void sales_draw_rows(const struct sales *sales, const struct app *app, struct pane pane);
enum dimension sales_dimension(enum order_by column); /* what = and - filter by */
void sales_label(const struct facts *facts, enum dimension dimension, uint32_t row,
                 char label[DIMENSION_LABEL_SIZE]);

/* sales_find.c */
unsigned sales_ask(struct sales *sales, struct app *app);
unsigned sales_find(struct sales *sales, struct app *app, int direction);
void sales_forget_finder(struct sales *sales);

/* sales_page.c */
enum { SALE_PAGE_ROWS = 11 }; /* a rule, eight rows of two fields, the scores, the import */
void sales_read_page(struct sales *sales, struct app *app, const struct facts *facts, uint32_t row);
struct document *sales_page_document(const struct sales *sales, const struct app *app);
void sales_draw_page(const struct sales *sales, const struct app *app, struct pane pane);

/* sales_around.c: what is at hand around the cursor, of more rows than a screen has; after every
 * move. */
bool sales_is_due(const void *sales);
bool sales_complete(void *sales, struct app *app);
void sales_follow(struct sales *sales, struct app *app);

#endif
