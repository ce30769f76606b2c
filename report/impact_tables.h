/* Inside `retail-pulse impact`: its blocks as tables and sentences. */
#ifndef REPORT_IMPACT_TABLES_H
#define REPORT_IMPACT_TABLES_H

#include "engine/analysis/impact.h"
#include "engine/analysis/reach.h"
#include "report/document.h"

void differences_add(struct document *document, const struct impact *impact);
void tests_add(struct document *document, const struct impact *impact);
void money_add(struct document *document, const struct impact *impact);
void adjusted_add(struct document *document, const struct impact *impact);
void reach_add(struct document *document, const struct reach *reach);
void trend_add(struct document *document, const struct impact *impact);
void power_add(struct document *document, const struct impact *impact);

#endif
