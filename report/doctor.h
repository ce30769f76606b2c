/* What a look at the database found, as a document. */
#ifndef REPORT_DOCTOR_H
#define REPORT_DOCTOR_H

#include "engine/doctor/diagnosis.h"
#include "engine/doctor/repair.h"

struct document;

/* The caller frees it. */
struct document *report_diagnosis(const struct diagnosis *diagnosis);

/* What was saved of a damaged database into `into`, and what was not. The caller frees it. */
struct document *report_salvaged(const struct salvaged *salvaged, const char *into);

#endif
