"""How fast a unit may write and read is set through systemd while it does so."""

import os
import re
import time

from limits import limits, properties
from support import Story, eventually, read, run, say

WRITER = "while :; do dd if=/dev/zero of=/scratch/written bs=256k count=32 oflag=direct conv=notrunc status=none; done"
READER = "while :; do dd if=/scratch/read of=/dev/null bs=256k iflag=direct status=none; done"
MIB = 1 << 20


class Disks(Story):
    def limited(self, command, knob, property, word, counter):
        group = self.scope("disks", "CPUQuota=200%", "IOAccounting=yes", command=["sh", "-c", command], cwd="/scratch")
        device = os.stat("/scratch").st_dev
        disk = f"{os.major(device)}:{os.minor(device)}"

        def rate(seconds=1.5):
            moved = lambda: int((re.search(rf"{disk} .*{counter}=(\d+)", read(f"{group}/io.stat")) or [0, 0])[1])
            before, start = moved(), time.monotonic()
            time.sleep(seconds)
            return (moved() - before) / (time.monotonic() - start)

        def shown():
            return run("systemctl", "show", "-P", property, "disks.scope").stdout.strip()

        self.assertTrue(eventually(lambda: rate() > 4 * MIB), read(f"{group}/io.stat"))
        free, before, unit = rate(), limits(group), properties("disks.scope")
        done = run("loadline", "set", "disks", f"{knob}=2MiB/s")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{disk} ", read(f"{group}/io.max"))
        self.assertIn(f"{word}={2 * MIB}", read(f"{group}/io.max"))
        path, said = shown().split()
        self.assertEqual((os.stat(path).st_rdev, said), (device, str(2 * MIB)))
        self.assertTrue(eventually(lambda: rate() < 2.5 * MIB), read(f"{group}/io.stat"))
        say(f"{knob}: {free / MIB:.1f} MiB/s before, {rate(3) / MIB:.1f} MiB/s with a limit of 2")
        done = run("loadline", "undo")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(shown(), "")
        self.assertEqual(properties("disks.scope"), unit)
        after = limits(group)
        self.assertEqual({path: after[path] for path in before}, before)
        self.assertTrue(eventually(lambda: rate() > 4 * MIB), read(f"{group}/io.stat"))
        new = sorted(os.path.relpath(path, group) for path in after.keys() - before.keys())
        say(f"new since: {', '.join(new) or 'nothing'}")

    def test_writing(self):
        self.limited(WRITER, "io-write", "IOWriteBandwidthMax", "wbps", "wbytes")

    def test_reading(self):
        with open("/scratch/read", "wb") as file:
            file.write(b"x" * (16 * MIB))
        os.sync()
        self.limited(READER, "io-read", "IOReadBandwidthMax", "rbps", "rbytes")
