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

void news_load(struct app *app, struct since *out) {
    struct since_visit visit = {0};
    char key[16];
    *out = (struct since){0};
    visit.at = app_last_visit(app, &visit.sale_id);
    if (visit.at == NULL)
        return;
    struct db *db = shop_db(app_shop(app));
    visit.set_aside = set_aside_since(db, visit.at);
    visit.trained_on = trained_on(db);
    snprintf(key, sizeof key, "%.*s", (int)strcspn(action_keys(ACTION_TRAIN), " "),
             action_keys(ACTION_TRAIN));
    visit.train_key = app_read_only(app) || key[0] == '\0' ? NULL : key;
    if (app_facts(app)->sales == NULL)
        since_compute(app_facts(app), &visit, out);
}

bool news_are_there(const struct since *since) {
    return since->brief[0] != '\0';
}
