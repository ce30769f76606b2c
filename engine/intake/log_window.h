/* A part of the log of writes, for a list that shows some rows of it: whatever its length, only
 * what lies around them is read, by its ids. */
#ifndef ENGINE_INTAKE_LOG_WINDOW_H
#define ENGINE_INTAKE_LOG_WINDOW_H

#include "base/error.h"
#include "db/audit.h"

enum { LOG_WINDOW_SIDE = 256 }; /* entries on either side of the one that is looked at */

struct log_window {
    struct audit_entry *entries; /* newest first */
    int count;
    int64_t first; /* the place of entries[0] among all, the newest's is 0 */
    int64_t total; /* of all, when the window was opened */
};

/* Reads what lies around the entry with this id, or the newest where it is 0. What was there before
 * is freed; on error there is nothing to free. */
enum err log_window_open(struct log_window *window, struct db *db, int64_t id, struct error *error);

/* Lets it hold the entry at `place` and those `around` it on either side, as far as there are any;
 * mostly it does already. From an open one, 0 to total − 1. */
enum err log_window_move(struct log_window *window, struct db *db, int64_t place, int64_t around,
                         struct error *error);

/* NULL where it is not in the window. */
const struct audit_entry *log_window_at(const struct log_window *window, int64_t place);

void log_window_close(struct log_window *window);

#endif
