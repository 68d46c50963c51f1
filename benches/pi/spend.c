/* Runs a program: spend PROGRAM ARGUMENT... Passes its output on, and then says in a line of JSON what it took:
 * seconds of elapsed time and of all its threads, and the most memory, in KB. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct timespec begun, ended;
    struct rusage used;
    int status = 0;
    pid_t child;
    if (argc < 2) return 2;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) return 1;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    getrusage(RUSAGE_CHILDREN, &used);
    printf("{\"seconds\": %.6f, \"user\": %.6f, \"peak\": %ld}\n",
           (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9,
           (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6, used.ru_maxrss);
    return 0;
}
