/* What a person types into the form or gives as --scenario. */
#include <stdlib.h>
#include <string.h>

#include "engine/learn/customer.h"
#include "engine/learn/customer_pairs.h"
#include "tests/fuzz/fuzz.h"

enum { LINE = 'l' }; /* any other: the field of that number */

static void say_all(const struct customer *customer) {
    for (int field = 0; field < FIELD_COUNT; field++) {
        char text[DIMENSION_LABEL_SIZE];
        customer_say(customer, (enum field)field, text);
        FUZZ_MUST(text[0] != '\0' && strlen(text) < sizeof text);
        (void)customer_knows(customer, (enum field)field);
    }
}

/* Any customer that was typed comes back from its lines. */
static void read_back(const struct customer *customer) {
    struct buffer lines = {0};
    struct customer again;
    customer_write_lines(customer, &lines);
    const char *rest = customer_read_lines(&again, lines.data);
    FUZZ_MUST(*rest == '\0');
    for (int field = 0; field < FIELD_COUNT; field++)
        FUZZ_MUST_ABOUT(!customers_differ(customer, &again, (enum field)field), lines.data);
    buffer_free(&lines);
}

void fuzz_customer(const uint8_t *data, size_t size) {
    if (size == 0)
        return;
    char *text = fuzz_string(data + 1, size - 1);
    struct customer customer;
    customer_init(&customer);
    if (data[0] == LINE) {
        struct error error = {0};
        enum err err = customer_read_pairs(&customer, text, &error);
        FUZZ_MUST_ABOUT(err == ERR_OK || (err == ERR_USAGE && error.message[0] != '\0'),
                        error.message);
        if (err == ERR_OK)
            read_back(&customer);
    } else {
        const char *reason = NULL;
        enum field field = (enum field)(data[0] % FIELD_COUNT);
        bool good = customer_set(&customer, field, text, &reason);
        FUZZ_MUST(good || (reason != NULL && reason[0] != '\0'));
        FUZZ_MUST(good || !customer_knows(&customer, field));
        read_back(&customer);
    }
    say_all(&customer);
    free(text);
}
