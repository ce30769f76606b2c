/* A shop's database and the program on it in a pseudo-terminal, always the same way: nothing of the
 * user's own settings counts. */
#ifndef TESTS_SUPPORT_WIRE_H
#define TESTS_SUPPORT_WIRE_H

#include <stdbool.h>

#include "tests/support/pty.h"

/* cmocka set-up: a scratch folder with a database of so many generated sales, trained with little
 * effort on the first of them; or with the sales of a file. */
int wire_setup(void **state, int sales);
int wire_setup_file(void **state, const char *csv, bool trained);
int wire_teardown(void **state);

const char *wire_db(void);

/* The dashboard at 80 by 24 with further options, nothing remembered of earlier visits. */
struct pty *wire_start(const char *options, const char *type);

/* Keys as the terminals here send them. */
#define KEY_DOWN "\033OB"
#define KEY_UP "\033OA"
#define KEY_RIGHT "\033OC"
#define KEY_LEFT "\033OD"
#define KEY_PAGE_DOWN "\033[6~"
#define KEY_PAGE_UP "\033[5~"
#define KEY_BACK_TAB "\033[Z"
#define KEY_BACKSPACE "\177"
#define KEY_ENTER "\r"
#define KEY_TAB "\t"
#define KEY_ESCAPE "\033"
#define KEY_REDO "\022"

const char *wire_key_name(const char *bytes); /* "Down" */

/* Fails, and prints the screen, where the text is not shown within so many seconds. */
void wire_expect(struct pty *pty, const char *text, int seconds);

#endif
