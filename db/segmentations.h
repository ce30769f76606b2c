/* Derived, rebuilt by training: the segmentation. And a fact beside it: what people call personas.
 *
 * This room stores and verifies bytes; what they mean is engine/learn's business. */
#ifndef DB_SEGMENTATIONS_H
#define DB_SEGMENTATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "db/db.h"

struct segment_record {
    char *name; /* persona, as the rule gave it */
    double *centroid;
    int64_t sales;
};

struct segmentation_record {
    int64_t id;
    char trained_at[CLOCK_STAMP_SIZE];
    int64_t rows;
    int64_t last_sale_id;
    int64_t seed;
    int k;
    int width; /* numbers in a centroid */
    double inertia;
    double silhouette;
    char *features;                  /* JSON: the feature definition */
    char *scan;                      /* JSON array of {k, inertia, silhouette} */
    char *shape;                     /* JSON object: principal components, stability */
    struct segment_record *segments; /* k of them, in the order of their display */
    char sha256[DIGEST_TEXT_SIZE];   /* of the texts; set by loading */
};

void segmentation_record_free(struct segmentation_record *record);
enum err db_segmentation_store(struct db *db, const struct segmentation_record *record,
                               struct error *error);
/* The newest segmentation, its centroids verified by SHA-256; ERR_NOT_FOUND, ERR_DAMAGED as in
 * db/models.h.
 */
enum err db_segmentation_load(struct db *db, struct segmentation_record *out, struct error *error);

/* What people call personas, by the rule's names; personas that no segment has now are among them.
 * `each` returns false to end. */
enum err db_persona_names(struct db *db,
                          bool (*each)(void *context, const char *persona, const char *name),
                          void *context, struct error *error);

/* Gives a persona a name, NULL takes it back; a transaction of its own. ERR_INPUT where another
 * persona has this name (without regard to ASCII case). */
enum err db_persona_rename(struct db *writer, const char *persona, const char *name,
                           struct error *error);

#endif
