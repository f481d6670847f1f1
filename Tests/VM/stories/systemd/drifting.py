"""Somebody else changes what loadline has set, at once or with the next daemon-reload: it is on the screen within
five seconds."""

import os
import time

from support import GROUPS, Story, read, run, say
from terminal import Terminal, row

UNIT = "/run/systemd/system/drifting.service"
# Later than the files of set-property, wherever those are.
OVERRIDE = "/etc/systemd/system/drifting.service.d/99-limits.conf"
GROUP = f"{GROUPS}/system.slice/drifting.service"
PROMISED = 5


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


class Drifting(Story):
    def setUp(self):
        write(UNIT, "[Service]\nExecStart=sleep 600\nCPUQuota=60%\n")
        run("systemctl", "daemon-reload")
        run("systemctl", "start", "drifting")
        self.addCleanup(run, "systemctl", "daemon-reload")
        self.addCleanup(os.remove, UNIT)
        self.addCleanup(run, "systemctl", "stop", "drifting")
        self.change("set", "drifting", "cores=1.5")
        self.addCleanup(run, "loadline", "undo", "--force")
        self.assertEqual(self.quota(), "150000 100000")

    def change(self, *words, status=0):
        done = run("loadline", *words)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def quota(self):
        return read(f"{GROUP}/cpu.max")

    def dashboard(self):
        terminal = Terminal(self, "loadline", columns=160, rows=40)
        terminal.assertShows(lambda screen: row(screen, "drifting"))
        terminal.keys("/", *"drifting", "Enter")
        terminal.assertShows("/drifting.service")
        return terminal

    def mark_after(self, terminal, what, is_there, cause):
        """Waits until the mark has come or gone; within what was promised, and what a look costs here."""
        start = time.monotonic()
        run("systemctl", "show", "drifting.service")
        look = time.monotonic() - start
        cause()
        start = time.monotonic()
        # Its word has no room beside another state's.
        terminal.assertShows(lambda screen: ("≠" in row(screen, "drifting")) == is_there)
        seconds = time.monotonic() - start
        say(f"{what}: {'shown' if is_there else 'no longer shown'} after {seconds:.1f} s, where asking systemd takes {look:.2f} s")
        self.assertLess(seconds, PROMISED + 10 * look)

    def test_a_reload_that_reverts_a_change_is_shown(self):
        terminal = self.dashboard()
        # By itself it keeps what was set through systemd.
        run("systemctl", "daemon-reload")
        self.assertEqual(self.quota(), "150000 100000")
        self.assertNotIn("changed by others", self.change("log"))
        write(OVERRIDE, "[Service]\nCPUQuota=20%\n")
        self.addCleanup(os.remove, OVERRIDE)
        self.mark_after(terminal, "a value reverted by daemon-reload", True, lambda: run("systemctl", "daemon-reload"))
        self.assertEqual(self.quota(), "20000 100000")
        self.assertIn("cores is 0.2 now, loadline wrote 1.5", " ".join(terminal.screen().split()))
        self.assertIn("changed by others since", self.change("log"))
        terminal.keys("6")
        terminal.assertShows("changed by others")
        # What is theirs is left.
        self.assertIn("changed by somebody else", self.change("undo", status=3))
        self.assertEqual(self.quota(), "20000 100000")

    def test_what_is_written_past_systemd_is_shown_until_a_reload_takes_it_back(self):
        terminal = self.dashboard()
        self.mark_after(terminal, "a value written past systemd", True, lambda: write(f"{GROUP}/cpu.max", "30000 100000"))
        self.mark_after(terminal, "the same, taken back by daemon-reload", False, lambda: run("systemctl", "daemon-reload"))
        self.assertEqual(self.quota(), "150000 100000")
        self.change("undo")
        self.assertEqual(self.quota(), "60000 100000")
