/* A document as a file, in the format that the file's ending names, or as a text to copy. */
#ifndef REPORT_SAVE_H
#define REPORT_SAVE_H

#include <stddef.h>

#include "base/error.h"
#include "report/look.h"

struct document;

/* .csv .json .md .html .txt; ERR_INPUT with these where it is none of them. */
enum err report_format_of(const char *path, enum format *out, struct error *error);

/* Takes the document over. `rows`: how many rows of tables were written. Errors as file_write. */
enum err report_save(struct document *document, const char *path, bool replace, size_t *rows,
                     struct error *error);

/* Takes the document over; the caller frees the text. */
char *report_text(struct document *document, bool ascii);
char *report_lines(struct document *document, bool ascii); /* for screen readers */

#endif
