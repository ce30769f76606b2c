/* The question by which dimensions to explore: asked the same wherever it is, and its answer read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/app_state.h"

/* At first where customers live by whether they came from the page, then the pair of the last
 * time. */
unsigned app_ask_by(struct app *app, prompt_accept *accept, void *state) {
    char *pair = xasprintf("%s %s", dimension_name(app->pair[0]), dimension_name(app->pair[1]));
    app_prompt(app, "Explore by:", "", accept, state);
    prompt_propose(&app->prompt, app->prompt.label, pair);
    free(pair);
    snprintf(app->prompt.remark, sizeof app->prompt.remark,
             " Enter shows this, typing replaces it; one or two of: gender brand handset age_band "
             "month week weekday price_band returning follows heard segment");
    return REACT_DRAW;
}

/* A dimension by its name or by a prefix of it that no other has. */
static bool dimension_of_word(const char *word, enum dimension *out) {
    int found = 0;
    if (dimension_by_name(word, out))
        return true;
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        if (text_starts(dimension_name((enum dimension)i), word)) {
            *out = (enum dimension)i;
            found++;
        }
    }
    return found == 1;
}

int app_read_by(struct app *app, const char *text, enum dimension out[2]) {
    enum dimension read[2] = {DIMENSION_MONTH, DIMENSION_MONTH};
    int count = 0;
    char *copy = xstrdup(text), *rest = NULL;
    bool good = true;
    for (char *word = strtok_r(copy, " ,\t", &rest); good && word != NULL;
         word = strtok_r(NULL, " ,\t", &rest)) {
        if (count == 2) {
            app_notice(app, STYLE_WARNING, "One or two dimensions, not more.");
            good = false;
        } else if (!dimension_of_word(word, &read[count])) {
            app_notice(app, STYLE_WARNING, "No dimension is called '%s', or several begin so.",
                       word);
            good = false;
        } else {
            count++;
        }
    }
    free(copy);
    if (!good)
        return 0;
    if (count == 2 && read[0] == read[1])
        count = 1;
    memcpy(out, read, 2 * sizeof *out);
    if (count == 2)
        memcpy(app->pair, out, sizeof app->pair);
    return count;
}
