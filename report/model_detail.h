/* Everything that is known of one model, as a document. */
#ifndef REPORT_MODEL_DETAIL_H
#define REPORT_MODEL_DETAIL_H

#include "db/db.h"
#include "engine/learn/models.h"
#include "report/document.h"

enum err model_detail_add(struct document *document, struct db *db,
                          const struct model_summary *model, int curve_points, struct error *error);

#endif
