/* The slice's sales as CSV under the headers that `import` reads. */
#ifndef REPORT_EXPORT_H
#define REPORT_EXPORT_H

#include <stdio.h>

#include "base/error.h"
#include "report/reading.h"

/* `name` of the stream, for errors. Ends early, without an error of its own, where `stop` (may be
 * NULL) says so. */
enum err report_export(const struct reading *reading, FILE *stream, const char *name,
                       bool (*stop)(void), struct error *error);

#endif
