/* Between the files of the Segments screen only: what it loaded, and how its pages are drawn. */
#ifndef TUI_SCREENS_SEGMENTS_STATE_H
#define TUI_SCREENS_SEGMENTS_STATE_H

#include "engine/learn/segment_belief.h"
#include "engine/learn/segment_contrast.h"
#include "engine/learn/segments.h"
#include "engine/learn/stability.h"
#include "tui/screen.h"
#include "tui/widgets/table.h"

enum segments_page {
    PAGE_SEGMENTS,
    PAGE_SCATTER,
    PAGE_SCAN,
    PAGE_APART,
    PAGE_STABILITY,
    SEGMENTS_PAGES
};

enum { SEGMENTS_SENTENCE_SIZE = 512, SEGMENTS_POINTS = 3000 };

/* What takes a pass over the sales of the slice. */
struct segments_passed {
    const struct segmentation *segmentation; /* the shop's */
    struct segment_profile profiles[SEGMENTS_K_MAX];
    struct segment_contrast contrasts[SEGMENTS_K_MAX]; /* without mirrors */
    struct scatter_point *points;                      /* owned */
    size_t point_count;
};

struct segments_state {
    struct table table;  /* of segments */
    struct table traits; /* of the segment under the cursor */
    int page;
    int count;    /* segments; 0 while there is no segmentation */
    bool waiting; /* for … */
    struct segments_passed passed;
    char labels[SEGMENTS_K_MAX][DIMENSION_LABEL_SIZE]; /* as filters spell them */
    struct segment_scan scan[SEGMENTS_K_MAX];
    int scan_count, elbow_k, best_k;
    bool judged; /* there is a stability */
    struct stability stability;
    double shown; /* share of the variance that the two axes have */
    char axes[2][128];
    int64_t selected;
    char problem[SEGMENTS_SENTENCE_SIZE]; /* why there is no segmentation */
    enum segment_belief belief;
    char should_believe[SEGMENT_BELIEF_SIZE]; /* silhouette and stability in one sentence */
    char heading[SEGMENTS_SENTENCE_SIZE];
    char separation[SEGMENTS_SENTENCE_SIZE]; /* what the silhouettes say */
    char steadiness[SEGMENTS_SENTENCE_SIZE]; /* what the resamples say */
};

enum err segments_load(void *state, struct app *app, struct error *error);
void segments_release(void *state);

/* See tui/screen.h. */
bool segments_late_begin(const void *state, void *result);
enum err segments_late_work(void *result, const struct late_source *from, struct error *error);
void segments_late_take(void *state, struct app *app, void *result);
void segments_late_release(void *result);
void segments_draw(const void *state, const struct app *app, struct pane body);

/* Its pages. */
enum { SEGMENTS_NARROW = 72 }; /* below, what stands beside a page goes below it or away */
void segments_draw_profiles(const struct segments_state *state, struct pane pane);
void segments_draw_scatter(const struct segments_state *state, struct pane pane);
void segments_draw_scan(const struct segments_state *state, struct pane pane);
void segments_draw_apart(const struct segments_state *state, struct pane pane, bool focused);
void segments_draw_stability(const struct segments_state *state, struct pane pane);

/* Terminals where several pages stand side by side. */
enum { SEGMENTS_WIDE = 160, SEGMENTS_TALL = 44 };

#endif
