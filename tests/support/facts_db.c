/* Writes facts through the same calls as an import does. */
#include "tests/support/facts_db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/sales.h"
#include "tests/support/scratch.h"

void facts_db(const char *path, const struct facts *facts) {
    struct error error = {0};
    struct db *writer = scratch_writer(path);
    struct sale *sales = xcalloc(facts->count + 1, sizeof *sales);
    int32_t id;
    assert_int_equal(db_begin(writer, &error), ERR_OK);
    for (int i = 0; i < facts->locations.count; i++)
        assert_int_equal(db_location_intern(writer, facts->locations.entries[i].name,
                                            facts->locations.entries[i].local != 0, &id, &error),
                         ERR_OK);
    for (int i = 0; i < facts->handsets.count; i++)
        assert_int_equal(db_handset_intern(writer, facts->handsets.entries[i].name,
                                           facts->handsets.entries[i].brand, &id, &error),
                         ERR_OK);
    assert_int_equal(db_commit(writer, &error), ERR_OK);
    for (size_t row = 0; row < facts->count; row++) {
        struct sale *sale = &sales[row];
        *sale = (struct sale){
            .price_minor = facts->price_minor[row],
            .day = facts->day[row],
            .location = facts->location[row],
            .handset = facts->handset[row],
            .age_years = facts->age[row] > 0 ? facts->age[row] : (int16_t)UNKNOWN,
            .gender = (int8_t)(facts->gender[row] - 1),
        };
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            sale->answers[answer] = (int8_t)facts_answer(facts, row, (enum answer)answer);
    }
    int added;
    scratch_import(writer, sales, (int)facts->count, &added);
    assert_int_equal(added, facts->count);
    free(sales);
    db_close(writer);
}
