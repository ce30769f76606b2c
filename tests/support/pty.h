/* The program in a real pseudo-terminal, with an emulated screen that understands what it sends and
 * a count of every byte. */
#ifndef TESTS_SUPPORT_PTY_H
#define TESTS_SUPPORT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pty;

/* Starts `program ARGUMENTS` (parted by blanks) with TERM=type (NULL: none); the environment is
 * otherwise that of the caller. */
struct pty *pty_start(const char *arguments, const char *type, int lines, int columns);

pid_t pty_pid(const struct pty *pty); /* of the program */

/* Ends the program if it still runs; its exit status as waitpid gives it. */
int pty_end(struct pty *pty);

struct traffic {
    size_t bytes;         /* that the program sent until it fell silent */
    double first_byte_ms; /* from the call to the first of them; NaN where none came */
    double last_byte_ms;
};

/* Sends bytes as though typed ("" sends nothing) and reads until `silence_ms` pass without a byte
 * and the program sleeps (on a busy machine an answer is late, not short).
 * The emulator's own replies (to queries for its kind) are sent back. */
struct traffic pty_type(struct pty *pty, const char *bytes, int silence_ms);

/* Reads until the screen shows the text; false after `seconds`. */
bool pty_shows(struct pty *pty, const char *text, int seconds);

void pty_resize(struct pty *pty, int lines, int columns);

/* The screen as UTF-8, a line each, without blanks at the ends. The caller frees. */
char *pty_screen(const struct pty *pty);

enum { PTY_OWN_COLOR = -1 };

/* One cell as it looks. Colours are numbers of the terminal's 256, or PTY_OWN_COLOR. */
struct pty_cell {
    uint32_t code; /* ' ' where nothing stands */
    int width;     /* 0: the second half of a wide character */
    int text_color, back_color;
    bool bold, dim, reverse, underline;
};

struct pty_cell pty_cell(const struct pty *pty, int row, int column);
void pty_size(const struct pty *pty, int *lines, int *columns);

/* Whether the line edits and echoes, as it did before the program took it over. */
bool pty_is_cooked(const struct pty *pty);

/* Bytes of the last 64 kB as they came, for looking at escape sequences. */
const char *pty_raw(const struct pty *pty, size_t *length);

#endif
