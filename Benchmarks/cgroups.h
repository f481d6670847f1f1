// Where the cgroup hierarchies of this machine are mounted, read from /proc/self/mountinfo.
#ifndef BENCH_CGROUPS_H
#define BENCH_CGROUPS_H

#include <stdio.h>
#include <string.h>

#define PATH 512

enum { CPU, CPUACCT, MEMORY, CPUSET, BLKIO, PIDS, UNIFIED, HIERARCHIES };
static const char *const controller[] = {"cpu", "cpuacct", "memory", "cpuset", "blkio", "pids"};

// The mount point of each, empty where there is none. Several v1 controllers may share one.
static char mounted[HIERARCHIES][PATH];

static int has_option(const char *options, const char *name) {
  size_t length = strlen(name);
  for (const char *at = options; (at = strstr(at, name)); at += length)
    if ((at == options || at[-1] == ',') && strchr(",\n", at[length])) return 1;
  return 0;
}

static void find_hierarchies(void) {
  FILE *file = fopen("/proc/self/mountinfo", "re");
  char line[4096], root[PATH], point[PATH], type[64], options[1024];
  while (file && fgets(line, sizeof line, file)) {
    char *dash = strstr(line, " - ");
    if (!dash || sscanf(line, "%*s %*s %*s %511s %511s", root, point) != 2) continue;
    if (sscanf(dash, " - %63s %*s %1023s", type, options) != 2 || strcmp(root, "/")) continue;
    if (!strcmp(type, "cgroup2")) strcpy(mounted[UNIFIED], point);
    if (strcmp(type, "cgroup")) continue;
    for (int i = 0; i < UNIFIED; i++)
      if (has_option(options, controller[i])) strcpy(mounted[i], point);
  }
  if (file) fclose(file);
}

// Whether the v1 controllers are there; else everything is in the unified hierarchy.
static int is_legacy(void) { return mounted[CPUACCT][0] != 0; }

#endif
