#include "tui/linear.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/learn/customer_pairs.h"
#include "report/ascii.h"
#include "report/pairs.h"
#include "report/save.h"
#include "tui/app_state.h"
#include "tui/linear_words.h"
#include "tui/named.h"

enum { PAGE_LINES = 30, TICK_MS = 1000, WORKER_TICK_MS = 250, LINE_MAX_BYTES = 4096 };

struct linear {
    struct app *app;
    char *shown; /* the screen as it was last told; owned */
    char *rest;  /* … and what of it is not told yet, within `shown`; NULL: nothing */
    bool asking_job;
    char input[LINE_MAX_BYTES]; /* typed, and not yet a line */
    size_t input_length;
    bool input_ended;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
    (void)number;
    interrupted = 1;
}

bool linear_possible(void) {
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* ------------------------------------------------------------------------------------- telling */

/* A line of the program's own or of a message: whatever is in it, it cannot steer the terminal. */
static void say(const struct linear *linear, const char *text) {
    char *clean = text_printable(text, strlen(text));
    if (linear->app->options.ascii)
        clean = text_in_ascii(clean);
    printf("%s\n", clean);
    free(clean);
}

static void say_notice(struct linear *linear) {
    struct app *app = linear->app;
    if (app->notice[0] != '\0')
        say(linear, app->notice);
    app->notice[0] = '\0';
}

static struct document *slices_document(const struct app *app) {
    const struct recall *names = app_names(app);
    int count = named_count(names);
    struct pair *pairs = xcalloc((size_t)count + 1, sizeof *pairs);
    for (int i = 0; i < count; i++)
        pairs[i] = (struct pair){named_name(names, i), named_filters(names, i)};
    struct reading reading = app_reading(app);
    struct document *document = report_slices(&reading, pairs, count);
    free(pairs);
    return document;
}

static struct document *screen_document(struct app *app, struct error *error) {
    struct view *view = app_top(app);
    app_prepare(app);
    if (view->code != ERR_OK) {
        *error = view->problem;
        return NULL;
    }
    if (app_facts(app)->count == 0 && !view->ops->works_empty) {
        error_set(error, ERR_NOT_FOUND, "No sales yet.");
        error_hint(error, "import FILE takes the shop's file in; q quits.");
        return NULL;
    }
    if (view->ops == &slices_screen)
        return slices_document(app);
    if (view->ops->document == NULL) {
        error_set(error, ERR_NOT_FOUND, "%s has nothing to tell.", view->ops->title);
        return NULL;
    }
    return view->ops->document(view->state, app, error);
}

/* The caller frees it. */
static char *screen_text(const struct linear *linear) {
    bool ascii = linear->app->options.ascii;
    struct error error = {0};
    struct document *document = screen_document(linear->app, &error);
    if (document != NULL)
        return report_lines(document, ascii);
    char *text =
        xasprintf("%s\n%s%s", error.message, error.hint, error.hint[0] != '\0' ? "\n" : "");
    char *clean = text_printable(text, strlen(text));
    free(text);
    return ascii ? text_in_ascii(clean) : clean;
}

/* As many lines as one listens to at a time. */
static void say_rest(struct linear *linear) {
    char *at = linear->rest;
    for (int line = 0; line < PAGE_LINES && *at != '\0'; line++) {
        size_t length = strcspn(at, "\n");
        length += at[length] == '\n';
        fwrite(at, 1, length, stdout);
        at += length;
    }
    int64_t left = 0;
    for (const char *c = at; *c != '\0'; c++)
        left += *c == '\n';
    linear->rest = left > 0 ? at : NULL;
    if (left > 0) {
        char count[NUMBER_TEXT_SIZE];
        number_grouped(left, count, sizeof count);
        printf("%s more lines: Enter goes on.\n", count);
    }
}

/* The screen, or that it is as it was. */
static void say_screen(struct linear *linear, bool again) {
    char *text = screen_text(linear);
    bool same = linear->shown != NULL && strcmp(text, linear->shown) == 0;
    if (same && !again) {
        free(text);
        if (linear->app->notice[0] == '\0')
            say(linear, "The screen is as it was.");
    } else {
        free(linear->shown);
        linear->shown = linear->rest = text;
        say_rest(linear);
    }
    say_notice(linear);
}

static void say_job(struct linear *linear) {
    char line[256];
    if (!linear->app->job.running)
        return;
    jobs_line(linear->app, (int)sizeof line, line, sizeof line);
    say(linear, line);
}

static void say_prompt(const struct linear *linear) {
    const struct app *app = linear->app;
    struct buffer line = {0};
    if (linear->asking_job) {
        buffer_text(&line, "Number of the work: ");
    } else if (app->prompting) {
        if (app->prompt.remark[0] != '\0')
            say(linear, app->prompt.remark + strspn(app->prompt.remark, " "));
        buffer_text(&line, app->prompt.label);
        if (app->prompt.text[0] != '\0')
            buffer_printf(&line, " (Enter for %s)", app->prompt.text);
        buffer_text(&line, " ");
    } else {
        buffer_printf(&line, "%s> ", app_top(app)->ops->title);
    }
    char *clean = text_printable(line.data, line.length);
    if (app->options.ascii)
        clean = text_in_ascii(clean);
    fputs(clean, stdout);
    fflush(stdout);
    free(clean);
    buffer_free(&line);
}

static void say_help(struct linear *linear) {
    const struct screen_ops *ops = app_top(linear->app)->ops;
    struct buffer out = {0};
    buffer_printf(&out, "%s\n%s\n", ops->title, ops->help);
    linear_help(&out);
    char *text = buffer_take(&out);
    free(linear->shown);
    linear->shown = linear->rest = linear->app->options.ascii ? text_in_ascii(text) : text;
    say_rest(linear);
}

static void say_source(struct linear *linear) {
    struct share *share = &linear->app->share;
    if (!share->open)
        return;
    printf("On the command line:\n");
    say(linear, share->command);
    printf("In SQL:\n");
    for (const char *at = share->sql; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        char *line = xstrndup(at, length);
        say(linear, line);
        free(line);
        at += length + (at[length] == '\n');
    }
    share_close(share);
}

/* -------------------------------------------------------------------------------------- asking */

static void ask_job(struct linear *linear) {
    struct buffer out = {0};
    linear->app->job_menu.open = false;
    job_menu_list(&out);
    fputs(out.data, stdout);
    buffer_free(&out);
    linear->asking_job = true;
}

static void answer_job(struct linear *linear, const char *text) {
    int64_t item = 0;
    linear->asking_job = false;
    if (text[0] == '\0')
        say(linear, "Nothing was started.");
    else if (!number_parse_integer(text, &item) ||
             !job_menu_run(&linear->app->job_menu, linear->app, (int)item - 1))
        say(linear, "There is no such work.");
    say_notice(linear);
    say_job(linear);
}

/* What was typed for a prompt; true where that needs the screen told anew. A filter that cannot be
 * is told, and the prompt is left: the next line is a command again. */
static bool answer_prompt(struct linear *linear, const char *text) {
    struct app *app = linear->app;
    char initial[PROMPT_TEXT_MAX];
    snprintf(initial, sizeof initial, "%s", app->prompt.text);
    app_answer(app, text[0] != '\0' ? text : initial);
    if (app->prompting && app->prompt.remark_is_problem) {
        say(linear, app->prompt.remark + strspn(app->prompt.remark, " "));
        app->prompting = false;
        return false;
    }
    return !app->prompting;
}

/* ----------------------------------------------------------------------------------- commands */

static void import_file_named(struct linear *linear, const char *path) {
    struct app *app = linear->app;
    if (path[0] == '\0')
        say(linear, "Say which: import FILE");
    else if (jobs_may_start(app, JOB_IMPORT))
        jobs_start(app, JOB_IMPORT, (const char *const[]){"import", "--", path, NULL});
    say_notice(linear);
    say_job(linear);
}

/* Opens the row of that number, from the first of the list that the keys are in. */
static void go_to_row(struct linear *linear, int64_t number) {
    struct app *app = linear->app;
    app_act(app, ACTION_FIRST);
    for (int64_t i = 1; i < number; i++) {
        if (app_act(app, ACTION_DOWN) == REACT_NONE)
            return;
    }
}

/* Every action of the dashboard but those that want eyes; `argument` is what its prompt is
 * answered, or the row that is opened. */
static bool act(struct linear *linear, enum action action, const char *argument) {
    struct app *app = linear->app;
    int64_t row;
    if (action == ACTION_HELP || action == ACTION_PALETTE) {
        say_help(linear);
        return true;
    }
    if (action == ACTION_IMPORT) {
        import_file_named(linear, argument);
        return true;
    }
    if (action == ACTION_COPY || action == ACTION_REDRAW) {
        say(linear, "That needs a screen; export FILE writes a file.");
        return true;
    }
    bool rows = action == ACTION_OPEN || action == ACTION_KEEP || action == ACTION_EXCLUDE;
    if (rows && number_parse_integer(argument, &row)) {
        go_to_row(linear, row);
        argument = "";
    }
    unsigned reaction = app_act(app, action);
    if (reaction & REACT_QUIT)
        return false;
    if (argument[0] != '\0' && !app->prompting && !app->job_menu.open) {
        app_prepare(app); /* a layer was opened; what it asks for comes with the same key */
        app_act(app, action);
    }
    if (app->job_menu.open) {
        ask_job(linear);
        return true;
    }
    if (app->share.open) {
        say_source(linear);
        return true;
    }
    if (argument[0] != '\0' && app->prompting && !answer_prompt(linear, argument))
        return true;
    if (app->prompting)
        return true; /* its question stands in the next prompt */
    say_screen(linear, false);
    return true;
}

/* "age=30 price=22000" changes the form's customer. */
static void change_customer(struct linear *linear, const char *pairs) {
    struct app *app = linear->app;
    struct error error;
    struct customer customer = *whatif_customer(app_top(app)->state);
    if (customer_read_pairs(&customer, pairs, &error) != ERR_OK) {
        say(linear, error.message);
        if (error.hint[0] != '\0')
            say(linear, error.hint);
        return;
    }
    app_what_if(app, &customer);
    say_screen(linear, false);
}

static bool is_filter(const char *line) {
    return strpbrk(line, "=<>!") != NULL;
}

/* False at the end of the dashboard. */
static bool obey(struct linear *linear, char *line) {
    struct app *app = linear->app;
    if (line[0] == '\0' && linear->rest != NULL) {
        say_rest(linear);
        return true;
    }
    say_job(linear);
    if (line[0] == '\0') {
        say_screen(linear, true);
        return true;
    }
    size_t word = strcspn(line, " ");
    enum action action = linear_action(line, word);
    if (action != ACTION_NONE)
        return act(linear, action, line + word + strspn(line + word, " "));
    if (!is_filter(line)) {
        struct buffer out = {0};
        buffer_printf(&out, "Not understood: %s. ? lists what is.", line);
        say(linear, out.data);
        buffer_free(&out);
    } else if (app_top(app)->ops == &whatif_screen && app_top(app)->fresh) {
        change_customer(linear, line);
    } else {
        struct slice before = slice_copy(app_slice(app));
        app_add_filters(app, line);
        if (slice_equal(&before, app_slice(app)))
            say_notice(linear);
        else
            say_screen(linear, false);
        slice_free(&before);
    }
    return true;
}

static bool take_line(struct linear *linear, char *line) {
    size_t length = strlen(line);
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\r'))
        line[--length] = '\0';
    line += strspn(line, " \t");
    if (linear->asking_job)
        answer_job(linear, line);
    else if (!linear->app->prompting)
        return obey(linear, line);
    else if (answer_prompt(linear, line))
        say_screen(linear, false);
    return true;
}

/* ---------------------------------------------------------------------------------------- loop */

/* The next whole line, without its end; NULL where there is none yet. */
static char *next_line(struct linear *linear) {
    char *end = memchr(linear->input, '\n', linear->input_length);
    bool full = linear->input_length == sizeof linear->input;
    if (end == NULL && !full && !(linear->input_ended && linear->input_length > 0))
        return NULL;
    size_t length = end != NULL ? (size_t)(end - linear->input) : linear->input_length;
    char *line = xstrndup(linear->input, length);
    length += end != NULL;
    linear->input_length -= length;
    memmove(linear->input, linear->input + length, linear->input_length);
    return line;
}

static void read_input(struct linear *linear) {
    ssize_t got = read(STDIN_FILENO, linear->input + linear->input_length,
                       sizeof linear->input - linear->input_length);
    if (got > 0)
        linear->input_length += (size_t)got;
    else if (got == 0 || (errno != EINTR && errno != EAGAIN))
        linear->input_ended = true;
}

/* Leaves the prompt, else cancels the running work, else the dashboard; as Ctrl-C does there. */
static bool interrupt(struct linear *linear) {
    struct app *app = linear->app;
    interrupted = 0;
    printf("\n");
    if (app->prompting || linear->asking_job)
        app->prompting = linear->asking_job = false;
    else if (app->job.running)
        jobs_cancel(app);
    else
        return false;
    say_notice(linear);
    say_prompt(linear);
    return true;
}

/* News of the running work, or of sales that came from elsewhere. */
static void tick(struct linear *linear) {
    struct app *app = linear->app;
    uint64_t before = app_facts(app)->count;
    app->notice[0] = '\0';
    app_tick(app);
    bool grown = app_facts(app)->count != before;
    if (app->notice[0] == '\0' && !grown)
        return;
    printf("\n");
    say_notice(linear);
    if (grown)
        say(linear, "The sales are others now: Enter tells the screen anew.");
    linear->rest = grown ? NULL : linear->rest;
    say_prompt(linear);
}

static void loop(struct linear *linear) {
    say(linear, "Retail Pulse, line by line. ? lists what can be typed, q quits.");
    say_screen(linear, true);
    say_prompt(linear);
    for (;;) {
        char *line = next_line(linear);
        if (line != NULL) {
            bool goes_on = take_line(linear, line);
            free(line);
            if (!goes_on)
                return;
            say_prompt(linear);
            continue;
        }
        if (linear->input_ended)
            return;
        struct pollfd watched[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                   {.fd = app_worker_fd(linear->app), .events = POLLIN}};
        int news = poll(watched, 2, watched[1].fd >= 0 ? WORKER_TICK_MS : TICK_MS);
        if (interrupted && !interrupt(linear))
            return;
        if (news > 0 && watched[0].revents != 0)
            read_input(linear);
        else
            tick(linear);
    }
}

enum err linear_run(const struct tui_options *options, struct error *error) {
    struct linear linear = {.app = NULL};
    struct tui_options own = *options;
    own.linear = true;
    enum err code = app_open(&own, &linear.app, error);
    if (code != ERR_OK)
        return code;
    struct sigaction action = {.sa_handler = on_interrupt}, before;
    sigaction(SIGINT, &action, &before);
    loop(&linear);
    sigaction(SIGINT, &before, NULL);
    free(linear.shown);
    app_close(linear.app);
    return ERR_OK;
}
