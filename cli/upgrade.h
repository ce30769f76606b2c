/* A database of an older program is brought up to date before anything else is done with it. */
#ifndef CLI_UPGRADE_H
#define CLI_UPGRADE_H

#include "cli/command.h"

/* Says so, tells how far it is where standard error is a terminal, and ends with ERR_CANCELLED on
 * Ctrl-C, which leaves the file whole: as it was, or some versions on with the copy beside it. At
 * no cost where nothing is due. */
enum err upgrade_first(const struct invocation *invocation, struct error *error);

#endif
