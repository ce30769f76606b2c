/* What the Overview says in words: key figures on top, the last weeks against those before, the
 * news and the footnote. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/screens/overview_parts.h"
#include "tui/widgets/chart.h"

static void money_or_dash(double minor, char *text, size_t size) {
    char money[MONEY_TEXT_SIZE] = "–";
    if (!isnan(minor))
        money_short(minor, money);
    snprintf(text, size, "%s", money);
}

/* With the bounds that it lies in where it was not read from the sales. */
static void median_text(const struct overview *overview, char *text, size_t size) {
    char median[MONEY_TEXT_SIZE], low[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE] = "more";
    if (isnan(overview->median_price_minor)) {
        snprintf(text, size, overview->pending ? "…" : "–");
        return;
    }
    money_grouped((int64_t)llround(overview->median_price_minor), median);
    snprintf(text, size, "%s%s", money_sign(), median);
    if (!(overview->median_low_minor < overview->median_high_minor))
        return;
    money_grouped((int64_t)llround(overview->median_low_minor), low);
    if (isfinite(overview->median_high_minor))
        money_grouped((int64_t)llround(overview->median_high_minor), high);
    snprintf(text, size, "about %s%s [%s to %s]", money_sign(), median, low, high);
}

/* The key figures from left to right, as many as fit whole. */
static void draw_figures(const struct overview *overview, struct pane body) {
    enum { FIGURES = 5 };
    static const char *const names[FIGURES] = {"Revenue", "Sales", "Median price", "Returning",
                                               "Facebook"};
    char values[FIGURES][160], revenue[MONEY_TEXT_SIZE];
    money_or_dash((double)overview->total.revenue_minor, revenue, sizeof revenue);
    snprintf(values[0], sizeof values[0], "%s%s", money_sign(), revenue);
    number_grouped(overview->total.sales, values[1], sizeof values[1]);
    median_text(overview, values[2], sizeof values[2]);
    chart_share_text(overview->shares[ANSWER_RETURNING], values[3], sizeof values[3]);
    chart_share_text(overview->shares[ANSWER_FACEBOOK], values[4], sizeof values[4]);
    int total = 0;
    for (int i = 0; i < FIGURES; i++)
        total += text_width(names[i]) + 1 + text_width(values[i]);
    int gap = total + (FIGURES - 1) * 3 <= body.width ? 3 : 2;
    int column = 0;
    for (int i = 0; i < FIGURES; i++) {
        if (column + text_width(names[i]) + 1 + text_width(values[i]) > body.width)
            break;
        column = draw_format(body, 0, column, STYLE_TEXT, "%s ", names[i]);
        column = draw_text(body, 0, column, STYLE_STRONG, values[i]) + gap;
    }
}

/* "revenue a day +3.1% [-4.0 to +10.2] unclear": money and counts change in percent of the figure
 * before, shares in points. */
static bool change_words(const struct recent *recent, size_t which, bool interval, char *text,
                         size_t size) {
    static const struct {
        const char *name;
        enum measure measure;
    } told[] = {{"revenue a day", MEASURE_REVENUE_PER_DAY},
                {"returning", MEASURE_SHARE_RETURNING},
                {"Facebook", MEASURE_SHARE_FACEBOOK},
                {"sales a day", MEASURE_SALES},
                {"mean price", MEASURE_MEAN_PRICE}};
    if (which >= sizeof told / sizeof *told)
        return false;
    text[0] = '\0';
    for (int f = 0; f < RECENT_FIGURES; f++) {
        const struct recent_figure *figure = &recent->figures[f];
        const struct interval *change = &figure->difference;
        if (figure->measure != told[which].measure || !isfinite(change->estimate) ||
            !(figure->before > 0))
            continue;
        bool share = measure_kind(figure->measure) == MEASURE_SHARE;
        double unit = share ? 100 : 100 / figure->before;
        int used = snprintf(text, size, "%s %+.1f%s", told[which].name, change->estimate * unit,
                            share ? " points" : "%");
        if (interval && isfinite(change->low))
            used += snprintf(text + used, size - (size_t)used, " [%+.1f to %+.1f]",
                             change->low * unit, change->high * unit);
        snprintf(text + used, size - (size_t)used, " %s", verdict_name(figure->verdict));
    }
    return true;
}

/* The last weeks against those before, as much of it as fits into its lines; with the intervals
 * where there are two lines or where the first figure finds room beside its own. */
static void draw_recent(const struct recent *recent, struct pane lines) {
    char text[256], change[128];
    if (recent->days == 0)
        return;
    snprintf(text, sizeof text, "Last %d days against %d before:", recent->days, recent->days);
    change_words(recent, 0, true, change, sizeof change);
    bool interval = lines.height > 1 || text_width(text) + 1 + text_width(change) <= lines.width;
    change_words(recent, 0, interval, change, sizeof change);
    if (lines.height == 1 && text_width(text) + 1 + text_width(change) > lines.width)
        snprintf(text, sizeof text, "%d days against %d before:", recent->days, recent->days);
    int column = draw_text(lines, 0, 0, STYLE_DIM, text), row = 0;
    for (size_t i = 0; change_words(recent, i, interval, change, sizeof change); i++) {
        bool first = column <= text_width(text) && row == 0;
        if (change[0] == '\0')
            continue;
        if (column + (first ? 1 : 2) + text_width(change) > lines.width) {
            if (row + 1 >= lines.height)
                break;
            if (!first && column < lines.width)
                draw_text(lines, row, column, STYLE_DIM, ",");
            row++;
            column = 0;
        } else if (column > 0) {
            column = draw_text(lines, row, column, STYLE_DIM, first ? " " : ", ");
        }
        column = draw_text(lines, row, column, STYLE_DIM, change);
    }
}

/* The comparison takes two lines where the body can spare them: figures stand with intervals. */
static int recent_lines(const struct overview_state *state, struct pane body) {
    enum { SPARES = 18 };
    return state->overview.recent.days == 0 || body.height < SPARES ? 1 : 2;
}

static int news_lines(const struct overview_state *state, struct pane body) {
    enum { WIDE = 120, TALL = 27, LEAST = 18 };
    bool roomy = (body.width >= WIDE && body.height >= LEAST) || body.height >= TALL;
    return roomy && news_are_there(&state->news.since) ? state->news.since.count : 0;
}

static const char *leader_text(const struct overview_state *state, struct pane body) {
    const struct leader *leader = &state->overview.leader;
    return text_width(leader->sentence) <= body.width ? leader->sentence
           : text_width(leader->brief) <= body.width  ? leader->brief
                                                      : "";
}

/* What sells best, where the body is tall; nothing where that finds no room. */
static const char *best_text(const struct overview_state *state, struct pane body) {
    enum { TALL = 26 }; /* a terminal of 30 rows */
    const struct best *best = &state->overview.best;
    return body.height < TALL                         ? ""
           : text_width(best->sentence) <= body.width ? best->sentence
           : text_width(best->brief) <= body.width    ? best->brief
                                                      : "";
}

struct pane overview_parts_room(const struct overview_state *state, struct pane body) {
    enum { SPARES = 16 };
    int above = 1 + recent_lines(state, body) + news_lines(state, body);
    int below = 1 + (body.height >= SPARES && leader_text(state, body)[0] != '\0') +
                (best_text(state, body)[0] != '\0');
    return pane_top(pane_below(body, above), body.height - above - below);
}

/* "Since 3 Mar 2025: 312 new sales, …" and, below it, what else is new. */
static void draw_news(const struct overview_state *state, struct pane body) {
    const struct since *since = &state->news.since;
    int lines = news_lines(state, body);
    char date[DATE_SHORT_SIZE], text[SINCE_SENTENCE_SIZE + 32];
    date_short(since->visit, date);
    for (int i = 0; i < lines; i++) {
        if (i == 0)
            snprintf(text, sizeof text, "Since %s: %s", date, since->sentences[i]);
        else
            snprintf(text, sizeof text, "  %s", since->sentences[i]);
        draw_field(body, 1 + recent_lines(state, body) + i, 0, body.width,
                   i == 0 ? STYLE_STRONG : STYLE_TEXT, text);
    }
}

/* "New since 3 Mar 2025: 312 sales, … (W tells all)"; returns the column after it. */
static int draw_news_line(const struct since *since, struct pane body) {
    char date[DATE_SHORT_SIZE], text[SINCE_BRIEF_SIZE + 64], more[32];
    const char *keys = action_keys(ACTION_NEWS);
    date_short(since->visit, date);
    more[0] = '\0';
    if (keys[0] != '\0')
        snprintf(more, sizeof more, " (%.*s tells all)", (int)strcspn(keys, " "), keys);
    snprintf(text, sizeof text, "New since %s: %s%s", date, since->brief, more);
    if (text_width(text) > body.width) /* the figures before the way to the rest */
        snprintf(text, sizeof text, "New: %s%s", since->brief, more);
    return draw_text(body, body.height - 1, 0, STYLE_STRONG, text);
}

/* "* partial: 5 and 22 days" */
static int draw_partial(const struct overview_state *state, struct pane line, int column) {
    enum { NAMED = 3 };
    char text[128];
    int used = 0, partial = 0, count;
    const struct overview_period *periods = overview_trend_periods(state, &count);
    for (int i = 0; i < count; i++) {
        if (!periods[i].partial || ++partial > NAMED)
            continue;
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%d",
                         partial > 1 ? ", " : "* partial: ", periods[i].days);
    }
    if (partial == 0)
        return column;
    if (partial > NAMED)
        snprintf(text, sizeof text, "* partial %s: %d, compare the revenue per day",
                 overview_trend_heading(state->trend), partial);
    else
        snprintf(text + used, sizeof text - (size_t)used, " days");
    if (column + text_width(text) > line.width)
        return column;
    return draw_text(line, 0, column, STYLE_DIM, text) + 3;
}

/* What cannot all be true, and where more is said of it; nothing where it finds no room. */
static void draw_contradictions(const struct overview *overview, struct pane line, int column) {
    char count[NUMBER_TEXT_SIZE], key[16], text[160];
    if (overview->contradictions == 0)
        return;
    number_grouped(overview->contradictions, count, sizeof count);
    snprintf(key, sizeof key, "%.*s", (int)strcspn(action_keys(ACTION_DATA), " "),
             action_keys(ACTION_DATA));
    snprintf(text, sizeof text,
             "%s returning, yet never heard of the shop: one answer is wrong (%s Data, Quality)",
             count, key);
    if (column + text_width(text) > line.width)
        snprintf(text, sizeof text, "%s returning, yet never heard of it: %s Data", count, key);
    if (column + text_width(text) <= line.width)
        draw_text(line, 0, column, STYLE_DIM, text);
}

void overview_draw_words(const struct overview_state *state, struct pane body) {
    struct pane room = overview_parts_room(state, body);
    int bottom = room.row - body.row + room.height, column = 0;
    draw_figures(&state->overview, body);
    draw_recent(&state->overview.recent, pane_top(pane_below(body, 1), recent_lines(state, body)));
    draw_news(state, body);
    const char *words[] = {leader_text(state, body), best_text(state, body)};
    for (int i = 0; i < 2; i++) {
        if (bottom < body.height - 1 && words[i][0] != '\0')
            draw_text(body, bottom++, 0, STYLE_TEXT, words[i]);
    }
    struct pane line = pane_below(body, body.height - 1);
    if (news_are_there(&state->news.since) && news_lines(state, body) == 0)
        column = draw_news_line(&state->news.since, body) + 3;
    column = draw_partial(state, line, column);
    draw_contradictions(&state->overview, line, column);
}
