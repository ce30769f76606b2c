/* Chooses the printer, and sees to it that a full disk or a broken pipe does not go unnoticed. */
#include "report/print.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum err stream_check(FILE *stream, const char *name, struct error *error) {
    errno = 0;
    if (fflush(stream) == 0 && !ferror(stream))
        return ERR_OK;
    error_set(error, ERR_IO, "cannot write to %s: %s", name,
              errno != 0 ? strerror(errno) : "it was refused");
    return error_hint(error, "Is the disk full?");
}

void document_render(const struct document *document, const struct look *look, struct buffer *out) {
    for (size_t i = 0; i < document->count; i++)
        assert(document->items[i].table == NULL || table_is_complete(document->items[i].table));
    switch (look->format) {
    case FORMAT_TEXT:
        print_text(document, look, out);
        break;
    case FORMAT_CSV:
        print_csv(document, out);
        break;
    case FORMAT_JSON:
        print_json(document, out);
        break;
    case FORMAT_MARKDOWN:
        print_markdown(document, out);
        break;
    case FORMAT_HTML:
        html_begin(out, "Retail Pulse");
        print_html(document, out);
        html_end(out);
        break;
    }
}

enum err document_print(const struct document *document, const struct look *look, FILE *stream,
                        struct error *error) {
    struct buffer out = {0};
    document_render(document, look, &out);
    if (out.length != 0)
        fwrite(out.data, 1, out.length, stream);
    buffer_free(&out);
    return stream_check(stream, "standard output", error);
}
