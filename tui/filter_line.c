#include "tui/filter_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/actions.h"

static const char begin[] = "Filter: ";

/* "3 handsets" and "not 3 handsets" stand for their values. */
static char *shortened(const struct slice *slice) {
    struct buffer out = {0};
    for (size_t i = 0; i < slice->count; i++) {
        const struct filter *filter = &slice->filters[i];
        size_t values = filter_values(filter);
        buffer_text(&out, i != 0 ? ", " : "");
        if (values > 1)
            buffer_printf(&out, "%s%zu %ss", filter->operator== FILTER_IS_NOT ? "not " : "", values,
                          filter->field);
        else
            buffer_printf(&out, "%s%s%s", filter->field, filter_sign(filter->operator),
                          filter->value);
    }
    return buffer_take(&out);
}

/* "(66 sales; X drops all)", without the key where there is none. */
static char *end_of(const char *count, enum action action, const char *does) {
    const char *keys = action == ACTION_NONE ? "" : action_keys(action);
    int key = (int)strcspn(keys, " ");
    return key != 0 ? xasprintf(" (%s sales; %.*s %s)", count, key, keys, does)
                    : xasprintf(" (%s sales)", count);
}

char *filter_line(const struct slice *slice, int64_t sales, bool unused, int columns) {
    char count[NUMBER_TEXT_SIZE];
    if (slice->count == 0)
        return xasprintf("%snone", begin);
    if (sales == FILTER_LINE_UNCOUNTED)
        snprintf(count, sizeof count, "…");
    else
        number_grouped(sales, count, sizeof count);
    char *filters = slice_text(slice);
    for (int hint = 1; hint >= 0; hint--) { /* how to drop them, where that fits too */
        char *end = unused ? xasprintf(" (not used here: all %s sales)", count)
                           : end_of(count, hint ? ACTION_CLEAR : ACTION_NONE, "drops all");
        char *line = xasprintf("%s%s%s", begin, filters, end);
        free(end);
        if (text_width(line) <= columns) {
            free(filters);
            return line;
        }
        free(line);
    }
    free(filters);
    char *end =
        unused ? xstrdup(" (not used here: all sales)") : end_of(count, ACTION_FILTER, "shows all");
    int room = columns - text_width(begin) - text_width(end);
    filters = shortened(slice);
    bool whole = text_width(filters) <= room;
    size_t kept = whole ? strlen(filters) : text_clip(filters, room > 1 ? room - 1 : 0, NULL);
    char *line = xasprintf("%s%.*s%s%s", begin, (int)kept, filters, whole ? "" : "…", end);
    free(filters);
    free(end);
    return line;
}
