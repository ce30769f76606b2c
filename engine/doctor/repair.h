/* What `retail-pulse doctor --repair` does about a diagnosis. */
#ifndef ENGINE_DOCTOR_REPAIR_H
#define ENGINE_DOCTOR_REPAIR_H

#include "db/salvage.h"
#include "engine/doctor/diagnosis.h"
#include "engine/intake/fold.h"

/* Makes columns and sums anew where they are, as sales_rebuild does. */
enum err repair_rebuild(const char *path, const struct progress_sink *progress, struct rebuilt *out,
                        struct error *error);

/* Saves what can be read of `path` into a new file `into`, complete with columns and sums, which
 * gets its name when it is; the damaged one is not touched, and nobody writes to it meanwhile.
 * ERR_INPUT where there is such a file. The caller frees `out`. */
enum err repair_salvage(const char *path, const char *into, const struct progress_sink *progress,
                        struct salvaged *out, struct error *error);

#endif
