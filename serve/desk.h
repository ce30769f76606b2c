/* Where predictions are made: the shop as it was read last with its models, and their renewal
 * beside, whenever another process has changed the database. Of the thread that reads requests. */
#ifndef SERVE_DESK_H
#define SERVE_DESK_H

#include "engine/learn/predict.h"

struct desk;

/* Loads shop and models. */
enum err desk_open(const char *db_path, struct desk **out, struct error *error);
void desk_close(struct desk *desk); /* NULL is fine */

/* To be called a few times a second: looks whether anything has changed, and puts in place what was
 * loaded anew. Loading rests ten times as long as it took, a second at most often. */
void desk_tick(struct desk *desk);

struct predictor *desk_predictor(struct desk *desk);

#endif
