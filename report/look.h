/* How an answer is to look. */
#ifndef REPORT_LOOK_H
#define REPORT_LOOK_H

#include <stdbool.h>

enum format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON, FORMAT_MARKDOWN, FORMAT_HTML };

struct look {
    enum format format;
    bool ascii;  /* text only in ASCII, whatever the data has */
    int columns; /* of the terminal; 0: as wide as it takes */
    bool linear; /* text as plain lines of "title value", for screen readers */
    bool narrow; /* text never exceeds `columns`: sentences are broken, long names cut */
};

#endif
