/* pi(x) with this library: pi THREADS X. Prints the count. */
#include "tamis.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    uint64_t count = 0;
    tam_status status;
    if (argc != 3) return 2;
    status = tam_init((uint32_t)atoi(argv[1]));
    if (status == TAM_OK) status = tam_prime_pi(strtoull(argv[2], NULL, 10), &count);
    if (status != TAM_OK) {
        fprintf(stderr, "%s\n", tam_status_text(status));
        return 1;
    }
    printf("%" PRIu64 "\n", count);
    return 0;
}
