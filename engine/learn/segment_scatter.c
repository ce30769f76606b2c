/* Sales on the plane of their first two principal components: a sample by lot, where the lot of a
 * sale depends on its id alone, so that the order in which sales come makes no difference. */
#include <stdlib.h>

#include "base/lot.h"
#include "base/memory.h"
#include "engine/learn/segments_inside.h"
#include "engine/slice/stream.h"

enum { AXES = 2 };

struct lot {
    uint64_t lot;
    struct scatter_point point;
};

struct scattering {
    const struct segmentation *segmentation;
    struct feature_reader reader;
    int axes;
    uint64_t seed, below; /* lots from `below` on have lost already */
    struct lot *lots;     /* room for twice the limit */
    size_t count, limit;
};

static int by_lot(const void *a, const void *b) {
    const struct lot *x = a, *y = b;
    if (x->lot != y->lot)
        return x->lot < y->lot ? -1 : 1;
    return (x->point.id > y->point.id) - (x->point.id < y->point.id);
}

static int by_id(const void *a, const void *b) {
    const struct scatter_point *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static void draw_lots(struct scattering *scattering) {
    qsort(scattering->lots, scattering->count, sizeof *scattering->lots, by_lot);
    if (scattering->count <= scattering->limit)
        return;
    scattering->count = scattering->limit;
    scattering->below = scattering->lots[scattering->limit - 1].lot;
}

static void add_point(struct scattering *scattering, uint64_t lot, const struct facts *window,
                      size_t row) {
    const struct segmentation *segmentation = scattering->segmentation;
    double values[FEATURES_WIDTH_MAX], scores[AXES] = {0};
    if (scattering->count == 2 * scattering->limit)
        draw_lots(scattering);
    scattering->reader.facts = window;
    feature_reader_row(&scattering->reader, row, values);
    features_fill(&segmentation->features, values);
    components_project(&segmentation->components, values, scattering->axes, scores);
    scattering->lots[scattering->count++] = (struct lot){
        lot,
        {window->id[row], scores[0], scores[1], segmentation_nearest(segmentation, values, NULL)}};
}

static void add_sales(void *context, const struct facts *window, const uint32_t *rows,
                      size_t count) {
    struct scattering *scattering = context;
    for (size_t i = 0; i < count; i++) {
        uint64_t lot = lot_draw(scattering->seed, window->id[rows[i]]);
        if (lot <= scattering->below)
            add_point(scattering, lot, window, rows[i]);
    }
}

enum err segmentation_scatter(const struct segmentation *segmentation, const struct facts *facts,
                              const struct selection *selection, size_t limit,
                              struct scatter_point *out, size_t *count, struct error *error) {
    int axes = segmentation->components.count;
    *count = 0;
    if (axes == 0 || limit == 0)
        return ERR_OK;
    struct scattering scattering = {.segmentation = segmentation,
                                    .axes = axes < AXES ? axes : AXES,
                                    .seed = (uint64_t)segmentation->record.seed,
                                    .below = UINT64_MAX,
                                    .limit = limit};
    scattering.lots = xcalloc(2 * limit, sizeof *scattering.lots);
    feature_reader_open(&scattering.reader, &segmentation->features, facts);
    enum err err = stream_selection(facts, selection, PACKED_ALL, add_sales, &scattering, error);
    draw_lots(&scattering);
    for (size_t i = 0; err == ERR_OK && i < scattering.count; i++)
        out[(*count)++] = scattering.lots[i].point;
    qsort(out, *count, sizeof *out, by_id);
    feature_reader_close(&scattering.reader);
    free(scattering.lots);
    return err;
}
