#include "report/save.h"

#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "report/print.h"

enum err report_format_of(const char *path, enum format *out, struct error *error) {
    static const struct {
        const char *ending;
        enum format format;
    } endings[] = {{".csv", FORMAT_CSV},
                   {".json", FORMAT_JSON},
                   {".md", FORMAT_MARKDOWN},
                   {".html", FORMAT_HTML},
                   {".txt", FORMAT_TEXT}};
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending != NULL && i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(ending, endings[i].ending) == 0) {
            *out = endings[i].format;
            return ERR_OK;
        }
    }
    return error_set(
        error, ERR_INPUT,
        "a file's name ends in .csv, .json, .md, .html or .txt, which says its format");
}

/* Of what this format shows. */
static size_t count_rows(const struct document *document, enum format format) {
    unsigned hidden = format == FORMAT_CSV    ? NOT_IN_CSV
                      : format == FORMAT_JSON ? NOT_IN_JSON
                                              : NOT_IN_TEXT;
    size_t rows = 0;
    if (format == FORMAT_CSV && document->csv != NULL)
        return table_rows(document->csv);
    for (size_t i = 0; i < document->count; i++) {
        const struct table *table = document->items[i].table;
        if (table != NULL && (table->hidden & hidden) == 0)
            rows += table_rows(table);
    }
    return rows;
}

struct target {
    const struct document *document;
    enum format format;
    const char *path;
};

static enum err write_all(void *context, FILE *stream, struct error *error) {
    const struct target *target = context;
    const struct look look = {.format = target->format};
    struct buffer out = {0};
    document_render(target->document, &look, &out);
    if (out.length != 0)
        fwrite(out.data, 1, out.length, stream);
    buffer_free(&out);
    return stream_check(stream, target->path, error);
}

enum err report_save(struct document *document, const char *path, bool replace, size_t *rows,
                     struct error *error) {
    struct target target = {document, FORMAT_TEXT, path};
    enum err code = report_format_of(path, &target.format, error);
    if (code == ERR_OK) {
        *rows = count_rows(document, target.format);
        code = file_write(path, replace, write_all, &target, error);
    }
    document_free(document);
    return code;
}

static char *text_of(struct document *document, const struct look *look) {
    struct buffer out = {0};
    document_render(document, look, &out);
    document_free(document);
    return buffer_take(&out);
}

char *report_text(struct document *document, bool ascii) {
    return text_of(document, &(struct look){.format = FORMAT_TEXT, .ascii = ascii});
}

char *report_lines(struct document *document, bool ascii) {
    return text_of(document, &(struct look){.format = FORMAT_TEXT, .ascii = ascii, .linear = true});
}
