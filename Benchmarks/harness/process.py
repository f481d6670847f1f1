"""What a process has used, whoever started it."""

import time


def cpu_seconds(pid):
    """CPU time of a whole process to the nanosecond: the clock that clock_getcpuclockid(3) names."""
    return time.clock_gettime(((~pid) << 3) | 2)


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return None


def pressure_seconds():
    """How long something has waited for a CPU since boot; None without PSI."""
    try:
        with open("/proc/pressure/cpu") as file:
            return int(file.readline().rsplit("=", 1)[1]) / 1e6
    except OSError:
        return None
