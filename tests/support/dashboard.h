/* The dashboard on a screen that no terminal shows, typed into and read as text. */
#ifndef TESTS_SUPPORT_DASHBOARD_H
#define TESTS_SUPPORT_DASHBOARD_H

#include <stdbool.h>

#include "tui/app.h"

/* The bundled sample, imported; trained with little effort but a pinned seed where that is asked
 * for. Pins clock and locale. A failure fails the test. */
void dashboard_database(const char *path, bool trained);
void dashboard_database_of(const char *path, const char *csv, bool trained);

struct app *dashboard_open(const char *path, int lines, int columns, bool ascii);
/* The same of a shop that is held as sums where it has more sales than these. */
struct app *dashboard_open_holding(const char *path, int64_t sales, int lines, int columns);
/* The same with what takes long read beside it, as the program itself does: what is read is taken
 * over by dashboard_settle, which waits until there is nothing more, and by no key. */
struct app *dashboard_open_beside(const char *path, int64_t sales, int lines, int columns);
void dashboard_settle(struct app *app);
void dashboard_close(struct app *app);

/* Keys as a person types them: <Enter> <Tab> <S-Tab> <Back> <Down> <Up> <Right> <Left> <Home> <End>
 * <PgDn> <PgUp> <Esc> <Del> <C-r> <C-u> <C-c> are those, and what stands between <Paste> and
 * </Paste> is pasted. Returns all reactions. */
unsigned dashboard_type(struct app *app, const char *keys);

/* Long enough for a q that closed a layer not to count any more. */
void dashboard_pause(void);

/* The whole screen, a line each, without blanks at the ends. The caller frees. */
char *dashboard_text(void);
bool dashboard_has(const char *words); /* prints the screen where it has not */

/* Compares with tests/tui/golden/NAME.txt; UPDATE_GOLDEN=1 writes it anew. */
void dashboard_golden(const char *name);

#endif
