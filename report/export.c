#include "report/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "db/sales.h"
#include "engine/intake/record.h"
#include "engine/slice/each.h"
#include "report/print.h"

struct writer {
    FILE *stream;
    const struct reading *reading;
    bool (*stop)(void);
    size_t next; /* of the selection's rows, which ascend like the ids */
    struct buffer line;
};

static void text_append(struct buffer *line, const char *text) {
    char *clean = text_printable(text, strlen(text));
    csv_field(line, clean);
    free(clean);
}

static const char *answer_text(int answer) {
    return answer == UNKNOWN ? "" : answer != 0 ? "Yes" : "No";
}

/* In the order of FIELD_LIST. */
static void line_make(struct buffer *line, const struct facts *facts, uint32_t row,
                      const char *reference) {
    static const char *const genders[] = {"", "F", "M", "Other"};
    char date[DATE_ISO_SIZE], price[MONEY_TEXT_SIZE];
    buffer_clear(line);
    text_append(line, reference != NULL ? reference : "");
    date_iso(facts->day[row], date);
    buffer_printf(line, ",%s,", date);
    text_append(line, facts->location[row] != 0 ? facts_location(facts, row) : "");
    if (facts->age[row] != 0)
        buffer_printf(line, ",%d", facts->age[row]);
    else
        buffer_text(line, ",");
    buffer_printf(line, ",%s,", genders[facts->gender[row]]);
    text_append(line, facts_handset(facts, row));
    money_plain(facts->price_minor[row], price);
    buffer_printf(line, ",%s", price);
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        buffer_printf(line, ",%s", answer_text(facts_answer(facts, row, (enum answer)answer)));
    buffer_text(line, "\n");
}

static bool sale_write(void *context, const struct sale *sale) {
    struct writer *writer = context;
    const struct facts *facts = writer->reading->facts;
    if (writer->next == writer->reading->selection->count ||
        (writer->stop != NULL && writer->stop()))
        return false;
    uint32_t row = writer->reading->selection->rows[writer->next];
    if (sale->id != facts->id[row])
        return true;
    writer->next++;
    line_make(&writer->line, facts, row, sale->reference);
    return fwrite(writer->line.data, 1, writer->line.length, writer->stream) == writer->line.length;
}

/* Of sales that are held as sums: they are read one by one. */
static bool streamed_write(void *context, const struct facts *window, uint32_t row,
                           const char *reference) {
    struct writer *writer = context;
    if (writer->stop != NULL && writer->stop())
        return false;
    line_make(&writer->line, window, row, reference);
    return fwrite(writer->line.data, 1, writer->line.length, writer->stream) == writer->line.length;
}

enum err report_export(const struct reading *reading, FILE *stream, const char *name,
                       bool (*stop)(void), struct error *error) {
    struct writer writer = {.stream = stream, .reading = reading, .stop = stop};
    for (int field = 0; field < FIELD_COUNT; field++) {
        buffer_text(&writer.line, field != 0 ? "," : "");
        csv_field(&writer.line, field_header((enum field)field));
    }
    buffer_text(&writer.line, "\n");
    fputs(writer.line.data, stream);
    enum err code = ERR_OK;
    bool streamed = reading->facts->sales != NULL;
    if (streamed)
        code = slice_each(shop_db(reading->shop), reading->slice, reading->facts, streamed_write,
                          &writer, error);
    else if (reading->selection->count != 0)
        code = db_sales_scan(shop_db(reading->shop),
                             reading->facts->id[reading->selection->rows[0]] - 1, sale_write,
                             &writer, error);
    buffer_free(&writer.line);
    if (code == ERR_OK)
        code = stream_check(stream, name, error);
    if (code == ERR_OK && !streamed && writer.next != reading->selection->count)
        code = error_set(error, ERR_DAMAGED, "some of the sales are no longer in the database");
    return code;
}
