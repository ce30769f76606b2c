/* The thread that stores the till's sales: each once, on the disk before it is acknowledged, and
 * those that come together in one transaction. */
#ifndef SERVE_TILL_H
#define SERVE_TILL_H

#include "serve/request.h"

struct till;

enum err till_start(const char *db_path, struct till **out, struct error *error);

/* False where too many wait already. */
bool till_put(struct till *till, struct request *request);

/* Stores what still waits and ends; NULL is fine. */
void till_end(struct till *till);

#endif
