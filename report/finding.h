/* A finding of the doctor as one line, for whoever listens to a look that goes on elsewhere. */
#ifndef REPORT_FINDING_H
#define REPORT_FINDING_H

#include <stdbool.h>

#include "engine/doctor/diagnosis.h"

/* The caller frees. Long texts are cut. */
char *finding_line(const struct finding *finding);

/* False where the line is none, and nothing is to be freed then; else `what` and `advice` are. */
bool finding_read(const char *line, struct finding *finding);

#endif
