// A stand-in for NVIDIA's management library: plays a scenario, for tests on machines without a GPU.
//
// Its structs are declared from the published interface and apart from loadline's own, so that a
// mistake in one is not repeated in the other. The scenario is a text file: the library's own path with
// `.scenario` behind it, else what STANDIN_NVML names. It is read again whenever it changes. README.md
// beside this file says what it may hold.
//
// Drivers that lack functions are made by -DVARIANT_OLD (no third version of the process lists, no
// second of memory, no field values, no performance monitor), -DVARIANT_FIRST (first versions only),
// -DVARIANT_NONE (not the library that its name says).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))

#ifdef VARIANT_NONE
API int notNVML(void) { return 0; }
#else

#if defined(VARIANT_FIRST)
#define HAS_V2 0
#define HAS_V3 0
#elif defined(VARIANT_OLD)
#define HAS_V2 1
#define HAS_V3 0
#else
#define HAS_V2 1
#define HAS_V3 1
#endif

enum { OK, UNINITIALIZED, INVALID_ARGUMENT, NOT_SUPPORTED, NO_PERMISSION, NOT_FOUND = 6,
       INSUFFICIENT_SIZE = 7, TIMEOUT = 10, VERSION_MISMATCH = 25 };
enum { MOST_DEVICES = 64, MOST_INSTANCES = 8, MOST_KEYS = 48, MOST_PROCESSES = 512, MOST_RULES = 64 };

typedef struct Device { int gpu, instance; } *Handle;
typedef struct { char key[24], text[96]; int isNone; } Value;
typedef struct { int used; int gi, ci; unsigned long long memory, held; char uuid[64]; } Instance;
typedef struct {
  Value values[MOST_KEYS];
  int keys;
  Instance instances[MOST_INSTANCES];
  long long ring[64];
  int ringCount;
  long long ringPeriod;
} GPU;
typedef struct { int gpu, instance, kind; unsigned pid; unsigned long long memory; int sm; } Process;
typedef struct { int gpu; unsigned pid, sm; long long age; int isStale; } Extra;
typedef struct { int gpu; unsigned long long number; int isTaken; } Error;
typedef struct {
  char function[64];
  int gpu, kind, code, after, times, isLocked, seen;  // kind: 0 answers a code, 1 hangs, 2 crashes
  long milliseconds;
} Rule;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
  int isRead;
  struct timespec changed;
  off_t size;
  char driver[80], log[256], path[512];
  int devices, appear, keeps;
  GPU gpus[MOST_DEVICES], all;
  Process processes[MOST_PROCESSES];
  int processCount;
  Extra extras[64];
  int extraCount;
  Error errors[64];
  int errorCount;
  Rule rules[MOST_RULES];
  int ruleCount;
} scenario;
static struct Device wholes[MOST_DEVICES], parts[MOST_DEVICES][MOST_INSTANCES];
static int opened;
static unsigned long long startTime;

static unsigned long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (unsigned long long)t.tv_sec * 1000000 + (unsigned long long)t.tv_nsec / 1000;
}

// MARK: The scenario

static int codeNamed(const char *name) {
  static const struct { const char *name; int code; } codes[] = {
    {"OK", 0}, {"UNINITIALIZED", 1}, {"INVALID_ARGUMENT", 2}, {"NOT_SUPPORTED", 3},
    {"NO_PERMISSION", 4}, {"NOT_FOUND", 6}, {"INSUFFICIENT_SIZE", 7}, {"DRIVER_NOT_LOADED", 9},
    {"TIMEOUT", 10}, {"GPU_IS_LOST", 15}, {"RESET_REQUIRED", 16}, {"VERSION_MISMATCH", 18},
    {"UNKNOWN", 999}};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (!strcmp(codes[i].name, name)) return codes[i].code;
  return atoi(name);
}

// The number behind `key=` in a line, or `fallback`.
static long long option(const char *line, const char *key, long long fallback) {
  char word[32];
  snprintf(word, sizeof word, " %s=", key);
  const char *found = strstr(line, word);
  return found ? atoll(found + strlen(word)) : fallback;
}

static void set(GPU *gpu, const char *key, const char *text) {
  int i = 0;
  while (i < gpu->keys && strcmp(gpu->values[i].key, key)) i++;
  if (i == MOST_KEYS) return;
  if (i == gpu->keys) gpu->keys++;
  snprintf(gpu->values[i].key, sizeof gpu->values[i].key, "%s", key);
  snprintf(gpu->values[i].text, sizeof gpu->values[i].text, "%s", text);
  gpu->values[i].isNone = !strcmp(text, "-");
}

static void readLine(char *line) {
  char word[64] = "", a[64] = "", b[64] = "";
  int at = 0;
  if (sscanf(line, "%63s %n", word, &at) < 1 || *word == '#') return;
  char *rest = line + at;
  rest[strcspn(rest, "\n")] = 0;
  sscanf(rest, "%63s %63s", a, b);
  if (!strcmp(word, "driver")) snprintf(scenario.driver, sizeof scenario.driver, "%s", rest);
  else if (!strcmp(word, "log")) snprintf(scenario.log, sizeof scenario.log, "%s", rest);
  else if (!strcmp(word, "devices")) scenario.devices = atoi(a);
  else if (!strcmp(word, "keep")) scenario.keeps = 1;
  else if (!strcmp(word, "appear")) scenario.appear = atoi(a);
  else if (!strcmp(word, "set")) {
    int behind = 0;
    sscanf(rest, "%*s %*s %n", &behind);
    GPU *gpu = !strcmp(a, "*") ? &scenario.all : &scenario.gpus[atoi(a) % MOST_DEVICES];
    set(gpu, b, rest + behind);
  } else if (!strcmp(word, "process") && scenario.processCount < MOST_PROCESSES) {
    Process *p = &scenario.processes[scenario.processCount++];
    p->gpu = atoi(a);
    p->pid = (unsigned)strtoul(b, 0, 10);
    p->memory = strstr(rest, " memory=-") ? ~0ull
      : (unsigned long long)option(rest, "memory", 1 << 20);
    p->sm = (int)option(rest, "sm", -1);
    p->instance = (int)option(rest, "instance", -1);
    p->kind = strstr(rest, " graphics") ? 1 : strstr(rest, " sharing") ? 2 : 0;
  } else if (!strcmp(word, "sample") && scenario.extraCount < 64) {
    Extra *e = &scenario.extras[scenario.extraCount++];
    e->gpu = atoi(a);
    e->pid = (unsigned)strtoul(b, 0, 10);
    e->sm = (unsigned)option(rest, "sm", 0);
    e->age = option(rest, "age", 0);
    e->isStale = strstr(rest, " stale") != 0;
  } else if (!strcmp(word, "ring")) {
    GPU *gpu = &scenario.gpus[atoi(a) % MOST_DEVICES];
    gpu->ringPeriod = atoll(b);
    int behind = 0;
    sscanf(rest, "%*s %*s %n", &behind);
    char *save = 0;
    for (char *part = strtok_r(rest + behind, " ", &save); part && gpu->ringCount < 64;
         part = strtok_r(0, " ", &save))
      gpu->ring[gpu->ringCount++] = atoll(part);
  } else if (!strcmp(word, "instance")) {
    int gpu = atoi(a) % MOST_DEVICES, number = atoi(b) % MOST_INSTANCES;
    Instance *i = &scenario.gpus[gpu].instances[number];
    i->used = 1;
    i->gi = (int)option(rest, "gi", number + 1);
    i->ci = (int)option(rest, "ci", 0);
    i->memory = (unsigned long long)option(rest, "memory", 10ll << 30);
    i->held = (unsigned long long)option(rest, "used", 0);
    snprintf(i->uuid, sizeof i->uuid, "MIG-%08d-0000-0000-0000-%012lld", gpu,
             option(rest, "serial", number));
  } else if (!strcmp(word, "xid") && scenario.errorCount < 64) {
    Error *e = &scenario.errors[scenario.errorCount++];
    e->gpu = atoi(a);
    e->number = strtoull(b, 0, 10);
  } else if ((!strcmp(word, "code") || !strcmp(word, "hang") || !strcmp(word, "crash"))
             && scenario.ruleCount < MOST_RULES) {
    Rule *r = &scenario.rules[scenario.ruleCount++];
    snprintf(r->function, sizeof r->function, "%s", a);
    r->kind = *word == 'c' && word[1] == 'o' ? 0 : *word == 'h' ? 1 : 2;
    r->code = r->kind == 0 ? codeNamed(b) : 0;
    r->milliseconds = r->kind == 1 ? atol(b) : 0;
    r->gpu = (int)option(rest, "gpu", -1);
    r->after = (int)option(rest, "after", 0);
    r->times = (int)option(rest, "times", -1);
    r->isLocked = strstr(rest, " locked") != 0;
  }
}

// With the lock held.
static void readScenario(void) {
  static char beside[512];
  struct stat st;
  Dl_info self;
  if (!*beside && dladdr(&scenario, &self) && self.dli_fname)
    snprintf(beside, sizeof beside, "%s.scenario", self.dli_fname);
  const char *path = beside;
  if (stat(path, &st)) {
    path = getenv("STANDIN_NVML");
    if (!path || stat(path, &st)) return;
  }
  if (scenario.isRead && st.st_size == scenario.size
      && !memcmp(&st.st_mtim, &scenario.changed, sizeof st.st_mtim)) return;
  memset(&scenario, 0, sizeof scenario);
  scenario.isRead = 1;
  scenario.changed = st.st_mtim;
  scenario.size = st.st_size;
  strcpy(scenario.driver, "570.86.15");
  snprintf(scenario.path, sizeof scenario.path, "%s", path);
  FILE *file = fopen(path, "re");
  if (!file) return;
  char line[2048];
  while (fgets(line, sizeof line, file)) readLine(line);
  fclose(file);
}

// What every device has where nothing else is said.
static const char *common(const char *key) {
  static const char *const values[][2] = {
    {"name", "NVIDIA H100 80GB HBM3"}, {"util", "0"}, {"memutil", "0"}, {"total", "85520809984"},
    {"used", "0"}, {"reserved", "576716800"}, {"power", "70000"}, {"limit", "700000"},
    {"minlimit", "200000"}, {"maxlimit", "700000"}, {"defaultlimit", "700000"}, {"energy", "0"},
    {"smclock", "345"}, {"memclock", "2619"}, {"maxsmclock", "1980"}, {"maxmemclock", "2619"},
    {"temperature", "31"}, {"slowdown", "87"}, {"shutdown", "92"}, {"reasons", "1"},
    {"fi74", "0"}, {"fi75", "0"}, {"fi269", "0"}, {"fi270", "0"}, {"fi271", "0"},
    {"correctable", "0"}, {"uncorrectable", "0"}, {"pending", "0"}, {"failure", "0"},
    {"sent", "0"}, {"received", "0"}, {"mig", "0"}, {"gpm", "1"}, {"gpm2", "0"}, {"gpm3", "0"},
    {"gpm5", "0"}, {"gpm10", "0"}, {"fan", "-"}, {"encoder", "0"}, {"decoder", "0"},
    {"persistence", "1"}, {"state", "0"}};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    if (!strcmp(values[i][0], key)) return values[i][1];
  return "-";
}

// The text of a key, or NULL where the device does not offer it.
static const char *text(int gpu, const char *key) {
  GPU *places[] = {&scenario.gpus[gpu], &scenario.all};
  for (int p = 0; p < 2; p++)
    for (int i = 0; i < places[p]->keys; i++)
      if (!strcmp(places[p]->values[i].key, key))
        return places[p]->values[i].isNone ? 0 : places[p]->values[i].text;
  const char *value = common(key);
  return strcmp(value, "-") ? value : 0;
}

static int number(int gpu, const char *key, unsigned long long *value) {
  const char *found = text(gpu, key);
  if (!found) return NOT_SUPPORTED;
  *value = strtoull(found, 0, 10);
  return OK;
}

static int isSplit(int gpu) {
  unsigned long long mode = 0;
  return number(gpu, "mig", &mode) == OK && mode == 1;
}

// MARK: Entering and leaving a call

static int fault(const char *function, int gpu) {
  for (int i = 0; i < scenario.ruleCount; i++) {
    Rule *r = &scenario.rules[i];
    if ((strcmp(r->function, "*") && strcmp(r->function, function))
        || (r->gpu >= 0 && r->gpu != gpu)) continue;
    int seen = r->seen++;
    if (seen < r->after || (r->times >= 0 && seen >= r->after + r->times)) continue;
    if (r->kind == 2) {
      volatile int *nothing = 0;
      *nothing = 1;
    }
    if (r->kind == 1) {
      struct timespec pause = {r->milliseconds / 1000, r->milliseconds % 1000 * 1000000};
      int isLocked = r->isLocked;
      if (!isLocked) pthread_mutex_unlock(&lock);
      while (nanosleep(&pause, &pause) && errno == EINTR) {}
      if (!isLocked) pthread_mutex_lock(&lock);
      return OK;
    }
    return r->code;
  }
  return OK;
}

static void leave(pthread_mutex_t **held) { pthread_mutex_unlock(*held); }

static int enter(const char *function, int gpu, int needsOpen) {
  readScenario();
  if (*scenario.log) {
    FILE *log = fopen(scenario.log, "ae");
    if (log) {
      fprintf(log, "%s %d\n", function, gpu);
      fclose(log);
    }
  }
  int code = fault(function, gpu);
  if (code == UNINITIALIZED) opened = 0;
  if (code) return code;
  return needsOpen && !opened ? UNINITIALIZED : OK;
}

#define ENTER(gpu, needsOpen)                                                          \
  __attribute__((cleanup(leave))) pthread_mutex_t *held = &lock;                       \
  pthread_mutex_lock(held);                                                            \
  {                                                                                    \
    int entered = enter(__func__, gpu, needsOpen);                                     \
    if (entered) return entered;                                                       \
  }
#define DEVICE(handle)                                                                 \
  if (!handle) return INVALID_ARGUMENT;                                                \
  ENTER(handle->gpu, 1)
#define WHOLE(handle)                                                                  \
  DEVICE(handle)                                                                       \
  if (handle->instance >= 0) return INVALID_ARGUMENT;

static int copy(char *to, unsigned size, const char *from) {
  if (!to) return INVALID_ARGUMENT;
  if (strlen(from) + 1 > size) return INSUFFICIENT_SIZE;
  strcpy(to, from);
  return OK;
}

// MARK: The library

static int openLibrary(void) {
  if (!startTime) startTime = now();
  opened++;
  for (int g = 0; g < MOST_DEVICES; g++) {
    wholes[g].gpu = g;
    wholes[g].instance = -1;
    for (int i = 0; i < MOST_INSTANCES; i++) parts[g][i] = (struct Device){g, i};
  }
  return OK;
}

#if HAS_V2
API int nvmlInit_v2(void) { ENTER(-1, 0) return openLibrary(); }
API int nvmlInitWithFlags(unsigned flags) { (void)flags; ENTER(-1, 0) return openLibrary(); }
#endif
API int nvmlInit(void) { ENTER(-1, 0) return openLibrary(); }
API int nvmlShutdown(void) {
  ENTER(-1, 1)
  opened--;
  return OK;
}
API const char *nvmlErrorString(int code) {
  static const char *const texts[] = {"Success", "Uninitialized", "Invalid Argument",
    "Not Supported", "Insufficient Permissions", "Already Initialized", "Not Found",
    "Insufficient Size"};
  return code >= 0 && code < 8 ? texts[code] : code == 15 ? "GPU is lost" : "Unknown Error";
}
API int nvmlSystemGetDriverVersion(char *to, unsigned size) {
  ENTER(-1, 1) return copy(to, size, scenario.driver);
}
API int nvmlSystemGetNVMLVersion(char *to, unsigned size) {
  ENTER(-1, 1) return copy(to, size, "12.570.86.15");
}
API int nvmlSystemGetCudaDriverVersion(int *version) {
  ENTER(-1, 1)
  *version = 12080;
  return OK;
}
API int nvmlSystemGetCudaDriverVersion_v2(int *version) {
  ENTER(-1, 1)
  *version = 12080;
  return OK;
}

static int count(unsigned *to) {
  *to = (unsigned)scenario.devices;
  return OK;
}
static int handle(unsigned index, Handle *to) {
  if (index >= (unsigned)scenario.devices) return INVALID_ARGUMENT;
  *to = &wholes[index];
  return OK;
}
API int nvmlDeviceGetCount(unsigned *to) { ENTER(-1, 1) return count(to); }
API int nvmlDeviceGetHandleByIndex(unsigned index, Handle *to) {
  ENTER((int)index, 1) return handle(index, to);
}
#if HAS_V2
API int nvmlDeviceGetCount_v2(unsigned *to) { ENTER(-1, 1) return count(to); }
API int nvmlDeviceGetHandleByIndex_v2(unsigned index, Handle *to) {
  ENTER((int)index, 1) return handle(index, to);
}
#endif

static void uuidOf(Handle d, char *to, size_t size) {
  if (d->instance >= 0)
    snprintf(to, size, "%s", scenario.gpus[d->gpu].instances[d->instance].uuid);
  else
    snprintf(to, size, "GPU-%08x-0000-0000-0000-000000000000", (unsigned)d->gpu + 0xa0);
}
API int nvmlDeviceGetUUID(Handle d, char *to, unsigned size) {
  DEVICE(d)
  char uuid[96];
  uuidOf(d, uuid, sizeof uuid);
  return copy(to, size, uuid);
}
API int nvmlDeviceGetHandleByUUID(const char *uuid, Handle *to) {
  ENTER(-1, 1)
  char own[96];
  for (int g = 0; g < scenario.devices; g++) {
    uuidOf(&wholes[g], own, sizeof own);
    if (!strcmp(own, uuid)) {
      *to = &wholes[g];
      return OK;
    }
    for (int i = 0; i < MOST_INSTANCES; i++)
      if (scenario.gpus[g].instances[i].used && !strcmp(scenario.gpus[g].instances[i].uuid, uuid)) {
        *to = &parts[g][i];
        return OK;
      }
  }
  return NOT_FOUND;
}
API int nvmlDeviceGetIndex(Handle d, unsigned *to) {
  DEVICE(d)
  *to = (unsigned)(d->instance >= 0 ? d->instance : d->gpu);
  return OK;
}
API int nvmlDeviceGetName(Handle d, char *to, unsigned size) {
  DEVICE(d)
  const char *name = text(d->gpu, "name");
  char full[96];
  if (!name) return NOT_SUPPORTED;
  snprintf(full, sizeof full, d->instance >= 0 ? "%s MIG 1g.10gb" : "%s", name);
  return copy(to, size, full);
}

typedef struct {
  char busIdLegacy[16];
  unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
} PciInfo;
_Static_assert(sizeof(PciInfo) == 68, "");
static void fillPci(int gpu, PciInfo *to) {
  to->domain = 0;
  to->bus = (unsigned)gpu * 16 + 0x1b;
  to->device = 0;
  to->pciDeviceId = 0x233010de;
  to->pciSubSystemId = 0x16c110de;
  snprintf(to->busIdLegacy, 16, "0000:%02X:00.0", to->bus & 0xFF);
}
API int nvmlDeviceGetPciInfo_v2(Handle d, PciInfo *to) {
  WHOLE(d)
  fillPci(d->gpu, to);
  return OK;
}
#if HAS_V3
API int nvmlDeviceGetPciInfo_v3(Handle d, PciInfo *to) {
  WHOLE(d)
  fillPci(d->gpu, to);
  snprintf(to->busId, 32, "%08X:%02X:00.0", to->domain, to->bus & 0xFF);
  return OK;
}
#endif

// MARK: Gauges

static int small(Handle d, const char *key, unsigned *to) {
  unsigned long long value = 0;
  int code = number(d->gpu, key, &value);
  if (code == OK) *to = (unsigned)value;
  return code;
}

typedef struct { unsigned gpu, memory; } Utilization;
API int nvmlDeviceGetUtilizationRates(Handle d, Utilization *to) {
  DEVICE(d)
  if (isSplit(d->gpu)) return NOT_SUPPORTED;
  int code = small(d, "util", &to->gpu);
  return code ? code : small(d, "memutil", &to->memory);
}

typedef struct { unsigned long long total, free, used; } Memory;
typedef struct { unsigned version; unsigned long long total, reserved, free, used; } MemoryV2;
static int memory(Handle d, MemoryV2 *to) {
  if (d->instance >= 0) {
    Instance *i = &scenario.gpus[d->gpu].instances[d->instance];
    to->total = i->memory;
    to->used = i->held;
    to->reserved = 0;
  } else {
    int code = number(d->gpu, "total", &to->total);
    if (!code) code = number(d->gpu, "used", &to->used);
    if (!code) code = number(d->gpu, "reserved", &to->reserved);
    if (code) return code;
  }
  to->free = to->total - to->used - to->reserved;
  return OK;
}
API int nvmlDeviceGetMemoryInfo(Handle d, Memory *to) {
  DEVICE(d)
  MemoryV2 all;
  int code = memory(d, &all);
  if (code) return code;
  // The first version counts what the driver keeps as used.
  *to = (Memory){all.total, all.free, all.used + all.reserved};
  return OK;
}
#if HAS_V3
API int nvmlDeviceGetMemoryInfo_v2(Handle d, MemoryV2 *to) {
  DEVICE(d)
  if (to->version != (40u | 2u << 24)) return VERSION_MISMATCH;
  return memory(d, to);
}
#endif

typedef struct { unsigned long long total, free, used; } BAR1;
API int nvmlDeviceGetBAR1MemoryInfo(Handle d, BAR1 *to) {
  DEVICE(d)
  *to = (BAR1){128ull << 30, 127ull << 30, 1ull << 30};
  return OK;
}

#define NUMBER(name, key)                                                              \
  API int name(Handle d, unsigned *to) { WHOLE(d) return small(d, key, to); }
NUMBER(nvmlDeviceGetPowerUsage, "power")
NUMBER(nvmlDeviceGetPowerManagementLimit, "limit")
NUMBER(nvmlDeviceGetEnforcedPowerLimit, "limit")
NUMBER(nvmlDeviceGetPowerManagementDefaultLimit, "defaultlimit")
NUMBER(nvmlDeviceGetFanSpeed, "fan")
NUMBER(nvmlDeviceGetPerformanceState, "state")
NUMBER(nvmlDeviceGetPersistenceMode, "persistence")
API int nvmlDeviceSetPowerManagementLimit(Handle d, unsigned limit) {
  WHOLE(d)
  char value[24];
  if (text(d->gpu, "ignores")) return OK;
  unsigned long long grain = 0;
  if (number(d->gpu, "grain", &grain) == OK && grain) limit -= limit % (unsigned)grain;
  snprintf(value, sizeof value, "%u", limit);
  set(&scenario.gpus[d->gpu], "limit", value);
  FILE *file = scenario.keeps ? fopen(scenario.path, "ae") : 0;
  if (file) {
    fprintf(file, "set %d limit %u\n", d->gpu, limit);
    fclose(file);
  }
  return OK;
}
API int nvmlDeviceGetPowerManagementLimitConstraints(Handle d, unsigned *least, unsigned *most) {
  WHOLE(d)
  int code = small(d, "minlimit", least);
  return code ? code : small(d, "maxlimit", most);
}
API int nvmlDeviceGetTotalEnergyConsumption(Handle d, unsigned long long *to) {
  WHOLE(d)
  unsigned long long base = 0, power = 0;
  int code = number(d->gpu, "energy", &base);
  if (code) return code;
  number(d->gpu, "power", &power);
  *to = base + power * (now() - startTime) / 1000000;
  return OK;
}
static const char *clockKey(unsigned which, int isMost) {
  if (which == 2) return isMost ? "maxmemclock" : "memclock";
  return isMost ? "maxsmclock" : "smclock";
}
API int nvmlDeviceGetClockInfo(Handle d, unsigned which, unsigned *to) {
  WHOLE(d) return small(d, clockKey(which, 0), to);
}
API int nvmlDeviceGetMaxClockInfo(Handle d, unsigned which, unsigned *to) {
  WHOLE(d) return small(d, clockKey(which, 1), to);
}
API int nvmlDeviceGetTemperature(Handle d, unsigned sensor, unsigned *to) {
  WHOLE(d)
  if (sensor != 0) return INVALID_ARGUMENT;
  return small(d, "temperature", to);
}
API int nvmlDeviceGetTemperatureThreshold(Handle d, unsigned which, unsigned *to) {
  WHOLE(d)
  if (which > 1) return NOT_SUPPORTED;
  return small(d, which ? "slowdown" : "shutdown", to);
}
static int reasons(Handle d, unsigned long long *to) { return number(d->gpu, "reasons", to); }
API int nvmlDeviceGetCurrentClocksThrottleReasons(Handle d, unsigned long long *to) {
  WHOLE(d) return reasons(d, to);
}
#if HAS_V3
API int nvmlDeviceGetCurrentClocksEventReasons(Handle d, unsigned long long *to) {
  WHOLE(d) return reasons(d, to);
}
#endif
API int nvmlDeviceGetPcieThroughput(Handle d, unsigned which, unsigned *to) {
  WHOLE(d)
  if (which > 1) return INVALID_ARGUMENT;
  return small(d, which ? "received" : "sent", to);
}
API int nvmlDeviceGetRemappedRows(
    Handle d, unsigned *correctable, unsigned *uncorrectable, unsigned *pending, unsigned *failure) {
  WHOLE(d)
  int code = small(d, "correctable", correctable);
  if (!code) code = small(d, "uncorrectable", uncorrectable);
  if (!code) code = small(d, "pending", pending);
  return code ? code : small(d, "failure", failure);
}
API int nvmlDeviceGetEncoderUtilization(Handle d, unsigned *to, unsigned *period) {
  WHOLE(d)
  *period = 166667;
  return small(d, "encoder", to);
}
API int nvmlDeviceGetDecoderUtilization(Handle d, unsigned *to, unsigned *period) {
  WHOLE(d)
  *period = 166667;
  return small(d, "decoder", to);
}
API int nvmlDeviceGetTotalEccErrors(Handle d, unsigned kind, unsigned counter, unsigned long long *to) {
  WHOLE(d)
  (void)kind, (void)counter, (void)to;
  return NOT_SUPPORTED;
}
API int nvmlDeviceGetDriverModel(Handle d, unsigned *now, unsigned *next) {
  WHOLE(d)
  (void)now, (void)next;
  return NOT_SUPPORTED;
}
API int nvmlDeviceGetDriverModel_v2(Handle d, unsigned *now, unsigned *next) {
  WHOLE(d)
  (void)now, (void)next;
  return NOT_SUPPORTED;
}
typedef struct { unsigned version, sensorType; int temperature; } TemperatureV1;
API int nvmlDeviceGetTemperatureV(Handle d, TemperatureV1 *to) {
  WHOLE(d)
  if (to->version != (12u | 1u << 24)) return VERSION_MISMATCH;
  return small(d, "temperature", (unsigned *)&to->temperature);
}
API int nvmlDeviceGetComputeMode(Handle d, unsigned *to) {
  WHOLE(d)
  *to = 0;
  return OK;
}
API int nvmlDeviceGetDisplayMode(Handle d, unsigned *to) {
  WHOLE(d)
  *to = 0;
  return OK;
}
API int nvmlDeviceGetDisplayActive(Handle d, unsigned *to) {
  WHOLE(d)
  *to = 0;
  return OK;
}
API int nvmlDeviceGetCudaComputeCapability(Handle d, int *major, int *minor) {
  DEVICE(d)
  *major = 9;
  *minor = 0;
  return OK;
}

#if HAS_V3
typedef struct {
  unsigned fieldId, scopeId;
  long long timestamp, latencyUsec;
  unsigned valueType;
  int nvmlReturn;
  unsigned long long value;
} Field;
_Static_assert(sizeof(Field) == 40, "");
API int nvmlDeviceGetFieldValues(Handle d, int count, Field *fields) {
  WHOLE(d)
  for (int i = 0; i < count; i++) {
    char key[24];
    snprintf(key, sizeof key, "fi%u", fields[i].fieldId);
    fields[i].timestamp = (long long)now();
    fields[i].valueType = 3;
    fields[i].nvmlReturn = number(d->gpu, key, &fields[i].value);
  }
  return OK;
}
#endif

// MARK: Lists

typedef struct { unsigned long long timeStamp, sampleValue; } Sample;
API int nvmlDeviceGetSamples(
    Handle d, unsigned type, unsigned long long since, unsigned *valueType, unsigned *count,
    Sample *samples) {
  WHOLE(d)
  GPU *gpu = &scenario.gpus[d->gpu];
  if (isSplit(d->gpu) || type != 1 || !gpu->ringCount || gpu->ringPeriod <= 0)
    return NOT_SUPPORTED;
  *valueType = 1;
  if (!samples) {
    *count = 120;
    return OK;
  }
  unsigned long long period = (unsigned long long)gpu->ringPeriod;
  unsigned long long newest = now() / period;
  unsigned found = 0;
  for (unsigned long long n = newest - 119; n <= newest && found < *count; n++) {
    if (n * period <= since) continue;
    samples[found].timeStamp = n * period;
    samples[found].sampleValue =
        (unsigned long long)gpu->ring[n % (unsigned long long)gpu->ringCount];
    found++;
  }
  *count = found;
  return found ? OK : NOT_FOUND;
}

typedef struct { unsigned pid; unsigned long long usedGpuMemory; } ProcessV1;
typedef struct {
  unsigned pid;
  unsigned long long usedGpuMemory;
  unsigned gpuInstanceId, computeInstanceId;
} ProcessV2;
_Static_assert(sizeof(ProcessV1) == 16 && sizeof(ProcessV2) == 24, "");

static int processes(Handle d, unsigned *count, void *records, int kind, int version) {
  const Process *found[MOST_PROCESSES];
  unsigned total = 0;
  for (int i = 0; i < scenario.processCount; i++) {
    Process *p = &scenario.processes[i];
    if (p->gpu == d->gpu && p->kind == kind && (d->instance < 0 || p->instance == d->instance))
      found[total++] = p;
  }
  if (*count < total) {
    // Some of them appear only after they were counted.
    unsigned hidden = (unsigned)scenario.appear;
    *count = hidden < total ? total - hidden : total;
    if (hidden) scenario.appear = scenario.appear / 2;
    return INSUFFICIENT_SIZE;
  }
  *count = total;
  if (total && !records) return INVALID_ARGUMENT;
  for (unsigned i = 0; i < total; i++) {
    if (version == 1) {
      ((ProcessV1 *)records)[i] = (ProcessV1){found[i]->pid, found[i]->memory};
    } else {
      const Process *p = found[i];
      unsigned gi = ~0u, ci = ~0u;
      if (p->instance >= 0) {
        gi = (unsigned)scenario.gpus[d->gpu].instances[p->instance % MOST_INSTANCES].gi;
        ci = (unsigned)scenario.gpus[d->gpu].instances[p->instance % MOST_INSTANCES].ci;
      }
      ((ProcessV2 *)records)[i] = (ProcessV2){p->pid, p->memory, gi, ci};
    }
  }
  return OK;
}
#define PROCESSES(name, kind, version)                                                 \
  API int name(Handle d, unsigned *count, void *records) {                             \
    DEVICE(d) return processes(d, count, records, kind, version);                      \
  }
PROCESSES(nvmlDeviceGetComputeRunningProcesses, 0, 1)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses, 1, 1)
#if HAS_V2
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v2, 0, 2)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v2, 1, 2)
PROCESSES(nvmlDeviceGetMPSComputeRunningProcesses_v2, 2, 2)
#endif
#if HAS_V3
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v3, 0, 3)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, 1, 3)
PROCESSES(nvmlDeviceGetMPSComputeRunningProcesses_v3, 2, 3)
#endif

typedef struct {
  unsigned pid;
  unsigned long long timeStamp;
  unsigned smUtil, memUtil, encUtil, decUtil;
} ProcessSample;
_Static_assert(sizeof(ProcessSample) == 32, "");
API int nvmlDeviceGetProcessUtilization(
    Handle d, ProcessSample *samples, unsigned *count, unsigned long long since) {
  DEVICE(d)
  if (isSplit(d->gpu)) return NOT_SUPPORTED;
  ProcessSample all[MOST_PROCESSES + 64];
  unsigned total = 0;
  for (int i = 0; i < scenario.processCount; i++) {
    Process *p = &scenario.processes[i];
    if (p->gpu == d->gpu && p->sm >= 0 && now() > since)
      all[total++] = (ProcessSample){p->pid, now(), (unsigned)p->sm, 0, 0, 0};
  }
  for (int i = 0; i < scenario.extraCount; i++) {
    Extra *e = &scenario.extras[i];
    unsigned long long time = now() - (unsigned long long)e->age;
    if (e->gpu == d->gpu && (e->isStale || time > since))
      all[total++] = (ProcessSample){e->pid, time, e->sm, 0, 0, 0};
  }
  if (!total) return NOT_FOUND;
  if (!samples || *count < total) {
    *count = total;
    return INSUFFICIENT_SIZE;
  }
  *count = total;
  memcpy(samples, all, total * sizeof *all);
  return OK;
}

// MARK: Instances

API int nvmlDeviceGetMigMode(Handle d, unsigned *current, unsigned *pending) {
  WHOLE(d)
  int code = small(d, "mig", current);
  *pending = *current;
  return code;
}
API int nvmlDeviceGetMaxMigDeviceCount(Handle d, unsigned *to) {
  WHOLE(d)
  *to = MOST_INSTANCES;
  return OK;
}
API int nvmlDeviceGetMigDeviceHandleByIndex(Handle d, unsigned index, Handle *to) {
  WHOLE(d)
  if (index >= MOST_INSTANCES) return INVALID_ARGUMENT;
  if (!isSplit(d->gpu)) return NOT_SUPPORTED;
  if (!scenario.gpus[d->gpu].instances[index].used) return NOT_FOUND;
  *to = &parts[d->gpu][index];
  return OK;
}
API int nvmlDeviceIsMigDeviceHandle(Handle d, unsigned *to) {
  DEVICE(d)
  *to = d->instance >= 0;
  return OK;
}
API int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(Handle d, Handle *to) {
  DEVICE(d)
  *to = &wholes[d->gpu];
  return OK;
}
API int nvmlDeviceGetGpuInstanceId(Handle d, unsigned *to) {
  DEVICE(d)
  if (d->instance < 0) return NOT_SUPPORTED;
  *to = (unsigned)scenario.gpus[d->gpu].instances[d->instance].gi;
  return OK;
}
API int nvmlDeviceGetComputeInstanceId(Handle d, unsigned *to) {
  DEVICE(d)
  if (d->instance < 0) return NOT_SUPPORTED;
  *to = (unsigned)scenario.gpus[d->gpu].instances[d->instance].ci;
  return OK;
}

// MARK: Events

typedef struct {
  Handle device;
  unsigned long long eventType, eventData;
  unsigned gpuInstanceId, computeInstanceId;
} EventData;
_Static_assert(sizeof(EventData) == 32, "");
typedef struct Events { unsigned long long devices; } *EventSet;
API int nvmlEventSetCreate(EventSet *to) {
  ENTER(-1, 1)
  *to = calloc(1, sizeof **to);
  return OK;
}
API int nvmlEventSetFree(EventSet set) {
  ENTER(-1, 0)
  free(set);
  return OK;
}
API int nvmlDeviceRegisterEvents(Handle d, unsigned long long types, EventSet set) {
  WHOLE(d)
  if (types & 8) set->devices |= 1ull << d->gpu;
  return OK;
}
#if HAS_V2
API int nvmlEventSetWait_v2(EventSet set, EventData *to, unsigned milliseconds) {
  ENTER(-1, 1)
  for (int i = 0; i < scenario.errorCount; i++) {
    Error *e = &scenario.errors[i];
    if (e->isTaken || !(set->devices >> e->gpu & 1)) continue;
    e->isTaken = 1;
    *to = (EventData){&wholes[e->gpu], 8, e->number, ~0u, ~0u};
    return OK;
  }
  if (milliseconds) usleep(milliseconds * 1000);
  return TIMEOUT;
}
#endif

// MARK: The performance monitor

#if HAS_V3
typedef struct Gpm { int gpu; unsigned long long time; } *GpmSample;
typedef struct { unsigned version, isSupportedDevice; } GpmSupport;
typedef struct {
  unsigned metricId;
  int nvmlReturn;
  double value;
  struct { const char *shortName, *longName, *unit; } metricInfo;
} GpmMetric;
typedef struct {
  unsigned version, numMetrics;
  GpmSample sample1, sample2;
  GpmMetric metrics[];
} GpmMetrics;
API int nvmlGpmQueryDeviceSupport(Handle d, GpmSupport *to) {
  WHOLE(d)
  if (to->version != 1) return VERSION_MISMATCH;
  return small(d, "gpm", &to->isSupportedDevice);
}
API int nvmlGpmSampleAlloc(GpmSample *to) {
  ENTER(-1, 1)
  *to = calloc(1, sizeof **to);
  return OK;
}
API int nvmlGpmSampleFree(GpmSample sample) {
  ENTER(-1, 0)
  free(sample);
  return OK;
}
API int nvmlGpmSampleGet(Handle d, GpmSample sample) {
  WHOLE(d)
  if (isSplit(d->gpu)) return NOT_SUPPORTED;
  *sample = (struct Gpm){d->gpu, now()};
  return OK;
}
API int nvmlGpmMigSampleGet(Handle d, unsigned instance, GpmSample sample) {
  WHOLE(d)
  for (int i = 0; i < MOST_INSTANCES; i++)
    if (scenario.gpus[d->gpu].instances[i].used
        && (unsigned)scenario.gpus[d->gpu].instances[i].gi == instance) {
      *sample = (struct Gpm){d->gpu, now()};
      return OK;
    }
  return INVALID_ARGUMENT;
}
API int nvmlGpmMetricsGet(GpmMetrics *to) {
  ENTER(-1, 1)
  if (to->version != 1) return VERSION_MISMATCH;
  if (!to->sample1->time || to->sample2->time < to->sample1->time) return INVALID_ARGUMENT;
  for (unsigned i = 0; i < to->numMetrics; i++) {
    char key[24];
    snprintf(key, sizeof key, "gpm%u", to->metrics[i].metricId);
    const char *value = text(to->sample1->gpu, key);
    to->metrics[i].nvmlReturn = value ? OK : NOT_SUPPORTED;
    to->metrics[i].value = value ? atof(value) : 0;
  }
  return OK;
}
#endif
#endif
