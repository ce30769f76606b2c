/* Filters: what is read is written so that it is read again as the same, and can be selected; what
 * is not leaves the slice alone and says why. */
#include <stdlib.h>
#include <string.h>

#include "engine/slice/slice.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/facts_table.h"

enum { ROWS = 300 };

static const struct facts *some_facts(void) {
    static char *names[] = {"Elite Fans", "Thrifty", "Elite Fans", "x='y'|z", "a|b", " edge"};
    static struct facts facts;
    static bool made;
    if (!made) {
        facts_table_random(&facts, ROWS, 7);
        facts_table_segments(&facts, names, 6);
        made = true;
    }
    return &facts;
}

static void add_length(void *context, const char *completed) {
    *(size_t *)context += strlen(completed);
}

static void read_back(const struct slice *slice) {
    struct slice again = {0};
    struct selection selection;
    struct error error = {0};
    char *text = slice_text(slice);
    FUZZ_MUST_ABOUT(slice_parse(&again, some_facts(), text, &error) == ERR_OK, error.message);
    FUZZ_MUST_ABOUT(slice_equal(slice, &again), text);
    FUZZ_MUST_ABOUT(slice_select(slice, some_facts(), &selection, &error) == ERR_OK, error.message);
    FUZZ_MUST(selection.count <= ROWS);
    selection_free(&selection);
    slice_free(&again);
    free(text);
}

void fuzz_filter(const uint8_t *data, size_t size) {
    char *text = fuzz_string(data, size);
    struct slice slice = {0};
    struct error error = {0};
    size_t offered = 0;
    slice_complete(some_facts(), text, add_length, &offered);
    slice_add(&slice, DIMENSION_HEARD, FILTER_IS, "yes");
    enum err err = slice_parse(&slice, some_facts(), text, &error);
    if (err == ERR_OK) {
        read_back(&slice);
    } else {
        FUZZ_MUST_ABOUT(err == ERR_INPUT && error.message[0] != '\0', error.message);
        FUZZ_MUST(slice.count == 1);
    }
    slice_free(&slice);
    free(text);
}
