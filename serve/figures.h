/* The thread that answers with figures: it has a shop of its own, so that a long answer keeps
 * neither predictions nor sales waiting. */
#ifndef SERVE_FIGURES_H
#define SERVE_FIGURES_H

#include <stdint.h>

#include "report/reading.h"
#include "serve/request.h"

struct figures;

enum err figures_start(const char *db_path, uint8_t weekend, struct figures **out,
                       struct error *error);

/* False where too many wait already. */
bool figures_put(struct figures *figures, struct request *request);

/* Answers who still waits and ends; NULL is fine. */
void figures_end(struct figures *figures);

/* What a route is asked about: the slice that its `where` parameters choose. False, the request
 * answered, where they cannot be read. In the figures' thread only. */
bool figures_reading(struct request *request, struct reading *reading);

/* The handlers. */
void figures_overview(struct request *request);
void figures_impact(struct request *request);
void figures_segments(struct request *request);
void figures_models(struct request *request);
void figures_sales(struct request *request);

#endif
