/* Curses starts and ends here. What must hold: whatever ends the program, the user's terminal is as
 * it was; nothing but what changed is sent; an unknown or poor terminal is served, not refused. */
#include "tui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/memory.h"
#include "tui/draw.h"
#include "tui/mouse.h"
#include "tui/paint.h"

/* Right above KEY_MAX curses numbers the keys that a terminal has beyond the usual. */
enum { KEYCODE_PASTE_BEGINS = 0x4000, KEYCODE_PASTE_ENDS };

#define PASTE_ON "\033[?2004h"
#define MOUSE_OFF "\033[?1000l\033[?1002l\033[?1006l"
#define PASTE_OFF "\033[?2004l"

static struct {
    SCREEN *screen;
    FILE *nowhere; /* both ends of an offscreen terminal */
    enum glyph_tier tier;
    attr_t attributes[STYLE_COUNT];
    bool brackets_paste;
    bool mouse;
    bool in_paste;
    int saved_stderr;
    int signal_pipe[2];
    struct termios saved_modes;
    bool taken;        /* the user's terminal, from before curses starts until it has ended */
    char restore[256]; /* what a crash writes; curses cannot be called from a signal */
    size_t restore_length;
} terminal = {.saved_stderr = -1, .signal_pipe = {-1, -1}};

/* ------------------------------------------------------------------------------------- what it can
 */

static enum glyph_tier choose_tier(const char *type, bool ascii) {
    if (ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return TIER_ASCII;
    if (strcmp(type, "linux") == 0 || strncmp(type, "vt", 2) == 0)
        return TIER_LINES;
    return TIER_FULL;
}

static bool wants_color(bool no_color) {
    const char *no = getenv("NO_COLOR"); /* no-color.org: present and not empty */
    return !no_color && (no == NULL || no[0] == '\0') && has_colors();
}

static const char *capability(const char *name) {
    const char *sequence = tigetstr(name);
    return sequence != NULL && (intptr_t)sequence != -1 ? sequence : "";
}

static attr_t attributes_of(struct theme_look look) {
    return (look.bold ? A_BOLD : 0) | (look.dim ? A_DIM : 0) | (look.reverse ? A_REVERSE : 0) |
           (look.underline ? A_UNDERLINE : 0);
}

/* Every style has a pair, plain text and blanks too: from one pair to another costs five bytes on
 * the line, back to no attributes at all eleven. What curses believes to be on the screen is made
 * of the same blanks, else the first picture would send them all. */
static void prepare_colors(const struct terminal_options *options) {
    start_color();
    bool own_colors = use_default_colors() == OK;
    short background = own_colors ? -1 : COLOR_BLACK;
    for (int style = 0; style < STYLE_COUNT; style++) {
        struct theme_look look = theme_look_of(options->theme, (enum style)style, COLORS);
        if (look.foreground < 0 && !own_colors)
            look.foreground = COLOR_WHITE;
        short pair = (short)(style + 1);
        init_pair(pair, look.foreground, background);
        terminal.attributes[style] = attributes_of(look) | (attr_t)COLOR_PAIR(pair);
    }
    chtype blank = ' ' | terminal.attributes[STYLE_TEXT];
    bkgdset(blank);
    wbkgdset(curscr, blank);
    werase(curscr);
    if (terminal.nowhere == NULL) {
        putp(capability("clear"));
        fflush(stdout);
    }
    clearok(curscr, FALSE);
    clearok(stdscr, FALSE);
    clearok(newscr, FALSE);
}

static void prepare_styles(const struct terminal_options *options) {
    for (int style = 0; style < STYLE_COUNT; style++)
        terminal.attributes[style] = attributes_of(theme_look_of(THEME_MONO, (enum style)style, 0));
    if (wants_color(options->no_color) && options->theme != THEME_MONO)
        prepare_colors(options);
}

enum glyph_tier terminal_tier(void) {
    return terminal.tier;
}

const char *terminal_glyph(enum glyph glyph) {
    static const char *const glyphs[][3] = {
#define X(symbol, ascii, lines, full) {ascii, lines, full},
        GLYPH_LIST(X)
#undef X
    };
    return glyphs[glyph][terminal.tier];
}

/* ---------------------------------------------------------------------------- leaving, in any way
 */

static void on_end_signal(int number) {
    int saved = errno;
    char byte = (char)number;
    ssize_t written = write(terminal.signal_pipe[1], &byte, 1);
    (void)written;
    errno = saved;
}

/* Async-signal-safe: only write and tcsetattr. */
static void restore_raw(void) {
    /* while curses starts and knows nothing of the terminal yet: as most understand it */
    static const char usual[] = "\033(B\033[m\033[?25h\033[?1049l\r\n";
    if (!terminal.taken)
        return;
    bool known = terminal.restore_length > 0;
    ssize_t written = write(STDOUT_FILENO, known ? terminal.restore : usual,
                            known ? terminal.restore_length : sizeof usual - 1);
    (void)written;
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal.saved_modes);
    if (terminal.saved_stderr >= 0)
        dup2(terminal.saved_stderr, STDERR_FILENO);
}

static void on_crash(int number) {
    restore_raw();
    signal(number, SIG_DFL);
    raise(number);
}

static void prepare_restore(void) {
    const char *const parts[] = {terminal.mouse ? MOUSE_OFF : "",
                                 terminal.brackets_paste ? PASTE_OFF : "",
                                 capability("sgr0"),
                                 capability("cnorm"),
                                 capability("rmkx"),
                                 capability("rmcup"),
                                 "\r\n"};
    terminal.restore_length = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t length = strlen(parts[i]);
        if (terminal.restore_length + length > sizeof terminal.restore)
            continue;
        memcpy(terminal.restore + terminal.restore_length, parts[i], length);
        terminal.restore_length += length;
    }
}

/* Curses ends the program by itself where it has no memory. */
static void on_early_exit(void) {
    static const char message[] =
        "retail-pulse: the screen could not be drawn; nothing that was saved is lost\n";
    if (!terminal.taken)
        return;
    restore_raw();
    terminal.taken = false;
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
}

/* Before curses starts: it has been seen to crash there for want of memory. */
static void watch_crashes(void) {
    struct sigaction crashes = {.sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&crashes.sa_mask);
    static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof crash_signals / sizeof *crash_signals; i++)
        sigaction(crash_signals[i], &crashes, NULL);
    memory_on_exhausted(restore_raw);
    static bool at_exit;
    if (!at_exit)
        at_exit = atexit(on_early_exit) == 0;
    terminal.restore_length = 0;
    terminal.taken = true;
}

static void watch_signals(void) {
    if (pipe2(terminal.signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        terminal.signal_pipe[0] = terminal.signal_pipe[1] = -1;
    struct sigaction ends = {.sa_handler = on_end_signal};
    sigemptyset(&ends.sa_mask);
    sigaction(SIGTERM, &ends, NULL);
    sigaction(SIGHUP, &ends, NULL);
    sigaction(SIGINT, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int terminal_signal_fd(void) {
    return terminal.signal_pipe[0];
}

/* Libraries write to standard error; on the screen that would be dirt. */
static void silence_stderr(void) {
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0)
        return;
    fflush(stderr);
    terminal.saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
}

/* --------------------------------------------------------------------------------- open and close
 */

static void set_modes(const struct terminal_options *options, const char *type) {
    set_escdelay(50);
    raw(); /* Ctrl-C is a key here, and Ctrl-S does not freeze the screen */
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    curs_set(0);
    terminal.tier = choose_tier(type, options->ascii);
    prepare_styles(options);
    terminal.mouse = options->mouse;
    if (options->mouse) {
        mouseinterval(0); /* a click is answered at once; a second one is known by its time */
        mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
    }
    define_key("\033[Z", KEY_BTAB); /* the console has it beside the one its description names */
    define_key("\033[200~", KEYCODE_PASTE_BEGINS);
    define_key("\033[201~", KEYCODE_PASTE_ENDS);
}

enum err terminal_open(const struct terminal_options *options, struct error *error) {
    const char *type = getenv("TERM");
    if (type == NULL || type[0] == '\0')
        type = "xterm-256color";
    if (tcgetattr(STDIN_FILENO, &terminal.saved_modes) != 0)
        return error_set(error, ERR_IO, "standard input is not a terminal");
    watch_crashes();
    terminal.screen = newterm(type, stdout, stdin);
    if (terminal.screen == NULL) {
        type = "xterm-256color";
        terminal.screen = newterm(type, stdout, stdin);
    }
    if (terminal.screen == NULL) {
        terminal.taken = false;
        memory_on_exhausted(NULL);
        error_set(error, ERR_IO, "curses cannot drive this terminal (TERM=%s)", getenv("TERM"));
        return error_hint(error, "Set TERM to what your terminal is, for example xterm-256color.");
    }
    set_modes(options, type);
    terminal.brackets_paste = terminal.tier != TIER_LINES && strncmp(type, "linux", 5) != 0;
    if (terminal.brackets_paste) {
        fputs(PASTE_ON, stdout);
        fflush(stdout);
    }
    prepare_restore();
    silence_stderr();
    watch_signals();
    return ERR_OK;
}

enum err terminal_open_offscreen(const char *type, int lines, int columns,
                                 const struct terminal_options *options, struct error *error) {
    char number[16];
    snprintf(number, sizeof number, "%d", lines);
    setenv("LINES", number, 1);
    snprintf(number, sizeof number, "%d", columns);
    setenv("COLUMNS", number, 1);
    terminal.nowhere = fopen("/dev/null", "r+");
    if (terminal.nowhere != NULL)
        terminal.screen = newterm(type, terminal.nowhere, terminal.nowhere);
    unsetenv("LINES");
    unsetenv("COLUMNS");
    if (terminal.screen == NULL)
        return error_set(error, ERR_IO, "curses cannot drive TERM=%s", type);
    set_modes(options, type);
    return ERR_OK;
}

void terminal_resize_offscreen(int lines, int columns) {
    if (terminal.nowhere != NULL)
        resizeterm(lines, columns);
}

void terminal_close(void) {
    if (terminal.screen == NULL)
        return;
    if (terminal.brackets_paste) {
        fputs(PASTE_OFF, stdout);
        fflush(stdout);
    }
    if (terminal.nowhere == NULL) { /* curses sends it only where it believes it must */
        putp(capability("sgr0"));
        fflush(stdout);
    }
    endwin();
    delscreen(terminal.screen);
    terminal.screen = NULL;
    terminal.taken = false;
    memory_on_exhausted(NULL);
    if (terminal.saved_stderr >= 0) {
        dup2(terminal.saved_stderr, STDERR_FILENO);
        close(terminal.saved_stderr);
        terminal.saved_stderr = -1;
    }
    for (int end = 0; end < 2; end++) {
        if (terminal.signal_pipe[end] >= 0)
            close(terminal.signal_pipe[end]);
        terminal.signal_pipe[end] = -1;
    }
    if (terminal.nowhere != NULL)
        fclose(terminal.nowhere);
    terminal.nowhere = NULL;
}

/* A shell gives each of its jobs a process group of its own. Where nobody did (the only command of
 * an SSH session, say), nobody would wake us again. */
static bool has_shell_behind(void) {
    pid_t parent = getppid();
    return getsid(0) != getpid() && getsid(parent) == getsid(0) && getpgid(parent) != getpgrp();
}

bool terminal_suspend(void) {
    if (terminal.nowhere != NULL)
        return true;
    if (!has_shell_behind())
        return false;
    if (terminal.brackets_paste) {
        fputs(PASTE_OFF, stdout);
        fflush(stdout);
    }
    endwin();
    raise(SIGSTOP);
    if (terminal.brackets_paste) {
        fputs(PASTE_ON, stdout);
        fflush(stdout);
    }
    terminal_redraw();
    return true;
}

/* -------------------------------------------------------------------------------------------- keys
 */

/* After an Esc that something follows at once: an Alt combination or a sequence that terminfo does
 * not know. It is swallowed whole, so that its letters never act as commands. */
static bool swallow_sequence(void) {
    wint_t character;
    if (get_wch(&character) == ERR)
        return false;
    if (character == '[' || character == 'O') {
        while (get_wch(&character) != ERR && (character < 0x40 || character > 0x7E))
            continue;
    }
    return true;
}

static enum key_kind kind_of_function(wint_t code) {
    switch (code) {
    case KEY_UP:
        return KEY_KIND_UP;
    case KEY_DOWN:
        return KEY_KIND_DOWN;
    case KEY_LEFT:
        return KEY_KIND_LEFT;
    case KEY_RIGHT:
        return KEY_KIND_RIGHT;
    case KEY_PPAGE:
        return KEY_KIND_PAGE_UP;
    case KEY_NPAGE:
        return KEY_KIND_PAGE_DOWN;
    case KEY_HOME:
        return KEY_KIND_HOME;
    case KEY_END:
        return KEY_KIND_END;
    case KEY_ENTER:
        return KEY_KIND_ENTER;
    case KEY_BACKSPACE:
        return KEY_KIND_BACKSPACE;
    case KEY_DC:
        return KEY_KIND_DELETE;
    case KEY_BTAB:
        return KEY_KIND_BACKTAB;
    case KEY_RESIZE:
        return KEY_KIND_RESIZE;
    default:
        return KEY_KIND_OTHER;
    }
}

static struct key key_of_mouse(void) {
    MEVENT event;
    if (getmouse(&event) != OK)
        return (struct key){KEY_KIND_OTHER, 0};
    if (event.bstate & BUTTON4_PRESSED)
        return mouse_key(MOUSE_WHEEL_UP, event.y, event.x);
    if (event.bstate & BUTTON5_PRESSED)
        return mouse_key(MOUSE_WHEEL_DOWN, event.y, event.x);
    if (event.bstate & BUTTON1_PRESSED)
        return mouse_key(MOUSE_CLICK, event.y, event.x);
    return (struct key){KEY_KIND_OTHER, 0};
}

static struct key key_of_character(wint_t character) {
    switch (character) {
    case '\r':
    case '\n':
        return (struct key){KEY_KIND_ENTER, 0};
    case '\t':
        return (struct key){KEY_KIND_TAB, 0};
    case 8:
    case 127:
        return (struct key){KEY_KIND_BACKSPACE, 0};
    case 27:
        return (struct key){swallow_sequence() ? KEY_KIND_OTHER : KEY_KIND_ESCAPE, 0};
    default:
        if (character < 32)
            return (struct key){KEY_KIND_CONTROL, (uint32_t)character + 'a' - 1};
        return (struct key){KEY_KIND_CHARACTER, (uint32_t)character};
    }
}

bool terminal_key(struct key *key) {
    wint_t code;
    for (;;) {
        int kind = get_wch(&code);
        if (kind == ERR)
            return false;
        if (kind == KEY_CODE_YES && (code == KEYCODE_PASTE_BEGINS || code == KEYCODE_PASTE_ENDS)) {
            terminal.in_paste = code == KEYCODE_PASTE_BEGINS;
            continue;
        }
        if (kind == KEY_CODE_YES && code == KEY_MOUSE)
            *key = key_of_mouse();
        else if (kind == KEY_CODE_YES)
            *key = (struct key){kind_of_function(code), 0};
        else if (terminal.in_paste)
            *key = (struct key){KEY_KIND_PASTE, code < 32 ? ' ' : (uint32_t)code};
        else
            *key = key_of_character(code);
        return true;
    }
}

bool terminal_key_waits(void) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return terminal.nowhere == NULL && poll(&input, 1, 0) > 0;
}

/* ------------------------------------------------------------------------------------ the picture
 */

attr_t paint_attributes(enum style style) {
    return terminal.attributes[style];
}

enum { NO_SCREEN_LINES = 24, NO_SCREEN_COLUMNS = 80 };

void terminal_size(int *lines, int *columns) {
    if (terminal.screen == NULL) { /* nothing is drawn, yet lists turn pages */
        *lines = NO_SCREEN_LINES;
        *columns = NO_SCREEN_COLUMNS;
        return;
    }
    getmaxyx(stdscr, *lines, *columns);
}

void terminal_clear(void) {
    mouse_forget();
    erase();
}

void terminal_flush(int cursor_row, int cursor_column) {
    if (cursor_row >= 0) {
        move(cursor_row, cursor_column);
        curs_set(1);
    } else {
        curs_set(0);
    }
    refresh();
}

void terminal_redraw(void) {
    clearok(stdscr, TRUE);
}

bool terminal_send(const char *bytes, size_t length) {
    if (terminal.screen == NULL || terminal.nowhere != NULL)
        return false;
    return fwrite(bytes, 1, length, stdout) == length && fflush(stdout) == 0;
}

const char *terminal_curses_version(void) {
    return curses_version();
}
