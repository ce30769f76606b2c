/* What the dashboard remembers of each database from one visit to the next: names and values in a
 * small file of the user's own, $XDG_STATE_HOME/retail-pulse/… (else ~/.local/state/…). Nothing
 * that was sold is in it but the filters in force. */
#ifndef TUI_RECALL_H
#define TUI_RECALL_H

#include <stdint.h>

struct recall;

/* What an earlier visit left; empty where there was none or its file is not readable: forgetting is
 * never an error. The caller frees with recall_close. */
struct recall *recall_open(const char *db_path);

struct recall *recall_new(void); /* of this visit alone: no file */

const char *recall_get(const struct recall *recall, const char *name); /* NULL: not known */
int64_t recall_number(const struct recall *recall, const char *name, int64_t otherwise);

/* `value` NULL forgets. Names are of letters, digits, '.' and '-'. */
void recall_set(struct recall *recall, const char *name, const char *value);
void recall_set_number(struct recall *recall, const char *name, int64_t value);

/* Writes the file anew, whole or not at all, where anything changed. */
void recall_save(struct recall *recall);
void recall_close(struct recall *recall);

#endif
