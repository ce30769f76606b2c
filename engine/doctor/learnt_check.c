/* Models and segments: that their bytes are those that were stored, and that the models in use
 * still predict what they predicted when they were. */
#include <inttypes.h>

#include "db/out_of_fold.h"
#include "db/segmentations.h"
#include "engine/doctor/parts.h"
#include "engine/learn/loaded_model.h"
#include "engine/learn/models.h"

static const char train_advice[] = "retail-pulse train makes them anew from the sales";

static enum err examine_active(struct examination *of, enum outcome outcome, struct error *error) {
    struct loaded_model model;
    struct error why;
    enum err err = loaded_model_open(of->db, outcome, &model, &why);
    if (err == ERR_OK) {
        found(of, CHECK_MODELS, GRADE_FINE, REMEDY_NONE, NULL,
              "%s: %d boosters give the predictions that they gave when they were trained",
              outcome_name(outcome), model.count);
        loaded_model_free(&model);
        return ERR_OK;
    }
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    if (err == ERR_FAILED || err == ERR_DAMAGED || err == ERR_DATABASE) {
        found(of, CHECK_MODELS, GRADE_BROKEN, REMEDY_TRAIN, train_advice, "%s: %s",
              outcome_name(outcome), why.message);
        return ERR_OK;
    }
    if (error != NULL)
        *error = why;
    return err;
}

/* What it said of the sales that it had not seen, from which its curves are drawn. */
static enum err check_held_back(struct db *db, int64_t id, bool *hold, struct error *error) {
    struct out_of_fold predictions;
    enum err err = db_out_of_fold_load(db, id, &predictions, error);
    *hold = err != ERR_DAMAGED;
    if (err == ERR_OK)
        out_of_fold_free(&predictions);
    return err == ERR_DAMAGED || err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err examine_models(struct examination *of, struct error *error) {
    struct model_summary *models = NULL;
    struct error why;
    int count = 0, damaged = 0;
    enum err err = models_list(of->db, &models, &count, &why);
    for (int i = 0; err == ERR_OK && i < count; i++) {
        bool holds = !models[i].damaged;
        if (holds)
            err = check_held_back(of->db, models[i].id, &holds, &why);
        damaged += !holds;
    }
    models_free(models, count);
    if (err == ERR_OK && damaged > 0)
        found(of, CHECK_MODELS, GRADE_BROKEN, REMEDY_TRAIN, train_advice,
              "%d of %d are not what was stored", damaged, count);
    else if (err == ERR_OK && count == 0)
        found(of, CHECK_MODELS, GRADE_FINE, REMEDY_NONE, NULL, "none were trained");
    else if (err == ERR_OK)
        found(of, CHECK_MODELS, GRADE_FINE, REMEDY_NONE, NULL, "%d %s what was stored", count,
              count == 1 ? "is" : "are");
    err = found_damage(of, CHECK_MODELS, REMEDY_TRAIN, err, &why, error);
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++)
        err = examine_active(of, (enum outcome)outcome, error);
    return err;
}

enum err examine_learnt(struct examination *of, struct error *error) {
    struct segmentation_record record;
    struct error why;
    enum err err = examine_models(of, error);
    if (err != ERR_OK)
        return err;
    err = db_segmentation_load(of->db, &record, &why);
    if (err == ERR_NOT_FOUND) {
        found(of, CHECK_SEGMENTS, GRADE_FINE, REMEDY_NONE, NULL, "none were trained");
        return ERR_OK;
    }
    if (err == ERR_OK) {
        found(of, CHECK_SEGMENTS, GRADE_FINE, REMEDY_NONE, NULL, "%d are what was stored",
              record.k);
        segmentation_record_free(&record);
    }
    return found_damage(of, CHECK_SEGMENTS, REMEDY_TRAIN, err, &why, error);
}
