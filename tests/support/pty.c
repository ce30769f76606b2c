#include "tests/support/pty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { BUSY_MS = 20000 }; /* longer than this nobody waits for an answer */

struct pty {
    pid_t pid;
    int fd;
    int lines, columns;
    VTerm *emulator;
    VTermScreen *screen;
    char raw[65536];
    size_t raw_length;
    char sequence[128]; /* a control sequence that has not ended yet */
    size_t sequence_length;
};

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void run_child(const char *arguments, const char *type) {
    const char *program = getenv("PROGRAM");
    char *words[64] = {(char *)(program != NULL ? program : "build/retail-pulse")};
    int count = 1;
    char *copy = xstrdup(arguments);
    for (char *word = strtok(copy, " "); word != NULL && count < 63; word = strtok(NULL, " "))
        words[count++] = word;
    if (type != NULL)
        setenv("TERM", type, 1);
    else
        unsetenv("TERM");
    execv(words[0], words);
    _exit(127);
}

static void reply(const char *bytes, size_t length, void *context) {
    const struct pty *pty = context;
    ssize_t written = write(pty->fd, bytes, length);
    (void)written;
}

struct pty *pty_start(const char *arguments, const char *type, int lines, int columns) {
    struct pty *pty = xcalloc(1, sizeof *pty);
    struct winsize size = {.ws_row = (unsigned short)lines, .ws_col = (unsigned short)columns};
    pty->lines = lines;
    pty->columns = columns;
    pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
    if (pty->pid < 0)
        abort();
    if (pty->pid == 0)
        run_child(arguments, type);
    fcntl(pty->fd, F_SETFL, O_NONBLOCK);
    pty->emulator = vterm_new(lines, columns);
    vterm_set_utf8(pty->emulator, 1);
    vterm_output_set_callback(pty->emulator, reply, pty);
    pty->screen = vterm_obtain_screen(pty->emulator);
    vterm_screen_enable_altscreen(pty->screen, 1);
    vterm_screen_reset(pty->screen, 1);
    return pty;
}

pid_t pty_pid(const struct pty *pty) {
    return pty->pid;
}

static void keep(struct pty *pty, const char *bytes, size_t length) {
    size_t room = sizeof pty->raw;
    if (pty->raw_length + length > room) {
        size_t gone = pty->raw_length + length - room;
        memmove(pty->raw, pty->raw + gone, pty->raw_length - gone);
        pty->raw_length -= gone;
    }
    memcpy(pty->raw + pty->raw_length, bytes, length);
    pty->raw_length += length;
}

/* The emulator knows no dim text (SGR 2), so it is shown blinking (5), which the program never asks
 * for. */
static void show_style(struct pty *pty) {
    struct buffer out = {0};
    buffer_text(&out, "\033[");
    char *copy = xasprintf("%.*s", (int)pty->sequence_length - 3, pty->sequence + 2);
    int colour_parts = 0; /* of 38;5;N and 48;5;N: the numbers in them are no styles */
    for (char *rest = copy, *part; (part = strsep(&rest, ";")) != NULL;) {
        const char *shown = colour_parts > 0          ? part
                            : strcmp(part, "2") == 0  ? "5"
                            : strcmp(part, "22") == 0 ? "22;25"
                                                      : part;
        if (colour_parts > 0)
            colour_parts--;
        else if (strcmp(part, "38") == 0 || strcmp(part, "48") == 0)
            colour_parts = 2;
        buffer_printf(&out, "%s%s", shown, rest != NULL ? ";" : "m");
    }
    vterm_input_write(pty->emulator, out.data, out.length);
    buffer_free(&out);
    free(copy);
}

static void show_byte(struct pty *pty, char byte) {
    if (pty->sequence_length == 0 && byte != '\033') {
        vterm_input_write(pty->emulator, &byte, 1);
        return;
    }
    pty->sequence[pty->sequence_length++] = byte;
    bool opened = pty->sequence_length < 2 || pty->sequence[1] == '[';
    bool ended = pty->sequence_length > 2 && byte >= 0x40;
    if (opened && !ended && pty->sequence_length < sizeof pty->sequence)
        return;
    if (opened && ended && byte == 'm')
        show_style(pty);
    else
        vterm_input_write(pty->emulator, pty->sequence, pty->sequence_length);
    pty->sequence_length = 0;
}

/* What has arrived; 0: nothing yet, −1: the program is gone. */
static ssize_t take(struct pty *pty) {
    char bytes[16384];
    ssize_t length = read(pty->fd, bytes, sizeof bytes);
    if (length <= 0)
        return length < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    for (ssize_t i = 0; i < length; i++)
        show_byte(pty, bytes[i]);
    keep(pty, bytes, (size_t)length);
    return length;
}

/* Whether a thread of the program runs, or waits for a processor: then its answer is still to come,
 * however busy the machine is. */
static bool is_busy(const struct pty *pty) {
    char path[64], line[512];
    bool busy = false;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pty->pid);
    DIR *tasks = opendir(path);
    for (struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;) {
        char *stat_path = xasprintf("%s/%s/stat", path, task->d_name);
        FILE *stat = task->d_name[0] != '.' ? fopen(stat_path, "r") : NULL;
        free(stat_path);
        if (stat == NULL)
            continue;
        const char *end = fgets(line, sizeof line, stat) != NULL ? strrchr(line, ')') : NULL;
        busy = busy || (end != NULL && (end[2] == 'R' || end[2] == 'D'));
        fclose(stat);
    }
    if (tasks != NULL)
        closedir(tasks);
    return busy;
}

/* A second of doing nothing is given to a program that is to end by itself; work is waited for. */
int pty_end(struct pty *pty) {
    enum { PAUSE_US = 20000, IDLE_MOST = 50 };
    int status = 0, idle = 0;
    double started = now_ms();
    close(pty->fd);
    while (waitpid(pty->pid, &status, WNOHANG) == 0) {
        if (!is_busy(pty) || now_ms() - started > BUSY_MS)
            idle++;
        if (idle > IDLE_MOST)
            kill(pty->pid, SIGKILL);
        usleep(PAUSE_US);
    }
    vterm_free(pty->emulator);
    free(pty);
    return status;
}

struct traffic pty_type(struct pty *pty, const char *bytes, int silence_ms) {
    struct traffic traffic = {0, (double)NAN, (double)NAN};
    double started = now_ms();
    for (size_t length = strlen(bytes), at = 0; at < length;) {
        ssize_t written = write(pty->fd, bytes + at, length - at);
        if (written < 0 && errno != EAGAIN)
            break;
        at += written > 0 ? (size_t)written : 0;
    }
    struct pollfd input = {.fd = pty->fd, .events = POLLIN};
    for (;;) {
        int news = poll(&input, 1, silence_ms);
        if (news == 0 && is_busy(pty) && now_ms() - started < BUSY_MS)
            continue;
        if (news <= 0)
            break;
        ssize_t length = take(pty);
        if (length < 0)
            break;
        if (length > 0 && traffic.bytes == 0)
            traffic.first_byte_ms = now_ms() - started;
        if (length > 0)
            traffic.last_byte_ms = now_ms() - started;
        traffic.bytes += (size_t)length;
    }
    return traffic;
}

bool pty_shows(struct pty *pty, const char *text, int seconds) {
    double end = now_ms() + seconds * 1e3;
    for (;;) {
        char *screen = pty_screen(pty);
        bool found = strstr(screen, text) != NULL;
        free(screen);
        if (found)
            return true;
        struct pollfd input = {.fd = pty->fd, .events = POLLIN};
        if (now_ms() > end || (poll(&input, 1, 100) > 0 && take(pty) < 0))
            return false;
    }
}

void pty_resize(struct pty *pty, int lines, int columns) {
    struct winsize size = {.ws_row = (unsigned short)lines, .ws_col = (unsigned short)columns};
    pty->lines = lines;
    pty->columns = columns;
    vterm_set_size(pty->emulator, lines, columns);
    ioctl(pty->fd, TIOCSWINSZ, &size);
}

static void put_utf8(struct buffer *out, uint32_t code) {
    if (code < 0x80) {
        buffer_printf(out, "%c", (int)code);
    } else if (code < 0x800) {
        buffer_printf(out, "%c%c", (int)(0xC0 | code >> 6), (int)(0x80 | (code & 0x3F)));
    } else {
        buffer_printf(out, "%c%c%c", (int)(0xE0 | code >> 12), (int)(0x80 | (code >> 6 & 0x3F)),
                      (int)(0x80 | (code & 0x3F)));
    }
}

char *pty_screen(const struct pty *pty) {
    struct buffer text = {0};
    for (int row = 0; row < pty->lines; row++) {
        size_t start = text.length;
        size_t end = start;
        for (int column = 0; column < pty->columns; column++) {
            VTermScreenCell cell;
            vterm_screen_get_cell(pty->screen, (VTermPos){row, column}, &cell);
            if (cell.chars[0] == (uint32_t)-1) /* the second half of a wide character */
                continue;
            put_utf8(&text, cell.chars[0] != 0 ? cell.chars[0] : ' ');
            if (cell.chars[0] != 0 && cell.chars[0] != ' ')
                end = text.length;
        }
        text.length = end;
        buffer_printf(&text, "\n");
    }
    return buffer_take(&text);
}

static int color_of(const VTermColor *color, bool own) {
    return own || !VTERM_COLOR_IS_INDEXED(color) ? PTY_OWN_COLOR : color->indexed.idx;
}

struct pty_cell pty_cell(const struct pty *pty, int row, int column) {
    VTermScreenCell cell;
    vterm_screen_get_cell(pty->screen, (VTermPos){row, column}, &cell);
    bool second = cell.chars[0] == (uint32_t)-1;
    return (struct pty_cell){
        .code = cell.chars[0] != 0 && !second ? cell.chars[0] : ' ',
        .width = second ? 0 : cell.width,
        .text_color = color_of(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)),
        .back_color = color_of(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)),
        .bold = cell.attrs.bold,
        .dim = cell.attrs.blink,
        .reverse = cell.attrs.reverse,
        .underline = cell.attrs.underline != 0,
    };
}

void pty_size(const struct pty *pty, int *lines, int *columns) {
    *lines = pty->lines;
    *columns = pty->columns;
}

bool pty_is_cooked(const struct pty *pty) {
    struct termios modes;
    return tcgetattr(pty->fd, &modes) == 0 && (modes.c_lflag & ICANON) && (modes.c_lflag & ECHO);
}

const char *pty_raw(const struct pty *pty, size_t *length) {
    *length = pty->raw_length;
    return pty->raw;
}
