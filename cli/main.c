#include <stdio.h>

int main(void) {
    puts("retail-pulse " RETAIL_PULSE_VERSION);
    return 0;
}
