#include "report/whole.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "report/explore.h"
#include "report/impact.h"
#include "report/imports.h"
#include "report/models.h"
#include "report/overview.h"
#include "report/segments.h"

enum { CHAPTERS_MAX = 16, REJECTS_TOLD = 20 };

struct chapter {
    const char *title;
    struct document *document;
};

struct whole {
    const struct reading *reading;
    const struct look *look;
    int outcome;
    struct chapter chapters[CHAPTERS_MAX];
    int count;
};

/* ------------------------------------------------------------------------------------- the
 * chapters
 */

static struct reading chapter_of(const struct whole *whole, const char *title) {
    struct reading reading = *whole->reading;
    reading.heading = title;
    return reading;
}

static void chapter_add(struct whole *whole, const char *title, struct document *document) {
    whole->chapters[whole->count++] = (struct chapter){title, document};
}

/* Draws the columns of a table that has them. */
static void chart(struct document *document, const char *table, const char *column) {
    for (size_t i = 0; i < document->count; i++) {
        if (document->items[i].table != NULL && strcmp(document->items[i].table->key, table) == 0)
            document->items[i].table->chart = column;
    }
}

static void overview_chapter(struct whole *whole) {
    struct reading reading = chapter_of(whole, "Overview");
    struct document *document = report_overview(&reading);
    chart(document, "months", "revenue_per_day");
    chapter_add(whole, reading.heading, document);
}

static void explore_chapter(struct whole *whole, enum dimension by, const char *title) {
    struct reading reading = chapter_of(whole, title);
    struct explore_request request = {.by = {by}, .by_count = 1, .measure = MEASURE_COUNT};
    struct document *document = report_explore(&reading, &request, whole->look);
    if (by == DIMENSION_MONTH)
        chart(document, "rows", "revenue_per_day");
    chapter_add(whole, title, document);
}

static void segments_chapter(struct whole *whole) {
    struct reading reading = chapter_of(whole, "Segments");
    const char *problem = NULL;
    const struct segmentation *stored = shop_segmentation(reading.shop, &problem);
    struct segments_request request = {.stored = true, .contrasts = true};
    struct document *document = NULL;
    struct error error;
    if (stored != NULL) {
        document = report_segments(&reading, stored, reading.facts, &request, &error);
        problem = error.message;
    }
    if (document == NULL) {
        document = document_new();
        report_head(document, &reading, reading.heading);
        document_sentence(document, "No segments (%s); to make them: retail-pulse train segments",
                          problem != NULL ? problem : "none trained");
    }
    chapter_add(whole, reading.heading, document);
}

static void impact_chapter(struct whole *whole, enum outcome outcome) {
    static const char *const titles[OUTCOME_COUNT] = {
        [OUTCOME_RETURNING] = "Who is returning", [OUTCOME_FACEBOOK] = "Who came from Facebook"};
    struct reading reading = chapter_of(whole, titles[outcome]);
    chapter_add(whole, reading.heading,
                report_impact(&reading, impact_defaults(outcome), IMPACT_ALL));
}

static enum err models_chapter(struct whole *whole, struct error *error) {
    struct models_request request = {.target = whole->outcome, .algorithm = MODELS_ALL};
    struct document *document;
    enum err code = report_models(shop_db(whole->reading->shop), &request, &document, error);
    if (code == ERR_OK)
        chapter_add(whole, "Models", document);
    return code;
}

static enum err data_chapter(struct whole *whole, struct error *error) {
    struct reading reading = chapter_of(whole, "Data");
    struct document *document;
    enum err code = report_data(&reading, REJECTS_TOLD, &document, error);
    if (code == ERR_OK)
        chapter_add(whole, reading.heading, document);
    return code;
}

static enum err fill(struct whole *whole, struct error *error) {
    overview_chapter(whole);
    explore_chapter(whole, DIMENSION_MONTH, "By month");
    explore_chapter(whole, DIMENSION_LOCATION, "By location");
    explore_chapter(whole, DIMENSION_HANDSET, "By handset");
    segments_chapter(whole);
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        if (whole->outcome == WHOLE_BOTH || whole->outcome == outcome)
            impact_chapter(whole, (enum outcome)outcome);
    }
    enum err code = models_chapter(whole, error);
    return code == ERR_OK ? data_chapter(whole, error) : code;
}

/* ---------------------------------------------------------------------------------------- printing
 */

/* What is told once for all chapters: filters, how many sales, from when to when. */
static char *head_sentence(const struct reading *reading) {
    const struct facts *facts = reading->facts;
    const struct selection *selection = reading->selection;
    char *filters = slice_text(reading->slice);
    char count[NUMBER_TEXT_SIZE], from[DATE_ISO_SIZE], to[DATE_ISO_SIZE];
    number_grouped(selection_sales(facts, selection), count, sizeof count);
    struct buffer out = {0};
    buffer_printf(&out, "Filter: %s (%s sales", filters[0] != '\0' ? filters : "none", count);
    day_number first = 0, last = 0;
    for (size_t i = 0; i < selection->count; i++) {
        day_number day = facts_day(facts, selection->rows[i]);
        first = i == 0 || day < first ? day : first;
        last = i == 0 || day > last ? day : last;
    }
    if (selection->count != 0) {
        date_iso(first, from);
        date_iso(last, to);
        buffer_printf(&out, ", %s to %s", from, to);
    }
    buffer_text(&out, ")");
    if (facts->synthetic != 0)
        buffer_text(&out, facts->synthetic == facts_total(facts) ? "  SYNTHETIC sample"
                                                                 : "  partly SYNTHETIC");
    free(filters);
    char *text = buffer_take(&out), *clean = text_printable(text, strlen(text));
    free(text);
    return clean;
}

static void underline(struct buffer *out, const char *text) {
    for (int i = text_width(text); i > 0; i--)
        buffer_text(out, "=");
    buffer_text(out, "\n");
}

static void print_as_text(const struct whole *whole, const char *head, struct buffer *out) {
    const struct look *look = whole->look;
    struct document *first = document_new();
    document_sentence(first, "Retail Pulse: report");
    document_sentence(first, "%s", head);
    print_text(first, look, out);
    document_free(first);
    for (int i = 0; i < whole->count; i++) {
        struct buffer chapter = {0};
        print_text(whole->chapters[i].document, look, &chapter);
        size_t title = strcspn(chapter.data, "\n");
        buffer_text(out, "\n\n");
        buffer_append(out, chapter.data, title + 1);
        if (!look->linear) { /* a screen reader would spell the line out */
            char *text = xstrndup(chapter.data, title);
            underline(out, text);
            free(text);
        }
        buffer_text(out, chapter.data + title + 1);
        buffer_free(&chapter);
    }
}

static void print_as_markdown(const struct whole *whole, const char *head, struct buffer *out) {
    struct document *first = document_new();
    document_sentence(first, "Retail Pulse");
    document_sentence(first, "%s", head);
    struct buffer text = {0};
    print_markdown(first, &text);
    buffer_text(out, text.data + 1); /* one level above its chapters */
    buffer_free(&text);
    document_free(first);
    for (int i = 0; i < whole->count; i++)
        print_markdown(whole->chapters[i].document, out);
}

static void print_as_html(const struct whole *whole, const char *head, struct buffer *out) {
    const char *titles[CHAPTERS_MAX];
    for (int i = 0; i < whole->count; i++)
        titles[i] = whole->chapters[i].title;
    html_begin(out, "Retail Pulse");
    html_contents(out, head, titles, whole->count);
    for (int i = 0; i < whole->count; i++)
        print_html_chapter(whole->chapters[i].document, titles[i], out);
    html_end(out);
}

enum err report_whole(const struct reading *reading, int outcome, const struct look *look,
                      FILE *stream, struct error *error) {
    struct whole whole = {.reading = reading, .look = look, .outcome = outcome};
    struct buffer out = {0};
    enum err code = fill(&whole, error);
    if (code == ERR_OK) {
        char *head = head_sentence(reading);
        if (look->format == FORMAT_HTML)
            print_as_html(&whole, head, &out);
        else if (look->format == FORMAT_MARKDOWN)
            print_as_markdown(&whole, head, &out);
        else
            print_as_text(&whole, head, &out);
        free(head);
        fwrite(out.data, 1, out.length, stream);
        code = stream_check(stream, "standard output", error);
    }
    for (int i = 0; i < whole.count; i++)
        document_free(whole.chapters[i].document);
    buffer_free(&out);
    return code;
}
