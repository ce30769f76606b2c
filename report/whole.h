/* Everything that a slice has to say as one document of chapters: for paper, e-mail, a screen
 * reader.
 */
#ifndef REPORT_WHOLE_H
#define REPORT_WHOLE_H

#include "report/print.h"
#include "report/reading.h"

enum { WHOLE_BOTH = -1 };

/* `outcome` is an enum outcome, or WHOLE_BOTH: what chapters on outcomes are about. Writes text,
 * Markdown or HTML, as `look` says; text keeps to look->columns. */
enum err report_whole(const struct reading *reading, int outcome, const struct look *look,
                      FILE *stream, struct error *error);

#endif
