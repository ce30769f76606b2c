#include "serve/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/document.h"
#include "report/print.h"

static const char type_json[] = "application/json";

void reply_free(struct reply *reply) {
    buffer_free(&reply->body);
    *reply = (struct reply){0};
}

void reply_header(struct reply *reply, const char *name, const char *value) {
    if (reply->header_count == REPLY_HEADERS_MAX)
        return;
    reply->headers[reply->header_count].name = name;
    snprintf(reply->headers[reply->header_count].value, sizeof reply->headers->value, "%s", value);
    reply->header_count++;
}

void reply_json(struct reply *reply, unsigned status, json_t *json) {
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    json_decref(json);
    reply->status = status;
    reply->type = type_json;
    buffer_clear(&reply->body);
    buffer_text(&reply->body, text != NULL ? text : "null");
    free(text);
}

void reply_document(struct reply *reply, struct document *document, enum format format) {
    const struct look look = {.format = format};
    reply->status = 200;
    reply->type = format == FORMAT_CSV ? "text/csv; charset=utf-8" : type_json;
    buffer_clear(&reply->body);
    document_render(document, &look, &reply->body);
    document_free(document);
}

void reply_problem(struct reply *reply, unsigned status, const char *format, ...) {
    char said[1280];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
    reply_json(reply, status, json_pack("{s:o}", "detail", json_text(said)));
}

void reply_error(struct reply *reply, const struct error *error) {
    unsigned status = 503;
    if (error->code == ERR_USAGE || error->code == ERR_INPUT || error->code == ERR_NO_DATA)
        status = 400;
    else if (error->code == ERR_NOT_FOUND)
        status = 404;
    reply_problem(reply, status, "%s%s%s", error->message, error->hint[0] != '\0' ? "; " : "",
                  error->hint);
    if (status == 503)
        reply_header(reply, "Retry-After", "1");
}

void reply_invalid(struct reply *reply, json_t *details) {
    reply_json(reply, 422, json_pack("{s:o}", "detail", details));
}
