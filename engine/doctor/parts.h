/* Inside engine/doctor/: how a check tells what it found. */
#ifndef ENGINE_DOCTOR_PARTS_H
#define ENGINE_DOCTOR_PARTS_H

#include <stdint.h>

#include "db/db.h"
#include "engine/doctor/diagnosis.h"

struct examination {
    struct db *db;
    const struct progress_sink *progress;
    struct diagnosis *diagnosis;
    int64_t reported_ms;
};

/* Adds a finding; `advice` is NULL where there is nothing to do. */
void found(struct examination *examination, enum check check, enum grade grade, enum remedy remedy,
           const char *advice, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* A check that could not go on: damage is a finding, and the next check is due; anything else is
 * returned. */
enum err found_damage(struct examination *examination, enum check check, enum remedy remedy,
                      enum err err, const struct error *why, struct error *error);

/* A few times a second, ERR_CANCELLED where the sink says so. */
enum err examination_report(struct examination *examination, const char *phase, const char *unit,
                            int64_t done, int64_t total, struct error *error);

extern const char rebuild_advice[], salvage_advice[];

/* Each of them is one or more checks. */
enum err examine_imports(struct examination *examination, struct error *error);
enum err examine_dictionaries(struct examination *examination, struct error *error);
enum err examine_columns(struct examination *examination, struct error *error);
enum err examine_sums(struct examination *examination, struct error *error);
enum err examine_learnt(struct examination *examination, struct error *error);

#endif
