/* What lies around a database file: rights, room, logs, locks. Looks and touches nothing. */
#ifndef DB_SURROUNDINGS_H
#define DB_SURROUNDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct surroundings {
    char *path; /* absolute */
    int64_t file_bytes, log_bytes;
    int64_t free_bytes;    /* of its disk, for us; −1: not known */
    unsigned mode;         /* of the file, as in chmod */
    bool others_may_read;  /* the file or its log: everybody on the machine */
    bool others_may_write; /* … or put another file in its place: the folder is open to all */
    bool we_may_write;
    bool sound_header; /* its first bytes are a database's */
    bool unfinished;   /* a first import was cut off: there is a journal */
    bool abandoned;    /* whoever wrote last died; the next writer cleans up */
    bool network;      /* on a file system that several machines share */
    char writer[256];  /* who writes now; "" nobody */
};
void surroundings_free(struct surroundings *surroundings);

/* ERR_NOT_FOUND where there is no file, ERR_INPUT where it is none, ERR_IO where we may not look.
 */
enum err surroundings_look(const char *path, struct surroundings *out, struct error *error);

#endif
