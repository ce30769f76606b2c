/* The list of routes as OpenAPI and as a page: neither is typed again. */
#ifndef SERVE_DESCRIPTION_H
#define SERVE_DESCRIPTION_H

#include "serve/request.h"

void description_json(struct request *request);
void description_page(struct request *request);

#endif
