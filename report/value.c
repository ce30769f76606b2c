/* One value of a document as people read it. */
#include "report/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"

static void money_signed(struct buffer *out, double minor, bool sign) {
    char text[MONEY_TEXT_SIZE];
    money_grouped((int64_t)llround(minor), text);
    buffer_printf(out, "%s%s", sign && minor > 0 ? "+" : "", text);
}

/* One number of the column's kind, without a unit. */
static void number_text(struct buffer *out, const struct column *column, double value) {
    char text[NUMBER_TEXT_SIZE];
    switch (column->kind) {
    case KIND_COUNT:
        number_grouped((int64_t)llround(value), text, sizeof text);
        buffer_text(out, text);
        break;
    case KIND_NUMBER:
        buffer_printf(out, "%.0f", value);
        break;
    case KIND_MONEY:
        money_signed(out, value, false);
        break;
    case KIND_MONEY_CHANGE:
        money_signed(out, value, true);
        break;
    case KIND_SHARE:
        buffer_printf(out, "%.1f", value * 100);
        break;
    case KIND_POINTS:
        buffer_printf(out, "%+.1f", value * 100);
        break;
    case KIND_REAL:
        buffer_printf(out, "%.*f", column->decimals, value);
        break;
    case KIND_CHANGE:
        buffer_printf(out, "%+.*f", column->decimals, value);
        break;
    case KIND_P:
        if (value < 0.0001)
            buffer_text(out, "<0.0001");
        else
            buffer_printf(out, "%.4f", value);
        break;
    case KIND_FLAG:
        buffer_text(out, value != 0 ? "yes" : "no");
        break;
    case KIND_TEXT:
    case KIND_FIGURE:
    case KIND_JSON:
        break;
    }
}

char *value_text(const struct column *column, const struct value *value, bool ascii) {
    struct buffer out = {0};
    bool sign = column->kind == KIND_POINTS || column->kind == KIND_CHANGE ||
                column->kind == KIND_MONEY_CHANGE;
    if (value->text != NULL) {
        buffer_text(&out, value->text);
    } else if (value->json != NULL && json_is_string(value->json)) {
        buffer_text(&out, json_string_value(value->json));
    } else if (!value->known) {
        buffer_text(&out, "–");
    } else {
        if (value->whole && (column->kind == KIND_COUNT || column->kind == KIND_NUMBER)) {
            char text[NUMBER_TEXT_SIZE]; /* exact beyond 2^53 */
            number_grouped(value->integer, text, sizeof text);
            if (column->kind == KIND_COUNT)
                buffer_text(&out, text);
            else
                buffer_printf(&out, "%lld", (long long)value->integer);
        } else {
            number_text(&out, column, value->real);
        }
        buffer_text(&out, column->kind == KIND_SHARE ? "%" : "");
        if (column->low != NULL && isfinite(value->low) && isfinite(value->high)) {
            buffer_text(&out, " [");
            number_text(&out, column, value->low);
            buffer_text(&out, sign ? " to " : "–");
            number_text(&out, column, value->high);
            buffer_text(&out, "]");
        }
    }
    char *text = buffer_take(&out);
    return ascii ? text_in_ascii(text) : text;
}

char *figure_text(const struct column *column, const struct value *value, bool ascii) {
    char *plain = value_text(column, value, ascii);
    if (column->kind != KIND_MONEY || !value->known || money_sign()[0] == '\0')
        return plain;
    char *text = xasprintf("%s %s", money_sign(), plain);
    free(plain);
    return ascii ? text_in_ascii(text) : text;
}
