#include "tui/sale_scores.h"

#include <math.h>
#include <stdio.h>

#include "engine/learn/scoring.h"

static void percent(double probability, char *text, size_t size) {
    if (isnan(probability))
        snprintf(text, size, "–");
    else
        snprintf(text, size, "%.1f%%", 100 * probability);
}

void sale_scores_say(struct app *app, int64_t sale_id, char *text, size_t size) {
    struct db *db = shop_db(app_shop(app));
    struct scoring_state state;
    struct sale_score score;
    struct error error;
    char returning[16], facebook[16];
    bool found = false;
    if (scoring_state(db, &state, &error) != ERR_OK ||
        scoring_sale(db, sale_id, &score, &found, &error) != ERR_OK) {
        snprintf(text, size, "%s", error.message);
        return;
    }
    if (!found) {
        snprintf(text, size, "not scored yet: retail-pulse score");
        return;
    }
    percent(sale_score_probability(&score, OUTCOME_RETURNING), returning, sizeof returning);
    percent(sale_score_probability(&score, OUTCOME_FACEBOOK), facebook, sizeof facebook);
    snprintf(text, size, "before %s, Facebook %s%s", returning, facebook,
             state.current ? "" : " (of an earlier training)");
}
