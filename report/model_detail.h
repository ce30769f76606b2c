/* Everything that is known of one model, as a document. */
#ifndef REPORT_MODEL_DETAIL_H
#define REPORT_MODEL_DETAIL_H

#include "db/db.h"
#include "engine/learn/models.h"
#include "report/document.h"

/* Curves of at most this many points: a page of text does not want what a plotting script does. */
enum { DETAIL_POINTS_TEXT = 16, DETAIL_POINTS_DATA = 200 };

enum err model_detail_add(struct document *document, struct db *db,
                          const struct model_summary *model, int curve_points, struct error *error);

#endif
