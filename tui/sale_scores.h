/* What the stored scores say of one sale, for the screens that show it. */
#ifndef TUI_SALE_SCORES_H
#define TUI_SALE_SCORES_H

#include <stddef.h>
#include <stdint.h>

#include "tui/app.h"

/* "before 27.0%, Facebook 33.8%", or that it is not scored and what to run. */
void sale_scores_say(struct app *app, int64_t sale_id, char *text, size_t size);

#endif
