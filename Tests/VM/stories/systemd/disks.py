"""How fast a unit may read and write is set through systemd while it does so."""

import os
import re
import time

from limits import limits, properties
from support import Story, eventually, read, run, say

READ = "while :; do dd if=/scratch/read of=/dev/null bs=256k iflag=direct status=none; done"
WRITE = "while :; do dd if=/dev/zero of=/scratch/written bs=256k count=16 oflag=direct conv=notrunc status=none; done"
MIB = 1 << 20
PROPERTIES = ("IOReadBandwidthMax", "IOWriteBandwidthMax")


class Disks(Story):
    def rates(self, seconds=1.5):
        """Bytes a second that the kernel counts: read, written."""
        def moved():
            found = re.search(rf"{self.disk} rbytes=(\d+) wbytes=(\d+)", read(f"{self.group}/io.stat"))
            return [int(found[1]), int(found[2])] if found else [0, 0]

        before, start = moved(), time.monotonic()
        time.sleep(seconds)
        return [(now - then) / (time.monotonic() - start) for now, then in zip(moved(), before)]

    def is_fast(self):
        return min(self.rates()) > 4 * MIB

    def shown(self):
        return [run("systemctl", "show", "-P", name, "disks.scope").stdout.strip() for name in PROPERTIES]

    def loadline(self, *words):
        done = run("loadline", *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_limits_of_reading_and_writing_hold_and_are_taken_back(self):
        with open("/scratch/read", "wb") as file:
            file.write(b"x" * (4 * MIB))
        os.sync()
        # The disk is small.
        self.addCleanup(run, "rm", "-f", "/scratch/read", "/scratch/written")
        device = os.stat("/scratch").st_dev
        self.disk = f"{os.major(device)}:{os.minor(device)}"
        self.group = self.scope(
            "disks", "CPUQuota=200%", "IOAccounting=yes", command=["sh", "-c", f"({READ}) & {WRITE}"], cwd="/scratch"
        )
        self.assertTrue(eventually(self.is_fast), read(f"{self.group}/io.stat"))
        free, before, unit = self.rates(), limits(self.group), properties("disks.scope")

        self.loadline("set", "disks", "io-read=2MiB/s", "io-write=3MiB/s")
        self.assertEqual(
            read(f"{self.group}/io.max"), f"{self.disk} rbps={2 * MIB} wbps={3 * MIB} riops=max wiops=max"
        )
        said = [line.split() for line in self.shown()]
        self.assertEqual([(os.stat(path).st_rdev, rate) for path, rate in said],
                         [(device, str(2 * MIB)), (device, str(3 * MIB))])
        is_slow = lambda read, written: read < 2.5 * MIB and written < 3.5 * MIB
        self.assertTrue(eventually(lambda: is_slow(*self.rates())), read(f"{self.group}/io.stat"))
        words = lambda rates: " and ".join(f"{rate / MIB:.1f}" for rate in rates)
        say(f"read and written, MiB/s: {words(free)} before, {words(self.rates())} with limits of 2 and 3")

        self.loadline("undo")
        self.assertEqual(self.shown(), ["", ""])
        self.assertEqual(properties("disks.scope"), unit)
        after = limits(self.group)
        self.assertEqual({path: after[path] for path in before}, before)
        self.assertTrue(eventually(self.is_fast), read(f"{self.group}/io.stat"))
