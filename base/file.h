/* Files that are written whole or not at all, for whom, and where. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

/* The three below are like a locale, for the whole process: set once, before anything is written.
 */

/* Who may read and write databases and files that are made: 0600 unless set, whatever the umask. */
void file_set_mode(unsigned mode);
unsigned file_mode(void);
bool file_mode_read(const char *text, unsigned *mode); /* "0600", "0640" or "0660" */

/* From now on files are written in this folder and what is below it, nowhere else, and a relative
 * name is one of its. ERR_INPUT where there is no such folder; NULL: anywhere again. */
enum err file_stay_in(const char *folder, struct error *error);

/* ERR_READ_ONLY where a file of this name lies outside that folder, links followed. */
enum err file_check_place(const char *path, struct error *error);

typedef enum err file_writer(void *context, FILE *stream, struct error *error);

/* Lets `write` fill a file of another name beside `path`, syncs it and gives it its name at last.
 * ERR_INPUT where there is a file already and `replace` is false; ERR_IO, with what to do, where
 * the folder, the right to write or room is missing; nothing is left behind then. ERR_READ_ONLY as
 * file_check_place. What is replaced keeps its mode. */
enum err file_write(const char *path, bool replace, file_writer *write, void *context,
                    struct error *error);

/* "~" and "~/…" with the user's home for it, and a relative name in the folder that files stay in,
 * where there is one; the caller frees. */
char *file_expand(const char *path);

#endif
