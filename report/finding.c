/* "pages broken 23 " and what was found, 23 bytes of it, then what to do. */
#include "report/finding.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { TEXT_MAX = 900 };

char *finding_line(const struct finding *finding) {
    int length = (int)strnlen(finding->what, TEXT_MAX);
    return xasprintf("%s %s %d %.*s%.*s", check_keys[finding->check], grade_names[finding->grade],
                     length, length, finding->what, TEXT_MAX, finding->advice);
}

static int place_of(const char *word, const char *const *words, int count) {
    int place = 0;
    while (place < count && strcmp(words[place], word) != 0)
        place++;
    return place;
}

bool finding_read(const char *line, struct finding *finding) {
    char key[32], grade[16];
    int length, start = 0;
    if (sscanf(line, "%31s %15s %d%n", key, grade, &length, &start) != 3 || line[start] != ' ')
        return false;
    const char *text = line + start + 1;
    int check = place_of(key, check_keys, CHECK_COUNT),
        is = place_of(grade, grade_names, GRADE_BROKEN + 1);
    if (check == CHECK_COUNT || is > GRADE_BROKEN || length < 0 || (size_t)length > strlen(text))
        return false;
    *finding = (struct finding){.check = (enum check)check,
                                .grade = (enum grade)is,
                                .what = xstrndup(text, (size_t)length),
                                .advice = xstrdup(text + length)};
    return true;
}
