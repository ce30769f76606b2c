#include "db/sale.h"

#include <stdlib.h>

void dictionary_free(struct dictionary *dictionary) {
    for (int i = 0; i < dictionary->count; i++) {
        free(dictionary->entries[i].name);
        free(dictionary->entries[i].brand);
    }
    free(dictionary->entries);
    *dictionary = (struct dictionary){0};
}
