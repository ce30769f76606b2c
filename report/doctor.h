/* What a look at the database found, as a document. */
#ifndef REPORT_DOCTOR_H
#define REPORT_DOCTOR_H

#include "engine/doctor/diagnosis.h"
#include "report/document.h"

/* The caller frees it. */
struct document *report_diagnosis(const struct diagnosis *diagnosis);

#endif
