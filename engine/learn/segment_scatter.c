/* Sales on the plane of their first two principal components. */
#include "engine/learn/random.h"
#include "engine/learn/segments_inside.h"

enum { STREAM_SCATTER = 9000, AXES = 2 };

size_t segmentation_scatter(const struct segmentation *segmentation, const struct facts *facts,
                            const struct selection *selection, size_t limit,
                            struct scatter_point *out) {
    const struct components *components = &segmentation->components;
    size_t count = selection->count, taken = 0;
    size_t wanted = count < limit ? count : limit;
    int axes = components->count < AXES ? components->count : AXES;
    if (axes == 0)
        return 0;
    double row[FEATURES_WIDTH_MAX], scores[AXES] = {0};
    struct feature_reader reader;
    feature_reader_open(&reader, &segmentation->features, facts);
    gsl_rng *random = random_new((uint64_t)segmentation->record.seed, STREAM_SCATTER);
    for (size_t i = 0; i < count && taken < wanted; i++) {
        /* Knuth, TAOCP 2, 3.4.2, algorithm S: takes all where all are wanted */
        double left = (double)(count - i), missing = (double)(wanted - taken);
        if (left * gsl_rng_uniform(random) >= missing)
            continue;
        size_t sale = selection->rows[i];
        feature_reader_row(&reader, sale, row);
        features_fill(&segmentation->features, row);
        components_project(components, row, axes, scores);
        out[taken++] = (struct scatter_point){sale, scores[0], scores[1],
                                              segmentation_nearest(segmentation, row, NULL)};
    }
    gsl_rng_free(random);
    feature_reader_close(&reader);
    return taken;
}
