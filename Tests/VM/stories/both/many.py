"""Ten jobs are changed as one transaction; how long that takes is printed, for systemd beside the raw groups."""

import json
import time

from limits import limits
from support import HAS_SYSTEMD, Story, eventually, read, say
from terminal import Terminal

COUNT = 10
JOURNAL = "/var/lib/loadline/journal.jsonl"
SLEEP = ["sleep", "600"]


class Many(Story):
    def test_ten_changes_of_raw_groups_are_one_transaction(self):
        names = [f"ten-{index}" for index in range(COUNT)]
        jobs = [self.job("--name", name, "--cores", "0.2", "--", "sh", "-c", "echo here; exec sleep 600") for name in names]
        for job in jobs:
            self.assertEqual(job.line(), "here")
        self.change_all("raw groups", [f"/sys/fs/cgroup/loadline/{name}" for name in names], bound=30)

    def test_ten_changes_through_systemd_are_one_transaction(self):
        if not HAS_SYSTEMD:
            self.skipTest("no systemd")
        groups = [self.scope(f"ten-{index}", "CPUQuota=20%", command=SLEEP) for index in range(COUNT)]
        self.change_all("systemd", groups, bound=60)

    def change_all(self, backend, groups, bound):
        terminal = Terminal(self, "loadline", columns=160, rows=50)
        self.assertTrue(eventually(lambda: all(terminal.row(f"ten-{index}") for index in range(COUNT))), terminal.screen())
        terminal.keys("/", *"ten-", "Enter", "N", "g")
        before = limits(*groups)
        for _ in groups:
            terminal.keys("a", *"0.4", "Enter", "Down")
        terminal.keys("p")
        self.assertReady(terminal, "DRAFT")
        start = time.monotonic()
        terminal.keys("Enter")
        self.assertTrue(eventually(lambda: "all 10 changes verified" in terminal.screen()), terminal.screen())
        seen = time.monotonic() - start
        for group in groups:
            self.assertEqual(read(f"{group}/cpu.max"), "40000 100000")
        took = self.last_transaction()
        say(f"{backend}: ten CPU changes in {took * 1000:.0f} ms, on the screen after {seen * 1000:.0f} ms")
        self.assertLess(took, bound)
        terminal.keys("Enter", "z")
        self.assertReady(terminal, "UNDO")
        terminal.keys("Enter")
        self.assertTrue(eventually(lambda: "all 10 changes verified" in terminal.screen()), terminal.screen())
        self.assertEqual(limits(*groups), before)

    def assertReady(self, terminal, word):
        """A preview says all that it will say, and waits for Enter."""
        title = f"{word} preview  {COUNT} changes, nothing is written yet"
        ready = lambda screen: title in screen and "finding" not in screen
        self.assertTrue(eventually(lambda: ready(terminal.screen())), terminal.screen())

    def last_transaction(self):
        """From when it was asked for to when all of it was verified."""
        records = [json.loads(line) for line in read(JOURNAL).splitlines()]
        outcome = records[-1]
        self.assertEqual(outcome["outcome"], "applied")
        intent = next(record for record in records if record["record"] == "intent" and record["id"] == outcome["id"])
        self.assertEqual(len(intent["changes"]), COUNT)
        return outcome["time"] - intent["time"]
