"""Ten jobs are changed as one transaction; how long that takes is printed, for systemd beside the raw groups."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

from support import Story, read, run, say
from terminal import Terminal, row

COUNT = 10
JOURNAL = "/var/lib/loadline/journal.jsonl"


class Many(Story):
    def test_ten_changes_of_raw_groups_are_one_transaction(self):
        names = [f"ten-{index}" for index in range(COUNT)]
        jobs = [self.job("--name", name, "--cores", "0.2", "--", "sh", "-c", "echo here; exec sleep 600") for name in names]
        for job in jobs:
            self.assertEqual(job.line(), "here")
        self.change_all("raw groups", [f"/sys/fs/cgroup/loadline/{name}" for name in names], bound=30)

    def test_ten_changes_through_systemd_are_one_transaction(self):
        with ThreadPoolExecutor() as pool:
            start = lambda index: self.scope(f"ten-{index}", "CPUQuota=20%", command=["sleep", "600"])
            groups = list(pool.map(start, range(COUNT)))
        self.change_all("systemd", groups, bound=60)
        start = time.monotonic()
        for index in range(COUNT):
            run("systemctl", "set-property", "--runtime", f"ten-{index}.scope", "CPUQuota=20%")
        say(f"ten times systemctl set-property alone: {(time.monotonic() - start) * 1000:.0f} ms")

    def change_all(self, backend, groups, bound):
        terminal = Terminal(self, "loadline", columns=160, rows=50)
        terminal.assertShows(lambda screen: all(row(screen, f"ten-{index}") for index in range(COUNT)))
        terminal.keys("/", *"ten-", "Enter", "N", "g")
        for _ in groups:
            terminal.keys("a", *"0.4", "Enter", "Down")
        terminal.keys("p")
        terminal.assertShows(lambda screen: "10 changes, nothing is written yet" in screen and "finding" not in screen)
        start = time.monotonic()
        terminal.keys("Enter")
        # Seldom looked at: what is measured is in the journal.
        terminal.assertShows("all 10 changes verified")
        seen = time.monotonic() - start
        for group in groups:
            self.assertEqual(read(f"{group}/cpu.max"), "40000 100000")
        took = self.last_transaction()
        say(f"{backend}: ten CPU changes in {took * 1000:.0f} ms, seen on the screen within {seen * 1000:.0f} ms")
        self.assertLess(took, bound)

    def last_transaction(self):
        """From when it was asked for to when all of it was verified."""
        records = [json.loads(line) for line in read(JOURNAL).splitlines()]
        outcome = records[-1]
        self.assertEqual(outcome["outcome"], "applied")
        intent = next(record for record in records if record["record"] == "intent" and record["id"] == outcome["id"])
        self.assertEqual(len(intent["changes"]), COUNT)
        return outcome["time"] - intent["time"]
