#include "base/user.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

char *user_name(void) {
    const struct passwd *user = getpwuid(geteuid());
    return user != NULL ? text_clean(user->pw_name, strlen(user->pw_name)) : xstrdup("unknown");
}
