/* Kinds of customer: k-means on the one feature definition, personas named from the centroids. */
#ifndef ENGINE_LEARN_SEGMENTS_H
#define ENGINE_LEARN_SEGMENTS_H

#include "base/progress.h"
#include "db/db.h"
#include "engine/slice/group.h"

enum { SEGMENTS_K_MAX = 10, SEGMENTS_K_DEFAULT = 4 };

struct segmentation; /* a fitted k-means: feature definition, centroids, names, scan over k */

struct segment_scan {
    int k;
    double inertia;
    double silhouette; /* NaN for k = 1 */
};

/* Fits k segments to all sales (k-means++, 10 starts, deterministic in the seed) and scans k = 2…8
 * for inertia and silhouette. Beyond 20,000 sales the search and the silhouettes use a random
 * sample of as many; centroids and inertia are those of all sales. Nothing is stored. ERR_NO_DATA
 * below 10·k sales, ERR_CANCELLED. */
enum err segmentation_fit(const struct facts *facts, int k, uint64_t seed,
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
/* How many sales the silhouettes were computed on: all, or a random sample of 20,000 (say so). */
int64_t segmentation_silhouette_rows(const struct segmentation *segmentation);
const struct segment_scan *segmentation_scan(const struct segmentation *segmentation, int *count);
const char *segmentation_name(const struct segmentation *segmentation, int position);
const char *segmentation_trained_at(const struct segmentation *segmentation);
int64_t segmentation_rows(const struct segmentation *segmentation);

/* The k that separates best by silhouette where it is not the k in use (the screen says so), else
 * 0. */
int segmentation_better_k(const struct segmentation *segmentation);

/* Writes every sale's segment (and the names) into the facts. */
void segmentation_assign(const struct segmentation *segmentation, struct facts *facts);

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

/* k profiles into `out`, by position, of sales that segmentation_assign has marked. */
void segment_profiles(const struct segmentation *segmentation, const struct facts *facts,
                      const struct selection *selection, struct segment_profile *out);

#endif
