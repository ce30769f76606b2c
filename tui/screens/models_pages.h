/* What the pages of the Models screen share: what is shown, and a function that draws each. */
#ifndef TUI_SCREENS_MODELS_PAGES_H
#define TUI_SCREENS_MODELS_PAGES_H

#include "engine/learn/leaderboard.h"
#include "engine/learn/model_detail.h"
#include "engine/learn/tuning_history.h"
#include "tui/draw.h"
#include "tui/widgets/table.h"

/* X(symbol, title) */
#define MODELS_PAGE_LIST(X)       \
    X(LEADERBOARD, "Leaderboard") \
    X(CURVES, "Curves")           \
    X(CALIBRATION, "Calibration") \
    X(CONFUSION, "Confusion")     \
    X(IMPORTANCE, "Importance")   \
    X(TIME_SPLIT, "Time split")   \
    X(TUNING, "Tuning")

enum models_page {
#define X(symbol, ...) MODELS_PAGE_##symbol,
    MODELS_PAGE_LIST(X)
#undef X
        MODELS_PAGE_COUNT
};

struct models_view {
    enum outcome target;
    struct model_summary *models; /* of all targets */
    int model_count;
    struct leader *rows; /* of the target: models and baselines */
    int row_count;
    struct table table;                /* its cursor in the rows */
    const struct model_summary *model; /* what the other pages are about; NULL: none trained */
    struct model_detail detail;        /* of it */
    struct tuning_history tuning;      /* of models of its kind */
    char sentence[LEADERBOARD_SENTENCE_SIZE]; /* what the leaderboard says, in words */
    int cut;        /* the threshold shown, a position in the detail's cuts */
    bool cut_moved; /* false: the model's own */
};

/* Every page draws itself into any pane, its heading included. */
void models_draw_leaderboard(struct pane pane, const struct models_view *view);
void models_draw_curves(struct pane pane, const struct models_view *view);
void models_draw_calibration(struct pane pane, const struct models_view *view);
void models_draw_confusion(struct pane pane, const struct models_view *view);
void models_draw_importance(struct pane pane, const struct models_view *view);
void models_draw_time_split(struct pane pane, const struct models_view *view);
void models_draw_tuning(struct pane pane, const struct models_view *view);

#endif
