#include "report/ascii.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"

char *text_in_ascii(char *text) {
    static const struct {
        const char *sign, *like;
    } likes[] = {{"–", "-"}, {"—", "-"}, {"−", "-"},  {"…", "..."}, {"×", "x"}, {"±", "+-"},
                 {"‘", "'"}, {"’", "'"}, {"≥", ">="}, {"≤", "<="},  {"├", "["}, {"┤", "]"},
                 {"─", "-"}, {"●", "o"}, {"┊", "|"},  {"┼", ":"},   {"█", "#"}, {"▏", "="},
                 {"▎", "="}, {"▍", "="}, {"▌", "="},  {"▋", "="},   {"▊", "="}, {"▉", "="},
                 {"┝", "|"}, {"┥", "|"}, {"│", "|"},  {"▸", ">"},   {"◂", "<"}, {"·", "."}};
    struct buffer out = {0};
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t size = text_decode(text + at, length - at, &code);
        const char *like = NULL;
        for (size_t i = 0; i < sizeof likes / sizeof *likes && size > 1; i++) {
            if (strncmp(text + at, likes[i].sign, strlen(likes[i].sign)) == 0)
                like = likes[i].like;
        }
        if (like != NULL)
            buffer_text(&out, like);
        else if (size > 1 || (unsigned char)text[at] >= 0x80)
            buffer_text(&out, "?");
        else
            buffer_append(&out, text + at, 1);
        at += size;
    }
    free(text);
    return buffer_take(&out);
}
