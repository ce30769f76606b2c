#include "serve/description.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "serve/routes.h"
#include "serve/server.h"

static bool is_shown(const struct request *request, const struct route *route) {
    return route->by != BY_TILL || request->server->till != NULL;
}

/* ------------------------------------------------------------------ OpenAPI 3.0.3 */

static json_t *field_schema(const struct body_spec *spec, const struct body_field *field) {
    json_t *schema;
    switch (field->kind) {
    case BODY_DATE:
        schema = json_pack("{s:s, s:s}", "type", "string", "format", "date");
        break;
    case BODY_WHOLE:
        schema =
            json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", AGE_MIN, "maximum", AGE_MAX);
        break;
    case BODY_NUMBER:
        schema =
            json_pack("{s:s, s:i, s:b, s:I}", "type", "number", "minimum", 0, "exclusiveMinimum", 1,
                      "maximum", (json_int_t)(MONEY_MAX_MINOR / MONEY_MINOR));
        break;
    case BODY_BOOL:
        schema = json_pack("{s:s}", "type", "boolean");
        break;
    default:
        schema = json_pack("{s:s}", "type", "string");
        if (field->field == FIELD_GENDER)
            json_object_set_new(schema, "enum", json_pack("[s, s]", "M", "F"));
    }
    if (!spec->old && !field->required)
        json_object_set_new(schema, "nullable", json_true());
    if (field->also != NULL)
        json_object_set_new(schema, "description", json_sprintf("also as %s", field->also));
    return schema;
}

static json_t *body_schema(const struct body_spec *spec) {
    json_t *properties = json_object(), *required = json_array();
    for (size_t i = 0; i < spec->count; i++) {
        const struct body_field *field = &spec->fields[i];
        json_object_set_new(properties, field->name, field_schema(spec, field));
        if (field->required)
            json_array_append_new(required, json_string(field->name));
    }
    json_t *schema = json_pack("{s:s, s:s, s:o}", "title", spec->title, "type", "object",
                               "properties", properties);
    if (json_array_size(required) > 0)
        json_object_set_new(schema, "required", required);
    else
        json_decref(required);
    return schema;
}

static json_t *schema_reference(const char *title) {
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s", title));
}

static json_t *content(json_t *schema) {
    return json_pack("{s:{s:o}}", "application/json", "schema", schema);
}

static json_t *answer_schema(const struct route *route) {
    if (strcmp(route->answer, "0 or 1") == 0)
        return json_pack("{s:s, s:[i, i]}", "type", "integer", "enum", 0, 1);
    if (route->body != NULL && route->body->old)
        return json_pack("{s:s}", "type", "string");
    return json_pack("{s:s}", "type", "object");
}

static void add_problem(json_t *responses, const char *status, const char *description,
                        const char *schema) {
    json_object_set_new(responses, status,
                        json_pack("{s:s, s:o}", "description", description, "content",
                                  content(schema_reference(schema))));
}

static json_t *route_responses(const struct route *route) {
    json_t *responses = json_object();
    json_t *good = json_pack("{s:s}", "description", route->answer);
    if (strcmp(route->path, "/") == 0)
        json_object_set_new(good, "content",
                            json_pack("{s:{s:{s:s}}}", "text/html", "schema", "type", "string"));
    else
        json_object_set_new(good, "content", content(answer_schema(route)));
    if (route->csv)
        json_object_set_new(json_object_get(good, "content"), "text/csv",
                            json_pack("{s:{s:s}}", "schema", "type", "string"));
    if (route->by == BY_TILL) {
        json_object_set(responses, "201", good);
        add_problem(responses, "409", "the same key or reference with another sale", "Problem");
    }
    json_object_set_new(responses, "200", good);
    if (route->body != NULL)
        add_problem(responses, "422", "a field is missing or wrong", "Invalid");
    if (route->parameters != NULL || route->body != NULL)
        add_problem(responses, "400", "a parameter is wrong, or the body is not UTF-8", "Problem");
    if (!route->open)
        add_problem(responses, "503", "nothing is trained yet, or the database is in use",
                    "Problem");
    return responses;
}

static json_t *parameter_json(const char *name, const char *in, const char *help, json_t *schema) {
    return json_pack("{s:s, s:s, s:s, s:o}", "name", name, "in", in, "description", help, "schema",
                     schema);
}

static json_t *route_parameters(const struct route *route) {
    json_t *list = json_array();
    const struct parameter_spec *spec = route->parameters;
    for (; spec != NULL && spec->name != NULL; spec++) {
        json_t *schema = json_pack("{s:s}", "type", spec->number ? "integer" : "string");
        for (int i = 0; spec->choices != NULL && spec->choices[i] != NULL; i++) {
            if (i == 0)
                json_object_set_new(schema, "enum", json_array());
            json_array_append_new(json_object_get(schema, "enum"), json_string(spec->choices[i]));
        }
        if (spec->repeated)
            schema = json_pack("{s:s, s:o}", "type", "array", "items", schema);
        json_array_append_new(list, parameter_json(spec->name, "query", spec->help, schema));
    }
    if (route->by == BY_TILL)
        json_array_append_new(
            list, parameter_json("Idempotency-Key", "header",
                                 "the same for each attempt at a sale; the reference else",
                                 json_pack("{s:s}", "type", "string")));
    return list;
}

/* "/api/predict" by POST: "post_api_predict" */
static json_t *operation_id(const struct route *route) {
    char id[96];
    snprintf(id, sizeof id, "%s%s", route->method, route->path[1] != '\0' ? route->path : "_page");
    for (char *at = id; *at != '\0'; at++)
        *at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_';
    return json_string(id);
}

static json_t *operation(const struct route *route, bool token) {
    json_t *json = json_pack("{s:o, s:s, s:o, s:o}", "operationId", operation_id(route), "summary",
                             route->summary, "parameters", route_parameters(route), "responses",
                             route_responses(route));
    if (route->body != NULL)
        json_object_set_new(json, "requestBody",
                            json_pack("{s:b, s:o}", "required", 1, "content",
                                      content(schema_reference(route->body->title))));
    if (token && !route->open)
        json_object_set_new(json, "security", json_pack("[{s:[]}]", "token"));
    return json;
}

static json_t *schemas(const struct request *request) {
    json_t *all = json_object();
    json_t *text = json_pack("{s:s}", "type", "string");
    json_t *one = json_pack("{s:s, s:{s:{s:s, s:{}}, s:O, s:O}}", "type", "object", "properties",
                            "loc", "type", "array", "items", "msg", text, "type", text);
    json_object_set_new(
        all, "Problem",
        json_pack("{s:s, s:{s:O}}", "type", "object", "properties", "detail", text));
    json_object_set_new(all, "Invalid",
                        json_pack("{s:s, s:{s:{s:s, s:o}}}", "type", "object", "properties",
                                  "detail", "type", "array", "items", one));
    json_decref(text);
    for (size_t i = 0; i < route_count; i++) {
        if (routes[i].body != NULL && is_shown(request, &routes[i]))
            json_object_set_new(all, routes[i].body->title, body_schema(routes[i].body));
    }
    return all;
}

void description_json(struct request *request) {
    bool token = request->server->token.needed;
    json_t *paths = json_object();
    for (size_t i = 0; i < route_count; i++) {
        char method[8] = "";
        if (!is_shown(request, &routes[i]))
            continue;
        if (json_object_get(paths, routes[i].path) == NULL)
            json_object_set_new(paths, routes[i].path, json_object());
        for (size_t c = 0; c + 1 < sizeof method && routes[i].method[c] != '\0'; c++)
            method[c] = (char)tolower((unsigned char)routes[i].method[c]);
        json_object_set_new(json_object_get(paths, routes[i].path), method,
                            operation(&routes[i], token));
    }
    json_t *components = json_pack("{s:o}", "schemas", schemas(request));
    if (token)
        json_object_set_new(
            components, "securitySchemes",
            json_pack("{s:{s:s, s:s}}", "token", "type", "http", "scheme", "bearer"));
    reply_json(&request->reply, 200,
               json_pack("{s:s, s:{s:s, s:s}, s:o, s:o}", "openapi", "3.0.3", "info", "title",
                         "Retail Pulse", "version", RETAIL_PULSE_VERSION, "paths", paths,
                         "components", components));
}

/* ------------------------------------------------------------------ the page */

static void escaped(struct buffer *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '<')
            buffer_text(out, "&lt;");
        else if (*text == '>')
            buffer_text(out, "&gt;");
        else if (*text == '&')
            buffer_text(out, "&amp;");
        else
            buffer_append(out, text, 1);
    }
}

static void row(struct buffer *out, const char *name, const char *kind, const char *help) {
    buffer_text(out, "<tr><th scope=row><code>");
    escaped(out, name);
    buffer_text(out, "</code><td>");
    escaped(out, kind);
    buffer_text(out, "<td>");
    escaped(out, help);
    buffer_text(out, "\n");
}

static void body_rows(struct buffer *out, const struct body_spec *spec) {
    static const char *const kinds[] = {[BODY_DATE] = "date, yyyy-mm-dd",
                                        [BODY_TEXT] = "text",
                                        [BODY_WHOLE] = "whole number",
                                        [BODY_NUMBER] = "number",
                                        [BODY_BOOL] = "true or false"};
    for (size_t i = 0; i < spec->count; i++) {
        const struct body_field *field = &spec->fields[i];
        char help[96];
        snprintf(help, sizeof help, "%s%s%s", field->required ? "must be there" : "may be left out",
                 field->also != NULL ? "; also as " : "", field->also != NULL ? field->also : "");
        row(out, field->name, kinds[field->kind], help);
    }
}

static void route_section(struct buffer *out, const struct route *route) {
    buffer_printf(out, "<section><h2><code>%s %s</code></h2><p>", route->method, route->path);
    escaped(out, route->summary);
    buffer_text(out, strchr(route->summary, '?') != NULL ? "</p>\n" : ".</p>\n");
    if (route->parameters != NULL || route->body != NULL || route->by == BY_TILL)
        buffer_text(out, "<table>\n");
    for (const struct parameter_spec *spec = route->parameters; spec != NULL && spec->name != NULL;
         spec++)
        row(out, spec->name, spec->repeated ? "in the address, again and again" : "in the address",
            spec->help);
    if (route->by == BY_TILL)
        row(out, "Idempotency-Key", "header", "the same for each attempt; the reference else");
    if (route->body != NULL)
        body_rows(out, route->body);
    if (route->parameters != NULL || route->body != NULL || route->by == BY_TILL)
        buffer_text(out, "</table>\n");
    buffer_text(out, "<p>Answer: ");
    escaped(out, route->answer);
    buffer_text(out, ".</p></section>\n");
}

void description_page(struct request *request) {
    struct buffer *out = &request->reply.body;
    buffer_text(
        out,
        "<!doctype html>\n<html lang=en><meta charset=utf-8><title>Retail Pulse</title>\n"
        "<meta name=viewport content='width=device-width'>\n"
        "<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;"
        "max-width:60rem;margin:2rem auto;padding:0 1rem}h2{margin:2rem 0 0;font-size:1.1rem}"
        "p{margin:.3rem 0}th,td{text-align:left;padding:.1rem 1rem .1rem 0;font-weight:normal;"
        "vertical-align:top}</style>\n<h1>Retail Pulse</h1>\n"
        "<p>What this server answers; for programs: <a href=/openapi.json>openapi.json</a>.</p>\n");
    if (request->server->token.needed)
        buffer_text(out, "<p>Every request but those of /health and of this list bears "
                         "<code>Authorization: Bearer</code> and the token.</p>\n");
    for (size_t i = 0; i < route_count; i++) {
        if (is_shown(request, &routes[i]))
            route_section(out, &routes[i]);
    }
    request->reply.status = 200;
    request->reply.type = "text/html; charset=utf-8";
    reply_header(&request->reply, "Content-Security-Policy",
                 "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
}
