/* Between features.c and features_json.c only. */
#ifndef ENGINE_LEARN_FEATURES_LAYOUT_H
#define ENGINE_LEARN_FEATURES_LAYOUT_H

#include "engine/learn/features.h"

/* Fills width and field_of from `has` and the handsets. */
void features_lay_out(struct features *features);

#endif
