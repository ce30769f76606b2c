/* One value of a document as people read it; what text, Markdown and HTML share. */
#ifndef REPORT_VALUE_H
#define REPORT_VALUE_H

#include "report/ascii.h"
#include "report/document.h"

/* "24.7% [23.8–25.6]", "8,871", "–" where it is not known. The caller frees it. */
char *value_text(const struct column *column, const struct value *value, bool ascii);

/* The same of a key figure: amounts have the currency's sign before them where one is set. */
char *figure_text(const struct column *column, const struct value *value, bool ascii);

#endif
