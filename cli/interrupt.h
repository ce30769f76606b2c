/* Ctrl-C and a polite kill during long work: it ends as soon as it safely can. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

#include "base/progress.h"

/* From here on SIGINT, SIGTERM and SIGHUP set a flag; the third ends the program at once, as
 * if it had never been caught. */
void interrupt_catch(void);
void interrupt_let_go(void); /* from here on they end the program at once again */
bool interrupt_came(void);

/* Another sink that is cancelled by them too; `through` must outlive it. */
struct progress_sink interrupt_sink(struct progress_sink *through);

#endif
