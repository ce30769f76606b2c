/* What the models answer: the old service's three questions, and everything that the form shows. */
#ifndef SERVE_PREDICTING_H
#define SERVE_PREDICTING_H

#include "serve/request.h"

void predicting_facebook_impact(struct request *request);
void predicting_returning(struct request *request);
void predicting_cluster(struct request *request);
void predicting_all(struct request *request);

#endif
