/* Which versions of the libraries that only the engine knows are in this process. */
#ifndef ENGINE_VERSIONS_H
#define ENGINE_VERSIONS_H

#include "base/buffer.h"

/* Lines of a name and a version, asked of the libraries themselves; only libcsv cannot be asked,
 * and says what it was when this was compiled. */
void engine_versions(struct buffer *out);

#endif
