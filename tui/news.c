#include "tui/news.h"

#include <stdio.h>
#include <string.h>

#include "engine/intake/history.h"
#include "engine/learn/models.h"
#include "tui/actions.h"

/* Stamps of one form compare as texts. */
static int64_t set_aside_since(struct db *db, const char *at) {
    struct history history;
    struct error error;
    int64_t rows = 0;
    if (history_load(db, &history, 0, 0, &error) != ERR_OK)
        return 0;
    for (int i = 0; i < history.run_count; i++)
        if (strcmp(history.runs[i].finished_at, at) > 0)
            rows += history.runs[i].rejected;
    history_free(&history);
    return rows;
}

/* By the model that answers whether somebody bought before. */
static int64_t trained_on(struct db *db) {
    struct model_summary *models;
    struct error error;
    int64_t rows = 0;
    int count;
    if (models_list(db, &models, &count, &error) != ERR_OK)
        return 0;
    for (int i = 0; i < count; i++)
        if (models[i].active && models[i].target == OUTCOME_RETURNING)
            rows = models[i].rows;
    models_free(models, count);
    return rows;
}

static struct since_visit visit_of(const struct news *news) {
    struct since_visit visit = news->visit;
    visit.at = news->at;
    visit.train_key = news->train_key[0] != '\0' ? news->train_key : NULL;
    return visit;
}

void news_load(struct app *app, struct news *out) {
    const struct facts *facts = app_facts(app);
    struct db *db = shop_db(app_shop(app));
    *out = (struct news){.pending = false};
    const char *at = app_last_visit(app, &out->visit.sale_id);
    if (at == NULL)
        return;
    snprintf(out->at, sizeof out->at, "%s", at);
    out->visit.set_aside = set_aside_since(db, at);
    out->visit.trained_on = trained_on(db);
    if (!app_read_only(app))
        snprintf(out->train_key, sizeof out->train_key, "%.*s",
                 (int)strcspn(action_keys(ACTION_TRAIN), " "), action_keys(ACTION_TRAIN));
    struct since_visit visit = visit_of(out);
    out->pending = since_begin(facts, &visit, &out->since);
    if (out->pending && facts->sales == NULL)
        news_complete(facts, out, NULL);
}

enum err news_complete(const struct facts *facts, struct news *news, struct error *error) {
    struct since_visit visit = visit_of(news);
    news->pending = false;
    return since_compute(facts, &visit, &news->since, error);
}

bool news_are_there(const struct since *since) {
    return since->brief[0] != '\0';
}
