/* `retail-pulse --version`: the program's and those of the libraries it runs with. */
#ifndef CLI_VERSIONS_H
#define CLI_VERSIONS_H

#include "base/buffer.h"

void versions_print(struct buffer *out);

#endif
