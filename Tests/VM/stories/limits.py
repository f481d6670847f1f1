"""Every limit of a cgroup, as the kernel and systemd have it."""

import os
import stat

from support import GROUPS, run

# Settings that are no limits: who is in it, what is done to it, and what is counted.
NO_LIMITS = {"cgroup.procs", "cgroup.threads", "memory.reclaim"}
# What `systemctl show` counts, and the files that set-property leaves for as long as the box runs.
COUNTED = ("Current", "CurrentNSec", "UsageNSec", "Available", "Bytes", "Operations", "Packets", "Timestamp",
           "TimestampMonotonic", "DropInPaths")


def limits(*groups):
    """Every file that sets a limit on these groups or on one above, byte for byte, by path."""
    found = {}
    for group in groups:
        while group.startswith(GROUPS):
            for name in os.listdir(group):
                path = f"{group}/{name}"
                mode = os.lstat(path).st_mode
                settable = stat.S_ISREG(mode) and mode & 0o200 and mode & 0o400
                if settable and name not in NO_LIMITS and not name.endswith(".pressure"):
                    with open(path, "rb") as file:
                        found[path] = file.read()
            group = os.path.dirname(group)
    return found


def properties(*units):
    """Every property of these units that is no counter."""
    found = {}
    for unit in units:
        for line in run("systemctl", "show", unit).stdout.splitlines():
            key, _, value = line.partition("=")
            if not key.endswith(COUNTED):
                found[f"{unit} {key}"] = value
    return found


def drop_ins(*units):
    """The files that set-property has made for these units."""
    return run("systemctl", "show", "-P", "DropInPaths", *units).stdout.split()
