#include "cli/customer_options.h"

enum err customer_read(struct customer *customer, const struct customer_options *options,
                       struct error *error) {
    customer_init(customer);
    for (int field = 0; field < FIELD_COUNT; field++) {
        const char *text = options->text[field], *reason = "";
        if (text != NULL && !customer_set(customer, (enum field)field, text, &reason))
            return error_set(error, ERR_USAGE, "--%s '%s' %s", field_name((enum field)field), text,
                             reason);
    }
    return ERR_OK;
}
