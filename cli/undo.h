/* `retail-pulse import --undo`: takes one import back and says what went with it. */
#ifndef CLI_UNDO_H
#define CLI_UNDO_H

#include "cli/command.h"

struct undo_options {
    int64_t import; /* its number */
    bool dry_run;
    int progress_fd; /* where the dashboard listens; −1: nobody does */
};
enum err undo_run(const struct invocation *invocation, const struct undo_options *options,
                  struct error *error);

#endif
