/* Kinds of customer: k-means on the one feature definition, personas named from the centroids. */
#ifndef ENGINE_LEARN_SEGMENTS_H
#define ENGINE_LEARN_SEGMENTS_H

#include "base/progress.h"
#include "db/db.h"
#include "engine/learn/features.h"
#include "engine/slice/group.h"

enum { SEGMENTS_K_MAX = 10, SEGMENTS_K_DEFAULT = 4 };

struct segmentation; /* a fitted k-means: feature definition, centroids, names, scan over k */

struct segment_scan {
    int k;
    double inertia;
    double silhouette; /* NaN for k = 1 */
};

/* What segments are to be found. */
struct segmentation_plan {
    int k;         /* 1 … SEGMENTS_K_MAX */
    uint64_t seed; /* the same seed gives the same segments */
    int resamples; /* of the bootstrap that stability is judged by; 0: not judged */
    bool features[FEATURE_FIELD_COUNT]; /* what they look at */
};
void segmentation_plan_default(struct segmentation_plan *plan); /* k = 4, seed 1, everything */

/* Fits k segments to all sales (k-means++, 10 starts, deterministic in the seed) and scans k = 1…10
 * for inertia and silhouette; principal components and stability of the chosen k. Beyond 10,000
 * sales the search and the silhouettes use a random sample of as many; centroids and inertia are
 * those of all sales. Nothing is stored. ERR_NO_DATA below 10·k sales, ERR_CANCELLED. */
enum err segmentation_fit(const struct facts *facts, const struct segmentation_plan *plan,
                          const struct progress_sink *progress, struct segmentation **out,
                          struct error *error);
enum err segmentation_store(struct db *writer, const struct segmentation *segmentation,
                            struct error *error);
/* ERR_NOT_FOUND where none was trained; ERR_DAMAGED where its bytes changed. */
enum err segmentation_load(struct db *db, struct segmentation **out, struct error *error);
void segmentation_free(struct segmentation *segmentation);

int segmentation_k(const struct segmentation *segmentation);
double segmentation_inertia(const struct segmentation *segmentation);
double segmentation_silhouette(const struct segmentation *segmentation);
/* How many sales the silhouettes were computed on: all, or a random sample of 10,000 (say so). */
int64_t segmentation_silhouette_rows(const struct segmentation *segmentation);
const struct segment_scan *segmentation_scan(const struct segmentation *segmentation, int *count);
/* What people call the segment, and what the rule does; the same where nobody renamed it. */
const char *segmentation_name(const struct segmentation *segmentation, int position);
const char *segmentation_persona(const struct segmentation *segmentation, int position);
/* Takes the names over that people gave; loading does so already. */
enum err segmentation_take_names(struct segmentation *segmentation, struct db *db,
                                 struct error *error);
const char *segmentation_trained_at(const struct segmentation *segmentation);
int64_t segmentation_rows(const struct segmentation *segmentation);

/* Calls a segment, meant by its name or the rule's without regard to ASCII case, by another name;
 * an empty one, or the rule's, gives the rule's back. The name is stored by the rule's and survives
 * training. ERR_INPUT where there is no such segment (a persona of an earlier training that was
 * renamed counts), where the name is another's, one that the rule gives, longer than 40 characters
 * or cannot be shown. Takes the writer's lock; a segmentation that is loaded keeps the old names.
 */
enum err segments_rename(const char *db_path, const struct progress_sink *waiting,
                         const char *which, const char *name, struct error *error);

/* The k at the elbow of the inertia (see engine/learn/elbow.h), 0 where there is none; and the k of
 * the highest silhouette. */
int segmentation_elbow_k(const struct segmentation *segmentation);
int segmentation_best_k(const struct segmentation *segmentation);

/* The k that separates best by silhouette where it is not the k in use (the screen says so), else
 * 0. */
int segmentation_better_k(const struct segmentation *segmentation);

/* NULL where it was trained before there were any; train again. */
struct components;
const struct components *segmentation_components(const struct segmentation *segmentation);
/* NULL also where it was not judged, or k is 1. */
struct stability;
const struct stability *segmentation_stability(const struct segmentation *segmentation);

/* Writes every sale's segment (and the names) into the facts; the names alone. */
void segmentation_assign(const struct segmentation *segmentation, struct facts *facts);
void segmentation_name_facts(const struct segmentation *segmentation, struct facts *facts);

/* A segment's profile within a slice. */
struct segment_profile {
    const char *name; /* the segmentation's */
    int position;
    int64_t sales;
    double share;         /* of the slice's sales */
    int age_min, age_max; /* 0 where no age is known */
    double age_mean;
    int64_t price_min_minor, price_max_minor;
    double price_mean_minor;
    struct cell cell; /* answers: for shares with their intervals */
};

/* k profiles into `out`, by position, of sales that segmentation_assign has marked or, where they
 * are streamed, the facts' segment_rule tells of. Shares are of the sales that are here. */
enum err segment_profiles(const struct segmentation *segmentation, const struct facts *facts,
                          const struct selection *selection, struct segment_profile *out,
                          struct error *error);

/* A sale on the plane of the first two principal components. */
struct scatter_point {
    int64_t id; /* of the sale */
    double x, y;
    int segment; /* position */
};

/* Projects a slice's sales, by ascending id: all of them, or a random sample of `limit` that is the
 * same for the same slice, however its sales are held. `count` receives how many were written into
 * `out` (room for `limit`); 0 where there are no components. With a single component y is 0. */
enum err segmentation_scatter(const struct segmentation *segmentation, const struct facts *facts,
                              const struct selection *selection, size_t limit,
                              struct scatter_point *out, size_t *count, struct error *error);

#endif
