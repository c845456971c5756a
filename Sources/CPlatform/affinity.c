#define _GNU_SOURCE
#include "affinity.h"
#include <sched.h>
#include <stdio.h>

int lg_core_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

// Adds the processors of a list such as `0-3,8` to a set.
static void add_list(FILE *file, cpu_set_t *set) {
    int low, high;
    while (fscanf(file, "%d", &low) == 1) {
        int next = fgetc(file);
        high = low;
        if (next == '-') {
            if (fscanf(file, "%d", &high) != 1) return;
            next = fgetc(file);
        }
        for (int core = low; core <= high && core < CPU_SETSIZE; core++) CPU_SET(core, set);
        if (next != ',') return;
    }
}

static int domain_cores(int domain, cpu_set_t *set) {
    char path[96];
    snprintf(path, sizeof path, "/sys/devices/system/node/node%d/cpulist", domain);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    CPU_ZERO(set);
    add_list(file, set);
    fclose(file);
    return 1;
}

void lg_bind_to_domain(int group) {
    cpu_set_t allowed, cores, usable[64];
    int count = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    for (int domain = 0; domain < 64 && domain_cores(domain, &cores); domain++) {
        CPU_AND(&usable[count], &cores, &allowed);
        if (CPU_COUNT(&usable[count]) > 0) count++;
    }
    if (count > 1) sched_setaffinity(0, sizeof usable[0], &usable[group % count]);
}
