/* Choices as text, written and read back without trust. */
#include "tui/choices.h"

#include <stdlib.h>
#include <string.h>

void choices_add(struct buffer *choices, const char *name, int value) {
    buffer_printf(choices, "%s%s=%d", choices->length != 0 ? " " : "", name, value);
}

int choices_get(const char *choices, const char *name, int otherwise, int count) {
    size_t length = strlen(name);
    for (const char *at = choices; *at != '\0'; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word > length && strncmp(at, name, length) == 0 && at[length] == '=') {
            char *end;
            long value = strtol(at + length + 1, &end, 10);
            return end == at + word && value >= 0 && value < count ? (int)value : otherwise;
        }
        at += word;
    }
    return otherwise;
}
