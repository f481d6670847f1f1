// The part of NVML's binary interface that loadline uses, declared anew: names are ours, sizes and
// offsets are those of NVIDIA's published library and are held by the assertions below. The library
// itself is opened at run time and never linked. Declarations only; no logic.
#ifndef LOADLINE_CNVML_H
#define LOADLINE_CNVML_H

#include <stddef.h>

typedef struct ll_nvml_device_s *ll_nvml_device;
typedef struct ll_nvml_events_s *ll_nvml_events;
typedef struct ll_nvml_gpm_s *ll_nvml_gpm;

// What a call answers.
enum {
  LL_NVML_OK = 0,
  LL_NVML_UNINITIALIZED = 1,
  LL_NVML_INVALID_ARGUMENT = 2,
  LL_NVML_NOT_SUPPORTED = 3,
  LL_NVML_NO_PERMISSION = 4,
  LL_NVML_NOT_FOUND = 6,
  LL_NVML_INSUFFICIENT_SIZE = 7,
  LL_NVML_DRIVER_NOT_LOADED = 9,
  LL_NVML_TIMEOUT = 10,
  LL_NVML_FUNCTION_NOT_FOUND = 13,
  LL_NVML_GPU_IS_LOST = 15,
  LL_NVML_RESET_REQUIRED = 16,
  LL_NVML_VERSION_MISMATCH = 18,
  LL_NVML_ARGUMENT_VERSION_MISMATCH = 25,
  LL_NVML_UNKNOWN = 999,
};

// Which of several values a call is asked for.
enum {
  LL_NVML_CLOCK_SM = 1,
  LL_NVML_CLOCK_MEMORY = 2,
  LL_NVML_SENSOR_GPU = 0,
  LL_NVML_THRESHOLD_SLOWDOWN = 1,
  LL_NVML_SAMPLES_BUSY = 1,
  LL_NVML_PCIE_SENT = 0,
  LL_NVML_PCIE_RECEIVED = 1,
  LL_NVML_EVENT_XID = 8,
  // Nanoseconds for which clocks were held back: power limit, thermal by the driver and by the
  // hardware, power brake; and the older counter of both thermal causes.
  LL_NVML_FIELD_POWER = 74,
  LL_NVML_FIELD_THERMAL = 75,
  LL_NVML_FIELD_SW_THERMAL = 269,
  LL_NVML_FIELD_HW_THERMAL = 270,
  LL_NVML_FIELD_HW_BRAKE = 271,
  // Bits of what holds clocks back now.
  LL_NVML_REASON_POWER = 0x4,
  LL_NVML_REASON_SW_THERMAL = 0x20,
  LL_NVML_REASON_HW_THERMAL = 0x40,
  LL_NVML_REASON_HW_BRAKE = 0x80,
  LL_NVML_GPM_SM = 2,
  LL_NVML_GPM_OCCUPANCY = 3,
  LL_NVML_GPM_TENSOR = 5,
  LL_NVML_GPM_MEMORY = 10,
};

// Sizes of the texts that are asked for, and the version words of structs that carry one.
enum {
  LL_NVML_UUID_SIZE = 96,
  LL_NVML_NAME_SIZE = 96,
  LL_NVML_DRIVER_SIZE = 80,
  LL_NVML_MEMORY_V2 = 0x02000028,
  LL_NVML_GPM_VERSION = 1,
};

typedef struct {
  unsigned int gpu, memory;
} ll_nvml_utilization;

typedef struct {
  unsigned long long total, free, used;
} ll_nvml_memory;

typedef struct {
  unsigned int version;
  unsigned long long total, reserved, free, used;
} ll_nvml_memory_v2;

// One process of the list of the first version, and of the second and third.
typedef struct {
  unsigned int pid;
  unsigned long long memory;
} ll_nvml_process_v1;

typedef struct {
  unsigned int pid;
  unsigned long long memory;
  unsigned int gpu_instance, compute_instance;
} ll_nvml_process_v2;

typedef struct {
  unsigned int pid;
  unsigned long long time;
  unsigned int sm, memory, encoder, decoder;
} ll_nvml_process_sample;

typedef struct {
  char legacy[16];
  unsigned int domain, bus, device, id, subsystem;
  char address[32];
} ll_nvml_pci;

// The value of a sample or a field is a union of eight bytes; which of its types is used is said
// beside it. On the machines that NVML exists for, the smaller ones are its lower half.
typedef struct {
  unsigned long long time, value;
} ll_nvml_sample;

typedef struct {
  unsigned int field, scope;
  long long time, latency;
  unsigned int type;
  int result;
  unsigned long long value;
} ll_nvml_field;

typedef struct {
  ll_nvml_device device;
  unsigned long long type, data;
  unsigned int gpu_instance, compute_instance;
} ll_nvml_event;

typedef struct {
  unsigned int version, supported;
} ll_nvml_gpm_support;

typedef struct {
  unsigned int metric;
  int result;
  double value;
  const char *names[3];
} ll_nvml_gpm_metric;

// Ends in as many metrics as it says; the published array is longer, and only these are touched.
typedef struct {
  unsigned int version, count;
  ll_nvml_gpm first, second;
  ll_nvml_gpm_metric metrics[98];
} ll_nvml_gpm_metrics;

_Static_assert(sizeof(ll_nvml_utilization) == 8, "");
_Static_assert(sizeof(ll_nvml_memory) == 24 && offsetof(ll_nvml_memory, used) == 16, "");
_Static_assert(sizeof(ll_nvml_memory_v2) == 40 && offsetof(ll_nvml_memory_v2, used) == 32, "");
_Static_assert(LL_NVML_MEMORY_V2 == (sizeof(ll_nvml_memory_v2) | 2 << 24), "");
_Static_assert(sizeof(ll_nvml_process_v1) == 16 && offsetof(ll_nvml_process_v1, memory) == 8, "");
_Static_assert(
    sizeof(ll_nvml_process_v2) == 24 && offsetof(ll_nvml_process_v2, gpu_instance) == 16, "");
_Static_assert(
    sizeof(ll_nvml_process_sample) == 32 && offsetof(ll_nvml_process_sample, time) == 8
        && offsetof(ll_nvml_process_sample, sm) == 16, "");
_Static_assert(sizeof(ll_nvml_pci) == 68 && offsetof(ll_nvml_pci, address) == 36, "");
_Static_assert(sizeof(ll_nvml_sample) == 16, "");
_Static_assert(
    sizeof(ll_nvml_field) == 40 && offsetof(ll_nvml_field, result) == 28
        && offsetof(ll_nvml_field, value) == 32, "");
_Static_assert(sizeof(ll_nvml_event) == 32 && offsetof(ll_nvml_event, data) == 16, "");
_Static_assert(sizeof(ll_nvml_gpm_metric) == 40, "");
_Static_assert(offsetof(ll_nvml_gpm_metrics, metrics) == 24, "");

// The functions, by their form.
typedef int (*ll_nvml_call)(void);
typedef int (*ll_nvml_text_call)(char *, unsigned int);
typedef int (*ll_nvml_count_call)(unsigned int *);
typedef int (*ll_nvml_handle_call)(unsigned int, ll_nvml_device *);
typedef int (*ll_nvml_device_text_call)(ll_nvml_device, char *, unsigned int);
typedef int (*ll_nvml_unsigned_call)(ll_nvml_device, unsigned int *);
typedef int (*ll_nvml_two_unsigned_call)(ll_nvml_device, unsigned int *, unsigned int *);
typedef int (*ll_nvml_four_unsigned_call)(
    ll_nvml_device, unsigned int *, unsigned int *, unsigned int *, unsigned int *);
typedef int (*ll_nvml_long_call)(ll_nvml_device, unsigned long long *);
typedef int (*ll_nvml_set_call)(ll_nvml_device, unsigned int);
typedef int (*ll_nvml_chosen_call)(ll_nvml_device, unsigned int, unsigned int *);
typedef int (*ll_nvml_instance_call)(ll_nvml_device, unsigned int, ll_nvml_device *);
typedef int (*ll_nvml_pci_call)(ll_nvml_device, ll_nvml_pci *);
typedef int (*ll_nvml_utilization_call)(ll_nvml_device, ll_nvml_utilization *);
typedef int (*ll_nvml_memory_call)(ll_nvml_device, ll_nvml_memory *);
typedef int (*ll_nvml_memory_v2_call)(ll_nvml_device, ll_nvml_memory_v2 *);
typedef int (*ll_nvml_processes_call)(ll_nvml_device, unsigned int *, void *);
typedef int (*ll_nvml_process_samples_call)(
    ll_nvml_device, ll_nvml_process_sample *, unsigned int *, unsigned long long);
typedef int (*ll_nvml_samples_call)(
    ll_nvml_device, unsigned int, unsigned long long, unsigned int *, unsigned int *,
    ll_nvml_sample *);
typedef int (*ll_nvml_fields_call)(ll_nvml_device, int, ll_nvml_field *);
typedef int (*ll_nvml_events_create_call)(ll_nvml_events *);
typedef int (*ll_nvml_events_call)(ll_nvml_events);
typedef int (*ll_nvml_register_call)(ll_nvml_device, unsigned long long, ll_nvml_events);
typedef int (*ll_nvml_wait_call)(ll_nvml_events, ll_nvml_event *, unsigned int);
typedef int (*ll_nvml_gpm_support_call)(ll_nvml_device, ll_nvml_gpm_support *);
typedef int (*ll_nvml_gpm_create_call)(ll_nvml_gpm *);
typedef int (*ll_nvml_gpm_free_call)(ll_nvml_gpm);
typedef int (*ll_nvml_gpm_sample_call)(ll_nvml_device, ll_nvml_gpm);
typedef int (*ll_nvml_gpm_instance_call)(ll_nvml_device, unsigned int, ll_nvml_gpm);
typedef int (*ll_nvml_gpm_metrics_call)(ll_nvml_gpm_metrics *);
#endif
