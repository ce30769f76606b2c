/* What a look at the whole database found: one finding for each thing that was looked at, also
 * where all is well, so that one sees what was checked. */
#ifndef ENGINE_DOCTOR_DIAGNOSIS_H
#define ENGINE_DOCTOR_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/progress.h"

enum grade { GRADE_FINE, GRADE_LOOK, GRADE_BROKEN };
extern const char *const grade_names[]; /* "fine", "look", "broken" */

/* What mends it. */
enum remedy {
    REMEDY_NONE,
    REMEDY_REBUILD, /* derived from whole sales: made anew where it is */
    REMEDY_SALVAGE, /* the file itself: what can be read goes into a new one */
    REMEDY_TRAIN    /* models: only training makes them anew */
};

/* X(symbol, key, title) */
#define CHECK_LIST(X)                                      \
    X(FILE, "file", "File")                                \
    X(RIGHTS, "rights", "Who may read and write it")       \
    X(SPACE, "space", "Room on the disk")                  \
    X(LOG, "log", "Log")                                   \
    X(WRITER, "writer", "Writer")                          \
    X(VERSION, "version", "Version")                       \
    X(PAGES, "pages", "Pages and rows")                    \
    X(SCHEMA, "schema", "Tables")                          \
    X(REFERENCES, "references", "References")              \
    X(IMPORTS, "imports", "Imports and their sales")       \
    X(DICTIONARIES, "dictionaries", "Places and handsets") \
    X(COLUMNS, "columns", "Columns against sales")         \
    X(SUMS, "sums", "Sums by month against columns")       \
    X(SUMMARIES, "summaries", "Summaries against sums")    \
    X(MODELS, "models", "Models")                          \
    X(SEGMENTS, "segments", "Segments")

enum check {
#define X(symbol, ...) CHECK_##symbol,
    CHECK_LIST(X)
#undef X
        CHECK_COUNT
};
extern const char *const check_keys[CHECK_COUNT];
extern const char *const check_titles[CHECK_COUNT];

struct finding {
    enum check check;
    enum grade grade;
    enum remedy remedy;
    char *what;   /* what was found, and where */
    char *advice; /* what to do; "" nothing */
};

struct diagnosis {
    char *path; /* of the database, absolute */
    struct finding *findings;
    size_t count;
};
void diagnosis_free(struct diagnosis *diagnosis);

enum grade diagnosis_worst(const struct diagnosis *diagnosis);
bool diagnosis_needs(const struct diagnosis *diagnosis, enum remedy remedy);

/* Looks at everything and changes nothing; what is broken is a finding and no error. A database of
 * an older schema is looked at as a file only. ERR_NOT_FOUND, ERR_INPUT, ERR_IO where there is no
 * file that we may read, ERR_CANCELLED. */
enum err diagnose(const char *path, const struct progress_sink *progress, struct diagnosis *out,
                  struct error *error);

#endif
