/* The three printers of documents. */
#ifndef REPORT_PRINT_H
#define REPORT_PRINT_H

#include <stdio.h>

#include "base/buffer.h"
#include "base/error.h"
#include "report/document.h"
#include "report/look.h"

/* Writes the document to the stream. ERR_IO where it does not take everything. */
enum err document_print(const struct document *document, const struct look *look, FILE *stream,
                        struct error *error);

/* The same into memory. */
void document_render(const struct document *document, const struct look *look, struct buffer *out);

void print_text(const struct document *document, const struct look *look, struct buffer *out);
void print_csv(const struct document *document, struct buffer *out);
void print_json(const struct document *document, struct buffer *out);
void print_markdown(const struct document *document, struct buffer *out);

/* The part of a page that one document makes; what is before and after all of them. */
void print_html(const struct document *document, struct buffer *out);
void html_begin(struct buffer *out, const char *title);
void html_end(struct buffer *out);

/* Between them: a sentence on all chapters and a list that leads to each, and a chapter of it. The
 * titles are the program's own, each different. */
void html_contents(struct buffer *out, const char *head, const char *const *titles, int count);
void print_html_chapter(const struct document *document, const char *title, struct buffer *out);

/* One field by RFC 4180, quoted where it must be. Text that a spreadsheet would run as a formula
 * (it starts with = + - @, tab or return, and is no number) gets an apostrophe before it. */
void csv_field(struct buffer *out, const char *text);

/* A finished stream: ERR_IO with the reason where anything written to it was lost. */
enum err stream_check(FILE *stream, const char *name, struct error *error);

#endif
