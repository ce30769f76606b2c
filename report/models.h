/* Every trained model beside what needs no model, as a document. */
#ifndef REPORT_MODELS_H
#define REPORT_MODELS_H

#include "db/db.h"
#include "engine/learn/models.h"

struct document;

enum { MODELS_ALL = -1 };

/* Curves of at most this many points: a page of text does not want what a plotting script does. */
enum { DETAIL_POINTS_TEXT = 16, DETAIL_POINTS_DATA = 200 };

struct models_request {
    int target, algorithm; /* enum outcome, enum algorithm; MODELS_ALL: all */
    bool detail;           /* everything about one model */
    int curve_points;      /* with `detail`: at most so many points of a curve */
};

/* ERR_NOT_FOUND where `detail` is of a model that there is not. The caller frees the document. */
enum err report_models(struct db *db, const struct models_request *request, struct document **out,
                       struct error *error);

#endif
