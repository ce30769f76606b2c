#include "db/scores.h"

#include <math.h>
#include <string.h>

#include "db/connection.h"

enum err db_score_source(struct db *db, const char *target, char sha256[DIGEST_TEXT_SIZE],
                         struct error *error) {
    bool row, segments = strcmp(target, "segments") == 0;
    struct statement *find =
        statement_get(db, segments ? SQL_SEGMENTATION_SOURCE : SQL_MODEL_SOURCE);
    if (!segments)
        statement_bind_text(find, "target", target);
    sha256[0] = '\0';
    enum err err = statement_step(find, &row, error);
    if (err == ERR_OK && row)
        statement_copy_into(find, 0, sha256, DIGEST_TEXT_SIZE);
    statement_end(find);
    return err;
}

enum err db_score_origin(struct db *db, const char *target, struct score_origin *out,
                         struct error *error) {
    bool row;
    struct statement *find = statement_get(db, SQL_SCORE_SOURCE);
    statement_bind_text(find, "target", target);
    *out = (struct score_origin){0};
    enum err err = statement_step(find, &row, error);
    if (err == ERR_OK && row) {
        statement_copy_into(find, 0, out->source_sha256, sizeof out->source_sha256);
        statement_copy_into(find, 1, out->scored_at, sizeof out->scored_at);
        out->last_sale_id = statement_integer(find, 2);
    }
    statement_end(find);
    return err;
}

static double probability(const struct statement *statement, int column) {
    return statement_is_null(statement, column) ? (double)NAN : statement_real(statement, column);
}

enum err db_score_get(struct db *db, int64_t sale_id, struct sale_score *out, bool *found,
                      struct error *error) {
    struct statement *get = statement_get(db, SQL_SCORE_GET);
    statement_bind_integer(get, "sale_id", sale_id);
    *out = (struct sale_score){(double)NAN, (double)NAN, -1};
    enum err err = statement_step(get, found, error);
    if (err == ERR_OK && *found) {
        out->returning_probability = probability(get, 0);
        out->facebook_probability = probability(get, 1);
        out->segment = statement_is_null(get, 2) ? -1 : (int)statement_integer(get, 2);
    }
    statement_end(get);
    return err;
}

enum err db_scores_scan(struct db *db,
                        void (*each)(void *context, int64_t sale_id,
                                     const struct sale_score *score),
                        void *context, struct error *error) {
    struct statement *all = statement_get(db, SQL_SCORES_ALL);
    bool row;
    enum err err;
    while ((err = statement_step(all, &row, error)) == ERR_OK && row) {
        struct sale_score score = {probability(all, 1), probability(all, 2), -1};
        each(context, statement_integer(all, 0), &score);
    }
    statement_end(all);
    return err;
}

enum err db_scores_clear(struct db *db, struct error *error) {
    enum err err = statement_run_plain(db, SQL_SCORES_CLEAR, error);
    return err == ERR_OK ? statement_run_plain(db, SQL_SCORE_SOURCES_CLEAR, error) : err;
}

static void bind_probability(struct statement *statement, const char *name, double value) {
    if (isnan(value))
        statement_bind_null(statement, name);
    else
        statement_bind_real(statement, name, value);
}

enum err db_score_add(struct db *db, int64_t sale_id, const struct sale_score *score,
                      struct error *error) {
    struct statement *add = statement_get(db, SQL_SCORE_ADD);
    statement_bind_integer(add, "sale_id", sale_id);
    bind_probability(add, "returning_probability", score->returning_probability);
    bind_probability(add, "facebook_probability", score->facebook_probability);
    if (score->segment < 0)
        statement_bind_null(add, "segment");
    else
        statement_bind_integer(add, "segment", score->segment);
    return statement_run(add, error);
}

enum err db_score_origin_put(struct db *db, const char *target, const struct score_origin *origin,
                             struct error *error) {
    struct statement *put = statement_get(db, SQL_SCORE_SOURCE_PUT);
    statement_bind_text(put, "target", target);
    statement_bind_text(put, "source_sha256", origin->source_sha256);
    statement_bind_text(put, "scored_at", origin->scored_at);
    statement_bind_integer(put, "last_sale_id", origin->last_sale_id);
    return statement_run(put, error);
}
