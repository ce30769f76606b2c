#include "tui/filter_line.h"

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

char *filter_line(const struct slice *slice, int64_t sales, int columns) {
    char count[NUMBER_TEXT_SIZE];
    if (slice->count == 0)
        return xasprintf("%snone", begin);
    number_grouped(sales, count, sizeof count);
    char *filters = slice_text(slice);
    char *line = xasprintf("%s%s (%s sales)", begin, filters, count);
    free(filters);
    if (text_width(line) <= columns)
        return line;
    free(line);
    const char *keys = action_keys(ACTION_FILTER);
    int key = (int)strcspn(keys, " ");
    char *end = key != 0 ? xasprintf(" (%s sales; %.*s shows all)", count, key, keys)
                         : xasprintf(" (%s sales)", count);
    int room = columns - text_width(begin) - text_width(end);
    filters = shortened(slice);
    bool whole = text_width(filters) <= room;
    size_t kept = whole ? strlen(filters) : text_clip(filters, room > 1 ? room - 1 : 0, NULL);
    line = xasprintf("%s%.*s%s%s", begin, (int)kept, filters, whole ? "" : "…", end);
    free(filters);
    free(end);
    return line;
}
