/* The leaderboard: figures of baselines in closed form, everything in one order. */
#include "engine/learn/leaderboard.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char *const baselines[] = {
#define X(symbol, title) [BASELINE_##symbol] = (title),
    BASELINE_LIST(X)
#undef X
};

static const double unknown = (double)NAN;

const char *baseline_title(enum baseline baseline) {
    return baselines[baseline];
}

static struct leader of_model(const struct model_summary *model) {
    const struct model_metrics *metrics = &model->metrics;
    return (struct leader){
        .target = model->target,
        .model = model,
        .auc = metrics->auc,
        .p_permutation = metrics->p_permutation,
        .pr_auc = metrics->pr_auc,
        .log_loss = metrics->log_loss,
        .log_loss_skill = metrics->log_loss_skill,
        .brier = metrics->brier,
        .brier_skill = metrics->brier_skill,
        .accuracy = metrics->accuracy,
        .f1 = metrics->f1,
        .precision = metrics->precision,
        .recall = metrics->recall,
        .mcc = metrics->mcc,
    };
}

/* Whoever treats all customers alike has an AUC of one half and, tied, a precision of the share of
 * yes wherever anybody is answered yes. */
static struct leader of_baseline(const struct model_summary *like, enum baseline baseline) {
    const struct model_metrics *metrics = &like->metrics;
    double share = metrics->base_rate;
    bool rate = baseline == BASELINE_RATE;
    bool yes = baseline == BASELINE_ALWAYS_YES || (baseline == BASELINE_MAJORITY && share > 0.5);
    return (struct leader){
        .target = like->target,
        .baseline = baseline,
        .auc = {0.5, unknown, unknown},
        .p_permutation = unknown,
        .pr_auc = share,
        .log_loss = rate ? metrics->base_log_loss : unknown,
        .log_loss_skill = rate ? 0 : unknown,
        .brier = rate  ? metrics->base_brier
                 : yes ? 1 - share
                       : share,
        .brier_skill = rate ? 0 : 1 - (yes ? 1 - share : share) / metrics->base_brier,
        .accuracy = rate  ? unknown
                    : yes ? share
                          : 1 - share,
        .f1 = rate  ? unknown
              : yes ? 2 * share / (1 + share)
                    : 0,
        .precision = rate  ? unknown
                     : yes ? share
                           : 0,
        .recall = rate ? unknown : yes,
        .mcc = rate ? unknown : 0,
    };
}

/* Where to stand among those without a log loss: damaged models last. */
static int rank(const struct leader *leader) {
    return !isnan(leader->log_loss) ? 0 : leader->model ? 2 : 1;
}

static int best_first(const void *a, const void *b) {
    const struct leader *x = a, *y = b;
    if (rank(x) != rank(y))
        return rank(x) < rank(y) ? -1 : 1;
    if (rank(x) == 0 && x->log_loss != y->log_loss)
        return x->log_loss < y->log_loss ? -1 : 1;
    if (!x->model != !y->model)
        return x->model ? 1 : -1; /* a model must be better to stand above a baseline */
    if (!x->model)
        return (x->baseline > y->baseline) - (x->baseline < y->baseline);
    return (x->model->id > y->model->id) - (x->model->id < y->model->id);
}

int leaderboard_make(const struct model_summary *models, int count, enum outcome target,
                     struct leader **out) {
    const struct model_summary *like = NULL; /* the active one, else any that is sound */
    struct leader *rows = xcalloc((size_t)count + BASELINE_COUNT, sizeof *rows);
    int used = 0;
    for (int i = 0; i < count; i++) {
        if (models[i].target != target)
            continue;
        rows[used++] = of_model(&models[i]);
        if (!models[i].damaged && (!like || models[i].active))
            like = &models[i];
    }
    for (int i = 0; like && i < BASELINE_COUNT; i++)
        rows[used++] = of_baseline(like, (enum baseline)i);
    if (used > 0)
        qsort(rows, (size_t)used, sizeof *rows, best_first);
    *out = rows;
    return used;
}

void leader_title(const struct leader *leader, char *text, size_t size) {
    if (leader->model)
        model_title(leader->model, text, size);
    else
        snprintf(text, size, "%s", baseline_title(leader->baseline));
}

const char *leader_verdict(const struct leader *leader) {
    if (!leader->model)
        return "baseline";
    return leader->model->damaged ? "damaged" : leader->model->skill ? "skill" : "no skill";
}

int leaderboard_damaged(const struct leader *rows, int count) {
    int damaged = 0;
    for (int i = 0; i < count; i++)
        damaged += rows[i].model && rows[i].model->damaged;
    return damaged;
}

/* What is to be done about damaged models, after what is said of the others. */
static void add_damaged(int damaged, char *text, size_t size) {
    size_t at = strlen(text);
    const char *space = at > 0 ? " " : "";
    if (damaged == 1)
        snprintf(text + at, size - at,
                 "%s1 stored model is damaged (its checksum does not hold): train again.", space);
    else if (damaged > 1)
        snprintf(text + at, size - at,
                 "%s%d stored models are damaged (their checksums do not hold): train again.",
                 space, damaged);
}

/* What is said of the sound models. */
static void say_skill(const struct leader *rows, int count, char *text, size_t size) {
    int models = 0, skilled = 0;
    const struct leader *first = NULL, *best = NULL;
    char title[96];
    for (int i = 0; i < count; i++) {
        if (!rows[i].model || rows[i].model->damaged)
            continue;
        models++;
        skilled += rows[i].model->skill;
        first = first ? first : &rows[i];
        best = !best && rows[i].model->skill ? &rows[i] : best;
    }
    text[0] = '\0';
    if (!first)
        return;
    double share = 100 * first->model->metrics.base_rate;
    if (best) {
        leader_title(best, title, sizeof title);
        snprintf(text, size,
                 "Skill: %d of %d better than always answering the base rate (%.1f%%); best: %s, "
                 "AUC %.3f.",
                 skilled, models, share, title, best->auc.estimate);
    } else if (models == 1) {
        snprintf(text, size,
                 "No skill: the model is not clearly better than always answering the base rate "
                 "(%.1f%%).",
                 share);
    } else {
        snprintf(text, size,
                 "No skill: none of the %d models is clearly better than always answering the base "
                 "rate (%.1f%%).",
                 models, share);
    }
}

void leaderboard_sentence(const struct leader *rows, int count, char *text, size_t size) {
    say_skill(rows, count, text, size);
    add_damaged(leaderboard_damaged(rows, count), text, size);
}
