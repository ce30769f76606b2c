/* Choosing the model that predicts. */
#include <stdio.h>

#include "db/models.h"
#include "engine/learn/leaderboard.h"

static enum err check(const struct model_summary *models, int count, int64_t id, char *title,
                      size_t size, struct error *error) {
    for (int i = 0; i < count; i++) {
        char name[96];
        if (models[i].id != id)
            continue;
        model_title(&models[i], name, sizeof name);
        snprintf(title, size, "%s: %s", outcome_title(models[i].target), name);
        if (!models[i].damaged)
            return ERR_OK;
        error_set(error, ERR_DAMAGED, "model %lld is damaged", (long long)id);
        error_hint(error, "train it again: retail-pulse train %s", outcome_name(models[i].target));
        return ERR_DAMAGED;
    }
    error_set(error, ERR_NOT_FOUND, "there is no model %lld", (long long)id);
    error_hint(error, "retail-pulse models lists them with their numbers");
    return ERR_NOT_FOUND;
}

enum err models_use(const char *db_path, int64_t id, const struct progress_sink *waiting,
                    char *title, size_t size, struct error *error) {
    struct db *writer;
    struct model_summary *models = NULL;
    int count = 0;
    enum err err = db_open_writer(db_path, waiting, &writer, error);
    if (err != ERR_OK)
        return err;
    err = models_list(writer, &models, &count, error);
    if (err == ERR_OK)
        err = check(models, count, id, title, size, error);
    if (err == ERR_OK)
        err = db_model_activate(writer, id, error);
    models_free(models, count);
    db_close(writer);
    return err;
}
